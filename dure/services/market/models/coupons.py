"""Tables of campaigns, coupons, redemptions and conflicts. Each rule that money hangs on is a constraint, too."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dure.base import clock, ids
from dure.services.market.types import (
    CampaignState,
    ConflictKind,
    Given,
    OfferKind,
    Payer,
    RedemptionState,
)

from .markets import CODE_LENGTH, STATE_LENGTH, Market, Shop

TITLE_LENGTH = 40
TERMS_LENGTH = 300
COUPON_CODE_LENGTH = 8


class Campaign(models.Model):
    """An offer of a shop or of a market, with its stock."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="campaigns", null=True)
    market = models.ForeignKey(Market, models.PROTECT, related_name="campaigns", null=True)
    title = models.CharField(max_length=TITLE_LENGTH)
    terms = models.CharField(max_length=TERMS_LENGTH, blank=True)
    kind = models.CharField(max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in OfferKind])
    value = models.PositiveIntegerField()
    thing = models.CharField(max_length=TITLE_LENGTH, blank=True)
    least_won = models.PositiveIntegerField(default=0)
    most_won = models.PositiveIntegerField(default=0)
    stock = models.PositiveIntegerField()
    issued = models.PositiveIntegerField(default=0)  # under the lock of this row
    per_person = models.PositiveSmallIntegerField(default=1)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    given = models.CharField(
        max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in Given], default="taken"
    )
    absent_days = models.PositiveSmallIntegerField(default=0)
    payer = models.CharField(max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in Payer], default="shop")
    payer_account = models.UUIDField(null=True)  # where the rest of the budget goes back to
    budget_account = models.UUIDField(null=True)
    budget_won = models.PositiveBigIntegerField(default=0)
    undo_minutes = models.PositiveSmallIntegerField(default=10)
    friends_only = models.BooleanField(default=False)
    carriable = models.BooleanField(default=False)
    carried_at = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in CampaignState], default="open"
    )
    made_by = models.UUIDField()
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "market_campaign"
        constraints = [
            models.CheckConstraint(
                condition=Q(shop__isnull=True, market__isnull=False) | Q(shop__isnull=False, market__isnull=True),
                name="market_campaign_one_issuer",
            ),
            models.CheckConstraint(condition=Q(issued__lte=F("stock")), name="market_campaign_not_oversold"),
            models.CheckConstraint(condition=Q(valid_from__lt=F("valid_until")), name="market_campaign_time"),
            models.CheckConstraint(
                condition=Q(payer="shop", budget_account__isnull=True)
                | (~Q(payer="shop") & Q(budget_account__isnull=False, payer_account__isnull=False)),
                name="market_campaign_budget",
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "state"], name="market_campaign_of_shop"),
            models.Index(fields=["market", "state"], name="market_campaign_of_market"),
            models.Index(
                fields=["valid_until"],
                name="market_campaign_due",
                condition=Q(state__in=["open", "stopped"]),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Coupon(models.Model):
    """One coupon of one person. `serial` counts the campaign's stock, `nth` the person's own. Long after the campaign nobody
    holds it any more, and only what was settled with it is left.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="coupons")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    code = models.CharField(max_length=COUPON_CODE_LENGTH, unique=True)
    serial = models.PositiveIntegerField()
    nth = models.PositiveSmallIntegerField()
    issued_at = models.DateTimeField(default=clock.now)
    brought_by = models.UUIDField(null=True)  # the broadcast of a channel from which it was taken
    # organisations for which its holder worked who closed their account: what others pay is not used at their own counter
    worked_for = models.JSONField(default=list)

    class Meta:
        db_table = "market_coupon"
        constraints = [
            models.UniqueConstraint(fields=["campaign", "serial"], name="market_coupon_stock"),
            models.UniqueConstraint(fields=["campaign", "person", "nth"], name="market_coupon_per_person"),
            models.CheckConstraint(condition=Q(serial__gte=1, nth__gte=1), name="market_coupon_counts_from_one"),
        ]
        indexes = [
            models.Index(fields=["person", "-issued_at"], name="market_coupon_of"),
            models.Index(fields=["brought_by"], name="market_coupon_brought", condition=Q(brought_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.serial)  # never its code: who reads that can use the coupon


class Redemption(models.Model):
    """A coupon given in at a counter. At most one a coupon that is not undone."""

    id = models.UUIDField(primary_key=True, editable=False)
    coupon = models.ForeignKey(Coupon, models.PROTECT, related_name="redemptions")
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in RedemptionState], default="taken"
    )
    at = models.DateTimeField()
    taken_at = models.DateTimeField()
    undo_until = models.DateTimeField()
    paid_won = models.PositiveIntegerField(default=0)
    won_off = models.PositiveIntegerField()
    offline = models.BooleanField(default=False)
    by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "market_redemption"
        constraints = [
            models.UniqueConstraint(
                fields=["coupon"], condition=Q(state__in=["taken", "settled"]), name="market_redemption_once"
            )
        ]
        indexes = [
            models.Index(fields=["undo_until"], condition=Q(state="taken"), name="market_redemption_due"),
            models.Index(fields=["shop", "-at"], name="market_redemption_at"),
        ]

    def __str__(self) -> str:
        return f"{self.coupon_id} {self.state}"


class Conflict(models.Model):
    """An offline redemption that does not count, and why. Kept under the phone's own id, so that it is judged once."""

    id = models.UUIDField(primary_key=True, editable=False)
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=[(one.value, one.value) for one in ConflictKind])
    coupon = models.UUIDField(null=True)  # no link: what is forged has none
    winner = models.ForeignKey(Redemption, models.PROTECT, related_name="+", null=True)
    token_hash = models.BinaryField(max_length=32)
    paid_won = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    noted_at = models.DateTimeField(default=clock.now)
    by = models.UUIDField()

    class Meta:
        db_table = "market_conflict"
        indexes = [models.Index(fields=["shop", "-noted_at"], name="market_conflict_of")]

    def __str__(self) -> str:
        return self.kind

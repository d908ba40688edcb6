"""Tables of markets, associations and shops."""

from django.db import models
from django.db.models import Q

from dure.base import clock, ids
from dure.services.market.types import AssociationState, Place, Rhythm, ShopState

STATE_LENGTH = 12
CODE_LENGTH = 8
NAME_LENGTH = 60
ADDRESS_LENGTH = 120
SELLS_LENGTH = 60


class Market(models.Model):
    """A traditional market. `key` is a digest of name and both addresses: what a repeated import knows it by."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    key = models.CharField(max_length=64, unique=True)
    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    name = models.CharField(max_length=NAME_LENGTH)
    rhythm = models.CharField(max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in Rhythm])
    road_address = models.CharField(max_length=ADDRESS_LENGTH, blank=True)
    lot_address = models.CharField(max_length=ADDRESS_LENGTH, blank=True)
    days = models.JSONField(default=list)  # last digits
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    region = models.CharField(max_length=10, blank=True)
    stalls = models.PositiveIntegerField(default=0)
    sells = models.JSONField(default=list)  # words of the list
    toilet = models.BooleanField(null=True)
    parking = models.BooleanField(null=True)
    since = models.PositiveSmallIntegerField(null=True)
    listed_on = models.DateField()

    class Meta:
        db_table = "market_market"
        constraints = [
            models.CheckConstraint(
                condition=Q(lat__isnull=True, lon__isnull=True) | Q(lat__isnull=False, lon__isnull=False),
                name="market_market_whole_place",
            )
        ]
        indexes = [
            models.Index(fields=["name"], name="market_market_name"),
            models.Index(fields=["region"], name="market_market_region"),
        ]

    def __str__(self) -> str:
        return self.name


class Association(models.Model):
    """An organisation that speaks for a market, or asked to: one at a time."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    market = models.ForeignKey(Market, models.PROTECT, related_name="associations")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    channel = models.ForeignKey("channels.Channel", models.PROTECT, related_name="+", null=True)
    state = models.CharField(
        max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in AssociationState], default="asked"
    )
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField(default=clock.now)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)  # none: its verification was taken away
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "market_association"
        constraints = [
            models.UniqueConstraint(
                fields=["market"], condition=Q(state__in=["asked", "confirmed"]), name="market_association_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
                name="market_association_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.state}"


class Shop(models.Model):
    """A shop, in a market or on a street of its own. One an organisation."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    organisation = models.OneToOneField("people.Organisation", models.PROTECT, related_name="+")
    channel = models.ForeignKey("channels.Channel", models.PROTECT, related_name="+", null=True)
    name = models.CharField(max_length=NAME_LENGTH)
    sells = models.CharField(max_length=SELLS_LENGTH)
    about = models.CharField(max_length=500, blank=True)
    contact = models.CharField(max_length=NAME_LENGTH, blank=True)
    market = models.ForeignKey(Market, models.PROTECT, related_name="shops", null=True)
    place = models.CharField(max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in Place], default="none")
    stall = models.CharField(max_length=20, blank=True)
    state = models.CharField(
        max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in ShopState], default="open"
    )
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)  # since when; what its counter took before is honoured

    class Meta:
        db_table = "market_shop"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | Q(state="closed", closed_at__isnull=False),
                name="market_shop_closed_since",
            ),
            models.CheckConstraint(
                condition=Q(market__isnull=True, place="none") | (Q(market__isnull=False) & ~Q(place="none")),
                name="market_shop_place_of_market",
            ),
        ]
        indexes = [models.Index(fields=["market", "place"], name="market_shop_in")]

    def __str__(self) -> str:
        return self.name


class Closure(models.Model):
    """When a shop that is open again was closed: what its counter took without a line in between is no use of a coupon."""

    id = models.BigAutoField(primary_key=True)
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="closures")
    closed_at = models.DateTimeField()
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "market_closure"

    def __str__(self) -> str:
        return f"{self.closed_at} - {self.opened_at}"

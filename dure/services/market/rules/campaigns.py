"""Making a campaign, giving its coupons out, ending it. Pure."""

from datetime import date, datetime, time, timedelta
from typing import Final

from dure.base import clock
from dure.base.refusals import BadValue
from dure.services.market.types import (
    CampaignState,
    Given,
    HasEnough,
    NewCampaign,
    NotGivenOut,
    NotGivenThisWay,
    Payer,
    SoldOut,
)

from .offers import check_offer
from .redeeming import AWAY_MAX

TITLE_LENGTH: Final = (2, 40)
TERMS_LENGTH_MAX: Final = 300
STOCK_MAX: Final = 100_000
PER_PERSON_MAX: Final = 10
DAYS_MAX: Final = 366
UNDO_MINUTES_MAX: Final = 60
ABSENT_DAYS: Final = (7, 365)
BIRTHDAY_WITHIN_DAYS: Final = 7
END_MARGIN: Final = timedelta(hours=1)


def check_campaign(new: NewCampaign, today: date) -> None:
    """Whether a campaign fits together. Raises BadValue with the field."""
    if (new.shop is None) == (new.market is None):
        raise BadValue(field="shop", reason="one_issuer")
    if not TITLE_LENGTH[0] <= len(new.title.strip()) <= TITLE_LENGTH[1]:
        raise BadValue(field="title", reason="length")
    if len(new.terms) > TERMS_LENGTH_MAX:
        raise BadValue(field="terms", reason="length")
    for field, text in (("title", new.title), ("terms", new.terms), ("thing", new.offer.thing)):
        if "\x00" in text:
            raise BadValue(field=field, reason="null_character")
    check_offer(new.offer)
    _check_numbers(new)
    if new.valid_until < new.valid_from or (new.valid_until - new.valid_from).days >= DAYS_MAX:
        raise BadValue(field="valid_until", reason="range")
    if new.valid_until < today:
        raise BadValue(field="valid_until", reason="in_the_past")
    if (new.payer is Payer.FUND) != (new.fund is not None):
        raise BadValue(field="fund", reason="missing")
    if new.payer is Payer.ASSOCIATION and new.market is None:
        raise BadValue(field="payer", reason="unknown")
    if new.payer is Payer.SHOP and new.shop is None:  # shops of a market did not agree to take less
        raise BadValue(field="payer", reason="unknown")
    if new.given is not Given.TAKEN and new.shop is None:
        raise BadValue(field="given", reason="unknown")


def _check_numbers(new: NewCampaign) -> None:
    ranges = (
        ("stock", new.stock, 1, STOCK_MAX),
        ("per_person", new.per_person, 1, PER_PERSON_MAX),
        ("undo_minutes", new.undo_minutes, 0, UNDO_MINUTES_MAX),
    )
    for field, number, least, most in ranges:
        if not least <= number <= most:
            raise BadValue(field=field, reason="range")
    asked = ABSENT_DAYS if new.given is Given.ABSENCE else (0, 0)
    if not asked[0] <= new.absent_days <= asked[1]:
        raise BadValue(field="absent_days", reason="range")


def opens_at(day: date) -> datetime:
    """The first moment of a local day."""
    return datetime.combine(day, time(), tzinfo=clock.SEOUL)


def is_over_at(day: date) -> datetime:
    """The first moment after a local day."""
    return opens_at(day + timedelta(days=1))


def may_give_out(state: CampaignState, valid_until: datetime, now: datetime) -> None:
    """Whether coupons of it are given out now. They may be taken before they are good. Raises NotGivenOut."""
    if state is not CampaignState.OPEN:
        raise NotGivenOut(state=state.value)
    if now >= valid_until:
        raise NotGivenOut(state=CampaignState.ENDED.value)


def next_coupon(stock: int, issued: int, per_person: int, held: int) -> tuple[int, int]:
    """The numbers of the next coupon: in the stock, and of this person. Raises HasEnough, SoldOut."""
    if held >= per_person:
        raise HasEnough(limit=per_person)
    if issued >= stock:
        raise SoldOut()
    return issued + 1, held + 1


def may_take(given: Given) -> None:
    """What comes by itself (welcome, birthday, absence) cannot be fetched. Raises NotGivenThisWay."""
    if given is not Given.TAKEN:
        raise NotGivenThisWay(given=given.value)


def ends_at(valid_until: datetime, undo_minutes: int) -> datetime:
    """From when on no redemption of the campaign can come or go any more: every phone had its time, every undo its window."""
    return valid_until + AWAY_MAX + timedelta(minutes=undo_minutes) + END_MARGIN

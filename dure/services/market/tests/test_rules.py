"""Properties of the rules: offers, stock, time, the code that is signed, the official list."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import assume, given
from hypothesis import strategies as st

from dure.base import ids
from dure.base.refusals import BadValue, NotAllowed
from dure.services.market.rules import campaigns, codes, listing, offers, permits, purses, redeeming
from dure.services.market.types import (
    AlreadyUndone,
    CampaignId,
    CampaignState,
    ConflictKind,
    CouponExpired,
    CouponId,
    CouponState,
    CouponUsed,
    Given,
    HasEnough,
    NewCampaign,
    NotACoupon,
    NotGivenOut,
    NotGivenThisWay,
    NotYet,
    Offer,
    OfferKind,
    Payer,
    RedemptionState,
    Rhythm,
    ShopId,
    Signed,
    SoldOut,
    TooLittleBought,
    UndoOver,
)

KEY = codes.private_key(b"\x07" * 32)
NOON = datetime(2026, 5, 1, 3, tzinfo=UTC)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - hypothesis adds the zone
    lambda at: at.replace(microsecond=0)
)


@st.composite
def good_offers(draw: st.DrawFn) -> Offer:
    kind = draw(st.sampled_from(OfferKind))
    value = draw(st.integers(1, 100) if kind is OfferKind.PERCENT else st.integers(100, offers.WON_OFF_MAX))
    least = draw(st.one_of(st.just(0), st.integers(1, offers.PAID_MAX)))
    if kind is OfferKind.WON and least:
        least = max(least, value)
    most = draw(st.integers(100, offers.WON_OFF_MAX)) if kind is OfferKind.PERCENT else 0
    return Offer(kind, value, thing="칼국수 한 그릇" if kind is OfferKind.THING else "", least_won=least, most_won=most)


# Offers


@given(good_offers(), st.integers(0, offers.PAID_MAX))
def test_a_coupon_never_takes_off_more_than_its_campaign_set_aside(offer: Offer, paid: int) -> None:
    offers.check_offer(offer)
    try:
        off = offers.won_off(offer, paid)
    except (TooLittleBought, BadValue):
        assert offers.needs_sum(offer)
        return
    assert 0 <= off <= offers.each_most(offer)
    if paid and offer.kind is not OfferKind.THING:
        assert off <= paid


@given(good_offers(), st.integers(1, offers.PAID_MAX), st.integers(1, 1_000))
def test_who_buys_more_never_gets_less_off(offer: Offer, paid: int, more: int) -> None:
    assume(paid >= offer.least_won and paid + more <= offers.PAID_MAX)
    assert offers.won_off(offer, paid) <= offers.won_off(offer, paid + more)


@given(good_offers(), st.integers(1, campaigns.STOCK_MAX), st.integers(1, campaigns.STOCK_MAX))
def test_a_budget_is_enough_whatever_is_redeemed(offer: Offer, stock: int, used: int) -> None:
    assume(used <= stock)
    assert offers.each_most(offer) * used <= offers.cost_most(offer, stock)


@pytest.mark.parametrize(
    ("offer", "field"),
    [
        (Offer(OfferKind.WON, 99), "value"),
        (Offer(OfferKind.PERCENT, 101, most_won=1_000), "value"),
        (Offer(OfferKind.PERCENT, 10), "most_won"),
        (Offer(OfferKind.THING, 3_000), "thing"),
        (Offer(OfferKind.WON, 3_000, least_won=2_000), "least_won"),
        (Offer(OfferKind.WON, 3_000, least_won=-1), "least_won"),
    ],
)
def test_an_offer_that_cannot_be_kept_is_refused(offer: Offer, field: str) -> None:
    with pytest.raises(BadValue) as refused:
        offers.check_offer(offer)
    assert refused.value.values()["field"] == field


def test_percentages_round_down_and_stop_at_their_cap() -> None:
    tenth = Offer(OfferKind.PERCENT, 10, most_won=3_000)
    assert [offers.won_off(tenth, paid) for paid in (9, 10, 19_999, 30_000, 1_000_000)] == [0, 1, 1_999, 3_000, 3_000]
    with pytest.raises(BadValue):
        offers.won_off(tenth, 0)


# Campaigns


def campaign(**changed: object) -> NewCampaign:
    said: dict[str, object] = {
        "title": "3천 원 할인",
        "offer": Offer(OfferKind.WON, 3_000),
        "stock": 100,
        "valid_from": date(2026, 5, 1),
        "valid_until": date(2026, 5, 31),
        "shop": ShopId(UUID(int=1)),
    }
    return NewCampaign(**(said | changed))  # type: ignore[arg-type]  # names and values are given by the test


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"shop": None}, "shop"),
        ({"market": UUID(int=2)}, "shop"),
        ({"title": " "}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"stock": 0}, "stock"),
        ({"stock": campaigns.STOCK_MAX + 1}, "stock"),
        ({"per_person": 11}, "per_person"),
        ({"undo_minutes": 61}, "undo_minutes"),
        ({"valid_until": date(2026, 4, 30)}, "valid_until"),
        ({"valid_until": date(2028, 5, 1)}, "valid_until"),
        ({"valid_from": date(2026, 4, 1), "valid_until": date(2026, 4, 30)}, "valid_until"),
        ({"payer": Payer.ASSOCIATION}, "payer"),
        ({"payer": Payer.FUND}, "fund"),
        ({"fund": UUID(int=3)}, "fund"),
        ({"given": Given.ABSENCE}, "absent_days"),
        ({"absent_days": 30}, "absent_days"),
        ({"shop": None, "market": UUID(int=2)}, "payer"),
    ],
)
def test_a_campaign_that_does_not_fit_together_is_refused(changed: dict[str, object], field: str) -> None:
    campaigns.check_campaign(campaign(), date(2026, 5, 1))
    with pytest.raises(BadValue) as refused:
        campaigns.check_campaign(campaign(**changed), date(2026, 5, 1))
    assert refused.value.values()["field"] == field


@given(st.integers(1, 1_000), st.integers(0, 1_000), st.integers(1, 10), st.integers(0, 10))
def test_the_next_coupon_is_within_stock_and_cap(stock: int, issued: int, cap: int, held: int) -> None:
    try:
        serial, nth = campaigns.next_coupon(stock, issued, cap, held)
    except SoldOut:
        assert issued >= stock
    except HasEnough:
        assert held >= cap
    else:
        assert (serial, nth) == (issued + 1, held + 1)
        assert serial <= stock
        assert nth <= cap


def test_coupons_are_given_out_while_the_campaign_is_open_and_not_over() -> None:
    until = campaigns.is_over_at(date(2026, 5, 31))
    campaigns.may_give_out(CampaignState.OPEN, until, until - timedelta(seconds=1))
    for state, now in ((CampaignState.OPEN, until), (CampaignState.STOPPED, NOON), (CampaignState.ENDED, NOON)):
        with pytest.raises(NotGivenOut):
            campaigns.may_give_out(state, until, now)
    campaigns.may_take(Given.TAKEN)
    for given_by in (Given.WELCOME, Given.BIRTHDAY, Given.ABSENCE):
        with pytest.raises(NotGivenThisWay):
            campaigns.may_take(given_by)


def test_days_are_those_of_seoul() -> None:
    assert campaigns.opens_at(date(2026, 5, 1)) == datetime(2026, 4, 30, 15, tzinfo=UTC)
    assert campaigns.is_over_at(date(2026, 5, 31)) == datetime(2026, 5, 31, 15, tzinfo=UTC)


# The signed code


@given(st.uuids(), st.uuids(), moments, st.integers(1, 10**7))
def test_what_is_signed_is_read_again(coupon: UUID, campaign_id: UUID, since: datetime, seconds: int) -> None:
    said = Signed(CouponId(coupon), CampaignId(campaign_id), since, since + timedelta(seconds=seconds))
    token = codes.sign(KEY, said)
    assert codes.read(KEY.public_key(), token) == said
    assert codes.read(KEY.public_key(), f" {token.lower()} ") == said
    assert len(token) == codes.TOKEN_LENGTH == 168
    assert codes.is_token(token)
    assert token == codes.sign(KEY, said)


@given(st.integers(0, codes.TOKEN_LENGTH - 1), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_one_changed_letter_makes_it_no_coupon(position: int, letter: str) -> None:
    token = codes.sign(KEY, Signed(CouponId(ids.new()), CampaignId(ids.new()), NOON, NOON + timedelta(days=1)))
    assume(token[position] != letter)
    with pytest.raises(NotACoupon):
        codes.read(KEY.public_key(), token[:position] + letter + token[position + 1 :])


@given(st.text(max_size=200))
def test_nothing_else_is_a_coupon(text: str) -> None:
    with pytest.raises(NotACoupon):
        codes.read(KEY.public_key(), text)


def test_another_installation_s_coupon_is_none_of_ours() -> None:
    said = Signed(CouponId(ids.new()), CampaignId(ids.new()), NOON, NOON + timedelta(days=1))
    other = codes.private_key(b"\x08" * 32)
    with pytest.raises(NotACoupon):
        codes.read(KEY.public_key(), codes.sign(other, said))


@given(st.binary(min_size=32, max_size=32))
def test_every_secret_makes_a_key(seed: bytes) -> None:
    key = codes.private_key(seed)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert len(codes.public_bytes(key.public_key())) == 65


def test_a_spoken_code_may_be_typed_in_small_letters_and_groups() -> None:
    assert codes.spoken_code("acde-fghj ") == "ACDEFGHJ"
    for wrong in ("", "ACDEFGH", "ACDEFGH0", "가나다라마바사아"):
        with pytest.raises(NotACoupon):
            codes.spoken_code(wrong)


# At the counter

SINCE, UNTIL = NOON, NOON + timedelta(days=30)
SAID = Signed(CouponId(UUID(int=1)), CampaignId(UUID(int=2)), SINCE, UNTIL)


@given(st.timedeltas(timedelta(days=-5), timedelta(days=40)), st.booleans())
def test_a_coupon_is_good_from_its_first_to_its_last_second_and_once(off: timedelta, used: bool) -> None:
    now = SINCE + off
    good = not used and SINCE <= now < UNTIL
    try:
        redeeming.may_redeem(SINCE, UNTIL, NOON if used else None, now)
    except (CouponUsed, NotYet, CouponExpired):
        assert not good
    else:
        assert good
    state = redeeming.state_of(UNTIL, used, now)
    assert (state is CouponState.USED) == used
    assert state is CouponState.USED or (state is CouponState.EXPIRED) == (now >= UNTIL)


NEAR = st.timedeltas(timedelta(days=-5), timedelta(days=40)).map(lambda off: SINCE + off)


@given(
    st.timedeltas(timedelta(days=-5), timedelta(days=40)),
    st.timedeltas(timedelta(days=-1), timedelta(days=6)),
    st.builds(
        redeeming.AtHand,
        here=st.booleans(),
        is_used=st.booleans(),
        is_own=st.booleans(),
        closed=st.lists(st.tuples(NEAR, st.none() | NEAR), max_size=2).map(tuple),
    ),
)
def test_what_was_redeemed_offline_counts_only_if_it_would_have_then(
    off: timedelta, late: timedelta, stands: redeeming.AtHand
) -> None:
    at = SINCE + off
    now = at + late
    kind = redeeming.judge_offline(SAID, at, now, stands)
    good = stands.here and not (stands.is_used or stands.is_own)
    was_open = all(at < since or (until is not None and at >= until) for since, until in stands.closed)
    in_time = SINCE <= at < UNTIL and -redeeming.AHEAD_MAX <= late <= redeeming.AWAY_MAX
    assert (kind is None) == (good and was_open and in_time)
    if kind is ConflictKind.USED_BEFORE:
        assert stands.is_used, "only another redemption makes a loser"


@given(st.sampled_from(RedemptionState), st.timedeltas(timedelta(minutes=-30), timedelta(minutes=30)))
def test_a_redemption_is_undone_or_final_never_both(state: RedemptionState, off: timedelta) -> None:
    until = redeeming.undo_until(NOON, 10)
    now = until + off
    try:
        redeeming.may_undo(state, until, now)
    except (UndoOver, AlreadyUndone):
        can_undo = False
    else:
        can_undo = True
    assert not (can_undo and redeeming.is_due(state, until, now))
    assert state is not RedemptionState.TAKEN or can_undo or redeeming.is_due(state, until, now)


@given(st.integers(0, campaigns.UNDO_MINUTES_MAX), st.timedeltas(timedelta(), redeeming.AWAY_MAX))
def test_a_campaign_ends_after_the_last_redemption_can_come_or_go(minutes: int, late: timedelta) -> None:
    at = UNTIL - timedelta(microseconds=1)
    now = at + late
    assert redeeming.judge_offline(SAID, at, now, redeeming.AtHand(here=True, is_used=False)) is None
    assert redeeming.undo_until(now, minutes) < campaigns.ends_at(UNTIL, minutes)


# Credits


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_messages_never_cost_more_than_was_shown(held: int, cost: int) -> None:
    assert 0 <= purses.spent_of(held, cost) <= min(held, cost)


# The official list

ROW = {
    "시장명": "예시시장",
    "시장유형": "상설장+5일장",
    "소재지도로명주소": "예시도 가람군 장터길 1",
    "소재지지번주소": "예시도 가람군 장터리 1",
    "시장개설주기": "5일+10일",
    "위도": "36.5",
    "경도": "127.5",
    "점포수": "1,021",
    "취급품목": "농산물+의류",
    "공중화장실보유여부": "Y",
    "주차장보유여부": "N",
    "개설연도": "",
    "데이터기준일자": "2024-11-04",
}


def test_a_row_is_read_as_it_stands() -> None:
    market = listing.listed(ROW)
    assert (market.name, market.rhythm, market.days) == ("예시시장", Rhythm.BOTH, (0, 5))
    assert (market.stalls, market.sells, market.toilet, market.parking) == (1021, ("농산물", "의류"), True, False)
    assert market.since is None
    assert listing.listed(ROW | {"위도": "", "경도": ""}).at is None
    assert listing.listed(ROW | {"점포수": ""}).stalls == 0, "five rows of the list do not say"


@pytest.mark.parametrize(
    ("cell", "value", "reason"),
    [
        ("시장명", "", "name"),
        ("시장유형", "야시장", "kind"),
        ("시장개설주기", "2일과 7일", "days"),
        ("시장개설주기", "매일", "days"),
        ("시장개설주기", "2일+32일", "days"),
        ("위도", "", "position"),
        ("위도", "127.5", "position"),
        ("위도", "삼십육", "position"),
        ("점포수", "많음", "stalls"),
        ("점포수", "-3", "stalls"),
        ("개설연도", "1970년", "year"),
        ("공중화장실보유여부", "있음", "toilet"),
        ("데이터기준일자", "2024-13-01", "day"),
    ],
)
def test_a_cell_that_does_not_fit_is_named_and_not_guessed(cell: str, value: str, reason: str) -> None:
    with pytest.raises(listing.BadCell) as refused:
        listing.listed(ROW | {cell: value})
    assert refused.value.reason == reason


def test_a_name_is_no_key() -> None:
    one, other = listing.listed(ROW), listing.listed(ROW | {"소재지지번주소": "예시도 가람군 장터리 2"})
    assert listing.key_of(one) != listing.key_of(other)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_a_five_day_market_is_held_six_times_a_month_at_most(day: date) -> None:
    held = listing.is_held_on(Rhythm.FIVE_DAYS, (0, 5), day)
    assert held == (day.day in (5, 10, 15, 20, 25, 30))
    assert not listing.is_held_on(Rhythm.DAILY, (), day)


# Permits


def test_nobody_works_for_a_shop_by_being_a_steward() -> None:
    from dure.base.actors import Actor, OrganisationId, OrgRole, PersonId, PlatformRole

    shop = OrganisationId(UUID(int=9))
    steward = Actor(PersonId(UUID(int=1)), roles=frozenset({PlatformRole.STEWARD}))
    staff = Actor(PersonId(UUID(int=2)), memberships=frozenset({(shop, OrgRole.STAFF)}))
    permits.may_work(staff, shop)
    for nobody in (steward, Actor(None)):
        with pytest.raises(NotAllowed):
            permits.may_work(nobody, shop)
    with pytest.raises(NotAllowed):
        permits.may_own(staff, shop)
    with pytest.raises(NotAllowed):
        permits.may_confirm(steward, shop, PersonId(UUID(int=1)))

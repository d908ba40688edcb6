"""What nobody is left to use goes back to the fund that gave it: to the won, once, and nothing of anybody else."""

from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from dure.base import clock, ids
from dure.base.refusals import NotAllowed
from dure.foundations.people import actions as people
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Decision, OrgKind
from dure.kit import tx
from dure.kit.verify import silent
from dure.kit.visiting import browser
from dure.services.market import actions, commands, models, queries, tasks
from dure.services.market.rules import purses
from dure.services.market.types import FundId

from . import making
from .making import BY, Ground, key


def left_of(ground: Ground, fund: FundId) -> tuple[int, int]:
    """What a fund has, and what of it is granted."""
    one = next(each for each in queries.funds(ground.stewards[0]) if each.id == fund)
    return one.available, one.granted


def end(ground: Ground) -> None:
    row = models.Association.objects.get(market_id=ground.market, state="confirmed")
    actions.end_association(ground.speaker, row.id, key=key())


def found() -> set[str]:
    return {each.check for one in commands.verify_checks() for each in one.run(silent)}


@given(st.integers(0, 500), st.lists(st.integers(0, 100), max_size=6))
def test_what_is_left_goes_back_to_the_last_grants_and_no_more_than_was_granted(left: int, grants: list[int]) -> None:
    parts = purses.backwards(left, [(ids.new(), won) for won in grants])
    assert sum(won for _, won in parts) == min(left, sum(grants))
    assert all(won > 0 for _, won in parts)
    assert len({grant for grant, _ in parts}) == len(parts)


@pytest.mark.django_db
def test_a_budget_goes_back_when_its_association_ends(ground: Ground) -> None:
    first, second = making.a_fund(ground, 10_000), making.a_fund(ground, 50_000)
    for fund, won in ((first, 10_000), (second, 50_000)):
        actions.grant_budget(ground.stewards[0], fund, ground.market, won, key=key())
    assert (left_of(ground, first), left_of(ground, second)) == ((0, 10_000), (0, 50_000))
    end(ground)
    assert (left_of(ground, first), left_of(ground, second)) == ((10_000, 0), (50_000, 0))
    assert found() == set()


@pytest.mark.django_db
def test_who_ends_an_association_reads_before_what_becomes_of_its_budget(ground: Ground) -> None:
    for by, page in ((ground.speaker, "market-desk:home"), (ground.stewards[0], "market-desk:stewards")):
        assert "남은 예산은 기금으로 돌아갑니다" in browser(by).get(reverse(page)).content.decode()


@pytest.mark.django_db
def test_what_a_campaign_still_holds_goes_back_when_it_is_over(ground: Ground) -> None:
    campaign = making.market_campaign(ground, 50_000, stock=10)
    fund = FundId(models.Grant.objects.get().fund_id)
    coupon = making.take(ground.customers[0], campaign)
    end(ground)
    assert left_of(ground, fund)[1] == 30_000, "ten coupons may still be used"
    making.redeem(ground.merchant, ground.shop, coupon)
    later = clock.now() + timedelta(days=60)
    with clock.read_from(lambda: later):
        tasks.settle_redemptions(0)
        tasks.end_campaigns(0)
        assert left_of(ground, fund)[1] == 3_000, "what was used is paid"
        assert tasks.return_left(0) == 0
    assert found() == set()
    assert [row.won for row in models.GrantReturn.objects.order_by("at")] == [20_000, 27_000]


@pytest.mark.django_db
def test_the_budget_of_who_speaks_for_a_market_stays(ground: Ground) -> None:
    fund = making.a_fund(ground)
    actions.grant_budget(ground.stewards[0], fund, ground.market, 30_000, key=key())
    assert (actions.return_budget(BY, ground.market), actions.return_left(BY)) == (0, 0)
    assert queries.budget_left(ground.speaker, ground.market) == 30_000


def revoke(ground: Ground) -> tuple[FundId, object]:
    """A shop with credits loses its verification."""
    organisation, owner = folk.verified_organisation(folk.person("이상인"), name="예시 떡집", kind=OrgKind.SHOP)
    fund, sending = making.a_fund(ground, 10_000), ids.new()
    actions.grant_credit(ground.stewards[0], fund, organisation, 10_000, key=key())
    actions.hold_credit(owner, organisation, sending, 4_000)
    with tx.durable():
        people.decide_verification(ground.stewards[0], organisation, Decision.REVOKE, "예시 사유입니다")
    assert actions.return_credit(BY, organisation) == 6_000
    assert actions.return_credit(BY, organisation) == 0
    return fund, sending


@pytest.mark.django_db
def test_credits_of_who_is_gone_go_back_and_what_was_held_follows(ground: Ground) -> None:
    fund, sending = revoke(ground)
    assert left_of(ground, fund) == (6_000, 4_000)
    actions.spend_credit(BY, sending, 1_000)  # type: ignore[arg-type]  # its id
    assert tasks.return_left(0) == 3_000
    assert left_of(ground, fund) == (9_000, 1_000)
    assert found() == set()


@pytest.mark.django_db
def test_a_shop_that_has_been_closed_for_a_year_is_gone(ground: Ground) -> None:
    fund, organisation = making.a_fund(ground, 10_000), ground.shop.organisation
    actions.grant_credit(ground.stewards[0], fund, organisation, 10_000, key=key())
    actions.close_shop(ground.merchant, ground.shop.id, key=key())
    for days, back in ((364, 0), (365, 10_000)):
        later = clock.now() + timedelta(days=days)
        with clock.read_from(lambda later=later: later):  # type: ignore[misc]  # mypy takes no defaults of a lambda
            assert actions.return_left(BY) == back
    [last, _granted] = queries.credit(ground.merchant, organisation).lines
    assert (last.won, last.what) == (-10_000, "returned")


@pytest.mark.django_db
def test_only_the_platform_gives_back(ground: Ground) -> None:
    for nobody in (ground.merchant, ground.speaker, ground.stewards[0], folk.auditor()):
        for act in (
            lambda by: actions.return_credit(by, ground.shop.organisation),
            lambda by: actions.return_budget(by, ground.market),
            actions.return_left,
        ):
            with pytest.raises(NotAllowed):
                act(nobody)

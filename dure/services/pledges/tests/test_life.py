"""A season from its opening to its hundred days: projects, places, deposits, leaving, other leaders."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from dure.base import clock
from dure.base.refusals import BadValue, KeyReused, NotAllowed, NotFound, Refusal
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import PaymentDeclined, RefundState, Scenario
from dure.foundations.people.tests import making as folk
from dure.kit import models as kit_models
from dure.services.pledges import actions, models, queries
from dure.services.pledges.types import (
    AlreadyIn,
    Consent,
    ConsentClosed,
    NotTheirTurn,
    Pledge,
    PledgeState,
    ProjectState,
    ProjectVerdict,
    ReceiverUnfit,
    SeasonClosed,
    SeasonPhase,
    WrongStep,
)

from . import making
from .making import DEPOSIT, Ground, key


def told(kind: str) -> int:
    return kit_models.News.objects.filter(kind=f"pledges.{kind}").count()


def refund_of(pledge: Pledge) -> int:
    return sum(refund.amount for refund in book.refunds_of(making.payment_of(pledge).id))


# Seasons


def test_a_steward_opens_a_season(ground: Ground) -> None:
    season = queries.season_by_code(ground.season.code)
    assert season.phase is SeasonPhase.PROPOSING
    assert (season.ends_on - season.starts_on).days == 99
    assert [receiver.organisation for receiver in season.receivers] == [ground.receiver]
    assert queries.current_seasons() == queries.seasons() == (season,)
    assert told("SeasonOpened") == 1


def test_only_stewards_open_seasons_and_only_for_verified_organisations(ground: Ground) -> None:
    new = making.new_season((ground.receiver,))
    with pytest.raises(NotAllowed):
        actions.open_season(ground.leader, new, key=key())
    unverified, _ = folk.organisation(folk.person())
    with pytest.raises(ReceiverUnfit):
        actions.open_season(ground.stewards[0], making.new_season((unverified,)), key=key())


def test_the_same_season_sent_twice_is_one(ground: Ground) -> None:
    new, same = making.new_season((ground.receiver,)), key()
    first = actions.open_season(ground.stewards[0], new, key=same)
    assert actions.open_season(ground.stewards[0], new, key=same) == first
    with pytest.raises(KeyReused):
        actions.open_season(ground.stewards[0], making.new_season((ground.receiver,), name="다른 시즌"), key=same)


# Projects


def test_a_project_is_looked_at_before_anybody_sees_it(ground: Ground) -> None:
    proposed = actions.propose_project(ground.leader, making.new_project(ground.season, title="책 읽기"), key=key())
    with pytest.raises(NotFound):
        queries.project_by_code(proposed.code, ground.people[0])
    assert queries.project_by_code(proposed.code, ground.leader).state is ProjectState.PROPOSED
    assert proposed.id in {one.id for one in queries.projects_to_review(ground.stewards[0])}
    returned = actions.decide_project(
        ground.stewards[0], proposed.id, ProjectVerdict.RETURN, "어떻게 증명하나요?", key=key()
    )
    assert (returned.state, returned.why) == (ProjectState.RETURNED, "어떻게 증명하나요?")
    changed = making.new_project(ground.season, title="책 읽기", how="읽은 쪽을 적어요")
    assert actions.edit_project(ground.leader, proposed.id, changed, key=key()).state is ProjectState.PROPOSED
    opened = actions.decide_project(ground.stewards[0], proposed.id, ProjectVerdict.APPROVE, "", key=key())
    assert opened.state is ProjectState.OPEN
    assert {one.id for one in queries.find_projects(ground.season.id)} == {ground.project.id, opened.id}
    assert [one.id for one in queries.find_projects(ground.season.id, "읽기")] == [opened.id]
    with pytest.raises(WrongStep):
        actions.edit_project(ground.leader, proposed.id, changed, key=key())


def test_a_project_is_declined_with_a_reason(ground: Ground) -> None:
    proposed = actions.propose_project(ground.leader, making.new_project(ground.season), key=key())
    with pytest.raises(BadValue):
        actions.decide_project(ground.stewards[0], proposed.id, ProjectVerdict.DECLINE, " ", key=key())
    declined = actions.decide_project(ground.stewards[0], proposed.id, ProjectVerdict.DECLINE, "광고예요", key=key())
    assert declined.state is ProjectState.DECLINED


def test_who_may_not_propose_edit_or_decide(ground: Ground) -> None:
    new = making.new_project(ground.season)
    proposed = actions.propose_project(ground.leader, new, key=key())
    own = actions.propose_project(ground.stewards[1], new, key=key())
    refused: tuple[tuple[Callable[[], object], type[Refusal]], ...] = (
        (lambda: actions.propose_project(folk.person(verified=False), new, key=key()), NotAllowed),
        (lambda: actions.edit_project(ground.people[0], proposed.id, new, key=key()), NotAllowed),
        (lambda: actions.decide_project(ground.leader, proposed.id, ProjectVerdict.APPROVE, "", key=key()), NotAllowed),
        (
            lambda: actions.decide_project(ground.stewards[1], own.id, ProjectVerdict.APPROVE, "", key=key()),
            NotTheirTurn,
        ),
        (lambda: actions.cancel_project(ground.people[0], proposed.id, "그만해요", key=key()), NotAllowed),
    )
    for work, refusal in refused:
        with pytest.raises(refusal):
            work()


def test_after_its_last_day_nobody_proposes(ground: Ground) -> None:
    with making.at(making.noon(ground.season.propose_until + timedelta(days=1))), pytest.raises(SeasonClosed):
        actions.propose_project(ground.leader, making.new_project(ground.season), key=key())


# Joining


def test_who_pays_the_deposit_is_in_and_it_lies_in_an_account_of_its_own(ground: Ground) -> None:
    one, other, _ = ground.people
    mine, theirs = (making.joined(by, ground.project, ground.consent) for by in (one, other))
    assert mine.state is PledgeState.JOINED
    assert making.in_account(mine.id) == making.in_account(theirs.id) == DEPOSIT
    [line] = queries.statement(one, mine.id)
    assert (line.what, line.won, line.left) == ("deposit", DEPOSIT, DEPOSIT)
    with pytest.raises(NotAllowed):
        queries.statement(other, mine.id)
    assert queries.project(ground.project.id).taken == 2
    assert told("PledgeMade") == 2
    assert making.broken() == []


def test_nobody_joins_twice_and_everybody_may_join_several_projects(ground: Ground) -> None:
    by = ground.people[0]
    making.joined(by, ground.project)
    with pytest.raises(AlreadyIn):
        making.asked(by, ground.project)
    second = making.open_project(ground.season, ground.leader, ground.stewards[0], title="책 읽기")
    assert making.joined(by, second).state is PledgeState.JOINED
    assert len(queries.my_pledges(making.person_of(by))) == 2


def test_asking_again_while_paying_leads_to_the_same_payment(ground: Ground) -> None:
    by = ground.people[0]
    first, again = making.asked(by, ground.project), making.asked(by, ground.project)
    assert (first.id, actions.pay_deposit(by, first.id)) == (again.id, actions.pay_deposit(by, again.id))
    with pytest.raises(NotAllowed):
        actions.pay_deposit(ground.people[1], first.id)
    assert making.pay(by, first).state is PledgeState.JOINED


def test_a_declined_payment_frees_the_place(ground: Ground) -> None:
    by = ground.people[0]
    joined = making.asked(by, ground.project)
    assert queries.project(ground.project.id).taken == 1
    with pytest.raises(PaymentDeclined):
        making.pay(by, joined, Scenario.NOT_ENOUGH_FUNDS)
    payment = making.payment_of(joined).id
    assert actions.settle_payment(making.BY, payment).state is PledgeState.FAILED
    assert queries.project(ground.project.id).taken == 0
    assert making.joined(by, ground.project).state is PledgeState.JOINED
    assert making.broken() == []


def test_coming_back_twice_holds_one_deposit(ground: Ground) -> None:
    by = ground.people[0]
    joined = making.asked(by, ground.project)
    making.pay(by, joined)
    payment = making.payment_of(joined).id
    assert actions.settle_payment(making.BY, payment).state is PledgeState.JOINED
    assert making.in_account(joined.id) == DEPOSIT
    assert told("PledgeMade") == 1


def test_money_that_comes_after_the_first_day_goes_back(ground: Ground) -> None:
    by = ground.people[0]
    joined = making.asked(by, ground.project)
    models.Season.objects.filter(id=ground.season.id).update(
        starts_on=clock.today(),
        join_until=clock.today() - timedelta(days=1),
        propose_until=clock.today() - timedelta(days=1),
    )
    assert making.pay(by, joined).state is PledgeState.FAILED
    assert refund_of(joined) == DEPOSIT
    assert making.in_account(joined.id) == 0
    assert making.broken() == []


def test_who_has_no_proved_address_cannot_join(ground: Ground) -> None:
    with pytest.raises(NotAllowed):
        making.asked(folk.person(verified=False), ground.project)


def test_a_project_that_is_not_open_takes_nobody(ground: Ground) -> None:
    proposed = actions.propose_project(ground.leader, making.new_project(ground.season), key=key())
    with pytest.raises(WrongStep):
        making.asked(ground.people[0], proposed)
    with making.at(making.noon(ground.season.join_until + timedelta(days=1))), pytest.raises(SeasonClosed):
        making.asked(ground.people[0], ground.project)


# Full, waiting, leaving


def small(ground: Ground) -> Ground:
    """The same with a project of two places."""
    models.Project.objects.filter(id=ground.project.id).update(capacity=2)
    return ground


def test_who_comes_too_late_waits_and_gets_the_place_of_who_leaves(ground: Ground) -> None:
    first, second, third = small(ground).people
    left = making.joined(first, ground.project, ground.consent)
    making.joined(second, ground.project)
    waits = making.asked(third, ground.project, ground.consent)
    assert waits.state is PledgeState.WAITING
    with pytest.raises(WrongStep):
        actions.pay_deposit(third, waits.id)
    assert actions.leave(first, left.id, key=key()).state is PledgeState.LEFT
    assert refund_of(left) == DEPOSIT
    assert making.in_account(left.id) == 0
    offered = queries.pledge(waits.id)
    assert offered.state is PledgeState.OFFERED
    assert offered.offered_until is not None
    assert told("PlaceOffered") == 1
    with pytest.raises(AlreadyIn):
        making.asked(second, ground.project)
    assert making.asked(first, ground.project).state is PledgeState.WAITING  # the place is kept for the third
    assert making.joined(third, ground.project, ground.consent).state is PledgeState.JOINED
    assert making.broken() == []


def test_a_place_that_nobody_takes_goes_to_the_next(ground: Ground) -> None:
    first, second, third = small(ground).people
    fourth = folk.person()
    left = making.joined(first, ground.project)
    making.joined(second, ground.project)
    waits, next_one = making.asked(third, ground.project), making.asked(fourth, ground.project)
    actions.leave(first, left.id, key=key())
    assert actions.lapse_offers(making.BY) == 0
    with making.at(clock.now() + timedelta(hours=25)):
        assert actions.lapse_offers(making.BY) == 1
        assert queries.pledge(waits.id).state is PledgeState.LAPSED
        assert queries.pledge(next_one.id).state is PledgeState.OFFERED
        assert actions.lapse_offers(making.BY) == 0


def test_the_list_ends_when_nobody_can_join_any_more(ground: Ground) -> None:
    first, second, third = small(ground).people
    left = making.joined(first, ground.project)
    making.joined(second, ground.project)
    waits = making.asked(third, ground.project)
    with making.on_day(ground, 0):
        assert actions.lapse_offers(making.BY) == 1
        assert queries.pledge(waits.id).state is PledgeState.LAPSED
        actions.leave(first, left.id, key=key())
        assert refund_of(left) == DEPOSIT


def test_who_gives_up_after_the_first_day_leaves_the_deposit(ground: Ground) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project, ground.consent)
    with making.on_day(ground, 3):
        assert actions.leave(by, pledge.id, key=key()).state is PledgeState.STOPPED
        with pytest.raises(WrongStep):
            making.prove(by, pledge, 3)
    assert making.in_account(pledge.id) == DEPOSIT
    with pytest.raises(NotAllowed):
        actions.leave(ground.people[1], pledge.id, key=key())


def test_refunds_of_those_who_left_reach_the_provider(ground: Ground) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project)
    actions.leave(by, pledge.id, key=key())
    assert ledger.settle_refunds(making.BY) == 1
    assert [one.state for one in book.refunds_of(making.payment_of(pledge).id)] == [RefundState.SETTLED]


# Consent


def test_what_is_said_last_before_paying_counts(ground: Ground) -> None:
    """Who turned back at the provider's page and chose anew gives nothing away that they then kept."""
    by = ground.people[0]
    first = making.asked(by, ground.project, ground.consent)
    again = making.asked(by, ground.project, Consent(False))
    assert (again.id, again.state, again.consent) == (first.id, PledgeState.PAYING, Consent(False))
    assert not making.pay(by, again).consent.gives
    assert [one.gives for one in models.ConsentStep.objects.order_by("at", "id")] == [True, False]
    making.settled(ground)
    settled = queries.pledge(first.id).settled
    assert settled is not None
    assert (settled.refund, settled.donation) == (DEPOSIT, 0)


def test_a_consent_can_be_changed_until_the_season_is_settled(ground: Ground) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project, ground.consent)
    assert pledge.consent == ground.consent
    assert not actions.change_consent(by, pledge.id, Consent(False), key=key()).consent.gives
    assert models.ConsentStep.objects.filter(pledge_id=pledge.id).count() == 2
    with pytest.raises(NotAllowed):
        actions.change_consent(ground.people[1], pledge.id, ground.consent, key=key())
    with making.after_review(ground):
        assert actions.change_consent(by, pledge.id, ground.consent, key=key()).consent.gives
        actions.begin_settlement(ground.stewards[0], ground.season.id, key=key())
        with pytest.raises(ConsentClosed):
            actions.change_consent(by, pledge.id, Consent(False), key=key())


# Cancelled; another leader


def test_everybody_of_a_cancelled_project_gets_everything_back(ground: Ground) -> None:
    one, other, third = small(ground).people
    mine, theirs = making.joined(one, ground.project, ground.consent), making.joined(other, ground.project)
    making.asked(third, ground.project)
    with making.on_day(ground, 50):
        making.prove(one, mine, 50)
        with pytest.raises(NotAllowed):
            actions.cancel_project(ground.leader, ground.project.id, "못 하겠어요", key=key())
        cancelled = actions.cancel_project(ground.stewards[0], ground.project.id, "길잡이가 없어요", key=key())
    assert cancelled.state is ProjectState.CANCELLED
    assert {queries.pledge(one.id).state for one in (mine, theirs)} == {PledgeState.CANCELLED}
    assert [refund_of(one) for one in (mine, theirs)] == [DEPOSIT, DEPOSIT]
    assert (told("PledgeEnded"), told("ProjectCancelled")) == (2, 1)
    assert making.broken() == []


def test_a_leader_may_cancel_a_project_in_which_nobody_is(ground: Ground) -> None:
    assert (
        actions.cancel_project(ground.leader, ground.project.id, "다음에 할게요", key=key()).state
        is ProjectState.CANCELLED
    )


def test_somebody_who_is_in_it_leads_it_from_now_on(ground: Ground) -> None:
    one, other, outside = ground.people
    for by in (one, other):
        making.joined(by, ground.project)
    handed = actions.replace_leader(ground.leader, ground.project.id, making.person_of(one), key=key())
    assert handed.leader == one.person
    with pytest.raises(NotAllowed):
        actions.replace_leader(ground.leader, ground.project.id, making.person_of(other), key=key())
    for wrong in (outside, one):
        with pytest.raises(NotTheirTurn):
            actions.replace_leader(ground.stewards[0], ground.project.id, making.person_of(wrong), key=key())
    again = actions.replace_leader(ground.stewards[0], ground.project.id, making.person_of(other), key=key())
    assert again.leader == other.person
    assert again.why == ""  # who led before is nobody's reason


# Accounts that are closed


def test_the_place_of_who_closes_the_account_is_offered(ground: Ground) -> None:
    first, second, third = small(ground).people
    for by in (first, second):
        making.joined(by, ground.project)
    waits = making.asked(third, ground.project)
    actions.let_person_go(making.BY, making.person_of(first))
    assert queries.pledge(waits.id).state is PledgeState.OFFERED


def test_however_many_projects_somebody_was_in_the_oldest_ends_with_the_account(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dure.services.pledges.queries.pledges.SHOWN_MAX", 1)
    by = ground.people[0]
    oldest = making.joined(by, ground.project)
    making.joined(by, making.open_project(ground.season, ground.leader, ground.stewards[0], title="책 읽기"))
    assert actions.let_person_go(making.BY, making.person_of(by)) == 2
    assert refund_of(oldest) == DEPOSIT


def test_who_closes_the_account_before_the_first_day_gets_the_deposit_back(ground: Ground) -> None:
    one, other, _ = ground.people
    mine, theirs = making.joined(one, ground.project), making.joined(other, ground.project)
    assert actions.let_person_go(making.BY, making.person_of(one)) == 1
    assert queries.pledge(mine.id).state is PledgeState.LEFT
    assert actions.let_person_go(making.BY, making.person_of(one)) == 0
    with making.on_day(ground, 10):
        assert actions.let_person_go(making.BY, making.person_of(other)) == 1
    assert queries.pledge(theirs.id).state is PledgeState.STOPPED

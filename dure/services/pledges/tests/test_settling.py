"""A season is settled: to the won, once, whoever dies where; refunds leave, receipts are for what was given."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dure.base import ids
from dure.base.refusals import NotAllowed
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import commands as ledger_commands
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.providers import SANDBOX
from dure.foundations.ledger.types import RefundState, account_id
from dure.foundations.people import actions as people_actions
from dure.foundations.people import queries as people
from dure.foundations.people.tests import making as folk
from dure.kit import models as kit_models
from dure.kit import tx
from dure.kit.testing import dies_at
from dure.kit.verify import silent
from dure.services.pledges import actions, models, queries
from dure.services.pledges.rules import commitment
from dure.services.pledges.types import (
    NotSettledYet,
    Pledge,
    PledgeState,
    SeasonClosed,
    SeasonState,
    SettlesFrom,
    Undecided,
)

from . import making
from .making import BY, DEPOSIT, NO, Ground, key


def three(ground: Ground) -> tuple[Pledge, Pledge, Pledge]:
    """One who kept 100 days, one who kept 63 and gives, one who kept 63 and does not."""
    pledges = []
    for by, kept, consent in zip(ground.people, (100, 63, 63), (ground.consent, ground.consent, NO), strict=True):
        pledge = making.joined(by, ground.project, consent)
        making.proved(ground, by, pledge, kept)
        pledges.append(pledge)
    one, other, third = pledges
    return one, other, third


def parts(pledge: Pledge) -> tuple[int, int, int, int]:
    found = queries.pledge(pledge.id).settled
    assert found is not None
    return found.kept, found.refund, found.donation, found.fee


def receiver_account(ground: Ground) -> str:
    return queries.receiver_code(ground.season.receivers[0].id)


def test_every_won_goes_where_the_days_and_the_consent_say(ground: Ground) -> None:
    pledges = three(ground)
    making.settled(ground)
    assert [parts(one) for one in pledges] == [(100, 10_000, 0, 0), (63, 6_300, 3_700, 0), (63, 10_000, 0, 0)]
    assert [making.in_account(one.id) for one in pledges] == [10_000, 6_300, 10_000]  # until the refunds have left
    assert making.held(receiver_account(ground)) == 3_700
    assert {queries.pledge(one.id).state for one in pledges} == {PledgeState.SETTLED}
    assert queries.season(ground.season.id).state is SeasonState.SETTLED
    [told] = kit_models.News.objects.filter(kind="pledges.SeasonSettled")
    assert (told.body["pledges"], told.body["refund"], told.body["donation"]) == (3, 26_300, 3_700)
    assert making.broken() == []


def test_refunds_leave_by_the_provider_with_an_id_each(ground: Ground) -> None:
    pledges = three(ground)
    making.settled(ground)
    assert actions.return_deposits(BY, ground.season.id, most=2) == 2
    assert queries.seasons_with_refunds() == (ground.season.id,)
    assert actions.return_deposits(BY, ground.season.id) == 1
    assert actions.return_deposits(BY, ground.season.id) == 0
    assert queries.seasons_with_refunds() == ()
    assert ledger.settle_refunds(BY) == 3
    assert [making.in_account(one.id) for one in pledges] == [0, 0, 0]
    assert [SANDBOX.find(making.payment_of(one).order)[0].balance for one in pledges] == [0, 3_700, 0]
    assert [line.won for line in queries.statement(ground.people[1], pledges[1].id)] == [10_000, -3_700, -6_300]
    assert [line.left for line in queries.statement(ground.people[1], pledges[1].id)] == [10_000, 6_300, 0]
    assert making.broken() == []


def test_only_what_was_given_can_be_receipted(ground: Ground) -> None:
    kept, gave, keeps = three(ground)
    making.settled(ground)
    year = making.after_year(ground)
    given = book.donations_open(gave.person, ground.receiver, year)
    assert [(one.amount, one.receiver) for one in given] == [(3_700, ground.receiver)]
    assert [book.donations_open(one.person, ground.receiver, year) for one in (kept, keeps)] == [(), ()]


def test_a_fee_is_taken_of_what_is_given_only(db: None) -> None:
    ground = making.ground(fee_percent=5, deposit=9_999)
    pledges = three(ground)
    making.settled(ground)
    assert [parts(one) for one in pledges] == [(100, 9_999, 0, 0), (63, 6_299, 3_515, 185), (63, 9_999, 0, 0)]
    assert making.held("pledges_fees") == 185
    assert making.broken() == []


def test_days_off_count_in_the_settlement(ground: Ground) -> None:
    models.Project.objects.filter(id=ground.project.id).update(days_a_week=5)
    by = ground.people[0]
    pledge = making.joined(by, ground.project, ground.consent)
    making.proved(ground, by, pledge, 5)  # of the first week all that was asked for
    making.settled(ground)
    assert parts(pledge) == (7, 700, 9_300, 0)
    assert making.broken() == []


def test_what_does_not_count_is_not_settled_for(ground: Ground) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project, ground.consent)
    making.proved(ground, by, pledge, 10)
    models.Proof.objects.filter(day=1).update(state="rejected")
    models.Proof.objects.filter(day=2).update(state="refused")
    models.Proof.objects.filter(day=3).update(state="withdrawn")
    models.Proof.objects.filter(day=4).update(state="accepted")
    making.settled(ground)
    assert parts(pledge)[0] == 7
    assert making.broken() == []


def test_who_stopped_gets_back_what_was_kept(ground: Ground) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project, ground.consent)
    making.proved(ground, by, pledge, 12)
    with making.on_day(ground, 13):
        actions.leave(by, pledge.id, key=key())
    making.settled(ground)
    assert parts(pledge) == (12, 1_200, 8_800, 0)


def test_a_consent_that_was_withdrawn_in_time_gives_nothing(ground: Ground) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project, ground.consent)
    with making.after_review(ground):
        actions.change_consent(by, pledge.id, NO, key=key())
    making.settled(ground)
    assert parts(pledge) == (0, DEPOSIT, 0, 0)
    assert making.held(receiver_account(ground)) == 0


def test_a_season_waits_for_decisions_and_for_its_day(ground: Ground) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project)
    with making.on_day(ground, 2):
        proof = making.prove(by, pledge, 1)
    with making.on_day(ground, 110), pytest.raises(SettlesFrom):
        actions.begin_settlement(ground.stewards[0], ground.season.id, key=key())
    with making.after_review(ground):
        for who in (by, ground.leader, folk.auditor()):
            with pytest.raises(NotAllowed):
                actions.begin_settlement(who, ground.season.id, key=key())
        with pytest.raises(Undecided) as waits:
            actions.begin_settlement(ground.stewards[0], ground.season.id, key=key())
        assert waits.value.left == 1
        actions.accept_proof(ground.leader, proof.id, key=key())
        actions.begin_settlement(ground.stewards[0], ground.season.id, key=key())
        with pytest.raises(SeasonClosed):
            actions.begin_settlement(ground.stewards[1], ground.season.id, key=key())


def test_who_was_rejected_last_has_a_week_to_appeal(ground: Ground) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project)
    with making.on_day(ground, 101):
        late = making.prove(by, pledge, 100)
    with making.on_day(ground, 114):
        actions.reject_proof(ground.leader, late.id, "안 보여요", key=key())
    with making.on_day(ground, 120), pytest.raises(Undecided):
        actions.begin_settlement(ground.stewards[0], ground.season.id, key=key())
    with making.on_day(ground, 121):
        assert actions.begin_settlement(ground.stewards[0], ground.season.id, key=key()).state is SeasonState.SETTLING


def test_a_season_in_which_nobody_is_is_settled(ground: Ground) -> None:
    making.settled(ground)
    assert queries.season(ground.season.id).state is SeasonState.SETTLED


def test_nothing_is_settled_that_no_steward_began(ground: Ground) -> None:
    pledge = making.joined(ground.people[0], ground.project)
    assert actions.settle_next(BY, ground.season.id) == 0
    assert queries.pledge(pledge.id).state is PledgeState.JOINED
    with pytest.raises(NotAllowed):
        actions.settle_next(ground.stewards[0], ground.season.id)


def test_a_settlement_goes_on_after_a_crash_at_every_statement(ground: Ground) -> None:
    """Each run dies one statement later; what stands in the end is what one run alone would have made."""
    pledges = three(ground)
    with making.after_review(ground):
        actions.begin_settlement(ground.stewards[0], ground.season.id, key=key())

        def work() -> None:
            while actions.settle_next(BY, ground.season.id, most=1):
                pass
            while actions.return_deposits(BY, ground.season.id, most=2):
                pass
            ledger.settle_refunds(BY)

        statement, deaths = 1, 0
        while dies_at(statement, work):
            statement, deaths = statement + 1, deaths + 1
        assert deaths > 30, "it was to die often"
        refunds = [refund for one in pledges for refund in book.refunds_of(making.payment_of(one).id)]
        for refund in refunds:  # one whose answer was lost is due a little later
            if refund.state is RefundState.ASKED:
                ledger.settle_refund(BY, refund.id)
    assert sorted(refund.amount for refund in refunds) == [6_300, 10_000, 10_000]
    assert [parts(one) for one in pledges] == [(100, 10_000, 0, 0), (63, 6_300, 3_700, 0), (63, 10_000, 0, 0)]
    assert [making.in_account(one.id) for one in pledges] == [0, 0, 0]
    assert [SANDBOX.find(making.payment_of(one).order)[0].balance for one in pledges] == [0, 3_700, 0]
    assert making.held(receiver_account(ground)) == 3_700
    assert kit_models.News.objects.filter(kind="pledges.SeasonSettled").count() == 1
    assert making.broken() == []
    assert [found for check in ledger_commands.verify_checks() for found in check.run(silent)] == []


def test_a_batch_takes_as_many_statements_however_many_deposits(ground: Ground) -> None:
    counts = []
    for by in (*ground.people, ground.leader):
        making.joined(by, ground.project, ground.consent)
    with making.after_review(ground):
        actions.begin_settlement(ground.stewards[0], ground.season.id, key=key())
        for most in (1, 3):
            with CaptureQueriesContext(connection) as asked:
                assert actions.settle_next(BY, ground.season.id, most) == most
            counts.append(len(asked))
    assert counts[0] == counts[1] < 30


def test_handing_over_and_cancelling_take_as_many_statements_however_many(ground: Ground) -> None:
    other = making.open_project(ground.season, ground.leader, ground.stewards[0])
    third = making.open_project(ground.season, ground.leader, ground.stewards[0])
    for by in ground.people:
        making.joined(by, ground.project)
        making.joined(by, other)
    making.joined(ground.people[0], third)
    cancelled, handed = [], []
    for project in (third, other):
        with CaptureQueriesContext(connection) as asked, making.on_day(ground, 3):
            actions.cancel_project(ground.stewards[0], project.id, "그만해요", key=key())
        cancelled.append(len(asked))
    assert models.Pledge.objects.filter(state=PledgeState.CANCELLED, ended_at__isnull=False).count() == 4
    assert kit_models.News.objects.filter(kind="pledges.PledgeEnded").count() == 4
    making.settled(ground)
    for most in (1, 2):
        with CaptureQueriesContext(connection) as asked:
            assert actions.return_deposits(BY, ground.season.id, most) == most
        handed.append(len(asked))
    assert cancelled[0] == cancelled[1] < 60
    assert handed[0] == handed[1] < 40


def test_one_refund_that_is_refused_holds_up_no_other(ground: Ground) -> None:
    pledges = three(ground)
    making.settled(ground)
    payment = making.payment_of(pledges[1])
    with tx.durable():
        ledger.refund_payment(BY, payment.id, 1, ids.new(), "a steward's mistake")
        ledger.refund_payment(BY, payment.id, 6_000, ids.new(), "and another one")
    assert actions.return_deposits(BY, ground.season.id) == 2
    assert queries.refunds_left(ground.season.id, None, 10) == (pledges[1].id,)
    assert actions.return_deposits(BY, ground.season.id) == 0


def test_the_same_season_makes_the_same_transfers(ground: Ground) -> None:
    """The ids of all transfers follow from the pledges: a second run could write nothing else."""
    _, gave, _ = three(ground)
    making.settled(ground)
    [line] = book.statement(account_id(receiver_account(ground)))
    assert line.id == ids.derived(gave.id, "donation")
    assert (line.funder, line.ref) == (gave.person, ground.project.id)


def test_everybody_can_show_that_their_count_is_in_the_published_total(ground: Ground) -> None:
    pledges = three(ground)
    with pytest.raises(NotSettledYet):
        queries.count_proof(ground.people[0], pledges[0].id)
    making.settled(ground)
    published = queries.season(ground.season.id).root
    for by, pledge in zip(ground.people, pledges, strict=True):
        shown = queries.count_proof(by, pledge.id)
        assert (shown.kept, shown.root) == (parts(pledge)[0], published)
        own = commitment.leaf(pledge.id, shown.kept)
        way = [(one.is_left, bytes.fromhex(one.hash)) for one in shown.way]
        assert commitment.root_of(own, way).hex() == published
    with pytest.raises(NotAllowed):
        queries.count_proof(ground.people[1], pledges[0].id)
    models.Season.objects.filter(id=ground.season.id).update(root="0" * 64)
    assert making.broken() == ["the published root is not that of the counts"]


def test_receivers_with_a_confirmed_account_are_paid(ground: Ground) -> None:
    three(ground)
    making.settled(ground)
    with making.at(making.settled_at(ground) + timedelta(days=31)):
        assert actions.ask_payouts(BY) == 0  # nobody confirmed a bank account
    assert making.held(receiver_account(ground)) == 3_700
    [owner] = people.member_ids(ground.receiver)
    with tx.durable():
        account = people_actions.set_bank_account(
            people.actor(owner), ground.receiver, bank_code="004", number="12345678901234", holder="이웃돕기회 0"
        )
        people_actions.verify_bank_account(folk.steward(), ground.receiver, account)
    with making.at(making.settled_at(ground) + timedelta(days=30)):  # a count may still be disputed
        assert actions.ask_payouts(BY) == 0
    with making.at(making.settled_at(ground) + timedelta(days=31)):
        assert [actions.ask_payouts(BY) for _ in range(2)] == [1, 0]
    assert making.held(receiver_account(ground)) == 0
    [payout] = book.payouts_waiting(folk.steward())
    assert (payout.payee, payout.amount) == (ground.receiver, 3_700)
    [receiver] = queries.receiver_sums(ground.season.id)
    assert (receiver.won, receiver.paid) == (3_700, 3_700)
    assert making.broken() == []


def test_sums_are_told_of_five_people_or_more(ground: Ground, api_client: Any) -> None:
    three(ground)
    making.settled(ground)
    assert queries.figures(ground.season.id) is None
    [receiver] = queries.receiver_sums(ground.season.id)
    assert (receiver.won, receiver.paid) == (3_700, 0)
    assert api_client.get(f"/api/v1/pledges/seasons/{ground.season.code}").json()["receivers"] == []

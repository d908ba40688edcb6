"""A settled count is disputed, two stewards decide, and the books are put right: to the won, once, whoever dies where."""

import pytest
from django.db import DatabaseError, connection, transaction

from dure.base import clock, ids
from dure.base.money import Money
from dure.base.refusals import NotAllowed
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import commands as ledger_commands
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.providers import SANDBOX
from dure.foundations.ledger.types import PAYOUT, NewPosting, NewTransfer, TransferId, account_id
from dure.foundations.people import actions as people_actions
from dure.foundations.people import queries as people
from dure.foundations.people.tests import making as folk
from dure.kit import models as kit_models
from dure.kit import tx
from dure.kit.testing import dies_at
from dure.kit.verify import silent
from dure.services.pledges import actions, models, queries
from dure.services.pledges.actions import common
from dure.services.pledges.rules import commitment
from dure.services.pledges.types import (
    DisputeClosed,
    DisputedDayUnfit,
    DisputeOpen,
    DisputeState,
    GiftPassedOn,
    NewDispute,
    NotSettledYet,
    NotTheirTurn,
    Pledge,
    SecondStewardNeeded,
    Split,
    WrongStep,
)

from . import making
from .disputing import another_steward, confirmed, corrected, disputed, later, proposed, settled
from .making import BY, Ground, key


def parts(pledge: Pledge) -> tuple[int, int, int, int]:
    found = queries.pledge(pledge.id).settled
    assert found is not None
    return found.kept, found.refund, found.donation, found.fee


def receiver_account(ground: Ground) -> str:
    return queries.receiver_code(ground.season.receivers[0].id)


def ledger_findings() -> list[object]:
    return [found for check in ledger_commands.verify_checks() for found in check.run(silent)]


def test_days_that_count_after_all_bring_won_back(ground: Ground) -> None:
    by, pledge = settled(ground)
    done = corrected(ground, by, pledge, 64, 70, 99)
    assert (done.state, done.change) == (DisputeState.UPHELD, Split(3, 300, -300, 0))
    assert parts(pledge) == (66, 6_600, 3_400, 0)
    lines = [(line.what, line.won, line.left) for line in queries.statement(by, pledge.id)]
    assert lines == [
        ("deposit", 10_000, 10_000),
        ("donation", -3_700, 6_300),
        ("refund", -6_300, 0),
        ("donation_back", 3_700, 3_700),
        ("donation", -3_400, 300),
        ("refund", -300, 0),
    ]
    assert making.held(receiver_account(ground)) == 3_400
    with later(ground, 2):
        assert ledger.settle_refunds(BY) == 2
    assert SANDBOX.find(making.payment_of(pledge).order)[0].balance == 3_400
    [settlement] = models.Settlement.objects.all()  # what was settled stays as it was written
    assert (settlement.kept, settlement.refund, settlement.donation) == (63, 6_300, 3_700)
    [told] = kit_models.News.objects.filter(kind="pledges.DisputeDecided")
    assert (told.body["upheld"], told.body["kept"], told.body["refund"]) == (True, 3, 300)
    assert making.broken() == []
    assert ledger_findings() == []


def test_only_the_days_that_two_stewards_chose_count(ground: Ground) -> None:
    by, pledge = settled(ground)
    with later(ground, 2):
        dispute = disputed(by, pledge, 64, 65, 66)
        assert [(one.day, one.state, one.counts) for one in dispute.days] == [
            (day, None, False) for day in (64, 65, 66)
        ]
        dispute = confirmed(ground.stewards[1], proposed(ground.stewards[0], dispute, 65))
    assert [one.counts for one in dispute.days] == [False, True, False]
    assert parts(pledge) == (64, 6_400, 3_600, 0)
    assert making.broken() == []


def test_the_fee_is_put_right_too(db: None) -> None:
    ground = making.ground(fee_percent=5, deposit=9_999)
    by, pledge = settled(ground)
    assert parts(pledge) == (63, 6_299, 3_515, 185)
    corrected(ground, by, pledge, *range(64, 91))
    assert parts(pledge) == (90, 8_999, 950, 50)
    assert (making.held("pledges_fees"), making.held(receiver_account(ground)), making.in_account(pledge.id)) == (
        50,
        950,
        0,
    )
    assert making.broken() == []
    assert ledger_findings() == []


def test_all_days_bring_all_of_it_back(db: None) -> None:
    """Of who kept none all was given: the whole deposit is reversed, and what booked it."""
    ground = making.ground(fee_percent=10)
    by, pledge = settled(ground, kept=0)
    corrected(ground, by, pledge, *range(1, 101))
    assert parts(pledge) == (100, 10_000, 0, 0)
    assert (making.held("pledges_fees"), making.held(receiver_account(ground)), making.in_account(pledge.id)) == (
        0,
        0,
        0,
    )
    with later(ground, 2):
        assert ledger.settle_refunds(BY) == 1
    assert SANDBOX.find(making.payment_of(pledge).order)[0].balance == 0
    assert making.broken() == []
    assert ledger_findings() == []


def test_a_second_dispute_stands_on_the_first(ground: Ground) -> None:
    by, pledge = settled(ground)
    corrected(ground, by, pledge, 64)
    with later(ground, 3), pytest.raises(DisputedDayUnfit):
        disputed(by, pledge, 64)
    corrected(ground, by, pledge, 65, 66)
    assert parts(pledge) == (66, 6_600, 3_400, 0)
    assert sorted(one.amount for one in book.refunds_of(making.payment_of(pledge).id)) == [100, 200, 6_300]
    assert [line.left for line in queries.statement(by, pledge.id)][-1] == 0
    assert making.broken() == []


def test_the_count_of_who_does_not_give_is_corrected_without_money(ground: Ground) -> None:
    by, pledge = settled(ground, gives=False)
    lines = queries.statement(by, pledge.id)
    assert corrected(ground, by, pledge, 64).change == Split(1, 0, 0, 0)
    assert parts(pledge) == (64, 10_000, 0, 0)
    assert queries.statement(by, pledge.id) == lines
    assert len(queries.corrections(ground.season.id)) == 1
    assert making.broken() == []


def test_a_day_off_that_counts_changes_nothing(ground: Ground) -> None:
    models.Project.objects.filter(id=ground.project.id).update(days_a_week=5)
    by, pledge = settled(ground, kept=5)
    done = corrected(ground, by, pledge, 6)
    assert (done.state, done.change, parts(pledge)[0]) == (DisputeState.UPHELD, None, 7)
    assert queries.corrections(ground.season.id) == ()
    assert making.broken() == []


def test_what_is_dismissed_stays_as_it_was(ground: Ground) -> None:
    by, pledge = settled(ground)
    with later(ground, 1):
        done = confirmed(ground.stewards[1], proposed(ground.stewards[0], disputed(by, pledge, 64)))
    assert (done.state, done.change, parts(pledge)) == (DisputeState.DISMISSED, None, (63, 6_300, 3_700, 0))
    assert queries.corrections(ground.season.id) == ()
    assert making.broken() == []


def test_the_receipt_is_for_what_was_given_in_the_end(ground: Ground) -> None:
    by, pledge = settled(ground)
    corrected(ground, by, pledge, 64)
    [given] = book.donations_open(pledge.person, ground.receiver, making.after_year(ground))
    assert given.eligible == 3_600
    corrected(ground, by, pledge, *range(65, 101))
    assert book.donations_open(pledge.person, ground.receiver, making.after_year(ground)) == ()
    assert ledger_findings() == []


def test_who_may_dispute_when(ground: Ground) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project, ground.consent)
    with pytest.raises(NotSettledYet):
        disputed(by, pledge, 1)
    making.settled(ground)
    with later(ground, 1):
        for who in (ground.people[1], ground.leader, ground.stewards[0], folk.auditor()):
            with pytest.raises(NotAllowed):
                disputed(who, pledge, 1)
    with later(ground, 31), pytest.raises(DisputeClosed):
        disputed(by, pledge, 1)
    with later(ground, 30):
        disputed(by, pledge, 1)
        with pytest.raises(DisputeOpen):
            disputed(by, pledge, 2)


def test_the_same_key_disputes_once(ground: Ground) -> None:
    by, pledge = settled(ground)
    once = key()
    with later(ground, 1):
        new = NewDispute(pledge.id, (64,), "왜요")
        first = actions.dispute_settlement(by, new, key=once)
        assert actions.dispute_settlement(by, new, key=once).id == first.id
    assert models.Dispute.objects.count() == 1


def test_who_decides(ground: Ground) -> None:
    by, pledge = settled(ground)
    judge, third = another_steward(), another_steward()
    models.Proof.objects.create(pledge_id=pledge.id, day=64, state="refused", judged_by=judge.person)
    one, other = ground.stewards
    with later(ground, 1):
        dispute = disputed(by, pledge, 64)
        for who in (by, ground.leader, ground.people[1], folk.auditor()):
            with pytest.raises(NotAllowed):
                proposed(who, dispute, 64)
        with pytest.raises(NotTheirTurn):  # who judged a day in dispute has a part in it
            proposed(judge, dispute, 64)
        first = proposed(one, dispute, 64)
        assert first.proposal is not None
        with pytest.raises(WrongStep):
            proposed(other, dispute, 64)
        with pytest.raises(SecondStewardNeeded):
            confirmed(one, first)
        with pytest.raises(SecondStewardNeeded):
            actions.send_back_dispute(one, dispute.id, first.proposal.id, "다시", key=key())
        with pytest.raises(NotTheirTurn):
            confirmed(judge, first)
        back = actions.send_back_dispute(other, dispute.id, first.proposal.id, "기록이 달라요", key=key())
        assert (back.state, back.proposal, [one.counts for one in back.days]) == (DisputeState.OPEN, None, [False])
        second = proposed(other, dispute)
        with pytest.raises(WrongStep):  # what they read no longer stands
            confirmed(third, first)
        assert confirmed(third, second).state is DisputeState.DISMISSED
        for who in (one, other, third):
            with pytest.raises((WrongStep, SecondStewardNeeded)):
                confirmed(who, second)
    assert parts(pledge)[0] == 63


def test_receivers_are_paid_when_nothing_can_be_taken_back(ground: Ground) -> None:
    by, pledge = settled(ground)
    [owner] = people.member_ids(ground.receiver)
    with tx.durable():
        account = people_actions.set_bank_account(
            people.actor(owner), ground.receiver, bank_code="004", number="12345678901234", holder="이웃돕기회 0"
        )
        people_actions.verify_bank_account(folk.steward(), ground.receiver, account)
    with later(ground, 30):
        assert actions.ask_payouts(BY) == 0
        dispute = disputed(by, pledge, 64)
    with later(ground, 40):
        assert actions.ask_payouts(BY) == 0
        confirmed(ground.stewards[1], proposed(ground.stewards[0], dispute, 64))
        assert actions.ask_payouts(BY) == 1
        assert actions.ask_payouts(BY) == 0
    [receiver] = queries.receiver_sums(ground.season.id)
    assert (receiver.won, receiver.paid) == (3_600, 3_600)
    assert making.broken() == []
    assert ledger_findings() == []


def test_what_left_for_the_bank_is_not_taken_back(ground: Ground) -> None:
    """It cannot be, by the rule above; where it was paid by hand all the same, nothing is booked and the dispute waits."""
    by, pledge = settled(ground)
    with tx.durable():
        to = common.holding(BY, "somewhere")
        out = NewTransfer(TransferId(ids.new()), account_id(receiver_account(ground)), to, Money(3_700), PAYOUT)
        ledger.post_many(BY, (NewPosting.of(out, clock.now()),))
    with later(ground, 1):
        first = proposed(ground.stewards[0], disputed(by, pledge, 64), 64)
        with pytest.raises(GiftPassedOn):
            confirmed(ground.stewards[1], first)
    assert (parts(pledge), queries.count_disputes()) == ((63, 6_300, 3_700, 0), 1)
    assert making.broken() == []


def test_a_refund_that_has_not_left_yet_leaves_as_it_was_settled(ground: Ground) -> None:
    by, pledge = settled(ground, returned=False)
    corrected(ground, by, pledge, 64)
    assert making.in_account(pledge.id) == 6_300
    assert making.broken() == []
    assert actions.return_deposits(BY, ground.season.id) == 1
    assert making.in_account(pledge.id) == 0
    assert sorted(one.amount for one in book.refunds_of(making.payment_of(pledge).id)) == [100, 6_300]
    assert making.broken() == []


def test_a_correction_goes_on_after_a_crash_at_every_statement(ground: Ground) -> None:
    by, pledge = settled(ground)
    with later(ground, 1):
        first = proposed(ground.stewards[0], disputed(by, pledge, 64, 65), 64, 65)
        assert first.proposal is not None
        once, proposal = key(), first.proposal.id

        def work() -> None:
            actions.confirm_verdict(ground.stewards[1], first.id, proposal, key=once)

        statement, deaths = 1, 0
        while dies_at(statement, work):
            assert parts(pledge)[0] in (63, 65)
            statement, deaths = statement + 1, deaths + 1
        assert deaths > 30, "it was to die often"
    assert parts(pledge) == (65, 6_500, 3_500, 0)
    assert [one.amount for one in book.refunds_of(making.payment_of(pledge).id) if one.amount != 6_300] == [200]
    assert kit_models.News.objects.filter(kind="pledges.DisputeDecided").count() == 1
    assert making.broken() == []
    assert ledger_findings() == []


# What was published stays, and what was corrected stands beside it


def test_what_was_published_stays_and_the_correction_is_shown_beside_it(ground: Ground) -> None:
    by, pledge = settled(ground)
    before = queries.count_proof(by, pledge.id)
    corrected(ground, by, pledge, 64)
    corrected(ground, by, pledge, 65, 66)
    shown = queries.count_proof(by, pledge.id)
    assert (shown.root, shown.kept, shown.way, shown.leaf) == (before.root, 63, before.way, before.leaf)
    assert (before.kept_now, shown.kept_now) == (63, 66)
    head, mine = bytes.fromhex(shown.root), bytes.fromhex(shown.leaf)
    for number, one in enumerate(shown.corrections, start=1):
        head = commitment.entry(head, bytes.fromhex(one.before), bytes.fromhex(one.after))
        assert (one.number, one.hash, one.before) == (number, head.hex(), mine.hex())
        mine = bytes.fromhex(one.after)
    assert mine == commitment.leaf(pledge.id, 66)
    assert queries.corrections(ground.season.id) == shown.corrections


def test_nobody_changes_or_deletes_a_correction(ground: Ground) -> None:
    by, pledge = settled(ground)
    corrected(ground, by, pledge, 64)
    for work in (lambda: models.Correction.objects.update(kept=2), lambda: models.Correction.objects.all().delete()):
        with pytest.raises(DatabaseError, match="only grow"), transaction.atomic():
            work()


CHANGES = {
    "a count": ("kept = 2", "was corrected to 65 days"),
    "won": ("refund = 200, donation = -200", "gets 6500 back after a correction"),
    "an entry": ("hash = repeat('0', 64)", "does not follow"),
    "a leaf": ("after = repeat('0', 64)", "does not follow"),
    "a number": ("number = 7", "does not follow"),
}


@pytest.mark.parametrize("name", list(CHANGES))
def test_what_is_changed_behind_the_database_is_found(ground: Ground, name: str) -> None:
    by, pledge = settled(ground)
    corrected(ground, by, pledge, 64)
    assert making.broken() == []
    change, said = CHANGES[name]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"UPDATE pledges_correction SET {change}")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert any(said in one for one in making.broken()), making.broken()


def test_a_day_that_one_steward_let_count_alone_is_found(ground: Ground) -> None:
    by, pledge = settled(ground)
    corrected(ground, by, pledge, 64)
    models.DisputeStep.objects.update(by=ids.new())
    assert any("decided by 1 steward" in one for one in making.broken())


def test_a_day_added_to_a_decided_dispute_is_found(ground: Ground) -> None:
    by, pledge = settled(ground)
    done = corrected(ground, by, pledge, 64)
    models.DisputeDay.objects.create(dispute_id=done.id, pledge_id=pledge.id, day=80, counts=True)
    assert any("proofs and disputes say 65" in one for one in making.broken())


def test_words_of_a_dispute_go_half_a_year_after_it_was_decided_and_the_decision_stays(ground: Ground) -> None:
    by, pledge = settled(ground)
    corrected(ground, by, pledge, 64)
    for days, words in ((181, True), (182, False)):
        with later(ground, days):
            actions.forget_words(BY)
        [dispute] = queries.disputes_of(by, pledge.id)
        assert bool(dispute.why) is words
        assert dispute.proposal is not None
        assert bool(dispute.proposal.why) is words
    assert parts(pledge)[0] == 64
    assert making.broken() == []

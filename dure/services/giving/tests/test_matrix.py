"""Who may do what, as a table: every action that a person can reach, by every kind of person. What is not listed is refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction

from dure.base import clock, ids
from dure.base.refusals import NotAllowed, Refusal
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import NOBODY, Actor, OrgRole, PlatformRole, system
from dure.services.giving import actions, models, queries
from dure.services.giving.types import (
    BoxId,
    CauseId,
    GiftId,
    GiftRefunded,
    LetterKind,
    MatchKind,
    NewRegular,
    Reach,
    RegularId,
    WallKind,
    Way,
)

from . import making
from .making import PDF, Town, key
from .strategies import draft, lines_of
from .test_trust import picture as small_picture

ROLES = (
    "nobody",
    "unverified",
    "neighbour",
    "proposer",
    "staff",
    "owner",
    "other_owner",
    "steward",
    "steward_with_stake",
    "auditor",
)
EVERYBODY_VERIFIED = set(ROLES) - {"nobody", "unverified"}
STEWARDS = {"steward", "steward_with_stake"}


@dataclass(frozen=True)
class Cast:
    town: Town
    by: Mapping[str, Actor]


@pytest.fixture
def cast(town: Town) -> Cast:
    _, stranger = folk.verified_organisation(folk.person("남단체"))
    staff = folk.member(town.partner, town.owner)
    insider = folk.with_role(folk.member(town.partner, town.owner, OrgRole.OWNER), PlatformRole.STEWARD)
    return Cast(
        town,
        {
            "nobody": NOBODY,
            "unverified": folk.person(verified=False),
            "neighbour": folk.person(),
            "proposer": town.proposer,
            "staff": staff,
            "owner": town.owner,
            "other_owner": stranger,
            "steward": folk.steward(),
            "steward_with_stake": insider,
            "auditor": folk.auditor(),
        },
    )


type Try = Callable[[Actor, UUID], object]
type Stage = Callable[[Town], UUID]

CASES: Mapping[str, tuple[Stage, Try, set[str]]] = {
    "draft": (
        lambda town: town.partner,
        lambda by, partner: actions.draft(by, draft(1_000_000, partner, REGION), key=key()),
        EVERYBODY_VERIFIED,
    ),
    "edit": (
        making.drafted,
        lambda by, one: actions.edit(by, CauseId(one), draft(1_000_000, _partner(one), REGION), key=key()),
        {"proposer"},
    ),
    "propose": (making.drafted, lambda by, one: actions.propose(by, CauseId(one), key=key()), {"proposer"}),
    "discard": (making.drafted, lambda by, one: actions.discard(by, CauseId(one), key=key()), {"proposer"}),
    "withdraw": (making.proposed, lambda by, one: actions.withdraw(by, CauseId(one), "", key=key()), {"proposer"}),
    "answer_as_partner": (
        making.proposed,
        lambda by, one: actions.answer_as_partner(by, CauseId(one), True, key=key()),
        {"owner", "steward_with_stake"},  # the latter owns the partner too
    ),
    "agree": (
        making.proposed,
        lambda by, one: actions.agree(by, CauseId(one), key=key()),
        EVERYBODY_VERIFIED - {"proposer"},
    ),
    "ask_work": (
        lambda town: making.agreed(town, 1),
        lambda by, one: actions.ask_work(by, CauseId(one), "Say for whom.", key=key()),
        {"steward"},
    ),
    "reject": (
        lambda town: making.agreed(town, 1),
        lambda by, one: actions.reject(by, CauseId(one), "Not for the public.", key=key()),
        {"steward"},
    ),
    "agreements": (
        lambda town: making.agreed(town, 1),
        lambda by, one: queries.agreements(one, by),
        STEWARDS | {"auditor"},
    ),
    "queue_counts": (lambda town: ids.new(), lambda by, one: queries.queue_counts(by), STEWARDS | {"auditor"}),
    "register_collection": (
        lambda town: making.agreed(town, 1),
        lambda by, one: actions.register_collection(by, CauseId(one), ids.new().hex, key=key()),
        {"steward"},
    ),
    "approve": (
        lambda town: making.agreed(town, 1),
        lambda by, one: making.say_yes(by, CauseId(one)),
        {"steward"},
    ),
    "begin_gift": (
        making.opened,
        lambda by, box: actions.begin_gift(by, BoxId(box), 1_000, ("", True), Way("/giving/paid/"), key=key()),
        EVERYBODY_VERIFIED,
    ),
    "cheer": (
        making.opened,
        lambda by, box: actions.cheer(by, BoxId(box), MatchKind.COMMENT, "Well done", key=key()),
        EVERYBODY_VERIFIED,
    ),
    "extend": (
        making.opened,
        lambda by, box: actions.extend(by, BoxId(box), _later(box), key=key()),
        {"owner"} | STEWARDS,
    ),
    "stop": (
        making.opened,
        lambda by, box: actions.stop(by, BoxId(box), "It cannot be done.", key=key()),
        STEWARDS,
    ),
    "refund_gift": (
        lambda town: making.given(folk.person(), making.opened(town), 5_000).id,
        lambda by, gift: actions.refund_gift(by, GiftId(gift), "asked", key=key()),
        STEWARDS,  # and its giver, in test_gifts
    ),
    "revise_plan": (
        lambda town: making.closed(town, (100_000,))[0],
        lambda by, box: actions.revise_plan(by, BoxId(box), lines_of(100_000), key=key()),
        {"staff", "owner", "steward_with_stake"},
    ),
    "approve_plan": (
        lambda town: _planned(town),
        lambda by, box: making.approve(by, BoxId(box)),
        {"steward"},
    ),
    "reject_plan": (
        lambda town: _planned(town),
        lambda by, box: actions.reject_plan(by, BoxId(box), "Too vague.", key=key()),
        {"steward"},
    ),
    "pay_out": (
        lambda town: _planned(town, approved=True),
        lambda by, box: actions.pay_out(by, BoxId(box), key=key()),
        {"steward"},
    ),
    "add_report_line": (
        lambda town: making.paid_out(town, (100_000,))[0],
        lambda by, box: actions.add_report_line(
            by, BoxId(box), clock.today(), ("예시", "use", 1), ("a.pdf", PDF), key=key()
        ),
        {"staff", "owner", "steward_with_stake"},
    ),
    "file_report": (
        lambda town: _spent(town),
        lambda by, box: actions.file_report(by, BoxId(box), key=key()),
        {"owner", "steward_with_stake"},
    ),
    "hide_words": (
        lambda town: _told(town),
        lambda by, entry: actions.hide_words(by, _box_of(entry), WallKind.GIFT, entry, key=key()),
        STEWARDS,
    ),
    "show_words": (
        lambda town: _told(town),
        lambda by, entry: actions.show_words(by, _box_of(entry), WallKind.GIFT, entry, key=key()),
        STEWARDS,
    ),
    "object_to": (
        lambda town: _told(town),
        lambda by, entry: actions.object_to(by, _box_of(entry), WallKind.GIFT, entry, key=key()),
        EVERYBODY_VERIFIED,
    ),
    "open_fund": (lambda town: ids.new(), lambda by, one: actions.open_fund(by, "Fund", None, key=key()), STEWARDS),
    "resubmit": (
        lambda town: _sent_back(town),
        lambda by, one: actions.resubmit(by, CauseId(one), key=key()),
        {"proposer"},
    ),
    "unagree": (
        making.proposed,
        lambda by, one: actions.unagree(by, CauseId(one), key=key()),
        set(),  # nobody somebody else's; their own, in test_gate
    ),
    "invalidate": (
        lambda town: _agreement(town),
        lambda by, one: actions.invalidate(by, (one,), "a robot", key=key()),
        STEWARDS,
    ),
    "complete_gift": (
        making.opened,
        lambda by, box: actions.complete_gift(by, making.chosen(making.begun(folk.person(), BoxId(box), 1_000))),
        STEWARDS,  # who pays, in test_gifts, and stewards, as the ledger lets them end a payment
    ),
    "close": (lambda town: _full(town), lambda by, box: actions.close(by, BoxId(box), key=key()), {"owner"} | STEWARDS),
    "top_up": (
        lambda town: actions.open_fund(town.stewards[0], "Fund", None, key=key()),
        lambda by, fund: actions.top_up(by, fund, 1_000, key(), key=key()),
        STEWARDS,
    ),
    "confirm_deposit": (
        lambda town: _deposit(town),
        lambda by, deposit: actions.confirm_deposit(by, deposit, key=key()),
        STEWARDS,
    ),
    "take_deposit_back": (
        lambda town: _deposit(town),
        lambda by, deposit: actions.take_deposit_back(by, deposit, "Wrong sum.", key=key()),
        STEWARDS,
    ),
    "add_picture": (
        making.drafted,
        lambda by, one: actions.add_picture(by, CauseId(one), b"no picture", "Sample", key=key()),
        {"proposer"},
    ),
    "remove_picture": (
        lambda town: _picture(town),
        lambda by, one: actions.remove_picture(by, one, key=key()),
        {"proposer"},
    ),
    "remove_report_line": (
        lambda town: making.spend(town, making.paid_out(town, (100_000,))[0], 100_000),
        lambda by, line: actions.remove_report_line(by, line, key=key()),
        {"staff", "owner", "steward_with_stake"},
    ),
    "refund_stopped": (making.opened, lambda by, box: actions.refund_stopped(by, BoxId(box)), set()),
    "attest_gifts": (lambda _: ids.new(), lambda by, _: actions.attest_gifts(by, ()), set()),
    "unattest_gift": (
        lambda town: ids.new(),
        lambda by, one: actions.unattest_gift(by, GiftRefunded(GiftId(one), BoxId(CauseId(one)), one, 1, clock.now())),
        set(),
    ),
    "end_missed_gates": (lambda town: ids.new(), lambda by, one: actions.end_missed_gates(by), set()),
    "write_donors": (making.opened, lambda by, box: actions.write_donors(by, BoxId(box), LetterKind.PAID_OUT), set()),
    "take_letters": (lambda town: ids.new(), lambda by, one: actions.take_letters(by, 1), set()),
    "forget": (lambda town: ids.new(), lambda by, one: actions.forget(by, clock.now()), set()),
    "sweep_files": (lambda town: ids.new(), lambda by, one: actions.sweep_files(by), set()),
    "promise": (
        making.opened,
        lambda by, box: actions.promise(by, BoxId(box), NewRegular(10_000, 1, Reach.BOX), key=key()),
        EVERYBODY_VERIFIED,
    ),
    "register_card": (
        lambda town: making.promised(town.proposer, making.opened(town)),
        lambda by, one: actions.register_card(by, RegularId(one)),
        {"proposer"},
    ),
    "card_registered": (
        lambda town: making.promised(town.proposer, making.opened(town)),
        lambda by, one: actions.card_registered(by, RegularId(one), making.card_chosen(by, RegularId(one))),
        {"proposer"},
    ),
    "change_regular": (
        making.regular_of_proposer,
        lambda by, one: actions.change_regular(by, RegularId(one), 20_000, 2, key=key()),
        {"proposer"},
    ),
    "pause_regular": (
        making.regular_of_proposer,
        lambda by, one: actions.pause_regular(by, RegularId(one), key=key()),
        {"proposer"},
    ),
    "resume_regular": (
        lambda town: actions.pause_regular(town.proposer, making.regular_of_proposer(town), key=key()),
        lambda by, one: actions.resume_regular(by, RegularId(one), key=key()),
        {"proposer"},
    ),
    "stop_regular": (
        making.regular_of_proposer,
        lambda by, one: actions.stop_regular(by, RegularId(one), key=key()),
        {"proposer"},
    ),
    "take_pooled": (making.opened, lambda by, box: actions.take_pooled(by, making.pooled(BoxId(box), 500)), set()),
    "charge_regular": (lambda town: ids.new(), lambda by, one: actions.charge_regular(by), set()),
    "close_due": (lambda town: ids.new(), lambda by, one: actions.close_due(by), set()),
    "refund_all_stopped": (lambda town: ids.new(), lambda by, one: actions.refund_all_stopped(by), set()),
    "settle_payment": (lambda town: ids.new(), lambda by, one: actions.settle_payment(by, one), set()),
}
READS = {"agreements", "queue_counts"}
REGION = "9901031021"


@pytest.mark.parametrize("name", CASES)
def test_only_those_listed_may(cast: Cast, name: str) -> None:
    stage, attempt, allowed = CASES[name]
    thing = stage(cast.town)
    for role in ROLES:
        before = transaction.savepoint_create()  # everybody finds the thing as the first one did
        refused = _refused(attempt, cast.by[role], thing)
        transaction.savepoint_rollback(before)
        assert refused == (role not in allowed), f"{role} {'may not' if refused else 'may'} {name}"


def test_every_verb_is_in_the_table() -> None:
    assert set(CASES) - READS == {name for name in actions.__all__ if name.islower()}


def test_the_platform_itself_runs_the_tasks(town: Town) -> None:
    by = system("test")
    assert actions.close_due(by) == actions.end_missed_gates(by) == actions.refund_all_stopped(by) == 0


def _refused(attempt: Try, by: Actor, thing: UUID) -> bool:
    """Whether the answer was no because of who asks; another refusal means that they were let in."""
    try:
        attempt(by, thing)
    except Refusal as refusal:
        return isinstance(refusal, NotAllowed) or type(refusal).__name__ == "OwnProposal"
    return False


def _sent_back(town: Town) -> UUID:
    cause = making.agreed(town, 1)
    actions.ask_work(town.stewards[0], cause, "Say for whom.", key=key())
    return cause


def _agreement(town: Town) -> UUID:
    return models.Agreement.objects.get(cause_id=making.agreed(town, 1)).id


def _full(town: Town) -> UUID:
    box = making.opened(town, 100_000)
    making.given(folk.person(), box, 100_000)
    return box


def _deposit(town: Town) -> UUID:
    fund = actions.open_fund(town.stewards[0], "Fund", None, key=key())
    return actions.top_up(town.stewards[0], fund, 10_000_000, key(), key=key())


def _picture(town: Town) -> UUID:
    return actions.add_picture(town.proposer, making.drafted(town), small_picture(), "Sample", key=key())


def _partner(cause: UUID) -> UUID:
    return queries.card(cause).partner


def _later(box: UUID) -> datetime:
    ends = queries.card(box).closes_at
    assert ends is not None
    return ends + timedelta(days=2)


def _told(town: Town) -> UUID:
    return making.given(folk.person(), making.opened(town), 5_000, words=("광고입니다", True)).id


def _box_of(gift: UUID) -> BoxId:
    return queries.gift(gift).box


def _planned(town: Town, *, approved: bool = False) -> UUID:
    box, _ = making.closed(town, (100_000,))
    actions.revise_plan(town.owner, box, lines_of(100_000), key=key())
    for steward in town.stewards if approved else ():
        making.approve(steward, box)
    return box


def _spent(town: Town) -> UUID:
    box, _ = making.paid_out(town, (100_000,))
    making.spend(town, box, 100_000)
    return box

"""Who may do what: every action by every role, denied unless the table says otherwise."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import transaction

from dure.base import ids
from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import NOBODY, Actor
from dure.services.pledges import actions, models
from dure.services.pledges.actions.telling import Letter
from dure.services.pledges.types import (
    AnswerWord,
    CheerWord,
    Comment,
    CommentId,
    ComplaintId,
    ComplaintKind,
    Dispute,
    HushId,
    NewAnswer,
    NoticeId,
    NotTheirTurn,
    OwnProof,
    OwnWords,
    Pledge,
    ProjectId,
    ProjectVerdict,
    Proof,
    ProofId,
    ShownName,
)

from . import disputing, making
from .making import BY, Ground, key, person_of
from .test_meetings import called
from .test_meetings import new as planned

DAY = 3


@dataclass(frozen=True)
class Stage:
    """A running season: the walker proved yesterday and today, the other said something of it; and somebody for each role."""

    ground: Ground
    pledge: Pledge
    yesterday: Proof
    today: Proof
    said: Comment
    actors: dict[str, Actor]


@pytest.fixture
def stage(db: None) -> Stage:
    ground = making.ground()
    walker, other, third = ground.people
    pledge = making.joined(walker, ground.project, ground.consent)
    for by in (other, third):
        making.joined(by, ground.project)
    with making.on_day(ground, DAY - 1):
        yesterday = making.prove(walker, pledge, DAY - 1)
    with making.on_day(ground, DAY):
        today = making.prove(walker, pledge, DAY)
        said = actions.comment(other, today.id, "잘했어요", key=key())
    actors = {
        "nobody": NOBODY,
        "unverified": folk.person("아직", verified=False),
        "stranger": folk.person("남"),
        "walker": walker,
        "other": other,
        "third": third,
        "leader": ground.leader,
        "auditor": folk.auditor(),
        "steward": ground.stewards[0],
        "second": ground.stewards[1],
        "system": BY,
    }
    return Stage(ground, pledge, yesterday, today, said, actors)


ALL = frozenset(
    ("nobody", "unverified", "stranger", "walker", "other", "third", "leader", "auditor", "steward", "second", "system")
)
PERSONS = ALL - {"nobody", "system"}
VERIFIED = PERSONS - {"unverified"}
STEWARDS = frozenset({"steward", "second"})
IN = frozenset({"walker", "other", "third"})
WALKER, OTHER, SYSTEM = frozenset({"walker"}), frozenset({"other"}), frozenset({"system"})
LEADER = frozenset({"leader"})

type Doing = Callable[[Actor, Stage], object]


def before(what: Doing) -> Doing:
    """While projects are proposed and joined."""
    return what


def today(what: Doing) -> Doing:
    """On the third day."""

    def do(by: Actor, stage: Stage) -> None:
        with making.on_day(stage.ground, DAY):
            what(by, stage)

    return do


def after(what: Doing) -> Doing:
    """When the settlement may begin."""

    def do(by: Actor, stage: Stage) -> None:
        with making.after_review(stage.ground):
            what(by, stage)

    return do


def met(what: Doing) -> Doing:
    """When the meeting has begun."""

    def do(by: Actor, stage: Stage) -> None:
        with making.on_day(stage.ground, 8):
            what(by, stage)

    return do


def settled(what: Doing) -> Doing:
    """Once the season is settled."""

    def do(by: Actor, stage: Stage) -> None:
        making.settled(stage.ground)
        what(by, stage)

    return do


def disputable(what: Doing) -> Doing:
    """On the day after the settlement."""

    def do(by: Actor, stage: Stage) -> None:
        making.settled(stage.ground)
        with disputing.later(stage.ground, 1):
            what(by, stage)

    return do


MATRIX: dict[str, tuple[frozenset[str], Doing]] = {
    "open_season": (
        STEWARDS,
        before(lambda by, s: actions.open_season(by, making.new_season((s.ground.receiver,)), key=key())),
    ),
    "propose_project": (
        VERIFIED,
        before(lambda by, s: actions.propose_project(by, making.new_project(s.ground.season), key=key())),
    ),
    "edit_project": (
        LEADER,
        before(
            lambda by, s: actions.edit_project(by, proposed(s), making.new_project(s.ground.season), key=key()),
        ),
    ),
    "decide_project": (
        STEWARDS,
        before(lambda by, s: actions.decide_project(by, proposed(s), ProjectVerdict.APPROVE, "", key=key())),
    ),
    "cancel_project": (
        STEWARDS,
        today(lambda by, s: actions.cancel_project(by, s.ground.project.id, "다음에 해요", key=key())),
    ),
    "replace_leader": (
        STEWARDS | LEADER,
        today(lambda by, s: actions.replace_leader(by, s.ground.project.id, person_of(s.actors["other"]), key=key())),
    ),
    "join": (
        VERIFIED,
        before(lambda by, s: actions.join(by, another(s), making.NO, making.SANDBOX_WAY, key=key())),
    ),
    "leave": (WALKER, today(lambda by, s: actions.leave(by, s.pledge.id, key=key()))),
    "change_consent": (
        WALKER,
        today(lambda by, s: actions.change_consent(by, s.pledge.id, making.NO, key=key())),
    ),
    "send_proof": (WALKER, today(lambda by, s: making.prove(by, s.pledge, DAY))),
    "withdraw_proof": (WALKER, today(lambda by, s: actions.withdraw_proof(by, s.today.id, key=key()))),
    "accept_proof": (STEWARDS | LEADER, today(lambda by, s: actions.accept_proof(by, late(s), key=key()))),
    "reject_proof": (
        STEWARDS | LEADER,
        today(lambda by, s: actions.reject_proof(by, s.yesterday.id, "안 보여요", key=key())),
    ),
    "appeal_proof": (WALKER, today(lambda by, s: actions.appeal_proof(by, rejected(s), "다시 봐 주세요", key=key()))),
    "hear_appeal": (
        STEWARDS,
        today(lambda by, s: actions.hear_appeal(by, appealed(s), True, "보여요", key=key())),
    ),
    "cheer": (
        (IN | LEADER) - WALKER,
        today(lambda by, s: actions.cheer(by, s.today.id, CheerWord.CHEER, key=key())),
    ),
    "take_cheer_back": (
        IN | LEADER | STEWARDS | {"auditor"},  # whoever sees the proof: nobody takes back what is not theirs
        today(lambda by, s: actions.take_cheer_back(by, s.today.id, CheerWord.CHEER, key=key())),
    ),
    "comment": (IN | LEADER, today(lambda by, s: actions.comment(by, s.today.id, "말", key=key()))),
    "edit_comment": (OTHER, today(lambda by, s: actions.edit_comment(by, s.said.id, "새 말", key=key()))),
    "delete_comment": (OTHER, today(lambda by, s: actions.delete_comment(by, s.said.id, key=key()))),
    "hide_comment": (
        STEWARDS | LEADER,
        today(lambda by, s: actions.hide_comment(by, s.said.id, "거칠어요", key=key())),
    ),
    "show_comment": (STEWARDS | LEADER, today(lambda by, s: actions.show_comment(by, hidden(s), key=key()))),
    "complain": (
        (IN | LEADER) - OTHER,
        today(lambda by, s: actions.complain(by, ComplaintKind.COMMENT, s.said.id, "거칠어요", key=key())),
    ),
    "complain_of_person": (
        (IN | LEADER) - OTHER,
        today(
            lambda by, s: actions.complain_of_person(
                by, s.ground.project.id, person_of(s.actors["other"]), "자꾸 그래요", key=key()
            )
        ),
    ),
    "decide_complaint": (
        STEWARDS,
        today(lambda by, s: actions.decide_complaint(by, complaint(s), True, "거칠어요", key=key())),
    ),
    "lift_hush": (STEWARDS, today(lambda by, s: actions.lift_hush(by, hush(s), key=key()))),
    "block": (
        (IN | LEADER) - WALKER,
        today(lambda by, s: actions.block(by, person_of(s.actors["walker"]), key=key())),
    ),
    "unblock": (PERSONS, today(lambda by, s: actions.unblock(by, person_of(s.actors["walker"]), key=key()))),
    "post_notice": (LEADER, today(lambda by, s: actions.post_notice(by, s.ground.project.id, "모여요", key=key()))),
    "take_down_notice": (
        STEWARDS | LEADER,
        today(lambda by, s: actions.take_down_notice(by, notice(s), key=key())),
    ),
    "call_meeting": (
        STEWARDS | LEADER,
        today(lambda by, s: actions.call_meeting(by, s.ground.project.id, planned(s.ground), key=key())),
    ),
    "edit_meeting": (
        STEWARDS | LEADER,
        today(lambda by, s: actions.edit_meeting(by, called(s.ground).id, planned(s.ground), 1, key=key())),
    ),
    "cancel_meeting": (
        STEWARDS | LEADER,
        today(lambda by, s: actions.cancel_meeting(by, called(s.ground).id, "비가 와요", key=key())),
    ),
    "answer_meeting": (
        IN | LEADER,
        today(lambda by, s: actions.answer_meeting(by, called(s.ground).id, NewAnswer(AnswerWord.YES), key=key())),
    ),
    "note_attendance": (
        STEWARDS | LEADER,
        met(lambda by, s: actions.note_attendance(by, called(s.ground).id, (), key=key())),
    ),
    "renew_calendar": (PERSONS, today(lambda by, s: actions.renew_calendar(by, key=key()))),
    "close_calendar": (PERSONS, today(lambda by, s: actions.close_calendar(by, key=key()))),
    "open_stream": (WALKER, today(lambda by, s: actions.open_stream(by, s.pledge.id, key=key()))),
    "close_stream": (WALKER, today(lambda by, s: actions.close_stream(by, s.pledge.id, key=key()))),
    "set_reminder": (PERSONS, today(lambda by, s: actions.set_reminder(by, 9, key=key()))),
    "set_reminder_of": (WALKER, today(lambda by, s: actions.set_reminder_of(by, s.pledge.id, 9, key=key()))),
    "drop_reminder_of": (WALKER, today(lambda by, s: actions.drop_reminder_of(by, s.pledge.id, key=key()))),
    "begin_settlement": (
        STEWARDS,
        after(lambda by, s: actions.begin_settlement(by, s.ground.season.id, key=key())),
    ),
    "make_certificate": (
        WALKER,
        settled(lambda by, s: actions.make_certificate(by, s.pledge.id, ShownName.WHOLE, key=key())),
    ),
    "withdraw_certificate": (WALKER, settled(lambda by, s: actions.withdraw_certificate(by, s.pledge.id, key=key()))),
    "vote": (WALKER, after(lambda by, s: actions.vote(by, s.pledge.id, s.ground.season.receivers[0].id, key=key()))),
    "dispute_settlement": (WALKER, disputable(lambda by, s: disputing.disputed(by, s.pledge, 50))),
    "propose_verdict": (STEWARDS, disputable(lambda by, s: disputing.proposed(by, disputed(s), 50))),
    "confirm_verdict": (STEWARDS, disputable(lambda by, s: disputing.confirmed(by, verdict(s)))),
    "send_back_dispute": (STEWARDS, disputable(lambda by, s: disputing.sent_back(by, verdict(s)))),
    "settle_payment": (SYSTEM, today(lambda by, s: actions.settle_payment(by, making.payment_of(s.pledge).id))),
    "lapse_offers": (SYSTEM, today(lambda by, s: actions.lapse_offers(by))),
    "settle_next": (SYSTEM, after(lambda by, s: actions.settle_next(by, s.ground.season.id))),
    "return_deposits": (SYSTEM, after(lambda by, s: actions.return_deposits(by, s.ground.season.id))),
    "ask_payouts": (SYSTEM, after(lambda by, s: actions.ask_payouts(by))),
    "note_box": (SYSTEM, today(lambda by, s: actions.note_box(by, making.open_box(s.ground)))),
    "drop_box": (SYSTEM, today(lambda by, s: actions.drop_box(by, ids.new(), is_stopped=False))),
    "drop_pool": (SYSTEM, today(lambda by, s: actions.drop_pool(by, making.pool(s.ground), is_stopped=False))),
    "let_person_go": (SYSTEM, today(lambda by, s: actions.let_person_go(by, person_of(s.actors["walker"])))),
    "forget_certificates": (
        SYSTEM,
        today(lambda by, s: actions.forget_certificates(by, person_of(s.actors["walker"]))),
    ),
    "forget_calendar": (SYSTEM, today(lambda by, s: actions.forget_calendar(by, person_of(s.actors["walker"])))),
    "forget_streams": (SYSTEM, today(lambda by, s: actions.forget_streams(by, person_of(s.actors["walker"])))),
    "forget_reminders": (SYSTEM, today(lambda by, s: actions.forget_reminders(by, person_of(s.actors["walker"])))),
    "sweep_reminders": (SYSTEM, today(lambda by, s: actions.sweep_reminders(by))),
    "remind": (SYSTEM, today(lambda by, s: actions.remind(by, Letter("k", "#{names}", None), ", ".join))),
    "forget_proofs": (SYSTEM, today(lambda by, s: actions.forget_proofs(by))),
    "forget_words": (SYSTEM, today(lambda by, s: actions.forget_words(by))),
    "sweep_files": (SYSTEM, today(lambda by, s: actions.sweep_files(by))),
    "tell": (SYSTEM, today(lambda by, s: actions.tell(by, Letter("k", "말", s.pledge.id), ()))),
    "bring_along": (SYSTEM, today(lambda by, s: actions.bring_along(by, person_of(s.actors["walker"])))),
}
# Paying leaves the house, so that no transaction may stand around it.
BY_THEMSELVES = frozenset({"pay_deposit", "complete_deposit"})
DENIED = (NotAllowed, NotTheirTurn, NotFound, OwnProof, OwnWords)


def proposed(stage: Stage) -> ProjectId:
    return actions.propose_project(stage.ground.leader, making.new_project(stage.ground.season), key=key()).id


def another(stage: Stage) -> ProjectId:
    return making.open_project(stage.ground.season, folk.person("다른 길잡이"), stage.ground.stewards[0]).id


def late(stage: Stage) -> ProofId:
    return making.prove(stage.actors["walker"], stage.pledge, DAY - 2).id


def rejected(stage: Stage) -> ProofId:
    return actions.reject_proof(stage.ground.leader, stage.yesterday.id, "안 보여요", key=key()).id


def appealed(stage: Stage) -> ProofId:
    return actions.appeal_proof(stage.actors["walker"], rejected(stage), "다시 봐 주세요", key=key()).id


def hidden(stage: Stage) -> CommentId:
    return actions.hide_comment(stage.ground.leader, stage.said.id, "거칠어요", key=key()).id


def complaint(stage: Stage) -> ComplaintId:
    actions.complain(stage.actors["third"], ComplaintKind.COMMENT, stage.said.id, "거칠어요", key=key())
    return ComplaintId(models.Complaint.objects.get().id)


def hush(stage: Stage) -> HushId:
    actions.complain_of_person(
        stage.actors["third"], stage.ground.project.id, person_of(stage.actors["other"]), "자꾸 그래요", key=key()
    )
    decider = folk.steward("세 번째")
    actions.decide_complaint(decider, ComplaintId(models.Complaint.objects.get().id), True, "맞아요", key=key())
    return HushId(models.Hush.objects.get().id)


def disputed(stage: Stage) -> Dispute:
    return disputing.disputed(stage.actors["walker"], stage.pledge, 50)


def verdict(stage: Stage) -> Dispute:
    """What a third steward proposes."""
    return disputing.proposed(folk.steward("세 번째"), disputed(stage), 50)


def notice(stage: Stage) -> NoticeId:
    return actions.post_notice(stage.ground.leader, stage.ground.project.id, "모여요", key=key()).id


@pytest.mark.parametrize("what", MATRIX)
def test_every_role(what: str, stage: Stage) -> None:
    allowed, do = MATRIX[what]
    for role, actor in stage.actors.items():
        with transaction.atomic():
            if role in allowed:
                do(actor, stage)
            else:
                with pytest.raises(DENIED):
                    do(actor, stage)
            transaction.set_rollback(True)


def test_a_deposit_is_paid_by_whose_pledge_it_is(db: None) -> None:
    ground = making.ground()
    walker, other, _ = ground.people
    asked = making.asked(walker, ground.project)
    for by in (NOBODY, other, ground.leader, *ground.stewards, folk.auditor(), BY):
        with pytest.raises(NotAllowed):
            actions.pay_deposit(by, asked.id)
    assert making.pay(walker, asked).person == person_of(walker)


def test_every_action_is_in_the_matrix() -> None:
    assert {name for name in actions.__all__ if name.islower()} == set(MATRIX) | BY_THEMSELVES

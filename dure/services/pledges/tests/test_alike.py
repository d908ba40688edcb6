"""One history, told to the action and to the hot room: both answer alike, and leave the same behind."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dure.base import clock, ids
from dure.base.refusals import Refusal
from dure.foundations.people.types import Actor
from dure.kit.models import KeptAnswer, RateWindow
from dure.services.pledges import actions, hot, models
from dure.services.pledges.rules import permits
from dure.services.pledges.types import (
    NewProof,
    Pledge,
    PledgeId,
    PledgeState,
    ProjectState,
    Proof,
    ProofId,
    ProofKind,
)

from . import making
from .making import Ground, key
from .test_proofs import a_picture

OPENS, UNTIL, GRACE = 300, 540, 10
MINUTES = (0, OPENS - 1, OPENS, UNTIL, UNTIL + GRACE - 1, UNTIL + GRACE, 1_439)
PICTURE = a_picture()
FIELDS = ("day", "state", "text", "number", "has_picture", "sent_at", "why", "appeal")
COLUMNS = ("day", "state", "text", "number", "print", "sent_at", "why", "appeal")

days = st.one_of(st.integers(1, 4), st.integers(1, 4), st.sampled_from([0, 99, 100, 101, 500]))
words = st.sampled_from(["", "  ", " 걸었어요 ", "읽었어요", "가" * 1_000, "가" * 1_000 + " ", "가" * 1_001, "널\0자"])
numbers = st.sampled_from([None, None, 0, 20, permits.NUMBER_MAX, permits.NUMBER_MAX + 1, -1, 2**40])
moments = st.tuples(st.sampled_from([1, 1, 2, 2, 3, 4, 5, 101, 102]), st.sampled_from(MINUTES))


@dataclass(frozen=True)
class Sent:
    """What somebody sends; `once` empty: a key of its own."""

    day: int
    text: str
    number: int | None
    once: str = ""
    whose: str = "own"  # another's, nobody's


@dataclass(frozen=True)
class Step:
    """Something that happens at a moment of the season."""

    at: tuple[int, int]
    sent: tuple[Sent, ...] = ()
    event: str = ""
    day: int = 1


sends = st.builds(Sent, days, words, numbers, st.sampled_from(["", "", "", "k1", "k2"]), st.just("own"))
strangers = st.builds(Sent, days, words, numbers, st.just(""), st.sampled_from(["another's", "nobody's"]))
groups = st.lists(st.builds(Sent, days, words, numbers), min_size=2, max_size=4).map(tuple)
EVENTS = (
    "picture",
    "withdraw",
    "reject",
    "accept",
    "appeal",
    "uphold",
    "refuse",
    "stop",
    "join",
    "cancel",
    "open",
    "119",
)
steps = st.one_of(
    st.builds(Step, moments, st.tuples(sends)),
    st.builds(Step, moments, st.tuples(sends)),
    st.builds(Step, moments, st.tuples(strangers)),
    st.builds(Step, moments, groups),
    st.builds(Step, moments, st.just(()), st.sampled_from(EVENTS), st.integers(1, 4)),
)


@dataclass
class Side:
    """One of the two who live the same history."""

    by: Actor
    pledge: Pledge
    keys: dict[str, str] = field(default_factory=dict)

    def target(self, sent: Sent, other: "Side") -> PledgeId:
        return {"own": self.pledge.id, "another's": other.pledge.id, "nobody's": PledgeId(ids.new())}[sent.whose]

    def rows(self) -> list[tuple[Any, ...]]:
        return list(models.Proof.objects.filter(pledge_id=self.pledge.id).order_by("day").values_list(*COLUMNS))

    def counted(self) -> list[tuple[Any, ...]]:
        bucket = f"{permits.PROOFS_COUNTED}{self.by.person}"
        return list(RateWindow.objects.filter(bucket=bucket).values_list("count", "ends_at"))


def told(answer: object) -> object:
    """An answer without what has to differ: whose it is, its id; and how many other proofs have the same picture."""
    if isinstance(answer, Refusal):
        return answer
    assert isinstance(answer, Proof | hot.Proven), answer
    return tuple(getattr(answer, name) for name in FIELDS)


def by_action(side: Side, other: Side, sent: Sequence[Sent]) -> list[object]:
    answers: list[object] = []
    for one in sent:
        new = NewProof(pledge=side.target(one, other), day=one.day, text=one.text, number=one.number)
        try:
            answers.append(actions.send_proof(side.by, new, key=one.once or key()))
        except Refusal as refusal:
            answers.append(refusal)
    return answers


def by_room(runner: asyncio.Runner, side: Side, other: Side, sent: Sequence[Sent]) -> list[object]:
    async def run() -> list[object]:
        return await asyncio.gather(
            *(
                hot.prove(
                    making.person_of(side.by).bytes,
                    side.target(one, other),
                    one.day,
                    hot.SentProof(one.text, one.number),
                    one.once or key(),
                )
                for one in sent
            ),
            return_exceptions=True,
        )

    return runner.run(run(), context=copy_context())  # with the clock of this step


def happen(ground: Ground, side: Side, step: Step) -> None:
    """What befalls a pledge besides being proved, by its actions; or straight in the table where that suffices."""
    row = models.Proof.objects.filter(pledge_id=side.pledge.id, day=step.day).first()
    steward, proof = ground.stewards[0], ProofId(row.id) if row else None
    on_proof: dict[str, Callable[[ProofId], object]] = {
        "withdraw": lambda one: actions.withdraw_proof(side.by, one, key=key()),
        "reject": lambda one: actions.reject_proof(ground.leader, one, "아니에요", key=key()),
        "accept": lambda one: actions.accept_proof(ground.leader, one, key=key()),
        "appeal": lambda one: actions.appeal_proof(side.by, one, "맞아요", key=key()),
        "uphold": lambda one: actions.hear_appeal(steward, one, True, "", key=key()),
        "refuse": lambda one: actions.hear_appeal(steward, one, False, "아니에요", key=key()),
    }
    pledges = models.Pledge.objects.filter(id=side.pledge.id)
    projects = models.Project.objects.filter(id=ground.project.id)
    match step.event:
        case "picture":
            with suppress(Refusal):
                new = NewProof(pledge=side.pledge.id, day=step.day, text="사진", picture=PICTURE)
                actions.send_proof(side.by, new, key=key())
        case "stop" | "join":
            pledges.update(state=PledgeState.STOPPED if step.event == "stop" else PledgeState.JOINED)
        case "cancel" | "open":
            projects.update(state=ProjectState.CANCELLED if step.event == "cancel" else ProjectState.OPEN)
        case "119":
            ends = clock.now() + timedelta(minutes=7)
            bucket = f"{permits.PROOFS_COUNTED}{side.by.person}"
            RateWindow.objects.update_or_create(bucket=bucket, defaults={"count": 119, "ends_at": ends})
        case event if proof is not None:
            with suppress(Refusal):
                on_proof[event](proof)


def begin_anew(ground: Ground, kind: ProofKind) -> None:
    for table in (models.Proof, KeptAnswer, RateWindow):
        table.objects.all().delete()
    models.Pledge.objects.filter(project_id=ground.project.id).update(state=PledgeState.JOINED)
    models.Project.objects.filter(id=ground.project.id).update(state=ProjectState.OPEN, proof=kind)


def moment(ground: Ground, at: tuple[int, int]) -> datetime:
    day, minutes = at
    begins = datetime.combine(ground.season.starts_on + timedelta(days=day - 1), time(), tzinfo=clock.SEOUL)
    return begins + timedelta(minutes=minutes)


@pytest.fixture
def sides(real_ground: Ground) -> tuple[Side, Side]:
    models.Project.objects.filter(id=real_ground.project.id).update(window_start=OPENS, window_until=UNTIL)
    models.Season.objects.filter(id=real_ground.season.id).update(grace_minutes=GRACE)
    one, other = (Side(by, making.joined(by, real_ground.project)) for by in real_ground.people[:2])
    return one, other


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(ProofKind), st.lists(steps, min_size=1, max_size=14))
def test_page_and_api_answer_alike(
    real_ground: Ground, sides: tuple[Side, Side], kind: ProofKind, history: list[Step]
) -> None:
    one, other = sides
    begin_anew(real_ground, kind)
    with asyncio.Runner() as runner:
        try:
            for step in history:
                now = moment(real_ground, step.at)
                with clock.read_from(lambda now=now: now):  # type: ignore[misc]  # mypy takes no defaults of a lambda
                    if step.event:
                        happen(real_ground, one, step)
                        happen(real_ground, other, step)
                    here, there = by_action(one, other, step.sent), by_room(runner, other, one, step.sent)
                assert [told(answer) for answer in here] == [told(answer) for answer in there]
                assert one.rows() == other.rows()
                assert one.counted() == other.counted()
        finally:
            runner.run(hot.close())

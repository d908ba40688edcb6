"""The hot room on the real database: one statement a group, one proof a day, and one bad proof never fails its group."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from dure.base import clock, ids
from dure.base.refusals import Busy, KeyReused, NotAllowed, NotFound, TooOften
from dure.foundations.people.types import Actor
from dure.kit import limits
from dure.kit.group_commit import GroupCommit
from dure.kit.models import KeptAnswer
from dure.services.pledges import actions, hot, models, queries
from dure.services.pledges.rules import days, permits
from dure.services.pledges.types import (
    DayClosed,
    NoSuchDay,
    Pledge,
    PledgeId,
    PledgeState,
    ProofId,
    ProofKind,
    ProofState,
)

from . import heat, making
from .heat import alone, names, send, together
from .making import BY, Ground, key

MANY = 40


@pytest.fixture
def mine(real_ground: Ground) -> Pledge:
    return making.joined(real_ground.people[0], real_ground.project, real_ground.consent)


def texts() -> list[str]:
    return sorted(models.Proof.objects.values_list("text", flat=True))


def test_a_group_proves_each_day_once_and_refuses_each_bad_one_by_itself(real_ground: Ground, mine: Pledge) -> None:
    by, other, once = *real_ground.people[:2], key()
    theirs = making.joined(other, real_ground.project)
    with making.on_day(real_ground, 2):
        answers = together(
            send(by, mine.id, 2, " 걸었어요 ", once),
            send(by, mine.id, 2, " 걸었어요 ", once),
            send(by, mine.id, 2, "다른 말", once),
            send(other, theirs.id, 2, "저도요"),
            send(other, mine.id, 2, "남의 것"),
            send(other, theirs.id, 3, "내일 것"),
            send(other, theirs.id, 101, "없는 날"),
            send(other, PledgeId(ids.new()), 2),
            send(other, theirs.id, 1, "   "),
            send(other, theirs.id, 1, "어제 것"),
            send(by, mine.id, 1, "어" * 1_001),
            send(by, mine.id, 1, "널\0자"),
        )
    assert names(answers) == [
        *("counts", "counts", "KeyReused", "counts", "NotAllowed", "DayNotOpen", "NoSuchDay", "NotFound", "ProofUnfit"),
        *("late", "BadValue", "BadValue"),
    ]
    assert answers[0] == answers[1]
    assert texts() == ["걸었어요", "어제 것", "저도요"]
    assert making.broken() == []


def test_what_is_answered_is_there_for_everybody_at_once(real_ground: Ground, mine: Pledge) -> None:
    by = real_ground.people[0]
    with making.on_day(real_ground, 1):
        answer = alone(by, mine.id, 1)
        assert isinstance(answer, hot.Proven)
        read = queries.proof(ProofId(answer.id))
        changed = making.prove(by, mine, 1, text="페이지에서")
    for name in answer.__struct_fields__:
        assert getattr(answer, name) == getattr(read, name), name
    assert (changed.id, texts()) == (answer.id, ["페이지에서"]), "page and API change the same proof"


def test_the_last_of_several_for_one_day_stands(real_ground: Ground, mine: Pledge) -> None:
    by = real_ground.people[0]
    with making.on_day(real_ground, 1):
        first = together(*(send(by, mine.id, 1, f"{number}") for number in range(5)))
        again = together(*(send(by, mine.id, 1, f"{number}") for number in range(5, 8)))
    assert [one.text for one in (*first, *again) if isinstance(one, hot.Proven)] == [str(number) for number in range(8)]
    assert len({one.id for one in (*first, *again) if isinstance(one, hot.Proven)}) == 1
    assert texts() == ["7"]


def test_a_key_is_done_once_also_after_others(real_ground: Ground, mine: Pledge) -> None:
    by, once = real_ground.people[0], key()
    with making.on_day(real_ground, 1):
        first = alone(by, mine.id, 1, "처음", once)
        later = alone(by, mine.id, 1, "나중")
    with making.on_day(real_ground, 9):
        assert isinstance(late := alone(by, mine.id, 1, "처음", once), hot.Proven)
        assert isinstance(alone(by, mine.id, 1, "딴것", once), KeyReused)
    assert isinstance(first, hot.Proven)
    assert isinstance(later, hot.Proven)
    assert (late.id, late.text) == (first.id, "나중"), "what stands by now"
    assert texts() == ["나중"]
    assert KeptAnswer.objects.filter(verb=hot.VERB).count() == 2


def test_who_reuses_a_refused_key_is_judged_anew(real_ground: Ground, mine: Pledge) -> None:
    by, once = real_ground.people[0], key()
    with making.on_day(real_ground, 1):
        answers = together(send(by, mine.id, 2, "너무 일러요", once), send(by, mine.id, 1, "오늘 것", once))
    assert names(answers) == ["DayNotOpen", "counts"]


def test_a_proof_counts_when_it_arrives_not_when_its_group_is_written(real_ground: Ground, mine: Pledge) -> None:
    by = real_ground.people[0]
    with making.on_day(real_ground, 2, minutes=0):
        midnight = clock.now()
    just_before = midnight - timedelta(microseconds=1)
    with making.at(just_before):
        asked = [hot._asked(making.person_of(by).bytes, mine.id, 1, hot.SentProof("제때"), key())]
    with making.at(midnight):
        asked += [hot._asked(making.person_of(by).bytes, mine.id, day, hot.SentProof("자정"), key()) for day in (1, 2)]
    verdicts = _written(asked)
    assert [type(one) for one in verdicts] == [hot.Proven, DayClosed, hot.Proven]
    assert isinstance(verdicts[0], hot.Proven)
    assert (verdicts[0].state, verdicts[0].sent_at) == (ProofState.COUNTS, just_before)
    assert texts() == ["자정", "제때"]


def _written(asked: Sequence[hot.Prove]) -> list[hot.Verdict]:
    async def run() -> list[hot.Verdict]:
        try:
            return await hot.write(asked)
        finally:
            await hot.close()

    return asyncio.run(run())


def test_a_group_is_one_statement(real_ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    models.Project.objects.filter(id=real_ground.project.id).update(capacity=MANY)
    by = real_ground.people[0]
    pledges = [making.joined(one, real_ground.project).id for one in real_ground.people[1:]]
    own = making.joined(by, real_ground.project).id
    asked: list[str] = []
    fetch = hot._line.fetch

    async def counted(statement: str, values: Any) -> Any:
        asked.append(statement)
        return await fetch(statement, values)

    monkeypatch.setattr(hot._line, "fetch", counted)
    with making.on_day(real_ground, 3):
        answers = together(
            *(send(one, pledge, 3) for one, pledge in zip(real_ground.people[1:], pledges, strict=True)),
            *(send(by, own, day % 7) for day in range(MANY)),
        )
    assert len(asked) == 1
    assert len(answers) == MANY + len(pledges)


def test_pages_and_the_api_count_the_same_hour(real_ground: Ground, mine: Pledge) -> None:
    by, bucket = real_ground.people[0], f"{permits.PROOFS_COUNTED}{real_ground.people[0].person}"
    with making.on_day(real_ground, 1):
        for _ in range(3):
            making.prove(by, mine, 1)
        with transaction.atomic():
            for _ in range(permits.PROOFS_PER_HOUR_MAX - 5):
                limits.count(bucket, permits.PROOFS_PER_HOUR_MAX, permits.HOUR_SECONDS)
        answers = together(*(send(by, mine.id, 1, f"{number}") for number in range(4)))
        with pytest.raises(TooOften):
            making.prove(by, mine, 1)
        assert limits.used(bucket) == permits.PROOFS_PER_HOUR_MAX
    assert names(answers) == ["counts", "counts", "TooOften", "TooOften"]
    assert answers[3] == TooOften(retry_seconds=permits.HOUR_SECONDS)
    assert texts() == ["1"]
    with making.on_day(real_ground, 1, minutes=720 + 61):
        assert names([alone(by, mine.id, 1)]) == ["counts"]


def test_words_beside_a_photo_are_changed_but_no_photo_is_proved_by_words(real_ground: Ground) -> None:
    by = real_ground.people[0]
    models.Project.objects.filter(id=real_ground.project.id).update(proof=ProofKind.PHOTO)
    pledge = making.joined(by, real_ground.project)
    models.Proof.objects.create(
        id=ids.new(), pledge_id=pledge.id, day=1, state="counts", picture="pledges/pictures/x.webp", print="a" * 64
    )
    with making.on_day(real_ground, 1):
        (changed,) = together(send(by, pledge.id, 1, "설명"))
    with making.on_day(real_ground, 2):
        (bare,) = together(send(by, pledge.id, 2, "사진 대신"))
    assert isinstance(changed, hot.Proven)
    assert (changed.has_picture, changed.alike, changed.text) == (True, 0, "설명")
    assert queries.proof(ProofId(changed.id)).has_picture
    assert names([bare]) == ["ProofUnfit"]


def test_a_closed_account_proves_no_more_though_its_token_still_holds(real_ground: Ground, mine: Pledge) -> None:
    by = real_ground.people[0]
    get_user_model().objects.filter(pk=making.person_of(by)).update(is_active=False)
    with making.on_day(real_ground, 1):
        assert alone(by, mine.id, 1) == NotAllowed(needs="own")
    assert texts() == []


def test_days_outside_the_season_are_no_days(real_ground: Ground, mine: Pledge) -> None:
    with making.on_day(real_ground, 1):
        answers = together(*(send(real_ground.people[0], mine.id, day) for day in (0, -5, 101, 10**30)))
        unknown = alone(real_ground.people[0], PledgeId(ids.new()), 1)
    assert answers == [NoSuchDay()] * 4
    assert unknown == NotFound(what="pledge")


# Others at the same moment


ENDS: dict[str, tuple[str, Callable[[Ground, Actor, Pledge], object]]] = {
    "leave": ("stopped", lambda ground, by, pledge: actions.leave(by, pledge.id, key=key())),
    "cancel": (
        "cancelled",
        lambda ground, by, pledge: actions.cancel_project(ground.stewards[0], ground.project.id, "안 해요", key=key()),
    ),
    "settle": ("settled", lambda ground, by, pledge: actions.settle_next(BY, ground.season.id)),
}


def at_once(ground: Ground, pledge: Pledge, end: str, *, locked: bool) -> tuple[heat.Answer, bool]:
    """A proof of the second day, and at the same moment somebody ends its pledge."""
    by = ground.people[0]
    with making.on_day(ground, 1):
        alone(by, pledge.id, 1)
    if end == "settle":  # by a server whose clock is ahead: on time, no proof could be sent any more
        with making.after_review(ground):
            actions.begin_settlement(ground.stewards[0], ground.season.id, key=key())

    def sends() -> heat.Answer:
        with making.on_day(ground, 2), nullcontext() if locked else heat.without_lock():
            return alone(by, pledge.id, 2, "둘째 날")

    def ends() -> None:
        with making.after_review(ground) if end == "settle" else making.on_day(ground, 2):
            ENDS[end][1](ground, by, pledge)

    return heat.while_written(by, sends, ends)


@pytest.mark.parametrize("end", ENDS)
def test_no_proof_comes_to_a_pledge_that_has_ended(real_ground: Ground, mine: Pledge, end: str) -> None:
    """Whoever ends it waits until the proof is written: it was sent before."""
    answer, ended_before = at_once(real_ground, mine, end, locked=True)
    assert names([answer]) == ["counts"]
    assert not ended_before
    assert queries.pledge(mine.id).state == ENDS[end][0]
    assert making.broken() == []


@pytest.mark.parametrize("end", ENDS)
def test_without_the_lock_a_proof_comes_to_a_pledge_that_has_ended(real_ground: Ground, mine: Pledge, end: str) -> None:
    answer, ended_before = at_once(real_ground, mine, end, locked=False)
    assert names([answer]) == ["counts"]
    assert ended_before
    assert queries.pledge(mine.id).state == ENDS[end][0]
    if end == "settle":
        assert making.broken() == ["was settled for 1 days, the proofs say 2"]


def test_who_comes_after_the_end_hears_so(real_ground: Ground, mine: Pledge) -> None:
    by = real_ground.people[0]
    with making.on_day(real_ground, 2):
        actions.leave(by, mine.id, key=key())
        (answer,) = together(send(by, mine.id, 2))
    assert names([answer]) == ["WrongStep"]
    assert queries.pledge(mine.id).state is PledgeState.STOPPED


def test_nobody_waits_for_somebody_elses_pledge(real_ground: Ground, mine: Pledge) -> None:
    """One that is held for long is sent back as Busy; the others of its group are answered meanwhile."""
    by, other = real_ground.people[:2]
    theirs = making.joined(other, real_ground.project)
    with transaction.atomic():
        models.Pledge.objects.select_for_update().get(id=mine.id)
        with making.on_day(real_ground, 1):
            answers = together(send(by, mine.id, 1, "기다려요"), send(other, theirs.id, 1, "먼저 가요"))
    assert names(answers) == ["Busy", "counts"]
    assert texts() == ["먼저 가요"]


def test_a_full_queue_says_when_to_come_back(
    real_ground: Ground, mine: Pledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hot, "proofs", GroupCommit(hot.write, durable=hot._flush, queue_max=2))
    with making.on_day(real_ground, 1):
        answers = together(*(send(real_ground.people[0], mine.id, 1, f"{number}") for number in range(5)))
    assert answers[2:] == [Busy(retry_seconds=1)] * 3
    assert names(answers[:2]) == ["counts", "counts"]
    assert texts() == ["1"]


def test_late_days_are_those_of_the_rules() -> None:
    assert hot._LATE_MINUTES == days.LATE_DAYS * 24 * 60

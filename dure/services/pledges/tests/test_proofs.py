"""Proving days: in time, late, twice, taken back, doubted, decided."""

import io
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from dure.base import clock
from dure.base.refusals import BadValue, NotAllowed, Refusal, TooOften
from dure.kit import models as kit_models
from dure.services.pledges import actions, models, queries
from dure.services.pledges.rules import days, permits
from dure.services.pledges.types import (
    DayClosed,
    DayNotOpen,
    NewProof,
    NoSuchDay,
    NotTheirTurn,
    Pledge,
    ProofId,
    ProofKind,
    ProofState,
    ProofUnfit,
    SeasonClosed,
    WrongStep,
)

from . import making
from .making import Ground, key


def a_picture(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def mine(ground: Ground) -> Pledge:
    return making.joined(ground.people[0], ground.project, ground.consent)


def late(ground: Ground, pledge: Pledge, day: int = 5) -> ProofId:
    """A proof of yesterday."""
    with making.on_day(ground, day + 1):
        return making.prove(ground.people[0], pledge, day).id


def test_a_day_is_proved_on_that_day_in_seoul(ground: Ground, mine: Pledge) -> None:
    by = ground.people[0]
    with making.on_day(ground, 1, minutes=0):
        assert making.prove(by, mine, 1).state is ProofState.COUNTS
        with pytest.raises(DayNotOpen):
            making.prove(by, mine, 2)
    with making.on_day(ground, 2, minutes=1_439):
        assert making.prove(by, mine, 2).state is ProofState.COUNTS
    with making.on_day(ground, 4, minutes=0):
        assert making.prove(by, mine, 3).state is ProofState.LATE
        with pytest.raises(NoSuchDay):
            making.prove(by, mine, 0)
    assert queries.days_of(mine.id) == {1: ProofState.COUNTS, 2: ProofState.COUNTS, 3: ProofState.LATE}


def test_one_proof_a_day_however_often_it_is_sent(ground: Ground, mine: Pledge) -> None:
    by = ground.people[0]
    with making.on_day(ground, 1):
        first = making.prove(by, mine, 1, text="걸었어요")
        again = making.prove(by, mine, 1, text="많이 걸었어요")
        same = key()
        for _ in range(2):
            actions.send_proof(by, NewProof(pledge=mine.id, day=1, text="셋째"), key=same)
    assert first.id == again.id
    assert [row.text for row in models.Proof.objects.all()] == ["셋째"]


def test_a_proof_is_changed_and_taken_back_until_its_day_closes(ground: Ground, mine: Pledge) -> None:
    by = ground.people[0]
    with making.on_day(ground, 1):
        sent = making.prove(by, mine, 1)
        assert actions.withdraw_proof(by, sent.id, key=key()).state is ProofState.WITHDRAWN
        assert queries.day_of(mine.id, 1) is None
        assert making.prove(by, mine, 1).state is ProofState.COUNTS
        with pytest.raises(NotAllowed):
            actions.withdraw_proof(ground.people[1], sent.id, key=key())
    with making.on_day(ground, 2):
        with pytest.raises(DayClosed):
            actions.withdraw_proof(by, sent.id, key=key())
        with pytest.raises(DayClosed):
            making.prove(by, mine, 1, text="바꿀래요")


def test_a_window_and_its_grace(ground: Ground, mine: Pledge) -> None:
    by = ground.people[0]
    models.Project.objects.filter(id=ground.project.id).update(window_start=300, window_until=540)
    models.Season.objects.filter(id=ground.season.id).update(grace_minutes=10)
    for minutes, state in ((300, ProofState.COUNTS), (549, ProofState.COUNTS), (550, ProofState.LATE)):
        models.Proof.objects.all().delete()
        with making.on_day(ground, 1, minutes):
            assert making.prove(by, mine, 1).state is state
    with making.on_day(ground, 2, 299), pytest.raises(DayNotOpen):
        making.prove(by, mine, 2)


def test_only_who_is_in_proves_and_only_what_is_asked_for(ground: Ground, mine: Pledge) -> None:
    by, other = ground.people[:2]
    with making.on_day(ground, 1):
        with pytest.raises(NotAllowed):
            making.prove(other, mine, 1)
        with pytest.raises(ProofUnfit):
            making.prove(by, mine, 1, text="  ")
        with pytest.raises(BadValue):
            making.prove(by, mine, 1, picture=b"no picture")
    with pytest.raises(DayNotOpen):
        making.prove(by, mine, 1)


def test_a_picture_is_not_drawn_for_who_has_used_up_the_hour(ground: Ground, mine: Pledge) -> None:
    by = ground.people[0]
    with making.on_day(ground, 1):
        kit_models.RateWindow.objects.create(
            bucket=f"{permits.PROOFS_COUNTED}{by.person}",
            count=permits.PROOFS_PER_HOUR_MAX,
            ends_at=clock.now() + timedelta(minutes=7),
        )
        with pytest.raises(TooOften):  # drawing it would have refused what is no picture
            making.prove(by, mine, 1, picture=b"no picture")


def test_pictures_are_kept_small_and_the_same_one_is_flagged(ground: Ground) -> None:
    project = making.open_project(ground.season, ground.leader, ground.stewards[0], proof=ProofKind.PHOTO)
    one, other, third = ground.people
    pledges = [making.joined(by, project) for by in (one, other)]
    with making.on_day(ground, 1):
        with pytest.raises(ProofUnfit):
            making.prove(one, pledges[0], 1)
        proofs = [
            making.prove(by, pledge, 1, picture=a_picture()) for by, pledge in zip((one, other), pledges, strict=True)
        ]
        assert making.prove(one, pledges[0], 1, text="설명만").has_picture
    assert [queries.proof(proof.id).alike for proof in proofs] == [1, 1]
    assert queries.picture_of(other, proofs[0].id).endswith(".webp")
    with pytest.raises(NotAllowed):
        queries.picture_of(third, proofs[0].id)
    with making.on_day(ground, 2):
        changed = making.prove(one, pledges[0], 2, picture=a_picture("blue"))
    assert changed.alike == 0


def test_the_group_sees_what_counts_or_waits(ground: Ground, mine: Pledge) -> None:
    by, outside = ground.people[:2]
    with making.on_day(ground, 1):
        sent = making.prove(by, mine, 1)
    assert [one.id for one in queries.feed(by, ground.project)] == [sent.id]
    assert [one.id for one in queries.feed(ground.leader, ground.project)] == [sent.id]
    with pytest.raises(NotAllowed):
        queries.feed(outside, ground.project)
    assert queries.group_days(ground.project) == {1: 1}


def test_the_leader_decides_on_late_proofs(ground: Ground, mine: Pledge) -> None:
    proof = late(ground, mine)
    with making.on_day(ground, 7):
        [waiting] = queries.proofs_waiting(ground.leader, queries.project(ground.project.id))
        assert waiting.id == proof
        assert actions.accept_proof(ground.leader, waiting.id, key=key()).state is ProofState.ACCEPTED
        assert queries.proofs_waiting(ground.leader, queries.project(ground.project.id)) == ()
        with pytest.raises(WrongStep):
            actions.accept_proof(ground.leader, waiting.id, key=key())


def test_a_rejected_proof_is_appealed_and_heard(ground: Ground, mine: Pledge) -> None:
    by = ground.people[0]
    with making.on_day(ground, 1):
        sent = making.prove(by, mine, 1)
        with pytest.raises(WrongStep):
            actions.appeal_proof(by, sent.id, "억울해요", key=key())
        rejected = actions.reject_proof(ground.leader, sent.id, "어제 사진이에요", key=key())
        assert (rejected.state, rejected.why) == (ProofState.REJECTED, "어제 사진이에요")
        with pytest.raises(WrongStep):
            making.prove(by, mine, 1, text="다시 보내요")
        actions.appeal_proof(by, sent.id, "오늘 것이에요", key=key())
        assert [one.id for one in queries.proofs_waiting(ground.stewards[0])] == [sent.id]
        heard = actions.hear_appeal(ground.stewards[0], sent.id, True, "", key=key())
    assert heard.state is ProofState.ACCEPTED
    assert kit_models.News.objects.filter(kind="pledges.ProofRejected").count() == 1


def test_what_a_steward_refuses_on_appeal_stays_refused(ground: Ground, mine: Pledge) -> None:
    by = ground.people[0]
    with making.on_day(ground, 1):
        sent = making.prove(by, mine, 1)
        actions.reject_proof(ground.leader, sent.id, "어제 사진이에요", key=key())
        actions.appeal_proof(by, sent.id, "오늘 것이에요", key=key())
        assert (
            actions.hear_appeal(ground.stewards[0], sent.id, False, "아니에요", key=key()).state is ProofState.REFUSED
        )
        again: tuple[Callable[[], object], ...] = (
            lambda: actions.appeal_proof(by, sent.id, "다시 봐 주세요", key=key()),
            lambda: actions.accept_proof(ground.leader, sent.id, key=key()),
            lambda: making.prove(by, mine, 1),
        )
        for work in again:
            with pytest.raises(WrongStep):
                work()


def test_what_a_steward_upholds_is_not_rejected_again(ground: Ground, mine: Pledge) -> None:
    by = ground.people[0]
    with making.on_day(ground, 1):
        sent = making.prove(by, mine, 1)
        actions.reject_proof(ground.leader, sent.id, "어제 사진이에요", key=key())
        actions.appeal_proof(by, sent.id, "오늘 것이에요", key=key())
        actions.hear_appeal(ground.stewards[0], sent.id, True, "", key=key())
        for who in (ground.leader, ground.stewards[1]):
            with pytest.raises(WrongStep):
                actions.reject_proof(who, sent.id, "그래도 아니에요", key=key())
    assert queries.proof(sent.id).state is ProofState.ACCEPTED


def test_nobody_hears_an_appeal_against_their_own_word(ground: Ground, mine: Pledge) -> None:
    by = ground.people[0]
    with making.on_day(ground, 1):
        sent = making.prove(by, mine, 1)
        actions.reject_proof(ground.stewards[0], sent.id, "어제 사진이에요", key=key())
        actions.appeal_proof(by, sent.id, "오늘 것이에요", key=key())
        with pytest.raises(NotTheirTurn):
            actions.hear_appeal(ground.stewards[0], sent.id, False, "아니에요", key=key())
        assert actions.hear_appeal(ground.stewards[1], sent.id, True, "", key=key()).state is ProofState.ACCEPTED


def test_who_stopped_may_appeal_too(ground: Ground, mine: Pledge) -> None:
    by = ground.people[0]
    with making.on_day(ground, 1):
        sent = making.prove(by, mine, 1)
    with making.on_day(ground, 2):
        actions.leave(by, mine.id, key=key())
        actions.reject_proof(ground.leader, sent.id, "어제 사진이에요", key=key())
        assert actions.appeal_proof(by, sent.id, "그날 것이에요", key=key()).state is ProofState.APPEALED


def test_a_proof_that_was_taken_back_can_still_come_late(ground: Ground, mine: Pledge) -> None:
    by = ground.people[0]
    with making.on_day(ground, 1):
        actions.withdraw_proof(by, making.prove(by, mine, 1).id, key=key())
    with making.on_day(ground, 2):
        assert making.prove(by, mine, 1).state is ProofState.LATE


def test_who_may_not_decide_on_a_proof(ground: Ground, mine: Pledge) -> None:
    own = making.joined(ground.leader, ground.project)
    by, other = ground.people[:2]
    with making.on_day(ground, 1):
        sent, leaders = making.prove(by, mine, 1), making.prove(ground.leader, own, 1)
        refused: tuple[tuple[Callable[[], object], type[Refusal]], ...] = (
            (lambda: actions.reject_proof(by, sent.id, "아니에요", key=key()), NotAllowed),
            (lambda: actions.reject_proof(other, sent.id, "아니에요", key=key()), NotAllowed),
            (lambda: actions.reject_proof(ground.leader, leaders.id, "아니에요", key=key()), NotTheirTurn),
            (lambda: actions.hear_appeal(ground.leader, sent.id, True, "", key=key()), NotAllowed),
        )
        for work, refusal in refused:
            with pytest.raises(refusal):
                work()
        assert actions.reject_proof(ground.stewards[0], leaders.id, "안 보여요", key=key()).state is ProofState.REJECTED


def test_a_week_after_the_last_day_nothing_is_rejected_any_more(ground: Ground, mine: Pledge) -> None:
    by = ground.people[0]
    with making.on_day(ground, 100):
        sent = making.prove(by, mine, 100)
    with making.on_day(ground, 100 + days.OBJECT_DAYS + 1), pytest.raises(SeasonClosed):
        actions.reject_proof(ground.leader, sent.id, "이제 봤어요", key=key())
    with making.on_day(ground, 100 + days.OBJECT_DAYS):
        actions.reject_proof(ground.leader, sent.id, "이제 봤어요", key=key())
    with making.on_day(ground, 100 + days.REVIEW_DAYS):
        assert actions.appeal_proof(by, sent.id, "오늘 것이에요", key=key()).state is ProofState.APPEALED


def test_a_clock_elsewhere_does_not_move_the_day(ground: Ground, mine: Pledge) -> None:
    """It is the same instant that is written differently in New York."""
    by = ground.people[0]
    with making.on_day(ground, 3, minutes=1):
        here = clock.now()
    with making.at(here.astimezone(ZoneInfo("America/New_York"))):
        assert making.prove(by, mine, 3).state is ProofState.COUNTS
        assert making.prove(by, mine, 2).state is ProofState.LATE


def test_alike_pictures_are_looked_up_by_their_index(ground: Ground, mine: Pledge) -> None:
    """In a season with a million proofs without a picture none of those is read to show one of them."""
    for by in ground.people[1:3]:
        making.proved(ground, by, making.joined(by, ground.project), 100)
    with making.on_day(ground, 3):
        making.prove(ground.people[0], mine, 3)
    with connection.cursor() as cursor:  # as autovacuum would: so that it knows that hardly any proof has a picture
        cursor.execute("ANALYZE pledges_proof")
    with CaptureQueriesContext(connection) as asked:
        assert queries.feed(ground.leader, ground.project)
    [statement] = [one["sql"] for one in asked if "alike" in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN (COSTS OFF) " + statement)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "pledges_proof_print" in plan

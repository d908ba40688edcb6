"""Cheers and comments: who may, once, counted, taken back, gone when their time is over or their person is."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base import clock, ids
from dure.base.refusals import BadValue, NotAllowed, NotFound, TooOften
from dure.foundations.people import actions as accounts
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, Origin
from dure.kit.testing import Runner, race
from dure.services.pledges import actions, models, queries, tasks
from dure.services.pledges.rules import group as rules
from dure.services.pledges.types import (
    CheerWord,
    CommentId,
    CommentsFull,
    OwnProof,
    Pledge,
    Proof,
    ProofState,
    SeasonClosed,
    WrongStep,
)

from . import making
from .making import BY, Ground, key, person_of


@pytest.fixture
def others(ground: Ground) -> tuple[Actor, Actor]:
    """Two who are in the project beside whoever proves."""
    one, other = ground.people[1:3]
    making.joined(one, ground.project)
    making.joined(other, ground.project)
    return one, other


@pytest.fixture
def proof(ground: Ground) -> Proof:
    pledge = making.joined(ground.people[0], ground.project, ground.consent)
    with making.on_day(ground, 3):
        return making.prove(ground.people[0], pledge, 3)


def counts(by: Actor, proof: Proof) -> dict[str, tuple[int, bool]]:
    return {one.word.value: (one.people, one.mine) for one in queries.life(by, proof.id).cheers}


@given(st.dictionaries(st.sampled_from(CheerWord), st.integers(0, 1_000)), st.sets(st.sampled_from(CheerWord)))
def test_every_word_stands_there_with_its_count(said: dict[CheerWord, int], mine: set[CheerWord]) -> None:
    shown = rules.cheers(said, mine)
    assert [one.word for one in shown] == list(CheerWord)
    assert all(one.people == said.get(one.word, 0) and one.mine == (one.word in mine) for one in shown)


@given(st.text(max_size=400))
def test_words_are_kept_trimmed_and_within_their_length(text: str) -> None:
    least, most = rules.COMMENT_LENGTH
    fits = least <= len(text.strip()) <= most and "\x00" not in text
    if fits:
        assert rules.check_words(text) == text.strip()
    else:
        with pytest.raises(BadValue):
            rules.check_words(text)


def test_a_cheer_counts_once_and_is_taken_back(ground: Ground, others: tuple[Actor, Actor], proof: Proof) -> None:
    one, other = others
    with making.on_day(ground, 3):
        actions.cheer(one, proof.id, CheerWord.GREAT, key=key())
        again = actions.cheer(one, proof.id, CheerWord.GREAT, key=key())
        assert again.cheers[1].people == 1
        actions.cheer(one, proof.id, CheerWord.THANKS, key=key())
        actions.cheer(other, proof.id, CheerWord.GREAT, key=key())
    assert counts(one, proof) == {"cheer": (0, False), "great": (2, True), "thanks": (1, True)}
    assert counts(ground.people[0], proof) == {"cheer": (0, False), "great": (2, False), "thanks": (1, False)}
    once = key()
    actions.take_cheer_back(one, proof.id, CheerWord.GREAT, key=once)
    actions.take_cheer_back(one, proof.id, CheerWord.GREAT, key=once)
    actions.take_cheer_back(one, proof.id, CheerWord.CHEER, key=key())  # never said: nothing changes
    assert counts(other, proof) == {"cheer": (0, False), "great": (1, True), "thanks": (1, False)}
    assert making.broken() == []


def test_nobody_cheers_what_is_their_own(ground: Ground, proof: Proof) -> None:
    with making.on_day(ground, 3), pytest.raises(OwnProof):
        actions.cheer(ground.people[0], proof.id, CheerWord.CHEER, key=key())
    lead = making.joined(ground.leader, ground.project)
    with making.on_day(ground, 3):
        own = making.prove(ground.leader, lead, 3)
        with pytest.raises(OwnProof):
            actions.cheer(ground.leader, own.id, CheerWord.CHEER, key=key())
        actions.cheer(ground.leader, proof.id, CheerWord.CHEER, key=key())
    assert not models.Cheer.objects.filter(proof_id=own.id).exists()


def test_only_who_goes_on_in_the_project_speaks(ground: Ground, proof: Proof) -> None:
    stopped = making.joined(ground.people[1], ground.project)
    outside, steward, auditor = ground.people[2], ground.stewards[0], folk.auditor()
    with making.on_day(ground, 3):
        actions.leave(ground.people[1], stopped.id, key=key())
        for by in (outside, steward, auditor, ground.people[1]):
            with pytest.raises(NotAllowed):
                actions.cheer(by, proof.id, CheerWord.CHEER, key=key())
            with pytest.raises(NotAllowed):
                actions.comment(by, proof.id, "반가워요", key=key())
        with pytest.raises(NotAllowed):
            queries.life(outside, proof.id)
        with pytest.raises(NotAllowed):
            actions.take_cheer_back(outside, proof.id, CheerWord.CHEER, key=key())
        assert actions.comment(ground.leader, proof.id, "길잡이예요", key=key()).text == "길잡이예요"
    assert queries.life(steward, proof.id).comments == queries.life(ground.people[1], proof.id).comments == 1


def test_words_are_said_while_the_season_goes_on(ground: Ground, others: tuple[Actor, Actor], proof: Proof) -> None:
    with making.on_day(ground, 114):
        actions.cheer(others[0], proof.id, CheerWord.CHEER, key=key())
    making.settled(ground)
    with making.after_review(ground):
        with pytest.raises(SeasonClosed):
            actions.cheer(others[0], proof.id, CheerWord.GREAT, key=key())
        with pytest.raises(SeasonClosed):
            actions.comment(others[0], proof.id, "수고했어요", key=key())
    assert counts(others[0], proof)["cheer"] == (1, True)


def test_what_does_not_count_is_not_talked_about(ground: Ground, others: tuple[Actor, Actor], proof: Proof) -> None:
    with making.on_day(ground, 3):
        said = actions.comment(others[0], proof.id, "좋아요", key=key())
        actions.reject_proof(ground.leader, proof.id, "안 보여요", key=key())
        with pytest.raises(WrongStep):
            actions.comment(others[0], proof.id, "왜요?", key=key())
        with pytest.raises(WrongStep):
            actions.cheer(others[0], proof.id, CheerWord.CHEER, key=key())
        with pytest.raises(NotFound):
            queries.life(others[0], proof.id)
        actions.accept_proof(ground.leader, proof.id, key=key())
    assert [one.id for one in queries.life(others[0], proof.id).last] == [said.id]


def test_a_comment_is_its_writers_alone(ground: Ground, others: tuple[Actor, Actor], proof: Proof) -> None:
    one, other = others
    with making.on_day(ground, 3):
        once = key()
        said = actions.comment(one, proof.id, "  좋은 아침이에요 ", key=once)
        assert actions.comment(one, proof.id, "  좋은 아침이에요 ", key=once) == said
        assert (said.text, said.edited_at) == ("좋은 아침이에요", None)
        for by in (other, ground.leader, ground.stewards[0], ground.people[0]):
            with pytest.raises(NotAllowed):
                actions.edit_comment(by, said.id, "바꿔요", key=key())
            with pytest.raises(NotAllowed):
                actions.delete_comment(by, said.id, key=key())
        same = actions.edit_comment(one, said.id, "좋은 아침이에요", key=key())
        assert same.edited_at is None  # nothing changed
        changed = actions.edit_comment(one, said.id, "좋은 저녁이에요", key=key())
        assert (changed.text, changed.edited_at is not None, changed.at) == ("좋은 저녁이에요", True, said.at)
    gone = key()
    assert actions.delete_comment(one, said.id, key=gone) == proof.id
    assert actions.delete_comment(one, said.id, key=gone) == proof.id
    with pytest.raises(NotFound):
        actions.edit_comment(one, said.id, "또", key=key())
    assert queries.life(one, proof.id).comments == 0


def test_the_feed_shows_the_last_comments_and_how_many_there_are(
    ground: Ground, others: tuple[Actor, Actor], proof: Proof
) -> None:
    with making.on_day(ground, 3):
        for number in range(5):
            actions.comment(others[number % 2], proof.id, f"{number}", key=key())
    [shown] = queries.lives(others[0], [proof.id]).values()
    assert ([one.text for one in shown.last], shown.comments) == (["3", "4"], 5)
    whole = queries.life(others[0], proof.id)
    assert ([one.text for one in whole.last], whole.comments) == (["0", "1", "2", "3", "4"], 5)


def test_a_feed_of_any_length_takes_four_statements(
    ground: Ground, others: tuple[Actor, Actor], proof: Proof, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(4):
        queries.lives(others[0], [proof.id])
    many = [proof.id, *(ids.new() for _ in range(29))]
    with django_assert_num_queries(4):
        queries.lives(others[0], many)  # type: ignore[arg-type]  # made up: nothing was said of these


def test_many_comments_are_too_many(ground: Ground, others: tuple[Actor, Actor], proof: Proof) -> None:
    with making.on_day(ground, 3):
        for number in range(rules.COMMENTS_PER_HOUR_MAX):
            actions.comment(others[0], proof.id, f"{number}", key=key())
        with pytest.raises(TooOften):
            actions.comment(others[0], proof.id, "더", key=key())
        now = clock.now()
        models.Comment.objects.bulk_create(
            models.Comment(id=ids.new(), proof_id=proof.id, person_id=person_of(others[0]), text="예", at=now)
            for _ in range(rules.COMMENTS_PER_PROOF_MAX - rules.COMMENTS_PER_HOUR_MAX)
        )
        with pytest.raises(CommentsFull):
            actions.comment(others[1], proof.id, "하나 더", key=key())


def test_the_last_place_for_a_comment_is_taken_once(real_ground: Ground) -> None:
    ground = real_ground
    pledge = making.joined(ground.people[0], ground.project)
    for by in ground.people[1:3]:
        making.joined(by, ground.project)
    with making.on_day(ground, 3):
        proof = making.prove(ground.people[0], pledge, 3)
    models.Comment.objects.bulk_create(
        models.Comment(id=ids.new(), proof_id=proof.id, person_id=person_of(ground.people[0]), text="예")
        for _ in range(rules.COMMENTS_PER_PROOF_MAX - 1)
    )

    def says(by: Actor) -> Runner:
        return making.held_open(
            lambda: actions.comment(by, proof.id, "마지막", key=key()).text, lambda: making.on_day(ground, 3)
        )

    both = says(ground.people[1]), says(ground.people[2])
    assert race(*both).names == ("CommentsFull", "마지막")
    models.Comment.objects.filter(text="마지막").delete()
    assert race(*both, locked=False, together=True).names == ("마지막", "마지막")


def test_words_go_with_their_season_and_with_their_person(
    ground: Ground, others: tuple[Actor, Actor], proof: Proof
) -> None:
    one, other = others
    with making.on_day(ground, 3):
        kept = actions.comment(one, proof.id, "남는 말", key=key())
        actions.comment(other, proof.id, "떠나는 말", key=key())
        actions.cheer(other, proof.id, CheerWord.CHEER, key=key())
        actions.let_person_go(BY, person_of(other))
    assert [said.id for said in queries.life(one, proof.id).last] == [kept.id]
    assert counts(one, proof)["cheer"] == (0, False)
    making.settled(ground)
    with making.after_review(ground):
        assert tasks.forget_words(timestamp=0) == 0
    settled_at = clock.now() - timedelta(days=181)
    models.Season.objects.filter(id=ground.season.id).update(settled_at=settled_at)
    assert tasks.forget_words(timestamp=0) == 1
    assert not models.Comment.objects.exists()


def test_what_a_closed_account_left_behind_goes_at_night(
    ground: Ground, others: tuple[Actor, Actor], proof: Proof
) -> None:
    with making.on_day(ground, 3):
        actions.comment(others[0], proof.id, "남긴 말", key=key())
        actions.comment(others[1], proof.id, "다른 말", key=key())
    accounts.close_account(others[0], Origin(face="page"))
    assert actions.forget_words(BY) == 1
    with pytest.raises(NotAllowed):
        actions.forget_words(others[1])
    assert [one.text for one in queries.life(others[1], proof.id).last] == ["다른 말"]


def test_verify_finds_words_from_outside_and_cheers_for_oneself(
    ground: Ground, others: tuple[Actor, Actor], proof: Proof
) -> None:
    with making.on_day(ground, 3):
        actions.comment(ground.leader, proof.id, "잘했어요", key=key())
        actions.replace_leader(ground.stewards[0], ground.project.id, person_of(others[0]), key=key())
    assert making.broken() == []  # who led before has left words behind, and may
    outside = folk.person("밖")
    models.Comment.objects.create(id=ids.new(), proof_id=proof.id, person_id=person_of(outside), text="밖에서")
    models.Cheer.objects.create(id=ids.new(), proof_id=proof.id, person_id=proof.person, word="cheer")
    assert sorted(making.broken()) == [
        "is a cheer of somebody for their own proof",
        "is a comment of somebody who is not of the project",
    ]


def test_an_export_has_what_one_said(ground: Ground, others: tuple[Actor, Actor], proof: Proof) -> None:
    with making.on_day(ground, 3):
        actions.comment(others[0], proof.id, "내보낼 말", key=key())
        actions.cheer(others[0], proof.id, CheerWord.THANKS, key=key())
    found = queries.export_of(person_of(others[0]))
    assert [one["text"] for one in found["comments"]] == ["내보낼 말"]  # type: ignore[attr-defined]  # a house's own shape
    assert [one["word"] for one in found["cheers"]] == ["thanks"]  # type: ignore[attr-defined]  # as above


def test_nothing_is_there_of_a_comment_that_never_was(ground: Ground) -> None:
    for act in (
        lambda: actions.edit_comment(ground.leader, CommentId(ids.new()), "예", key=key()),
        lambda: actions.delete_comment(ground.leader, CommentId(ids.new()), key=key()),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_proof_taken_back_keeps_what_was_said_of_the_day(
    ground: Ground, others: tuple[Actor, Actor], proof: Proof
) -> None:
    with making.on_day(ground, 3):
        actions.comment(others[0], proof.id, "힘내요", key=key())
        taken: Pledge = queries.pledge(proof.pledge)
        assert actions.withdraw_proof(ground.people[0], proof.id, key=key()).state is ProofState.WITHDRAWN
        with pytest.raises(NotFound):
            queries.life(others[0], proof.id)
        making.prove(ground.people[0], taken, 3)
    assert queries.life(others[0], proof.id).comments == 1

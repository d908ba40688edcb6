"""Complaints, hidden words and blocks: who may, what follows, and that nothing of a block tells the blocked."""

from typing import Any

import pytest

from dure.base import ids
from dure.base.refusals import BadValue, NotAllowed, NotFound, TooOften
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.services.pledges import actions, models, queries
from dure.services.pledges.rules import guarding as rules
from dure.services.pledges.types import (
    CheerWord,
    Comment,
    ComplaintKind,
    NotTheirTurn,
    OwnWords,
    Pledge,
    Proof,
    Silenced,
    WrongStep,
)

from . import making
from .making import BY, Ground, key, person_of

DAY = 3


@pytest.fixture
def ones(ground: Ground) -> Pledge:
    """The pledge of the first; the second and third are in, too."""
    pledge = making.joined(ground.people[0], ground.project)
    for by in ground.people[1:3]:
        making.joined(by, ground.project)
    return pledge


@pytest.fixture
def proof(ground: Ground, ones: Pledge) -> Proof:
    with making.on_day(ground, DAY):
        return making.prove(ground.people[0], ones, DAY)


def say(ground: Ground, by: Actor, proof: Proof, text: str = "말") -> Comment:
    with making.on_day(ground, DAY):
        return actions.comment(by, proof.id, text, key=key())


def seen(by: Actor, proof: Proof) -> list[str]:
    return [one.text for one in queries.life(by, proof.id).last]


# Complaints


def test_a_complaint_is_once_a_person_and_of_others(ground: Ground, proof: Proof) -> None:
    one, other, third = ground.people
    said = say(ground, other, proof)
    once = key()
    actions.complain(one, ComplaintKind.COMMENT, said.id, "거친 말이에요", key=once)
    actions.complain(one, ComplaintKind.COMMENT, said.id, "거친 말이에요", key=once)
    actions.complain(one, ComplaintKind.COMMENT, said.id, "다시 말해요", key=key())
    actions.complain(third, ComplaintKind.COMMENT, said.id, "저도요", key=key())
    actions.complain_of_person(third, ground.project.id, person_of(other), "자꾸 그래요", key=key())
    with pytest.raises(OwnWords):
        actions.complain(other, ComplaintKind.COMMENT, said.id, "제 말인데요", key=key())
    with pytest.raises(BadValue):
        actions.complain(third, ComplaintKind.PROOF, proof.id, " ", key=key())
    for outside in (folk.person("밖"), ground.stewards[0]):
        with pytest.raises(NotAllowed):
            actions.complain(outside, ComplaintKind.COMMENT, said.id, "밖에서", key=key())
    with pytest.raises(NotFound):
        actions.complain_of_person(one, ground.project.id, person_of(folk.person("밖")), "밖이에요", key=key())
    with pytest.raises(NotFound):
        actions.complain(one, ComplaintKind.PROOF, ids.new(), "없어요", key=key())
    [of_words, of_person] = queries.complaints(ground.stewards[0])
    assert (of_words.whys, of_words.words, of_words.whose) == (("거친 말이에요", "저도요"), "말", person_of(other))
    assert (of_person.kind, of_person.subject) == (ComplaintKind.PERSON, person_of(other))
    assert queries.count_complaints() == 2
    for by in (ground.leader, one):
        with pytest.raises(NotAllowed):
            queries.complaints(by)


def test_what_was_complained_of_is_kept_as_it_stood(ground: Ground, proof: Proof) -> None:
    said = say(ground, ground.people[1], proof, "나쁜 말")
    actions.complain(ground.people[0], ComplaintKind.COMMENT, said.id, "나빠요", key=key())
    actions.delete_comment(ground.people[1], said.id, key=key())
    [found] = queries.complaints(ground.stewards[0])
    assert found.words == "나쁜 말"
    actions.decide_complaint(
        ground.stewards[0], found.id, True, "그런 말은 안 돼요", key=key()
    )  # nothing to hide any more
    assert queries.complaints(ground.stewards[0]) == ()


def test_complaints_have_a_limit(ground: Ground, proof: Proof) -> None:
    comments = [say(ground, ground.people[1], proof, f"{n}").id for n in range(rules.COMPLAINTS_PER_HOUR_MAX + 1)]
    with making.on_day(ground, DAY):
        for comment in comments[:-1]:
            actions.complain(ground.people[0], ComplaintKind.COMMENT, comment, "많아요", key=key())
        with pytest.raises(TooOften):
            actions.complain(ground.people[0], ComplaintKind.COMMENT, comments[-1], "많아요", key=key())


def test_a_steward_without_a_part_decides_all_of_one_thing(ground: Ground, proof: Proof) -> None:
    one, other, third = ground.people
    steward = ground.stewards[0]
    said = say(ground, other, proof)
    actions.complain(one, ComplaintKind.COMMENT, said.id, "하나", key=key())
    actions.complain(third, ComplaintKind.COMMENT, said.id, "둘이에요", key=key())
    [found] = queries.complaints(steward)
    for by in (ground.leader, one, folk.auditor()):
        with pytest.raises(NotAllowed):
            actions.decide_complaint(by, found.id, True, "안 돼요", key=key())
    with pytest.raises(BadValue):
        actions.decide_complaint(steward, found.id, True, "", key=key())
    once = key()
    actions.decide_complaint(steward, found.id, True, "거친 말", key=once)
    actions.decide_complaint(steward, found.id, True, "거친 말", key=once)
    with pytest.raises(WrongStep):
        actions.decide_complaint(ground.stewards[1], found.id, False, "", key=key())
    assert queries.complaints(steward) == ()
    assert (seen(one, proof), seen(other, proof)) == ([], ["말"])
    assert queries.life(other, proof.id).last[0].hidden_why == "거친 말"
    with pytest.raises(WrongStep):  # a steward had the last word
        actions.show_comment(ground.leader, said.id, key=key())


def test_nobody_decides_what_they_have_a_part_in(ground: Ground, proof: Proof) -> None:
    steward = ground.stewards[0]
    making.joined(steward, ground.project)
    said = say(ground, ground.people[1], proof)
    actions.complain(steward, ComplaintKind.COMMENT, said.id, "제가 봤어요", key=key())
    actions.complain_of_person(ground.people[1], ground.project.id, person_of(steward), "운영자가 그래요", key=key())
    for found in queries.complaints(steward):
        with pytest.raises(NotTheirTurn):
            actions.decide_complaint(steward, found.id, False, "", key=key())
        actions.decide_complaint(ground.stewards[1], found.id, False, "", key=key())


def test_a_proof_out_of_sight_still_counts(ground: Ground, proof: Proof, ones: Pledge) -> None:
    one, other, _third = ground.people
    actions.complain(other, ComplaintKind.PROOF, proof.id, "남의 사진이에요", key=key())
    [found] = queries.complaints(ground.stewards[0])
    actions.decide_complaint(ground.stewards[0], found.id, True, "남의 얼굴이 나와요", key=key())
    assert [shown.id for shown in queries.feed(other, ground.project)] == []
    assert [shown.id for shown in queries.feed(one, ground.project)] == [proof.id]
    assert [shown.id for shown in queries.feed(ground.leader, ground.project, judging=True)] == [proof.id]
    with pytest.raises(NotFound):
        queries.life(other, proof.id)
    with making.on_day(ground, DAY), pytest.raises(NotFound):
        actions.cheer(other, proof.id, CheerWord.CHEER, key=key())
    assert queries.unseen_why(ground.project.id, proof.id) == "남의 얼굴이 나와요"
    assert dict(queries.days_of(ones.id)) == {DAY: proof.state}
    [hush] = queries.hushes(ground.stewards[1])
    for by in (ground.leader, one):
        with pytest.raises(NotAllowed):
            actions.lift_hush(by, hush.id, key=key())
    actions.lift_hush(ground.stewards[1], hush.id, key=key())
    actions.lift_hush(ground.stewards[1], hush.id, key=key())
    assert [shown.id for shown in queries.feed(other, ground.project)] == [proof.id]


def test_who_lost_the_word_says_nothing_in_this_project(ground: Ground, proof: Proof) -> None:
    one, other, _third = ground.people
    said = say(ground, other, proof)
    actions.complain_of_person(one, ground.project.id, person_of(other), "자꾸 그래요", key=key())
    [found] = queries.complaints(ground.stewards[0])
    actions.decide_complaint(ground.stewards[0], found.id, True, "여러 번 그랬어요", key=key())
    with making.on_day(ground, DAY):
        for act in (
            lambda: actions.comment(other, proof.id, "또", key=key()),
            lambda: actions.edit_comment(other, said.id, "또", key=key()),
            lambda: actions.cheer(other, proof.id, CheerWord.CHEER, key=key()),
        ):
            with pytest.raises(Silenced) as no:
                act()
            assert no.value.why == "여러 번 그랬어요"
    actions.delete_comment(other, said.id, key=key())  # one's own words may always go
    [hush] = queries.hushes(ground.stewards[0])
    actions.lift_hush(ground.stewards[0], hush.id, key=key())
    say(ground, other, proof, "다시")


# Hiding


def test_a_leader_hides_a_comment_and_says_why(ground: Ground, proof: Proof) -> None:
    one, other, _third = ground.people
    said = say(ground, other, proof)
    for by in (one, other, folk.person("밖")):
        with pytest.raises(NotAllowed):
            actions.hide_comment(by, said.id, "싫어요", key=key())
        with pytest.raises(NotAllowed):
            actions.show_comment(by, said.id, key=key())
    with pytest.raises(BadValue):
        actions.hide_comment(ground.leader, said.id, "", key=key())
    assert actions.hide_comment(ground.leader, said.id, "서로 존중해요", key=key()).is_hidden
    with pytest.raises(WrongStep):
        actions.hide_comment(ground.leader, said.id, "또요", key=key())
    assert (seen(one, proof), seen(other, proof), seen(ground.leader, proof)) == ([], ["말"], ["말"])
    [shown] = queries.lives(other, [proof.id]).values()
    assert (shown.comments, shown.last) == (0, ())  # not in the feed, also not to who wrote it
    with making.on_day(ground, DAY), pytest.raises(WrongStep):
        actions.edit_comment(other, said.id, "고친 말", key=key())
    assert [one.id for one in queries.hidden_comments(ground.stewards[0])] == [said.id]
    actions.show_comment(ground.stewards[0], said.id, key=key())
    assert seen(one, proof) == ["말"]
    with pytest.raises(WrongStep):
        actions.hide_comment(ground.leader, said.id, "그래도", key=key())


def test_a_leader_hides_nothing_of_their_own(ground: Ground, proof: Proof) -> None:
    own = say(ground, ground.leader, proof)
    with pytest.raises(NotTheirTurn):
        actions.hide_comment(ground.leader, own.id, "제 말", key=key())


# Blocks


def test_neither_of_two_sees_the_other_and_nothing_tells(ground: Ground, proof: Proof) -> None:
    blocker, blocked, third = ground.people
    pledge = queries.live_pledge(ground.project.id, person_of(blocked))
    assert pledge
    with making.on_day(ground, DAY):
        theirs = making.prove(blocked, pledge, DAY)
    of_third = queries.live_pledge(ground.project.id, person_of(third))
    assert of_third
    with making.on_day(ground, DAY):
        thirds = making.prove(third, of_third, DAY)
    say(ground, blocked, thirds, "막힌 말")
    say(ground, blocker, thirds, "막은 말")
    actions.block(blocker, person_of(blocked), key=key())
    assert {one.id for one in queries.feed(blocker, ground.project)} == {proof.id, thirds.id}
    assert {one.id for one in queries.feed(blocked, ground.project)} == {theirs.id, thirds.id}
    assert {one.id for one in queries.feed(third, ground.project)} == {proof.id, theirs.id, thirds.id}
    assert (seen(blocker, thirds), seen(blocked, thirds), seen(third, thirds)) == (
        ["막은 말"],
        ["막힌 말"],
        ["막힌 말", "막은 말"],
    )
    gone = ids.new()
    with making.on_day(ground, DAY):
        for act in (
            lambda proof_id: actions.comment(blocked, proof_id, "안녕", key=key()),
            lambda proof_id: actions.cheer(blocked, proof_id, CheerWord.CHEER, key=key()),
            lambda proof_id: actions.take_cheer_back(blocked, proof_id, CheerWord.CHEER, key=key()),
            lambda proof_id: queries.life(blocked, proof_id),
        ):
            said: list[dict[str, Any]] = []
            for one in (proof.id, gone):  # the same answer as for what never was
                with pytest.raises(NotFound) as no:
                    act(one)
                said.append(dict(no.value.values()))
            assert said[0] == said[1]
    assert queries.blocked_by(person_of(blocked)) == ()
    assert [one.person for one in queries.blocked_by(person_of(blocker))] == [person_of(blocked)]
    actions.unblock(blocker, person_of(blocked), key=key())
    assert len(queries.feed(blocked, ground.project)) == 3
    say(ground, blocked, proof, "반가워요")


def test_a_block_is_once_of_somebody_one_knows(ground: Ground, proof: Proof) -> None:
    one, other, _third = ground.people
    for _twice in range(2):
        actions.block(one, person_of(other), key=key())
    assert models.Block.objects.count() == 1
    with pytest.raises(OwnWords):
        actions.block(one, person_of(one), key=key())
    with pytest.raises(NotFound):
        actions.block(one, person_of(folk.person("밖")), key=key())
    with pytest.raises(NotFound):
        actions.block(one, person_of(ground.stewards[0]), key=key())
    actions.block(one, person_of(ground.leader), key=key())
    assert [shown.id for shown in queries.feed(ground.leader, ground.project)] == []
    assert [shown.id for shown in queries.feed(ground.leader, ground.project, judging=True)] == [proof.id]
    actions.unblock(other, person_of(one), key=key())  # what another one did is not undone
    assert models.Block.objects.count() == 2


def test_blocks_and_words_of_complaints_go_with_an_account(ground: Ground, proof: Proof) -> None:
    one, other, _third = ground.people
    said = say(ground, other, proof, "나쁜 말")
    actions.block(one, person_of(other), key=key())
    actions.complain(one, ComplaintKind.COMMENT, said.id, "제 이름을 불렀어요", key=key())
    with making.on_day(ground, DAY):
        actions.let_person_go(BY, person_of(other))
        assert not models.Block.objects.exists()
        assert models.Complaint.objects.get().words == ""
        actions.let_person_go(BY, person_of(one))
    assert models.Complaint.objects.get().why == ""

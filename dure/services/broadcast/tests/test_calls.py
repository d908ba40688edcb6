"""A call as a table of states: whatever somebody presses, nothing is sent unheard, nobody speaks unproved, and it ends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.services.broadcast.pages import spoken
from dure.services.broadcast.rules import calls, saying
from dure.services.broadcast.rules.hearing_calls import ITEMS_MAX
from dure.services.broadcast.types import (
    Call,
    Caller,
    Deed,
    Do,
    Done,
    Item,
    Line,
    Move,
    Named,
    Phrase,
    Place,
    Then,
    Turn,
)

PINE, RIVER = Named(UUID(int=1), "솔내리"), Named(UUID(int=2), "강말")
DRAFT, WAITING, LAST = UUID(int=11), UUID(int=12), UUID(int=13)
ITEMS = tuple(Item(UUID(int=20 + number), (PINE,)) for number in range(3))
HEAD = Caller((PINE,), (PINE,), has_digits=True)
HEAD_OF_TWO = Caller((PINE, RIVER), (PINE,), has_digits=True)
LISTENER = Caller((), (PINE, RIVER), has_digits=False)
RIGHT_DIGITS = "395172"


@dataclass
class Talk:
    """A call that is played: what was done, and what was said, in order."""

    caller: Caller
    items: tuple[Item, ...] = ITEMS
    done: Done | None = None  # what becomes of everything but the digits and what there is to hear
    waiting: UUID | None = None
    undoable: UUID | None = None
    wrong: int = 0
    deeds: list[Deed] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    call: Call = field(init=False)

    def __post_init__(self) -> None:
        self._take(calls.rang(self.caller))

    def press(self, *keys: str) -> "Talk":
        for one in keys:
            self._take(calls.keyed(self.call, one))
        return self

    def speak(self) -> "Talk":
        self._take(calls.recorded(self.call))
        return self

    @property
    def said(self) -> list[Phrase]:
        return [line.phrase for line in self.turns[-1].lines]

    @property
    def did(self) -> list[Do]:
        return [one.do for one in self.deeds]

    @property
    def over(self) -> bool:
        return self.turns[-1].then is Then.HANG_UP

    def _take(self, move: Move) -> None:
        for _ in range(5):
            if move.deed is None:
                break
            self.deeds.append(move.deed)
            move = calls.told(move.call, move.deed, self._done(move.deed))
        assert move.turn is not None
        self.call = move.call
        self.turns.append(move.turn)

    def _done(self, deed: Deed) -> Done:
        if deed.do is Do.TRY_DIGITS:
            if deed.keys == RIGHT_DIGITS:
                return Done(ok=True, waiting=self.waiting, undoable=self.undoable)
            self.wrong += 1
            return Done(ok=False, left=max(0, 5 - self.wrong))
        if deed.do is Do.FIND:
            return Done(ok=True, items=self.items)
        return self.done or Done(ok=True, announcement=DRAFT)


def test_a_head_of_one_village_speaks_with_three_answers() -> None:
    talk = Talk(HEAD).press("1", f"{RIGHT_DIGITS}#")
    assert (talk.said, talk.turns[-1].then) == ([Phrase.SPEAK], Then.RECORD)
    assert talk.turns[-1].lines[0].names == "솔내리"
    talk.speak()
    assert talk.said == [Phrase.YOU_SAID, Phrase.ANNOUNCEMENT, Phrase.REVIEW]
    talk.press("1")
    assert talk.said == [Phrase.SENT]
    assert talk.press("").over
    assert talk.did == [Do.TRY_DIGITS, Do.KEEP, Do.SEND]
    assert talk.deeds[-1].villages == (PINE,)


def test_it_is_said_again_in_place_of_the_first_try_and_taken_back_within_ten_seconds() -> None:
    talk = Talk(HEAD).press("1", RIGHT_DIGITS).speak().press("2").speak()
    assert talk.deeds[-1] == Deed(Do.KEEP, announcement=DRAFT, villages=(PINE,))
    talk.press("1", "0")
    assert talk.did[-2:] == [Do.SEND, Do.TAKE_BACK]
    assert Phrase.TAKEN_BACK in talk.said


def test_zero_throws_it_away_and_hanging_up_sends_nothing() -> None:
    talk = Talk(HEAD).press("1", RIGHT_DIGITS).speak().press("0")
    assert talk.did[-1] is Do.THROW_AWAY
    assert talk.over
    silent = Talk(HEAD).press("1", RIGHT_DIGITS).speak().press("", "", "")
    assert silent.over
    assert Phrase.KEPT in silent.said
    assert silent.did == [Do.TRY_DIGITS, Do.KEEP]


def test_of_several_villages_one_is_chosen_and_read_back() -> None:
    talk = Talk(HEAD_OF_TWO).press("1", RIGHT_DIGITS)
    assert [(line.names, line.count) for line in talk.turns[-1].lines[1:]] == [("솔내리", 1), ("강말", 2)]
    assert talk.press("7").said[0] is Phrase.CHOOSE_VILLAGE
    talk.press("2").speak()
    assert talk.turns[-1].lines[-1].names == "강말"
    talk.press("1")
    assert talk.deeds[-1].villages == (RIVER,)


def test_who_speaks_to_many_villages_turns_the_page() -> None:
    villages = tuple(Named(UUID(int=100 + number), f"{number}리") for number in range(1, 20))
    talk = Talk(Caller(villages, (), has_digits=True)).press("1", RIGHT_DIGITS)
    seen = []
    for _page in range(3):
        seen += [(line.names, line.count) for line in talk.turns[-1].lines if line.phrase is Phrase.VILLAGE_KEY]
        assert talk.said[-1] is Phrase.MORE_VILLAGES
        talk.press("9")
    assert [name for name, _key in seen] == [one.name for one in villages]
    assert max(key for _name, key in seen) == 8
    assert talk.press("9", "3").turns[-1].lines[-1].names == "11리"
    nine = Talk(Caller(villages[:9], (), has_digits=True)).press("1", RIGHT_DIGITS)
    assert Phrase.MORE_VILLAGES not in nine.said
    assert nine.press("9").turns[-1].lines[-1].names == "9리"
    last = Talk(Caller(villages, (), has_digits=True)).press("1", RIGHT_DIGITS, "9", "9", "8")
    assert last.said[0] is Phrase.CHOOSE_VILLAGE  # the third page has three


def test_what_is_urgent_waits_for_a_second_person_who_may_call() -> None:
    talk = Talk(HEAD, done=Done(ok=True, announcement=DRAFT, waits=True)).press("1", RIGHT_DIGITS).speak().press("3")
    assert (talk.did[-1], talk.said) == (Do.SEND_URGENT, [Phrase.ASKED])
    second = Talk(HEAD, waiting=WAITING).press("1", RIGHT_DIGITS)
    assert second.said == [Phrase.OFFICE, Phrase.OFFICE_WAITING]
    assert second.press("4").said == [Phrase.WAITS, Phrase.ANNOUNCEMENT, Phrase.AGREE_KEYS]
    assert second.press("1").deeds[-1] == Deed(Do.AGREE, announcement=WAITING)
    assert second.over


def test_who_calls_again_takes_back_what_is_not_on_the_air() -> None:
    talk = Talk(HEAD, undoable=LAST).press("1", RIGHT_DIGITS)
    assert Phrase.OFFICE_TAKE_BACK in talk.said
    assert talk.press("3").deeds[-1] == Deed(Do.TAKE_BACK, announcement=LAST)
    assert Talk(HEAD).press("1", RIGHT_DIGITS, "3").call.place is not Place.OFFICE


def test_wrong_digits_are_told_and_end_the_call() -> None:
    talk = Talk(HEAD).press("1", "111111")
    assert talk.turns[-1].lines[0] == Line(Phrase.DIGITS_WRONG, count=4)
    assert talk.press("222222", "333333").over
    locked = Talk(HEAD, wrong=4).press("1", "111111")
    assert locked.over
    assert Phrase.DIGITS_LOCKED in locked.said


def test_what_could_not_be_kept_is_said_again_and_not_for_ever() -> None:
    talk = Talk(HEAD, done=Done(ok=False)).press("1", RIGHT_DIGITS).speak()
    assert talk.said == [Phrase.NOT_HEARD, Phrase.SPEAK]
    assert talk.speak().speak().over
    refused = Talk(HEAD).press("1", RIGHT_DIGITS).speak()
    refused.done = Done(ok=False)
    assert Phrase.NOT_SENT in refused.press("1").said


def test_an_unknown_number_hears_of_no_village() -> None:
    talk = Talk(Caller((), (), has_digits=False))
    assert (talk.said, talk.over, talk.deeds) == ([Phrase.UNKNOWN], True, [])
    assert all(not line.names for line in talk.turns[-1].lines)


def test_a_head_without_digits_is_told_so_and_hears() -> None:
    talk = Talk(Caller((PINE,), (PINE,), has_digits=False))
    assert talk.said[:2] == [Phrase.NO_DIGITS, Phrase.LISTEN]


def test_a_listener_hears_the_newest_first_with_no_key_at_all() -> None:
    talk = Talk(LISTENER)
    talk.press("", "")
    heard = [turn.lines[-2].announcement for turn in talk.turns]
    assert heard == [one.announcement for one in ITEMS]
    assert talk.press("").over
    assert Phrase.ALL in talk.said


def test_one_is_heard_two_the_next_three_once_more() -> None:
    talk = Talk(LISTENER).press("1")
    assert talk.deeds[-1] == Deed(Do.PRESS, announcement=ITEMS[0].announcement)
    assert talk.turns[-1].lines[-2].announcement == ITEMS[1].announcement
    assert talk.press("3").turns[-1].lines[-2].announcement == ITEMS[1].announcement
    assert talk.press("2").turns[-1].lines[-2].announcement == ITEMS[2].announcement
    assert talk.press("0").over
    assert talk.did == [Do.FIND, Do.PRESS]


def test_nine_is_asked_once_more() -> None:
    talk = Talk(LISTENER).press("9")
    assert talk.turns[-1].lines == (Line(Phrase.LEAVE, "솔내리"),)  # of what was played, not of the other village
    assert talk.press("").call.place is Place.HEARING
    assert Do.LEAVE not in talk.did
    assert talk.press("9", "9").deeds[-1] == Deed(Do.LEAVE, villages=(PINE,))
    assert talk.over
    nothing = Talk(LISTENER, items=()).press("9", "9")
    assert nothing.deeds[-1].villages == (PINE, RIVER)


def test_a_call_is_no_archive() -> None:
    many = tuple(Item(UUID(int=100 + number), (PINE,)) for number in range(50))
    assert len(Talk(LISTENER, items=many).call.items) == ITEMS_MAX


CALLERS = st.builds(
    Caller,
    st.lists(st.sampled_from([PINE, RIVER]), unique=True, max_size=2).map(tuple),
    st.lists(st.sampled_from([PINE, RIVER]), unique=True, max_size=2).map(tuple),
    has_digits=st.booleans(),
)
KEYS = st.sampled_from(["", *"0123456789", "#", "*", RIGHT_DIGITS, "111111", "speak"])
BEGINNINGS = st.sampled_from(([], ["1"], ["1", "speak"], ["1", RIGHT_DIGITS], ["1", RIGHT_DIGITS, "speak"], ["9"]))
PRESSED = st.builds(
    lambda first, then: [*first, *then], BEGINNINGS, st.lists(KEYS, max_size=30)
)  # so that calls get far


def played(talk: Talk, keys: Iterable[str]) -> Talk:
    for one in keys:
        if talk.over:
            break
        if one == "speak":
            talk.speak()
        else:
            talk.press(one)
    return talk


@given(st.one_of(st.sampled_from([HEAD, HEAD_OF_TWO]), CALLERS), PRESSED, st.booleans(), st.booleans())
def test_whatever_is_pressed(caller: Caller, keys: Sequence[str], waits: bool, undoable: bool) -> None:
    """Nothing is sent or agreed to that was not played back in this call, by nobody without the right digits; who does not speak
    to a village never does in a call; nobody leaves by one key.
    """
    talk = played(Talk(caller, waiting=WAITING if waits else None, undoable=LAST if undoable else None), keys)
    proved, heard = False, set()
    for one in talk.deeds:
        proved |= one.do is Do.TRY_DIGITS and one.keys == RIGHT_DIGITS
        if one.do not in (Do.TRY_DIGITS, Do.FIND, Do.PRESS, Do.LEAVE):
            assert proved
            assert caller.speaks
            assert caller.has_digits
    heard = {line.announcement for turn in talk.turns for line in turn.lines if line.phrase is Phrase.ANNOUNCEMENT}
    for one in talk.deeds:
        if one.do in (Do.SEND, Do.SEND_URGENT, Do.AGREE, Do.PRESS):
            assert one.announcement in heard
        if one.do in (Do.KEEP, Do.SEND, Do.SEND_URGENT):
            assert set(one.villages) <= set(caller.speaks)
            assert len(one.villages) == 1
    if Do.LEAVE in talk.did:
        assert [key for key in keys if key == "9"][:2] == ["9", "9"]
    for turn in talk.turns:
        for line in turn.lines:
            if line.phrase is not Phrase.ANNOUNCEMENT and line.announcement is None:
                assert spoken.said(line)


@given(CALLERS, st.lists(KEYS, max_size=20))
def test_a_telephone_that_lies_there_hangs_up(caller: Caller, keys: Sequence[str]) -> None:
    talk = played(Talk(caller), keys)
    for _ in range(saying.UNCLEAR_MAX + ITEMS_MAX):
        if talk.over:
            break
        talk.press("")
    assert talk.over
    assert talk.press("1").turns[-1] == Turn(lines=())  # nothing happens after the end


@pytest.mark.parametrize("place", list(Place))
def test_every_place_has_an_answer_to_every_key(place: Place) -> None:
    call = Call(
        place=place,
        speaks=(PINE,),
        hears=(PINE,),
        to=PINE,
        announcement=DRAFT,
        waiting=WAITING,
        undoable=LAST,
        items=ITEMS,
    )
    for key in ("", *"0123456789", "*", "12", "abc", "９"):
        move = calls.keyed(call, key)
        assert (move.deed is None) != (move.turn is None)
    move = calls.recorded(call)
    assert (move.deed is None) != (move.turn is None)

"""Who may say what to whom, and what is on the air. Pure."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Final

from dure.base.actors import PersonId
from dure.base.refusals import BadValue
from dure.services.broadcast.types import (
    Agreed,
    Kind,
    NewAnnouncement,
    NoOffice,
    NotUndone,
    Office,
    OfficeTaken,
    SecondPersonNeeded,
    Tenure,
    VillageId,
    VillagesDiffer,
)

UNDO_SECONDS: Final = 10
WORDS_LENGTH: Final = (2, 800)  # of the 1,000 letters of a message, beside the villages' names and what a drill says
NAMES_LENGTH_MAX: Final = 100
RECORDING_SECONDS_MAX: Final = 180
VILLAGES_MAX: Final = 500
LASTS: Final = {Kind.NOTICE: timedelta(days=3), Kind.URGENT: timedelta(hours=12), Kind.DRILL: timedelta(hours=6)}
LASTS_MAX: Final = timedelta(days=30)
ASKED_LASTS: Final = timedelta(hours=2)  # what was urgent then may be wrong now
AHEAD_MAX: Final = timedelta(days=365)
DRILL_FIRST: Final = {"ko": "훈련입니다. 실제 상황이 아닙니다.", "en": "This is a drill. It is not real."}
DRILL_LAST: Final = {"ko": "지금까지 훈련 방송이었습니다.", "en": "That was a drill."}


def check(new: NewAnnouncement, tenures: Iterable[Tenure], today: date, now: datetime) -> None:
    """Whether it may be said as it is, but for who stands behind an urgent one (`demand_agreed`).

    Raises BadValue, NoOffice, VillagesDiffer.
    """
    demand_words(new.words)
    if not 0 <= new.seconds <= RECORDING_SECONDS_MAX:
        raise BadValue(field="seconds", reason="range")
    if not 1 <= len(new.villages) <= VILLAGES_MAX:
        raise BadValue(field="villages", reason="length")
    own = {one.village for one in tenures if one.person == new.author and one.holds(today)}
    if strange := new.villages - own:
        raise NoOffice(villages=len(strange))
    if new.villages != new.confirmed:
        raise VillagesDiffer(missing=len(new.villages - new.confirmed), strange=len(new.confirmed - new.villages))
    airs = new.airs or now
    if not now <= airs <= now + AHEAD_MAX:
        raise BadValue(field="airs", reason="range")
    if not airs < expires(new, airs) <= airs + LASTS_MAX:
        raise BadValue(field="expires", reason="range")


def demand_words(words: str) -> None:
    """Neither nothing nor more than a message holds. Raises BadValue."""
    if not WORDS_LENGTH[0] <= len(words.strip()) <= WORDS_LENGTH[1]:
        raise BadValue(field="words", reason="length")


def tidy(words: str) -> str:
    """Words as they are kept: lines as browsers send them become lines as everybody else has them."""
    return words.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip()


def letter(kind: Kind, words: str, villages: Iterable[str], channel: str) -> str:
    """What is written to a listener: to whom it is said, and what."""
    names = ", ".join(sorted(villages))
    return f"{names if len(names) <= NAMES_LENGTH_MAX else channel}\n{spoken(kind, words)}"


def expires(new: NewAnnouncement, airs: datetime) -> datetime:
    """Until when it is worth saying: as its author says, else as long as its kind lasts."""
    return new.expires or airs + LASTS[new.kind]


def agreed(
    new: NewAnnouncement, second: PersonId | None, tenures: Collection[Tenure], today: date, *, pin: bool
) -> Agreed:
    """What stands behind an announcement beside its author: another person who holds an office in each of the villages, or a
    right number (`pin`).
    """
    if second is not None and second != new.author:
        theirs = {one.village for one in tenures if one.person == second and one.holds(today)}
        if new.villages <= theirs:
            return Agreed.SECOND
    return Agreed.PIN if pin else Agreed.NOBODY


def demand_agreed(kind: Kind, behind: Agreed) -> None:
    """Nobody alone wakes a village. Raises SecondPersonNeeded."""
    if kind is Kind.URGENT and behind is Agreed.NOBODY:
        raise SecondPersonNeeded()


def is_lapsed(asked_at: datetime, now: datetime) -> bool:
    """Whether nobody stood behind an urgent announcement in time."""
    return now >= asked_at + ASKED_LASTS


def aired_at(sent_at: datetime, airs: datetime | None) -> datetime:
    """When it goes on the air: as was asked for, and never before there was time to take it back."""
    earliest = sent_at + timedelta(seconds=UNDO_SECONDS)
    return max(airs, earliest) if airs else earliest


def demand_undoable(aired: datetime, now: datetime) -> None:
    """Nothing of it was told to anybody yet. Raises NotUndone."""
    if now >= aired:
        raise NotUndone(aired_at=aired)


def spoken(kind: Kind, words: str, language: str = "ko") -> str:
    """The words as they are said: a drill says so first and last."""
    said = words.strip()
    return f"{DRILL_FIRST[language]} {said} {DRILL_LAST[language]}" if kind is Kind.DRILL else said


def demand_free(tenures: Iterable[Tenure], new: Tenure) -> None:
    """A village has one head at a time, and any number of deputies. Raises OfficeTaken."""
    if new.office is not Office.HEAD:
        return
    for one in tenures:
        if one.village == new.village and one.office is Office.HEAD and _overlap(one, new):
            raise OfficeTaken(since=max(one.begins, new.begins))


def handed_over(tenure: Tenure, to: PersonId, on: date) -> tuple[Tenure, Tenure]:
    """The office as it was, ended, and as it goes on. What was said stays the village's. Raises BadValue."""
    if not tenure.holds(on) or to == tenure.person or on == tenure.begins:
        raise BadValue(field="on", reason="range")
    before = Tenure(tenure.village, tenure.person, tenure.office, tenure.begins, on)
    return before, Tenure(tenure.village, to, tenure.office, on, tenure.ends)


def _overlap(one: Tenure, other: Tenure) -> bool:
    return (one.ends is None or other.begins < one.ends) and (other.ends is None or one.begins < other.ends)


def villages_of(person: PersonId, tenures: Iterable[Tenure], today: date) -> frozenset[VillageId]:
    """To which villages somebody may speak today."""
    return frozenset(one.village for one in tenures if one.person == person and one.holds(today))

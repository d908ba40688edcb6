"""What people of a group say to each other: who may, how much, until when. Pure.

Those who go on in a project, and its leader, speak; whoever stopped, stewards and auditors look on. What was said is of a
day, not of one version of its proof: it is there again when a proof that was taken back is sent anew.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from dure.base.actors import Actor, PersonId
from dure.base.refusals import BadValue, NotAllowed
from dure.services.pledges.types import Cheer, CheerWord, CommentsFull, OwnProof, ProofState, SeasonPhase

from . import permits

COMMENT_LENGTH: Final = (1, 300)
COMMENTS_PER_PROOF_MAX: Final = 100
COMMENTS_PER_HOUR_MAX: Final = 40
CHEERS_PER_HOUR_MAX: Final = 600
LAST_SHOWN: Final = 2  # under each proof of the feed; the others are on the proof's own page
SHOWN: Final = frozenset({ProofState.COUNTS, ProofState.LATE, ProofState.ACCEPTED})  # what a group sees of each other
TALKING: Final = (SeasonPhase.RUNNING, SeasonPhase.REVIEW)


def may_speak(by: Actor, leader: PersonId, goes_on: bool) -> PersonId:
    """Who goes on in the project, or leads it. Raises NotAllowed."""
    person = permits.somebody(by)
    if not (goes_on or person == leader):
        raise NotAllowed(needs="participant")
    return person


def may_cheer(by: Actor, leader: PersonId, goes_on: bool, whose: PersonId) -> PersonId:
    """The same, of what somebody else proved. Raises NotAllowed, OwnProof."""
    person = may_speak(by, leader, goes_on)
    if person == whose:
        raise OwnProof()
    return person


def check_words(text: str) -> str:
    """The words of a comment as they are kept. Raises BadValue."""
    said = text.strip()
    least, most = COMMENT_LENGTH
    if not least <= len(said) <= most:
        raise BadValue(field="text", reason="length")
    if "\x00" in said:
        raise BadValue(field="text", reason="null_character")
    return said


def check_room(there: int) -> None:
    """Whether one comment more fits under a proof. Raises CommentsFull."""
    if there >= COMMENTS_PER_PROOF_MAX:
        raise CommentsFull(limit=COMMENTS_PER_PROOF_MAX)


def cheers(counts: Mapping[CheerWord, int], mine: Iterable[CheerWord]) -> tuple[Cheer, ...]:
    """All words in their order, also those that nobody said yet."""
    said = frozenset(mine)
    return tuple(Cheer(word, counts.get(word, 0), word in said) for word in CheerWord)

"""What people of a group say to each other about a proof: cheers and comments."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import PersonId
from dure.base.refusals import Refusal

from .values import ProjectId, ProofId

__all__ = [
    "Cheer",
    "CheerWord",
    "Comment",
    "CommentId",
    "CommentsFull",
    "Life",
    "OwnProof",
]

CommentId = NewType("CommentId", UUID)


class CheerWord(StrEnum):
    """The three words that one tap says of somebody else's proof. No zoo: everybody can read them aloud."""

    CHEER = "cheer"
    GREAT = "great"
    THANKS = "thanks"


@dataclass(frozen=True, slots=True)
class Cheer:
    """How many said a word of a proof, and whether whoever asks is one of them."""

    word: CheerWord
    people: int
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A few words of one person under a proof."""

    id: CommentId
    proof: ProofId
    project: ProjectId
    person: PersonId
    text: str
    at: datetime
    edited_at: datetime | None = None
    is_hidden: bool = False  # then only who wrote it, the leader, stewards and auditors still see it
    hidden_why: str = ""


@dataclass(frozen=True, slots=True)
class Life:
    """What a group said of one proof: each word with its count, how many comments there are, and the last of them."""

    proof: ProofId
    cheers: tuple[Cheer, ...]
    comments: int
    last: tuple[Comment, ...]  # the oldest of them first


class OwnProof(Refusal):
    """Nobody cheers what is their own."""


class CommentsFull(Refusal):
    """So many comments stand under this proof; `limit` is how many there can be."""

    limit: int

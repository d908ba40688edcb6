"""What people are told: a leader's notices, and what became of a season's deposits."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType
from uuid import UUID

from dure.base.actors import PersonId

from .values import ProjectId

__all__ = ["Notice", "NoticeId", "PersonSettled"]

NoticeId = NewType("NoticeId", UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a leader lets everybody of a project know."""

    id: NoticeId
    project: ProjectId
    by: PersonId
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonSettled:
    """What became of all deposits of one person in a season, in won."""

    pledges: int
    refund: int
    donation: int
    fee: int

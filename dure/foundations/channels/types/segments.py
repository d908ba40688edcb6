"""A segment: which friends of a channel, as a small tree. `rules.segments` reads it from words, `queries.segments` asks it."""

from enum import StrEnum

import msgspec


class Field(StrEnum):
    """What can be asked of a friend."""

    TAG = "tag"
    JOINED = "joined"  # days ago
    VISITED = "visited"  # days ago
    BIRTHDAY = "birthday"  # days ahead
    OPENED = "opened"  # days since a message was opened
    REGION = "region"  # code of a region, or of one that holds it
    JOINED_BY = "joined_by"


class Compare(StrEnum):
    IS = "is"
    UNDER = "<"
    OVER = ">"


class Term(msgspec.Struct, frozen=True, tag="term"):
    field: Field
    compare: Compare
    value: str | int


class Not(msgspec.Struct, frozen=True, tag="not"):
    of: "Segment"


class All(msgspec.Struct, frozen=True, tag="all"):
    """Every one of them; none: all friends."""

    of: tuple["Segment", ...] = ()


class Any(msgspec.Struct, frozen=True, tag="any"):
    of: tuple["Segment", ...]


type Segment = Term | Not | All | Any
EVERYBODY = All()

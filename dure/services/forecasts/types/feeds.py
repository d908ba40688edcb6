"""What the weather authority and the ministry say, as values; and what an answer of theirs proves."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from .levels import ImpactLevel

__all__ = [
    "Bulletin",
    "DisasterMessage",
    "FeedHealth",
    "FeedState",
    "Field",
    "Grade",
    "Hazard",
    "ImpactRow",
    "Report",
    "ReportKind",
    "RowFault",
    "UnclearRow",
    "UnknownReason",
    "WarningCommand",
    "WarningDegree",
    "WarningKind",
    "WarningRow",
    "Zone",
    "ZoneTable",
]


class Hazard(StrEnum):
    HEAT = "heat"
    COLD = "cold"


class Field(StrEnum):
    """What an impact forecast looks at."""

    HEALTH = "health"
    LIVESTOCK = "livestock"
    AQUACULTURE = "aquaculture"
    FARMING = "farming"
    INDUSTRY = "industry"
    TRANSPORT = "transport"


class ReportKind(StrEnum):
    READING = "reading"  # whole: what is not in it is not in force by it
    UNKNOWN = "no_data"  # 자료 없음: nothing follows from what is not in it; never "no danger"


class UnknownReason(StrEnum):
    """Why an answer proves nothing."""

    EMPTY_BODY = "empty_body"
    TOO_LARGE = "too_large"
    ENCODING = "encoding"
    WEB_PAGE = "web_page"
    ERROR_ANSWER = "error_answer"
    OTHER_FORMAT = "other_format"
    NO_HEADER = "no_header"  # rows of what nobody can say, or none and nothing that proves it
    TRUNCATED = "truncated"
    UNREADABLE_ROW = "unreadable_row"


class RowFault(StrEnum):
    """Why a row of a list was not understood."""

    COLUMNS = "columns"  # another number of them
    LETTERS = "letters"  # bytes that are no text
    ZONE = "zone"
    MOMENT = "moment"
    AHEAD = "ahead"  # from a future that nobody can speak of
    KIND = "kind"  # a word or number that we do not know
    DEGREE = "degree"
    COMMAND = "command"
    BOUNDS = "bounds"  # longer or larger than anything true
    VALUE = "value"  # anything else that is missing or no value


@dataclass(frozen=True, slots=True)
class UnclearRow:
    """A row of a list that we do not understand, or only in part."""

    why: RowFault
    words: str  # as it stands, bounded and without signs that cannot be seen
    zone: str = ""  # what it is about, where that can be read
    is_placed: bool = False  # it is told all the same, in its own words


@dataclass(frozen=True, slots=True)
class Report[Row]:
    """What one answer of a feed is worth. Rows of an answer that proves nothing may be told; what they leave out may not."""

    kind: ReportKind
    rows: tuple[Row, ...]
    arrived: datetime
    why: UnknownReason | None = None  # of UNKNOWN
    unclear: tuple[UnclearRow, ...] = ()

    @property
    def doubts(self) -> frozenset[str]:
        """The zones of which this answer says something that nobody understands: what it leaves out there proves nothing."""
        return frozenset(one.zone for one in self.unclear if not one.is_placed)

    @property
    def proves_nothing_in_force(self) -> bool:
        """The one answer from which "nothing" follows."""
        return self.kind is ReportKind.READING and not self.rows


@dataclass(frozen=True, slots=True)
class ImpactRow:
    """One zone, field and day of an impact forecast."""

    issued: datetime
    day: date  # in Seoul
    station: str
    zone: str  # the authority's REG_ID
    hazard: Hazard
    field_code: int  # the authority's IFAREA
    level: ImpactLevel
    number: int  # EF_SN


class WarningKind(StrEnum):
    """By the authority's letters."""

    WIND = "W"
    RAIN = "R"
    COLD = "C"
    DRY = "D"
    SURGE = "O"
    TSUNAMI = "N"
    SEA = "V"
    TYPHOON = "T"
    SNOW = "S"
    DUST = "Y"
    HEAT = "H"
    FOG = "F"
    TROPICAL_NIGHT = "night"  # 열대야, since June 2026: its word is published, its letter is not known


class WarningDegree(StrEnum):
    """How bad, the mildest first. Not to be compared with a level of an impact forecast."""

    PRELIMINARY = "preliminary"  # 예비특보: not yet
    ADVISORY = "advisory"  # 주의보
    WARNING = "warning"  # 경보
    GRAVE = "grave"  # 중대경보, of heat since June 2026
    UNKNOWN = "unknown"  # a word or number that nobody explained to us: not taken lightly


class WarningCommand(StrEnum):
    ISSUED = "issued"
    CHANGED = "changed"
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class WarningRow:
    """One warning in one zone."""

    zone: str
    zone_name: str
    issued: datetime
    effective: datetime
    kind: str  # a WarningKind, or the authority's own word where we do not know it
    degree: WarningDegree
    command: WarningCommand
    ends: str  # as the authority says it, often nothing
    words: str = ""  # of an unknown degree: the authority's own


@dataclass(frozen=True, slots=True)
class Bulletin:
    """The state of warnings as text, from the open-data portal."""

    issued: datetime
    effective: datetime
    number: int
    in_force: str  # t6
    preliminary: str  # t7
    other: str


class Grade(StrEnum):
    """How loud a disaster message is."""

    CRITICAL = "위급재난"
    URGENT = "긴급재난"
    ADVICE = "안전안내"


@dataclass(frozen=True, slots=True)
class DisasterMessage:
    """A short message of the ministry or a local government."""

    number: int
    created: datetime
    text: str
    regions: tuple[str, ...]
    grade: Grade | None  # the older form does not say
    kind: str


class FeedState(StrEnum):
    FRESH = "fresh"
    SILENT = "silent"  # 자료 없음


@dataclass(frozen=True, slots=True)
class FeedHealth:
    state: FeedState
    last: datetime | None  # the last good reading


@dataclass(frozen=True, slots=True)
class Zone:
    """A warning zone of the authority, and the region codes that lie in it."""

    id: str
    name: str
    regions: tuple[str, ...]  # beginnings of 10-digit region codes (행정구역코드)


@dataclass(frozen=True, slots=True)
class ZoneTable:
    """The zones as they were from a day on. The authority changes them; a place is looked up in the table of its day."""

    version: str
    since: date
    zones: tuple[Zone, ...]
    is_sample: bool  # made up: for tests and the sample town only

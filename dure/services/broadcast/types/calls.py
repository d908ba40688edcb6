"""A call to the number of the village broadcast: what the gateway tells of it, where it stands, what is answered."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from dure.base.refusals import Refusal

__all__ = [
    "Call",
    "CallAnswered",
    "CallEvent",
    "CallOutOfTurn",
    "Caller",
    "Deed",
    "Do",
    "Done",
    "Item",
    "Line",
    "Move",
    "Named",
    "NotTheGateway",
    "Phrase",
    "Place",
    "Playing",
    "Sign",
    "Then",
    "Turn",
]


class Sign(StrEnum):
    """What happened on the telephone."""

    RANG = "rang"  # somebody calls
    KEYED = "keyed"  # keys, or none in the time that was given
    RECORDED = "recorded"  # they spoke, and it lies at an address of the gateway
    ANSWERED = "answered"  # somebody picked up whom we call
    UNANSWERED = "unanswered"  # nobody did
    ENDED = "ended"  # they hung up, or the line broke


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """What the gateway tells. `turn`: of our answer that it comes after; 0: of none yet."""

    call: str  # the gateway's own name of the call
    turn: int
    what: Sign
    caller: str = ""  # the number that calls; empty: hidden
    keys: str = ""
    recording: str = ""  # an address at the gateway
    played: float = 0.0  # seconds of the sound in our last answer that were heard


class Then(StrEnum):
    """What follows when everything was said."""

    KEYS = "keys"
    RECORD = "record"
    HANG_UP = "hang_up"


class Playing(StrEnum):
    """In which form an announcement is heard in a call."""

    SOUND = "sound"  # as it was made here
    RECORDING = "recording"  # as the gateway recorded it, until then
    WORDS = "words"  # spoken by the gateway's own voice


class Phrase(StrEnum):
    """What is said to a caller; the faces have the words."""

    ANNOUNCEMENT = "announcement"  # the announcement itself
    UNKNOWN = "unknown"
    WITHHELD = "withheld"
    MENU = "menu"
    NO_DIGITS = "no_digits"
    ASK_DIGITS = "ask_digits"
    DIGITS_WRONG = "digits_wrong"
    DIGITS_LOCKED = "digits_locked"
    OFFICE = "office"
    OFFICE_TAKE_BACK = "office_take_back"
    OFFICE_WAITING = "office_waiting"
    CHOOSE_VILLAGE = "choose_village"
    VILLAGE_KEY = "village_key"
    MORE_VILLAGES = "more_villages"
    SPEAK = "speak"
    NOT_HEARD = "not_heard"
    YOU_SAID = "you_said"
    REVIEW = "review"
    SENT = "sent"
    ON_AIR = "on_air"
    ASKED = "asked"
    NOT_SENT = "not_sent"
    TAKEN_BACK = "taken_back"
    TOO_LATE = "too_late"
    THROWN_AWAY = "thrown_away"
    KEPT = "kept"
    WAITS = "waits"
    AGREE_KEYS = "agree_keys"
    AGREED = "agreed"
    NOT_AGREED = "not_agreed"
    CONSENT = "consent"
    CONSENTED = "consented"
    REFUSED = "refused"
    RUNG = "rung"
    RUNG_KEYS = "rung_keys"
    NO_KEY = "no_key"
    LISTEN = "listen"
    NOTHING = "nothing"
    ITEM = "item"
    ITEM_KEYS = "item_keys"
    THANKS = "thanks"
    ALL = "all"
    LEAVE = "leave"
    LEFT = "left"
    UNCLEAR = "unclear"
    GOODBYE = "goodbye"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is said or played. `names`: of villages; `count`: whatever number belongs to it."""

    phrase: Phrase
    names: str = ""
    count: int = 0
    announcement: UUID | None = None
    playing: Playing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Our answer: what is said, and what follows. `seconds`: how long keys are waited for, or how long somebody may speak."""

    lines: tuple[Line, ...]
    then: Then = Then.HANG_UP
    keys_max: int = 1
    seconds: int = 0
    number: int = 0


class Place(StrEnum):
    """Where a call stands: what the next key means."""

    MENU = "menu"
    DIGITS = "digits"
    OFFICE = "office"
    VILLAGE = "village"
    SPEAKING = "speaking"
    REVIEW = "review"
    UNDO = "undo"
    WAITING = "waiting"  # an urgent one of somebody else is heard before one agrees
    CONSENT = "consent"  # whether they want to be called from now on
    HEARING = "hearing"
    LEAVING = "leaving"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Named:
    """A village as it is said."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """An announcement that a caller may hear again, with those of its villages that they listen to."""

    announcement: UUID
    villages: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose number it is. `speaks`: the villages to which they may speak today; `hears`: those to which they listen."""

    speaks: tuple[Named, ...]
    hears: tuple[Named, ...]
    has_digits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Where a call stands."""

    place: Place
    speaks: tuple[Named, ...] = ()
    hears: tuple[Named, ...] = ()
    page: int = 0  # of the villages to choose from
    to: Named | None = None  # the village that is spoken to
    announcement: UUID | None = None
    waiting: UUID | None = None  # an urgent one of somebody else
    undoable: UUID | None = None  # an own one that is not on the air yet
    items: tuple[Item, ...] = ()
    at: int = 0  # which of the items
    first: Phrase | None = None  # what is said before anything else, once something is answered
    unclear: int = 0  # how often in a row nothing was understood
    rung: bool = False  # we called, about one announcement
    touched: bool = False  # a key was pressed: somebody is there, and no answering machine


class Do(StrEnum):
    """What is done before the caller is answered."""

    TRY_DIGITS = "try_digits"
    KEEP = "keep"  # the recording, as a draft
    SEND = "send"
    SEND_URGENT = "send_urgent"
    TAKE_BACK = "take_back"
    THROW_AWAY = "throw_away"
    AGREE = "agree"
    FIND = "find"  # what there is to hear
    PRESS = "press"  # 1: it was heard
    LEAVE = "leave"
    CONSENT = "consent"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Deed:
    """A thing to be done, with what it needs of the call."""

    do: Do
    keys: str = ""
    announcement: UUID | None = None
    villages: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of it."""

    ok: bool
    left: int = 0  # tries that are left; 0: nobody may try for a while
    announcement: UUID | None = None
    waiting: UUID | None = None
    undoable: UUID | None = None
    items: tuple[Item, ...] = ()
    waits: bool = False  # sent, and a second person is asked


@dataclass(frozen=True, slots=True)
class Move:
    """A step of a call: where it stands now, and either something to be done first or what is answered."""

    call: Call
    deed: Deed | None = None
    turn: Turn | None = None


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """What is answered, and what was done on the way."""

    turn: Turn
    did: frozenset[Do] = frozenset()


class NotTheGateway(Refusal):
    """This is not signed by the gateway that takes the calls, or not now."""


class CallOutOfTurn(Refusal):
    """It does not follow on our last answer of this call. `turn`: the number of that answer."""

    turn: int

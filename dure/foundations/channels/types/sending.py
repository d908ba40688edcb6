"""The outbox: why something is sent, to whom, by which way, and what became of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import PersonId

from .channels import ChannelId
from .content import Content
from .segments import Segment

SendingId = NewType("SendingId", UUID)
DispatchId = NewType("DispatchId", int)


class Purpose(StrEnum):
    """Why something is sent. Fixes consent, quiet hours, ladder, time to live and cap (rules.law.TERMS)."""

    AD = "ad"  # advertising in the sense of 정보통신망법 50조
    INFO = "info"  # about something that the receiver has or did: a receipt, a change, an answer
    SAFETY = "safety"  # a danger to life or health; a public body's
    CARE = "care"  # somebody looks after somebody: not heard, please call


class Lane(IntEnum):
    """What overtakes what."""

    URGENT = 0
    REPLY = 1  # part of a conversation that is going on
    NORMAL = 2
    BULK = 3


class Route(StrEnum):
    """A way to a person."""

    INBOX = "inbox"
    PUSH = "push"
    MAIL = "mail"
    ALIMTALK = "alimtalk"
    SMS = "sms"
    VOICE = "voice"


class SendingState(StrEnum):
    QUEUEING = "queueing"  # its audience is being matched
    OPEN = "open"
    STOPPED = "stopped"
    DONE = "done"


class DispatchState(StrEnum):
    WAITING = "waiting"  # for its turn, the morning, the next rung
    SENDING = "sending"  # an attempt is on its way
    UNSURE = "unsure"  # the dealer did not answer; asked again under the same key
    SENT = "sent"  # the dealer has it
    DELIVERED = "delivered"
    OPENED = "opened"
    FAILED = "failed"  # no rung left
    BARRED = "barred"  # the law says never; `why`
    EXPIRED = "expired"  # its time to live was over
    STOPPED = "stopped"


class AttemptState(StrEnum):
    BEGUN = "begun"  # written before the dealer is asked
    UNSURE = "unsure"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"


class Why(StrEnum):
    """Why a dispatch is held or barred: each is explained to stewards and channels in words."""

    LEFT = "left"  # no friend any more, or never was
    NO_AD_CONSENT = "no_ad_consent"
    NO_NIGHT_CONSENT = "no_night_consent"  # held until 08:00
    QUIET_HOURS = "quiet_hours"  # info waits for the morning
    DORMANT = "dormant"
    REMINDER_DUE = "reminder_due"  # two years without the notice
    CAP = "cap"  # enough for today
    NO_WAY = "no_way"  # no route reaches this person
    EXPIRED = "expired"
    STOPPED = "stopped"
    BLOCKED = "blocked"  # opted out of everything, or at the dealer
    CHANNEL_PAUSED = "channel_paused"
    BAD_FORM = "bad_form"  # an ad without its marking or opt-out
    MUTED = "muted"  # the inbox takes it; nothing rings


@dataclass(frozen=True, slots=True)
class Pass:
    """May be delivered now."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Not now; ask again at `until`."""

    until: datetime
    why: Why


@dataclass(frozen=True, slots=True)
class Never:
    """Not to this person, not by this route."""

    why: Why


type Ruling = Pass | Hold | Never


@dataclass(frozen=True, slots=True)
class NewSending:
    """What a house asks the outbox to deliver. Either `persons` or `segment` says to whom.

    `variables` fill `#{name}` in the content, per person. The key makes it one sending, however often it is asked.
    """

    channel: ChannelId
    purpose: Purpose
    content: Content
    key: str
    persons: tuple[PersonId, ...] = ()
    segment: Segment | None = None
    variables: dict[PersonId, dict[str, str]] = field(default_factory=dict)
    lane: Lane = Lane.NORMAL
    not_before: datetime | None = None
    expires_at: datetime | None = None
    template: UUID | None = None  # the approved template version behind it; AlimTalk needs one
    about: UUID | None = None  # the broadcast, box, coupon ... that it belongs to
    free_only: bool = False  # by no way that a dealer takes money for
    confidential: bool = (
        False  # between the person and whoever asks: the channel's own staff neither see it nor to whom it went
    )
    in_inbox: bool = False  # it stands in the conversation already: the ladder begins above the inbox
    # Outside the inbox by no other ways than these; empty: by those of the purpose. For a house with a ladder of its own, whose
    # people agreed to it: who is to be called, and by nothing else, is called.
    only: frozenset[Route] = frozenset()
    keyed: bool = False  # a call asks for the key 1, which `KeyPressed` tells of; the words say so themselves


class Course(StrEnum):
    """How far a sending has come with one person, for a house that waits for it."""

    QUEUED = "queued"  # nobody was asked yet, and nothing but its turn keeps it
    HELD = "held"  # the law, or the channel, lets it wait
    TRIED = "tried"  # by a way outside the inbox
    SILENT = "silent"  # it stands in the inbox, and rang nowhere
    IN_VAIN = "in_vain"  # reached by no way, and will not be


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a sending for one person. `at`: since when it was tried, or until when it is held."""

    sending: SendingId
    person: PersonId
    course: Course
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """What became of one dispatch, step by step, for whoever asks why."""

    sending: SendingId
    person: PersonId
    state: DispatchState
    why: Why | None
    steps: tuple["Step", ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One attempt, or one ruling that held it."""

    at: datetime
    route: Route | None
    state: AttemptState | None
    why: Why | None
    code: str = ""  # the dealer's own
    dealer: str = ""

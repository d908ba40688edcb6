"""The curriculum as frozen values: eight weeks, each of steps of one page; and what a shop has done of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from dure.base.actors import OrganisationId, PersonId


class Task(StrEnum):
    """Something done for the first time. The product itself saw it: no merchant ticks a box."""

    CHANNEL = "channel"  # the shop's channel is open
    POSTER = "poster"  # somebody became a friend by its QR code
    FRIEND = "friend"  # somebody became a friend, whichever way
    TEN_FRIENDS = "ten_friends"  # ten are friends at the same time
    MESSAGE = "message"  # a broadcast left for somebody
    COUPON = "coupon"  # a coupon was made
    REDEEM = "redeem"  # a customer used one
    REPLY = "reply"  # somebody of the shop answered a customer
    TAG = "tag"  # a customer got a tag
    FIGURES = "figures"  # the shop looked at its figures
    WELCOME_BACK = "welcome_back"  # somebody who had left is a friend again


class EffortKind(StrEnum):
    """What counts once a day for an award."""

    MESSAGE = "message"
    REPLY = "reply"


class DrawnKind(StrEnum):
    """What a line of a drawn screen is."""

    HEAD = "head"  # the heading of the screen
    BACK = "back"  # the heading, with the arrow that leads back beside it
    TEXT = "text"
    FIELD = "field"  # something to fill in
    BUTTON = "button"
    PRESS = "press"  # the button that this step is about
    ROW = "row"  # a line of a list
    IN = "in"  # what a customer said
    OUT = "out"  # what the shop said
    QR = "qr"
    COUPON = "coupon"
    TICK = "tick"
    NUMBER = "number"  # a figure and what it counts


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line of a drawn screen. Book and page draw the same."""

    kind: DrawnKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One page. `key` stands in printed books and never changes."""

    key: str
    week: int
    place: int  # in its week, from 1
    title: str
    do: str  # what to press
    see: str  # what one will see
    say: str  # what one may say to the customer
    wrong: str  # what can go wrong, and how to get back
    screen: tuple[Drawn, ...]
    task: Task | None = None
    practice: bool = False  # there is a page to practise it on, which sends to nobody


@dataclass(frozen=True, slots=True)
class Week:
    """A week has one goal."""

    number: int
    title: str
    goal: str
    bring: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of ours and what it means to somebody who never met it."""

    said: str
    means: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Curriculum:
    """All of it: the one source of pages, voice and book."""

    title: str
    subtitle: str
    welcome: tuple[str, ...]
    sound: str
    farewell: tuple[str, ...]
    words: tuple[Word, ...]
    weeks: tuple[Week, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for week in self.weeks for step in week.steps)


@dataclass(frozen=True, slots=True)
class Done:
    """A task that a shop has done, and when the product saw it."""

    task: Task
    at: datetime


@dataclass(frozen=True, slots=True)
class Around:
    """A step and its neighbours."""

    step: Step
    week: Week
    before: Step | None
    after: Step | None
    number: int  # among all steps, from 1
    of: int


@dataclass(frozen=True, slots=True)
class Seen:
    """The product saw something that a shop did. `news` is what it told; the same one may come again."""

    organisation: OrganisationId
    task: Task
    at: datetime
    news: UUID


@dataclass(frozen=True, slots=True)
class FriendMoment:
    """A person became a friend of a shop for the first time (`joined_at`) or again (`back_at`), left it, or showed that they are
    there. Times that did not happen are None.
    """

    organisation: OrganisationId
    person: PersonId
    joined_at: datetime | None = None
    left_at: datetime | None = None
    seen_at: datetime | None = None
    back_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EffortDay:
    """Something that counts once a day for an award: a broadcast left, or a customer was answered."""

    organisation: OrganisationId
    kind: EffortKind
    about: UUID  # whom it answered; of a broadcast: the shop itself
    on: date


@dataclass(frozen=True, slots=True)
class TaskDone:
    """News: a shop did something for the first time."""

    organisation: OrganisationId
    task: Task
    at: datetime

"""What friends agree to, in which words, and what they are told about it. The words are part of the rule: changed words are a new
version, pinned by a test. 정보통신망법 50조: advertising, confirmation within 14 days, a notice every two years.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dure.base.refusals import BadValue
from dure.foundations.channels.types import ConsentAct, ConsentKind, ConsentLine, FriendDate, NotAFriend

CONFIRM_WITHIN: Final = timedelta(days=14)
REMIND_EVERY_YEARS: Final = 2
REMIND_AHEAD: Final = timedelta(
    days=30
)  # the notice goes out in the month before, so that a bad day at a dealer harms nobody
UNDO_WITHIN: Final = timedelta(minutes=10)
TAGS_MAX: Final = 20
NOTE_LENGTH_MAX: Final = 500
DATES_MAX: Final = 5
DATE_NAMES: Final = frozenset({"birthday", "visited"})
BIRTHDAY: Final = "birthday"
ANY_YEAR: Final = 2000  # a leap year: how old somebody is, is no channel's business
ORIGINS: Final = frozenset({"page", "leave-link", "mail-header", "phone", "api", "service", "demo", "closed", "task"})


@dataclass(frozen=True, slots=True)
class Words:
    """What stood there when somebody said yes. `{channel}` is the name of the channel."""

    version: int
    title: dict[str, str]  # by language
    body: dict[str, str]


WORDS: Final[dict[ConsentKind, Words]] = {
    ConsentKind.MESSAGES: Words(
        version=1,
        title={"ko": "친구 되기", "en": "Become a friend"},
        body={
            "ko": (
                "{channel} 채널의 안내와 답장을 받습니다. 채널은 내 이름과 친구가 된 날, 채널이 스스로 적은 메모를 봅니다."
                " 전화번호와 이메일 주소는 보지 못합니다. 언제든지 한 번 눌러 그만둘 수 있습니다."
            ),
            "en": (
                "You get notices and answers of {channel}. It sees your name, the day on which you joined, and the notes that it"
                " writes itself; never your telephone number or e-mail address. You can leave in one tap at any time."
            ),
        },
    ),
    ConsentKind.ADS: Words(
        version=1,
        title={"ko": "광고 받기", "en": "Receive ads"},
        body={
            "ko": (
                "{channel} 채널이 할인, 행사, 쿠폰 같은 광고를 아침 8시부터 밤 9시 사이에 보내는 데 동의합니다. 대화함, 알림,"
                " 이메일, 알림톡, 문자로 옵니다. 동의하지 않아도 친구로 지낼 수 있고, 언제든지 한 번 눌러 무료로 거둘"
                " 수 있습니다."
            ),
            "en": (
                "{channel} may send you ads (offers, events, coupons) between 8 in the morning and 9 in the evening, by inbox,"
                " notification, e-mail, AlimTalk or text message. You can be a friend without it, and take it back in one tap,"
                " free of charge, at any time."
            ),
        },
    ),
    ConsentKind.NIGHT_ADS: Words(
        version=1,
        title={"ko": "밤에도 광고 받기", "en": "Receive ads at night too"},
        body={
            "ko": (
                "{channel} 채널이 밤 9시부터 다음 날 아침 8시 사이에도 광고를 보내는 데 따로 동의합니다. 이 동의가 없으면 밤에"
                " 보낸 광고는 아침 8시에 옵니다. 이것만 따로 거둘 수 있습니다."
            ),
            "en": (
                "{channel} may send you ads between 9 in the evening and 8 in the morning, too. Without this consent they wait"
                " until 8. You can take back this one alone."
            ),
        },
    ),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a friend stands, as columns or as the log says it."""

    joined_at: datetime | None  # None: never was a friend
    left_at: datetime | None
    ads_since: datetime | None
    night_ads_since: datetime | None
    reminded_at: datetime | None

    @property
    def is_friend(self) -> bool:
        return self.joined_at is not None and self.left_at is None


STRANGER: Final = Standing(None, None, None, None, None)


@dataclass(frozen=True, slots=True)
class Change:
    """One line that a decision adds to the log."""

    kind: ConsentKind
    act: ConsentAct


def digest(kind: ConsentKind, language: str) -> str:
    """Proves which words were shown: a hash over kind, version and words in that language."""
    words = WORDS[kind]
    shown = [kind.value, words.version, words.title[language], words.body[language]]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def joining(standing: Standing, *, ads: bool, night_ads: bool) -> tuple[Change, ...]:
    """What joining adds to the log. Who is a friend already says yes to what is new only; nothing is taken back by joining.

    Night ads are a consent of their own, but mean nothing without the one to ads. Raises BadValue.
    """
    if night_ads and not ads:
        raise BadValue(field="night_ads", reason="night_needs_ads")
    wanted = [
        (ConsentKind.MESSAGES, not standing.is_friend),
        (ConsentKind.ADS, ads and not (standing.is_friend and standing.ads_since)),
        (ConsentKind.NIGHT_ADS, night_ads and not (standing.is_friend and standing.night_ads_since)),
    ]
    return tuple(Change(kind, ConsentAct.GIVEN) for kind, is_new in wanted if is_new)


def leaving(standing: Standing) -> tuple[Change, ...]:
    """What leaving adds: every consent that stands ends. Leaving twice adds nothing."""
    if not standing.is_friend:
        return ()
    given = [(ConsentKind.NIGHT_ADS, standing.night_ads_since), (ConsentKind.ADS, standing.ads_since)]
    ended = [kind for kind, since in given if since] + [ConsentKind.MESSAGES]
    return tuple(Change(kind, ConsentAct.WITHDRAWN) for kind in ended)


def choosing(standing: Standing, kind: ConsentKind, yes: bool) -> tuple[Change, ...]:
    """What a friend's choice about ads adds. Taking back the one to ads ends the one to night ads with it.

    Raises NotAFriend; BadValue for the friendship itself (join, leave) and for night ads without ads.
    """
    if kind is ConsentKind.MESSAGES:
        raise BadValue(field="kind", reason="unknown")
    if not standing.is_friend:
        if yes:
            raise NotAFriend()
        return ()
    if kind is ConsentKind.NIGHT_ADS:
        if yes and not standing.ads_since:
            raise BadValue(field="night_ads", reason="night_needs_ads")
        return _changed(kind, yes, standing.night_ads_since)
    changes = _changed(kind, yes, standing.ads_since)
    if changes and not yes and standing.night_ads_since:
        return (Change(ConsentKind.NIGHT_ADS, ConsentAct.WITHDRAWN), *changes)
    return changes


def after(standing: Standing, lines: Iterable[tuple[ConsentKind, ConsentAct, datetime]]) -> Standing:
    """The columns that `lines` lead to from `standing`. The log from its beginning, from STRANGER on, gives what stands now."""
    joined, left = standing.joined_at, standing.left_at
    ads, night, reminded = standing.ads_since, standing.night_ads_since, standing.reminded_at
    for kind, act, at in lines:
        match kind, act:
            case ConsentKind.MESSAGES, ConsentAct.GIVEN:
                joined, left = at, None
            case ConsentKind.MESSAGES, ConsentAct.WITHDRAWN:
                left = at
            case ConsentKind.ADS, ConsentAct.GIVEN:
                ads, reminded = at, None  # two years are counted from the newest yes
            case ConsentKind.ADS, ConsentAct.WITHDRAWN:
                ads = None
            case ConsentKind.NIGHT_ADS, ConsentAct.GIVEN:
                night = at
            case ConsentKind.NIGHT_ADS, ConsentAct.WITHDRAWN:
                night = None
            case ConsentKind.ADS, ConsentAct.REMINDED:
                reminded = at
    return Standing(joined, left, ads, night, reminded)


def owes_confirmation(line: ConsentLine) -> bool:
    """Whether a friend is told of this line within CONFIRM_WITHIN: every yes and no to ads."""
    return line.kind is not ConsentKind.MESSAGES and line.act in (ConsentAct.GIVEN, ConsentAct.WITHDRAWN)


def remind_by(ads_since: datetime, reminded_at: datetime | None) -> datetime:
    """The last day of the notice: two years after the consent, or after the notice before."""
    last = max(ads_since, reminded_at) if reminded_at else ads_since
    year = last.year + REMIND_EVERY_YEARS
    if (last.month, last.day) == (2, 29):
        return last.replace(year=year, day=28)
    return last.replace(year=year)


def is_reminder_due(ads_since: datetime, reminded_at: datetime | None, now: datetime) -> bool:
    """Whether the notice should go out by now: from REMIND_AHEAD before its last day on."""
    return now >= remind_by(ads_since, reminded_at) - REMIND_AHEAD


def clean_dates(dates: Iterable[FriendDate]) -> tuple[FriendDate, ...]:
    """Days that a channel remembers, one a name; a birthday without its year. Raises BadValue."""
    found = {one.name: yearless(one) for one in dates}
    if len(found) > DATES_MAX or not set(found) <= DATE_NAMES:
        raise BadValue(field="dates", reason="unknown")
    return tuple(found.values())


def yearless(one: FriendDate) -> FriendDate:
    """A birthday in ANY_YEAR; other days as they are."""
    return FriendDate(one.name, one.on.replace(year=ANY_YEAR)) if one.name == BIRTHDAY else one


def clean_origin(origin: str) -> str:
    """Which face a consent came from. Another word is a bug of the face."""
    if origin not in ORIGINS:
        raise ValueError(origin)
    return origin


def _changed(kind: ConsentKind, yes: bool, since: datetime | None) -> tuple[Change, ...]:
    if yes == (since is not None):
        return ()
    return (Change(kind, ConsentAct.GIVEN if yes else ConsentAct.WITHDRAWN),)

"""The law of messages once more, for the prover alone: written from its own text, with minutes of the day instead of zones.

It knows nothing of `rules.law` and decides nothing in the town. It answers with the names of what a delivery would violate.
"""

from calendar import isleap
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from dure.foundations.channels.types import ChannelState, Purpose, Route
from dure.foundations.channels.types.law import Standing

MINUTES_OF_KOREA = 9 * 60  # ahead of Greenwich; no summer time since 1988
DAY = 24 * 60
EIGHT, NINE_IN_THE_EVENING, TEN_TO_NINE = 8 * 60, 21 * 60, 20 * 60 + 50


class Violation(StrEnum):
    """What a delivery would be guilty of."""

    LATE = "delivered after its end"
    STOPPED = "delivered although it was stopped"
    CHANNEL_SILENCED = "delivered for a channel that may not speak"
    NO_FRIEND = "delivered to somebody who is no friend"
    ACCOUNT_CLOSED = "delivered to a closed account"
    BLOCKED = "delivered by a route on which the person opted out"
    AD_AROUND_A_BLOCK = "an ad by another route than the one on which the person opted out"
    AD_WITHOUT_CONSENT = "an ad without consent"
    AD_WITHOUT_REMINDER = "an ad on a consent that is two years old without a notice"
    AD_TO_DORMANT = "an ad to a dormant account"
    AD_AT_NIGHT = "an ad at night without the night consent"
    AD_IN_GUARD = "an ad handed to a dealer so late that it arrives at night"
    AD_BY_INFORMATION_ROUTE = "an ad by a route that carries none"
    AD_UNMARKED = "an ad without its marking, sender or way out"
    AD_AS_ANOTHER = "an ad under another purpose"
    OVER_CAP = "more than the day allows"
    RINGS_AT_NIGHT = "rings at night without a danger"
    RINGS_FOR_STRANGER = "rings at night for somebody who is no public body"
    RINGS_THOUGH_MUTED = "rings in a muted conversation"
    HELD_WITHOUT_REASON = "held or barred although nothing forbids it"


RINGING = {Route.PUSH, Route.ALIMTALK, Route.SMS, Route.VOICE}
BY_DEALER = {Route.ALIMTALK, Route.SMS, Route.VOICE}
OF_AD = {Route.INBOX, Route.PUSH, Route.MAIL, Route.SMS}
OF_NOTICE = {Route.INBOX, Route.PUSH, Route.ALIMTALK, Route.VOICE, Route.SMS, Route.MAIL}
OF_SAFETY = {Route.INBOX, Route.PUSH, Route.ALIMTALK, Route.SMS, Route.VOICE}
OF_CARE = {Route.INBOX, Route.PUSH, Route.ALIMTALK, Route.MAIL, Route.VOICE, Route.SMS}
ROUTES = {Purpose.AD: OF_AD, Purpose.INFO: OF_NOTICE, Purpose.SAFETY: OF_SAFETY, Purpose.CARE: OF_CARE}
CAPS = {Purpose.AD: 2, Purpose.INFO: 30, Purpose.CARE: 30}


def violations(it: Standing, purpose: Purpose, route: Route, at: datetime) -> frozenset[Violation]:
    """Everything that a delivery at `at` would violate; nothing: it is lawful."""
    found = {
        Violation.LATE: it.expires_at <= at,
        Violation.STOPPED: it.stopped,
        Violation.CHANNEL_SILENCED: it.channel != ChannelState.OPEN,
        Violation.NO_FRIEND: not _was_given(it.friend_since, at) and not _is_owed(it, purpose),
        Violation.ACCOUNT_CLOSED: not it.account_open,
        Violation.BLOCKED: route in it.blocked,
        Violation.OVER_CAP: purpose in CAPS and it.today >= CAPS[purpose],
        Violation.RINGS_THOUGH_MUTED: it.muted and route != Route.INBOX and _heeds_mute(it, purpose),
    }
    found |= _of_ad(it, route, at) if purpose == Purpose.AD else _of_other(it, purpose, route, at)
    return frozenset(name for name, is_so in found.items() if is_so)


def _of_ad(it: Standing, route: Route, at: datetime) -> dict[Violation, bool]:
    minute = minute_of_day(at)
    night_ok = _was_given(it.night_ads_since, at) and not _is_stale(it.night_ads_since, it.reminded_at, at)
    needs_night_consent = route != Route.MAIL and not EIGHT <= minute < NINE_IN_THE_EVENING
    too_late_for_dealer = route in BY_DEALER and TEN_TO_NINE <= minute < NINE_IN_THE_EVENING
    return {
        Violation.AD_AROUND_A_BLOCK: bool(it.blocked) and route not in it.blocked,
        Violation.AD_WITHOUT_CONSENT: not _was_given(it.ads_since, at),
        Violation.AD_WITHOUT_REMINDER: _was_given(it.ads_since, at) and _is_stale(it.ads_since, it.reminded_at, at),
        Violation.AD_TO_DORMANT: it.seen_at is not None and (at - it.seen_at).days >= 365,
        Violation.AD_AT_NIGHT: needs_night_consent and not night_ok,
        Violation.AD_IN_GUARD: too_late_for_dealer and not night_ok,
        Violation.AD_BY_INFORMATION_ROUTE: route not in OF_AD,
        Violation.AD_UNMARKED: bool(it.fault),
    }


def _of_other(it: Standing, purpose: Purpose, route: Route, at: datetime) -> dict[Violation, bool]:
    dark = not EIGHT <= minute_of_day(at) < NINE_IN_THE_EVENING
    rings = dark and route in RINGING and not it.conversing
    return {
        Violation.AD_AS_ANOTHER: bool(it.fault),
        Violation.AD_BY_INFORMATION_ROUTE: route not in ROUTES[purpose],
        Violation.RINGS_AT_NIGHT: rings and purpose != Purpose.SAFETY,
        Violation.RINGS_FOR_STRANGER: rings and purpose == Purpose.SAFETY and not it.public_sender,
    }


def _is_owed(it: Standing, purpose: Purpose) -> bool:
    """What may come to somebody who is no friend: an answer that is no ad, and a public body's warning that names them."""
    if purpose == Purpose.SAFETY and it.warned and it.public_sender:
        return True
    return purpose != Purpose.AD and it.conversing


def _heeds_mute(it: Standing, purpose: Purpose) -> bool:
    """Ads and notices do; somebody's care does only where it answers in the very conversation that was muted."""
    return purpose in (Purpose.AD, Purpose.INFO) or (purpose == Purpose.CARE and it.conversing)


def minute_of_day(at: datetime) -> int:
    """The minute of the day on a clock in Korea, by counting minutes since 1970."""
    return (int(at.timestamp()) // 60 + MINUTES_OF_KOREA) % DAY


def _was_given(when: datetime | None, at: datetime) -> bool:
    return when is not None and at - when >= timedelta(0)


def _is_stale(given: datetime | None, told: datetime | None, at: datetime) -> bool:
    """Two years to the second on the Korean calendar since they last heard of their consent."""
    heard = [when for when in (given, told) if when is not None and when <= at]
    if not heard:
        return False
    last = (max(heard) - datetime(1970, 1, 1, tzinfo=UTC)) + timedelta(minutes=MINUTES_OF_KOREA)
    now = (at - datetime(1970, 1, 1, tzinfo=UTC)) + timedelta(minutes=MINUTES_OF_KOREA)
    began, today = date(1970, 1, 1) + timedelta(days=last.days), date(1970, 1, 1) + timedelta(days=now.days)
    day = 28 if (began.month, began.day) == (2, 29) and not isleap(began.year + 2) else began.day
    anniversary = date(began.year + 2, began.month, day)
    return (today, now - timedelta(days=now.days)) >= (anniversary, last - timedelta(days=last.days))


def is_marked(text: str, name: str, contact: str) -> bool:
    """Whether the words of an ad begin and end as they must, read letter by letter."""
    lines = [line.strip() for line in text.strip().split("\n") if line.strip()]
    if len(lines) < 2 or lines[0][:4] != "(광고)" or not name or not contact:
        return False
    beginning, last = text.strip()[4:124], lines[-1].replace(" ", "")
    way_out = last.partition("무료수신거부")[2] or last.partition("무료거부")[2]
    return bool(beginning.strip().startswith(name) and contact in beginning and way_out.strip(":："))

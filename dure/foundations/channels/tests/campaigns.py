"""Strategies for tests of the law: standings, moments, histories, so drawn that edges come often."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from dure.foundations.channels.types import ChannelState, Purpose, Route
from dure.foundations.channels.types.law import Standing

NOON = datetime(2026, 5, 15, 3, 0, tzinfo=UTC)  # 12:00 in Seoul
ZONES = tuple(timezone(timedelta(minutes=minutes)) for minutes in (-720, -300, 0, 330, 345, 540, 570, 765, 840))
EDGES = (0, 1, 7 * 60 + 59, 8 * 60, 8 * 60 + 1, 20 * 60 + 49, 20 * 60 + 50, 20 * 60 + 59, 21 * 60, 23 * 60 + 59)
SEOUL_OFFSET = timedelta(hours=9)


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """A moment of some years, often at an edge of night, told by a clock of any zone."""
    day = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=draw(st.integers(0, 1_200)))
    minute = draw(st.one_of(st.sampled_from(EDGES), st.integers(0, 1_439)))
    second = draw(st.sampled_from((0, 1, 30, 59)))
    at = day + timedelta(minutes=minute, seconds=second) - SEOUL_OFFSET
    return at.astimezone(draw(st.sampled_from(ZONES)))


def before(at: datetime) -> st.SearchStrategy[datetime | None]:
    """Never, or some time around `at`: mostly before, at times a second after, at times two years before to the second."""
    ages = st.one_of(
        st.integers(-86_400, 3 * 366 * 86_400),
        st.sampled_from((0, 1, -1, 365 * 86_400, 365 * 86_400 - 1, 730 * 86_400, 731 * 86_400, 730 * 86_400 - 1)),
    )
    return st.one_of(st.none(), ages.map(lambda seconds: at - timedelta(seconds=seconds)))


@st.composite
def standings(draw: st.DrawFn, at: datetime) -> Standing:
    """Where somebody stands at `at`; mostly in order, so that many may pass."""
    fine = st.integers(0, 3).map(bool)  # three of four
    return Standing(
        expires_at=at + timedelta(seconds=draw(st.sampled_from((-1, 0, 1, 60, 3_600, 86_400, 259_200)))),
        friend_since=at - timedelta(days=30) if draw(fine) else draw(before(at)),
        ads_since=at - timedelta(days=20) if draw(fine) else draw(before(at)),
        night_ads_since=draw(before(at)),
        reminded_at=draw(before(at)),
        seen_at=at - timedelta(days=1) if draw(fine) else draw(before(at)),
        account_open=draw(fine),
        blocked=frozenset() if draw(fine) else frozenset(draw(st.sets(st.sampled_from(Route), max_size=2))),
        muted=not draw(fine),
        today=0 if draw(fine) else draw(st.integers(0, 40)),
        channel=ChannelState.OPEN if draw(fine) else draw(st.sampled_from(ChannelState)),
        public_sender=draw(st.booleans()),
        warned=draw(st.booleans()),
        conversing=not draw(fine),
        stopped=not draw(fine) and draw(st.booleans()),
        fault="" if draw(fine) else "marking_missing",
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Standing, Purpose, Route, datetime]:
    """One delivery to be judged."""
    at = draw(moments())
    return draw(standings(at)), draw(st.sampled_from(Purpose)), draw(st.sampled_from(Route)), at

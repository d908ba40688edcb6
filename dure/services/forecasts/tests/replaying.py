"""A season by the rules alone, without tables."""

from collections.abc import Iterator
from datetime import UTC, datetime

from dure.services.forecasts.demo.season import CODES, Season, Sent, told
from dure.services.forecasts.rules import board as boards
from dure.services.forecasts.rules import due
from dure.services.forecasts.types import Standing, Subject


def replay(played: Season) -> tuple[Sent, int]:
    """What `due.plan` sends when it is asked at every event and whenever it wants to be; and how often it was asked."""
    board: dict[Subject, Standing] = {}
    heard: due.Told = {}
    sent: Sent = []
    asked = 0
    for at, until in _spans(played):
        for _at, report, role in (event for event in played.events if event[0] == at):
            board = boards.fold(board, report, role=role, is_of_all_zones=True, codes=CODES)
        now: datetime | None = at
        while now is not None and now < until:
            asked += 1
            answer = due.plan(board, played.readers, played.subscriptions, heard, now)
            heard = due.told_after(heard, answer.notices)
            sent += [(now.astimezone(UTC), notice.reader, told(notice)) for notice in answer.notices]
            assert answer.ask_again is None or answer.ask_again > now
            now = answer.ask_again
    return sorted(sent), asked


def _spans(played: Season) -> Iterator[tuple[datetime, datetime]]:
    times = sorted({event[0] for event in played.events})
    yield from zip(times, [*times[1:], played.end], strict=True)

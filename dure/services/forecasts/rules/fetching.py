"""How politely a feed is asked, and what an answer is taken for. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from dure.services.forecasts.types import (
    Answer,
    Fault,
    FeedName,
    Field,
    Hazard,
    ImpactRow,
    Report,
    ReportKind,
    UnknownReason,
)

from . import feeds

EVERY: Final = timedelta(minutes=10)  # a good answer lasts so long
AGAIN_FIRST: Final = timedelta(minutes=1)
AGAIN_MAX: Final = timedelta(hours=1)
LEASE: Final = timedelta(minutes=2)  # longer than a question can take; who was killed in it is followed by another then
WAIT_MAX: Final = timedelta(hours=6)  # longer than they may ask us to wait
PARAMETERS: Final[Mapping[Hazard, str]] = {Hazard.HEAT: "hw", Hazard.COLD: "cw"}
ISSUES_MAX: Final = 200  # of one answer, which speaks of two days
KEPT_DAYS: Final = 30  # so long the desk sees answers
_DOUBLINGS_MAX: Final = 10


def next_at(now: datetime, failures: int, wait_seconds: int = 0) -> datetime:
    """When to ask again: after a good answer in ten minutes; after failures later and later, and not before they want us to."""
    if not failures:
        return now + EVERY
    doublings: int = 1 << min(failures - 1, _DOUBLINGS_MAX)
    again = min(AGAIN_FIRST * doublings, AGAIN_MAX)
    return now + max(again, min(timedelta(seconds=max(0, wait_seconds)), WAIT_MAX))


def query_of(feed: FeedName, today: date) -> dict[str, str]:
    """What to ask for: everything issued since yesterday. Without days the authority answers an empty list."""
    since = today - timedelta(days=1)
    return {
        "tmfc1": f"{since:%Y%m%d}",
        "tmfc2": f"{today:%Y%m%d}",
        "ifpar": PARAMETERS[feed.hazard],
        "help": "1",
    }


def read(feed: FeedName, answer: Answer, arrived: datetime) -> tuple[Report[ImpactRow], UnknownReason | Fault | None]:
    """What an answer is worth, and why it is no reading. Rows of the other hazard are of a feed that was not asked for."""
    if answer.fault is not None:
        return Report(ReportKind.UNKNOWN, (), arrived), answer.fault
    report = feeds.read_impact(answer.content, answer.content_type, arrived)
    if any(row.hazard is not feed.hazard for row in report.rows):
        return _nothing(arrived)
    if len({(row.issued, row.number) for row in report.rows}) > ISSUES_MAX:
        return _nothing(arrived)
    return report, report.why


def _nothing(arrived: datetime) -> tuple[Report[ImpactRow], UnknownReason]:
    why = UnknownReason.OTHER_FORMAT
    return Report(ReportKind.UNKNOWN, (), arrived, why), why


def by_issue(report: Report[ImpactRow]) -> Iterator[Report[ImpactRow]]:
    """A report of several days as the reports it was issued as, the oldest first: each takes back what it leaves out itself,
    and what an older one named does not keep that from it.
    """
    issues = defaultdict[tuple[datetime, int], list[ImpactRow]](list)
    for row in report.rows:
        issues[row.issued, row.number].append(row)
    for _issue, rows in sorted(issues.items(), key=lambda item: item[0]):
        yield Report(report.kind, tuple(rows), report.arrived, report.why)


def fields_of(said: tuple[tuple[int, str], ...]) -> dict[int, Field]:
    """What the authority's numbers of fields mean, as the operator set them up."""
    return {number: Field(name) for number, name in said}

"""How politely a feed is asked, and what an answer is taken for. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from dure.services.forecasts.types import (
    Answer,
    DisasterMessage,
    Fault,
    FeedName,
    Field,
    Hazard,
    ImpactRow,
    Report,
    ReportKind,
    RowFault,
    UnclearRow,
    UnknownReason,
    WarningRow,
)

from . import feeds

EVERY: Final = timedelta(minutes=10)  # a good answer lasts so long
EVERY_WARNINGS: Final = timedelta(minutes=5)  # these come and go within the hour
AGAIN_FIRST: Final = timedelta(minutes=1)
AGAIN_MAX: Final = timedelta(hours=1)
LEASE: Final = timedelta(minutes=2)  # longer than a question can take; who was killed in it is followed by another then
WAIT_MAX: Final = timedelta(hours=6)  # longer than they may ask us to wait
PARAMETERS: Final[Mapping[Hazard, str]] = {Hazard.HEAT: "hw", Hazard.COLD: "cw"}
MESSAGES_MAX: Final = 1_000  # of one page
PAGES_MAX: Final = 5
PAGES_TAKE: Final = timedelta(
    seconds=60
)  # so long further pages are asked for; with one that hangs, less than the lease
MESSAGES_DAYS: Final = 3  # that are shown, and so asked for
NUMBER_MAX: Final = 2**63 - 1
NUL: Final = "\0"  # no table takes it
MESSAGE_LENGTH_MAX: Final = 2_000
REGIONS_MAX: Final = 500  # of one message
NAME_LENGTH_MAX: Final = 60
CLOCKS_DIFFER: Final = timedelta(minutes=5)
ISSUES_MAX: Final = 200  # of one answer, which speaks of two days
KEPT_DAYS: Final = 30  # so long the desk sees answers
_DOUBLINGS_MAX: Final = 10


def next_at(now: datetime, failures: int, wait_seconds: int = 0, every: timedelta = EVERY) -> datetime:
    """When to ask again: after a good answer in a while; after failures later and later, and not before they want us to."""
    if not failures:
        return now + every
    doublings: int = 1 << min(failures - 1, _DOUBLINGS_MAX)
    again = min(AGAIN_FIRST * doublings, AGAIN_MAX)
    return now + max(again, min(timedelta(seconds=max(0, wait_seconds)), WAIT_MAX))


def is_failure(why: UnknownReason | Fault | None) -> bool:
    """Whether a feed is to be asked later and later: not for a list that came, of which a row cannot be read."""
    return why is not None and why is not UnknownReason.UNREADABLE_ROW


def is_heard(feed: FeedName, why: UnknownReason | Fault | None) -> bool:
    """Whether an answer was a good one. Of disaster messages also with a row that cannot be read: nothing is taken away."""
    return why is None or (feed is FeedName.MESSAGES and why is UnknownReason.UNREADABLE_ROW)


def every(feed: FeedName) -> timedelta:
    """How long a good answer of a feed lasts."""
    return EVERY_WARNINGS if feed is FeedName.WARNINGS else EVERY


def query_of(feed: FeedName, today: date) -> dict[str, str]:
    """What to ask for: of forecasts everything issued since yesterday, for without days the authority answers an empty list; of
    warnings what is in force now, by the time of issue; of disaster messages all of the days that are shown.
    """
    since = today - timedelta(days=1)
    if feed is FeedName.MESSAGES:
        since = today - timedelta(days=MESSAGES_DAYS)
        return {"returnType": "json", "pageNo": "1", "numOfRows": str(MESSAGES_MAX), "crtDt": f"{since:%Y%m%d}"}
    if feed is FeedName.WARNINGS:
        return {"fe": "f", "tm": "", "disp": "0", "help": "1"}
    return {
        "tmfc1": f"{since:%Y%m%d}",
        "tmfc2": f"{today:%Y%m%d}",
        "ifpar": PARAMETERS[feed.hazard],
        "help": "1",
    }


def read(feed: FeedName, answer: Answer, arrived: datetime) -> tuple[Report[ImpactRow], UnknownReason | Fault | None]:
    """What an answer is worth, and why it is no reading. A row of the other hazard was not asked for: it is
    left out, and the whole proves nothing; an answer of such rows alone is of another feed.
    """
    if answer.fault is not None:
        return Report(ReportKind.UNKNOWN, (), arrived), answer.fault
    report = feeds.read_impact(answer.content, answer.content_type, arrived)
    own = tuple(row for row in report.rows if row.hazard is feed.hazard)
    if report.rows and not own:
        return _nothing(arrived)
    if len(own) < len(report.rows):
        strange = tuple(
            UnclearRow(RowFault.KIND, feeds.plain(f"{row.zone} {row.day} {row.hazard}"), row.zone)
            for row in report.rows
            if row.hazard is not feed.hazard
        )
        why = report.why or UnknownReason.UNREADABLE_ROW
        report = Report(ReportKind.UNKNOWN, own, arrived, why, report.unclear + strange)
    if len({(row.issued, row.number) for row in report.rows}) > ISSUES_MAX:
        return _nothing(arrived)
    return report, report.why


def read_warnings(answer: Answer, arrived: datetime) -> tuple[Report[WarningRow], UnknownReason | Fault | None]:
    """The same of a list of weather warnings."""
    if answer.fault is not None:
        return Report(ReportKind.UNKNOWN, (), arrived), answer.fault
    report = feeds.read_warnings(answer.content, answer.content_type, arrived)
    return report, report.why


def read_messages(answer: Answer, arrived: datetime) -> tuple[Report[DisasterMessage], UnknownReason | Fault | None]:
    """The same of a list of disaster messages, all its pages. One that goes on behind the last page we ask for, or of which a
    page did not come, is not all of them. A message from the future, or longer than any, is none.
    """
    pages = [_page(page, arrived) for page in (answer, *answer.further)]
    rows = tuple(row for report, _why in pages for row in report.rows)
    unclear = tuple(row for report, _why in pages for row in report.unclear)
    whys = [why for _report, why in pages if why is not None]
    why = next((one for one in whys if one is not UnknownReason.UNREADABLE_ROW), whys[0] if whys else None)
    if why in (None, UnknownReason.UNREADABLE_ROW) and messages_go_on((answer, *answer.further)):
        why = UnknownReason.TRUNCATED
    kind = ReportKind.UNKNOWN if why else ReportKind.READING
    return Report(kind, rows, arrived, why if isinstance(why, UnknownReason) else None, unclear), why


def messages_go_on(pages: Sequence[Answer]) -> bool:
    """Whether a list of disaster messages has another page behind these."""
    last = pages[-1]
    return last.fault is None and feeds.has_more(last.content, last.content_type, len(pages), MESSAGES_MAX)


def _page(answer: Answer, arrived: datetime) -> tuple[Report[DisasterMessage], UnknownReason | Fault | None]:
    if answer.fault is not None:
        return Report(ReportKind.UNKNOWN, (), arrived), answer.fault
    report = feeds.read_disaster_messages(answer.content, answer.content_type, arrived)
    fit = tuple(one for one in report.rows if _is_fit(one, arrived))
    unfit = tuple(
        UnclearRow(RowFault.BOUNDS, feeds.plain(one.text)) for one in report.rows if not _is_fit(one, arrived)
    )
    why = report.why or (UnknownReason.UNREADABLE_ROW if unfit else None)
    return Report(report.kind, fit, arrived, report.why, report.unclear + unfit), why


def _is_fit(one: DisasterMessage, arrived: datetime) -> bool:
    lengths = len(one.text) <= MESSAGE_LENGTH_MAX and len(one.kind) <= NAME_LENGTH_MAX
    regions = 0 < len(one.regions) <= REGIONS_MAX and all(len(region) <= NAME_LENGTH_MAX for region in one.regions)
    can_be_kept = 0 <= one.number <= NUMBER_MAX and NUL not in "".join((one.text, one.kind, *one.regions))
    return lengths and regions and can_be_kept and one.created <= arrived + CLOCKS_DIFFER


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

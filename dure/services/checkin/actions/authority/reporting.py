"""The transparency report: made of all parties' logs, each verified on the way, and kept as it was on that day."""

import msgspec

from dure.base import clock
from dure.base.actors import Actor
from dure.foundations.vault import queries as vault
from dure.kit import tx
from dure.services.checkin.models.authority import tables
from dure.services.checkin.providers import logs
from dure.services.checkin.queries import authority as queries
from dure.services.checkin.rules import calendar, days, report
from dure.services.checkin.types import Party
from dure.services.checkin.types.offices import KeptReport

from .officers import LOG

ENTRIES_AT_ONCE = 1_000


def keep_report(by: Actor) -> KeptReport | None:
    """Read all logs, ours too, make the report of today and keep it; None while no log tells of a key.

    Only a program of ours may. Raises NotAllowed, and what lines and logs refuse.
    """
    days.may_begin(by)
    read = {party: logs.read(party) for party in (Party.IDENTITY, Party.VISITS)}
    own = vault.head(LOG).checkpoint
    bodies = {party: entries for party, (_, entries) in read.items()} | {Party.AUTHORITY: _own(own.size)}
    today = calendar.epoch_of(clock.now())
    span = report.span_of(bodies, today)
    if span is None:
        return None
    read_heads = {party: head for party, (head, _) in read.items()} | {Party.AUTHORITY: own}
    heads = tuple(report.Head(party, head.size, head.root.hex()) for party, head in read_heads.items())
    made = report.Made(report.report(bodies, *span, today), heads)
    with tx.durable():
        tables.Report.objects.update_or_create(
            on=calendar.day_of(today), defaults={"made_at": clock.now(), "body": msgspec.json.encode(made)}
        )
        return queries.report(calendar.day_of(today))


def _own(size: int) -> tuple[bytes, ...]:
    starts = range(0, size, ENTRIES_AT_ONCE)
    return tuple(
        entry.body for start in starts for entry in vault.entries(LOG, start, min(ENTRIES_AT_ONCE, size - start))
    )

"""Weather warnings: an answer goes onto the board, and readers are told what it changes.

Telling happens where readers are told of forecasts (`tell_next`): the same readers are locked, asked about in the same batches,
and told in a message of its own, for the two scales are never mixed. What a stopped message said besides is told anew.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
import structlog

from dure.base import ids
from dure.base.actors import PersonId
from dure.foundations.channels import actions as channels
from dure.foundations.channels import queries as known_channels
from dure.foundations.channels.types import Button, ButtonKind, Channel, Content, Lane, NewSending, Purpose, Text
from dure.kit import tx
from dure.services.forecasts import models, queries
from dure.services.forecasts.queries.places import reader_of
from dure.services.forecasts.rules import fetching as rules
from dure.services.forecasts.rules import warned
from dure.services.forecasts.types import (
    Answer,
    Heard,
    ImpactLevel,
    ReaderId,
    SenderRole,
    WarningChange,
    WarningDegree,
    WarningStanding,
    WarningSubject,
)

from .subscribing import TELLER
from .wording import Wording

MESSAGE_LASTS: Final = timedelta(hours=12)  # nobody gets an older one; the page says what holds
log = structlog.get_logger(__name__)


def take_warnings(answer: Answer, role: SenderRole, now: datetime) -> tuple[Heard, Sequence[WarningStanding]]:
    """Put what the authority says onto the board. Answers what the answer was worth, and what moved. A list that says otherwise
    than what stands has to be said again, whole: "not changed" would not do.
    """
    tx.demand()
    if answer.is_same and answer.fault is None:  # as it was: an empty list would lift everything
        return Heard(0, None), ()
    report, why = rules.read_warnings(answer, now)
    before = queries.warned_board()
    after = warned.fold(before, report, role)
    written = [one for subject, one in after.items() if before.get(subject) != one]
    models.Warned.objects.bulk_create(
        [
            models.Warned(
                zone=one.subject.zone,
                kind=one.subject.kind,
                degree=one.degree or "",
                issued=one.issued,
                effective=one.effective,
                ends=one.ends,
                since=one.since,
                role=one.role,
                words=one.words,
                missed=one.missed,
                place=one.place,
                returns=one.returns,
            )
            for one in written
        ],
        update_conflicts=True,
        unique_fields=["zone", "kind"],
        update_fields=[
            *("degree", "issued", "effective", "ends", "since", "role", "words", "place", "missed", "returns")
        ],
    )
    moved = [one for one in written if _was_otherwise(before.get(one.subject), one)]
    models.WarnedMoved.objects.bulk_create(
        [models.WarnedMoved(zone=one.subject.zone, kind=one.subject.kind) for one in moved]
    )
    is_final = all(one.missed is None for one in after.values())
    return Heard(len(report.rows), why, unclear=report.unclear, is_final=is_final), moved


def tell_warned(readers: Mapping[ReaderId, models.Reader], wording: Wording, now: datetime) -> None:
    """Tell these readers, who are locked, what is due to them of warnings; and ask again no later than is needed."""
    tx.demand()
    if not models.Warned.objects.exists():  # nothing was ever warned of here: no need to look at anybody's places
        return
    wanted = queries.wanted_of(readers.keys())
    zones = {zone for own in wanted.values() for zone in own}
    board, told = queries.warned_board(zones), queries.warned_told(readers.keys())
    _forget_elsewhere(told, wanted)
    if not board:
        return
    same = defaultdict[tuple[WarningChange, ...], list[ReaderId]](list)
    for reader, row in readers.items():
        own = {subject: one for subject, one in board.items() if subject.zone in wanted[reader]}
        changes, again = warned.due(own, reader_of(row), wanted[reader], told[reader], now)
        if again is not None:
            row.ask_at = min(row.ask_at or again, again)
        if changes:
            same[changes].append(reader)
    for changes, some in same.items():
        _write_told(changes, some)
        _send(changes, some, wording, now)
        _log(changes, len(some))


def put_back_warned(notice: models.Notice, persons: Collection[PersonId]) -> None:
    """Let what these heard before count again, whom a message did not reach, of whatever of it is still so."""
    tx.demand()
    changes = msgspec.json.decode(bytes(notice.warned), type=tuple[WarningChange, ...])
    board = queries.warned_board({one.subject.zone for one in changes})
    true = [one for one in changes if one.subject in board and board[one.subject].degree is one.degree]
    for one in true:
        rows = models.WarnedTold.objects.filter(
            reader_id__in=persons, zone=one.subject.zone, kind=one.subject.kind, degree=one.degree or ""
        )
        if one.degree is None and one.before is not None:  # they were told that it is over, which is no row
            _write_rows(one, [ReaderId(person) for person in persons], one.before)
        elif one.before is None:
            rows.delete()
        else:
            rows.update(degree=one.before)


def _forget_elsewhere(
    told: Mapping[ReaderId, Mapping[WarningSubject, WarningDegree]],
    wanted: Mapping[ReaderId, Mapping[str, ImpactLevel]],
) -> None:
    """What was told of zones in which no place of theirs lies any more: should one lie there again, nothing was told."""
    for reader, own in told.items():
        if gone := {subject.zone for subject in own} - set(wanted[reader]):
            models.WarnedTold.objects.filter(reader_id=reader, zone__in=gone).delete()


def _was_otherwise(known: WarningStanding | None, one: WarningStanding) -> bool:
    """Whether something follows from it: another degree, or the same one by somebody who may break the night."""
    return known is None or (known.degree, known.role) != (one.degree, one.role)


def _write_told(changes: Sequence[WarningChange], some: Sequence[ReaderId]) -> None:
    for one in changes:
        if one.degree is None:
            gone = models.WarnedTold.objects.filter(reader_id__in=some, zone=one.subject.zone, kind=one.subject.kind)
            gone.delete()
        else:
            _write_rows(one, some, one.degree)


def _write_rows(change: WarningChange, some: Sequence[ReaderId], degree: WarningDegree) -> None:
    models.WarnedTold.objects.bulk_create(
        [
            models.WarnedTold(reader_id=one, zone=change.subject.zone, kind=change.subject.kind, degree=degree)
            for one in some
        ],
        update_conflicts=True,
        unique_fields=["reader", "zone", "kind"],
        update_fields=["degree"],
    )


def _send(changes: tuple[WarningChange, ...], some: Sequence[ReaderId], wording: Wording, now: datetime) -> None:
    """Write down who was told, and give the channel one sending for all of them."""
    channel = queries.channel_of_forecasts()
    letter = None if channel is None else _queue(channel, changes, some, wording, now)
    content = msgspec.json.encode(changes)
    models.Notice.objects.bulk_create(
        models.Notice(
            id=ids.new(),
            reader_id=one,
            letter=letter,
            at=now,
            changes=b"[]",
            warned=content,
            is_warning=any(change.kind in warned.WARNS for change in changes),
            breaks_quiet=any(change.breaks_quiet for change in changes),
        )
        for one in some
    )


def _queue(
    channel: Channel,
    changes: tuple[WarningChange, ...],
    some: Sequence[ReaderId],
    wording: Wording,
    now: datetime,
) -> models.Letter:
    is_for_life = any(warned.breaks_quiet(one.kind, one.subject.kind, one.degree, one.role) for one in changes)
    is_safety = is_for_life and queries.may_warn(channel.organisation)
    said = wording.warned(changes, queries.zone_names({one.subject.zone for one in changes}))
    if not is_safety and known_channels.reads_like_an_offer(said, channel.name):
        said = wording.plain
    letter, until = ids.new(), now + MESSAGE_LASTS
    sending = channels.queue_sending(
        TELLER,
        NewSending(
            channel=channel.id,
            purpose=Purpose.SAFETY if is_safety else Purpose.INFO,
            content=Content((Text(said),), (Button(wording.label, ButtonKind.LINK, wording.address),)),
            key=f"forecasts:{letter.hex}",
            persons=tuple(PersonId(one) for one in some),
            lane=Lane.URGENT if is_safety else Lane.NORMAL,
            about=letter,
            expires_at=until,
            free_only=not is_safety,  # nobody has seen what it would cost; a life is worth it
        ),
    )
    made = models.Letter.objects.create(
        id=letter, sending=sending, at=now, expires_at=until, retold_at=now if len(changes) == 1 else None
    )
    models.LetterSubject.objects.bulk_create(
        models.LetterSubject(letter=made, subject=queries.warning_key(one.subject), level=warned.RANK[one.degree])
        for one in changes
    )
    return made


def _log(changes: Sequence[WarningChange], readers: int) -> None:
    """Which warnings broke the night, and for how many; not whose."""
    for one in changes:
        if one.breaks_quiet:
            log.warning(
                "warning_broke_quiet_hours", kind=one.subject.kind, degree=one.degree, role=one.role, readers=readers
            )

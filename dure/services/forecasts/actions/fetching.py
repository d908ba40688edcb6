"""Feeds: who may ask now, and what their answers change. No transaction is open while anybody is asked.

An answer changes the board and stops what is on its way and no longer true, in one transaction that waits for no reader; what
moved is written down with it. `ask_moved` then lets everybody it concerns be asked about anew, and stops once more: whoever
writes messages holds the rows of their readers, so that either they see the new board, or we see their messages.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db import connection
from django.db.models import Exists, OuterRef

from dure.base import clock
from dure.base.actors import Actor, system
from dure.base.refusals import NotFound
from dure.foundations.channels import actions as channels
from dure.kit import sqlfiles, tx
from dure.services.forecasts import models, queries
from dure.services.forecasts.models.common import NAME_LENGTH
from dure.services.forecasts.rules import board as boards
from dure.services.forecasts.rules import fetching as rules
from dure.services.forecasts.rules import permits, warned
from dure.services.forecasts.types import (
    Answer,
    Fault,
    FeedName,
    Field,
    Hazard,
    Heard,
    ImpactRow,
    Kept,
    Question,
    Report,
    ReportKind,
    SenderRole,
    Standing,
    Subject,
    WarningStanding,
    WarningSubject,
)

from .messages import take_messages
from .warned import take_warnings

HOUSE: Final = "dure.services.forecasts"
STOPPER: Final = system("forecasts.stop")
SWEPT_AT_ONCE: Final = 5_000
UNCLEAR_KEPT_MAX: Final = 250  # rows of one list: more than may raise a doubt, and those told in words nobody knows
MOVED_AT_ONCE: Final = 48  # changes of the board: sixteen places with three days


def claim_feed(by: Actor, feed: FeedName) -> Question | None:
    """The right to ask a feed now, for two minutes; None: it is not time, or somebody else does. Raises NotAllowed."""
    permits.may_run(by)
    now = clock.now()
    with tx.durable():
        models.Feed.objects.bulk_create([models.Feed(name=feed, next_at=now)], ignore_conflicts=True)
        row = models.Feed.objects.select_for_update(skip_locked=True).filter(name=feed, next_at__lte=now).first()
        if row is None:
            return None
        row.next_at, row.asked_at = now + rules.LEASE, now
        row.save(update_fields=["next_at", "asked_at"])
        return Question(feed, row.next_at, row.etag, row.modified)


def hear(
    by: Actor,
    feed: FeedName,
    answer: Answer,
    codes: Mapping[int, Field],
    role: SenderRole,
    asked: Question | None = None,
) -> Kept:
    """Take in what a feed answered: what it says goes onto the board, what it does not prove changes nothing. The same answer
    again changes nothing more. `asked`: by which right; an answer that comes when somebody else has got it since is not taken in,
    for theirs is newer, whoever came first. Raises NotAllowed, NotFound, Busy.
    """
    permits.may_run(by)
    now = clock.now()
    with tx.durable():
        row = models.Feed.objects.select_for_update().filter(name=feed).first()
        if row is None:
            raise NotFound(what="feed")
        if asked is not None and asked.until != row.next_at:
            _note_answer(row, answer, Heard(0, Fault.LATE), now)
            return Kept(feed, is_good=False, why=Fault.LATE, changed=0)
        if feed is FeedName.WARNINGS:
            heard, moved = take_warnings(answer, role, now)
            stop_warnings(moved, now)
            changed = len(moved)
        elif feed is FeedName.MESSAGES:
            heard, changed = take_messages(answer, role, now)
        else:
            heard, changed = _take_impact(feed, answer, codes, role, now)
        _note(row, answer, heard, now)
        return Kept(feed, heard.why is None, heard.why, changed)


def note_broken(by: Actor, feed: FeedName, error: str) -> None:
    """An error that nobody foresaw kept a feed from being heard: the desk names its kind, and the feed is asked again later,
    without the marks of its last answer. Raises NotAllowed, NotFound, Busy.
    """
    permits.may_run(by)
    now = clock.now()
    with tx.durable():
        row = models.Feed.objects.select_for_update().filter(name=feed).first()
        if row is None:
            raise NotFound(what="feed")
        _note(row, Answer(Fault.BROKE, 0), Heard(0, Fault.BROKE, is_final=False), now, error=error[:NAME_LENGTH])


def ask_moved(by: Actor, most: int = MOVED_AT_ONCE) -> int:
    """Let those be asked about anew whom the next changes of the board concern, the worst first; what was written for them before
    they saw it is stopped. Answers how many changes. Raises NotAllowed, Busy.
    """
    permits.may_run(by)
    now = clock.now()
    with tx.durable():
        rows = list(models.Moved.objects.select_for_update(skip_locked=True).order_by("id")[:most])
        if rows:
            subjects = {Subject(row.zone, Hazard(row.hazard), Field(row.field), row.day) for row in rows}
            places = {(one.zone, one.field) for one in subjects}
            _ask_anew(places, now)
            stop_letters([one for one in queries.board(now, places).values() if one.subject in subjects], now)
            models.Moved.objects.filter(id__in=[row.id for row in rows]).delete()
    return len(rows)


def ask_warned(by: Actor, most: int = MOVED_AT_ONCE) -> int:
    """Let those be asked about anew whom the next changes of weather warnings concern; what was written for them before they saw
    it is stopped. Answers how many changes. Raises NotAllowed, Busy.
    """
    permits.may_run(by)
    now = clock.now()
    with tx.durable():
        rows = list(models.WarnedMoved.objects.select_for_update(skip_locked=True).order_by("id")[:most])
        if rows:
            zones = {row.zone for row in rows}
            _ask_anew([(zone, field) for zone in sorted(zones) for field in Field], now)
            subjects = {WarningSubject(row.zone, queries.kind_of(row.kind)) for row in rows}
            stop_warnings([one for one in queries.warned_board(zones).values() if one.subject in subjects], now)
            models.WarnedMoved.objects.filter(id__in=[row.id for row in rows]).delete()
    return len(rows)


def sweep(by: Actor, most: int = SWEPT_AT_ONCE) -> int:
    """Forget answers, standings, messages and what was told of days a month ago; answers how many rows. Raises NotAllowed."""
    permits.may_run(by)
    before = clock.now() - timedelta(days=rules.KEPT_DAYS)
    day = clock.local(before).date()
    gone = 0
    with tx.durable():
        for rows in (
            models.FeedAnswer.objects.filter(at__lt=before),
            models.Standing.objects.filter(expires__lt=before),
            models.Told.objects.filter(day__lt=day),
            models.Message.objects.filter(created__lt=before),
            models.Warned.objects.filter(degree="", since__lt=before),
            models.Call.objects.filter(notice__at__lt=before),
            models.Notice.objects.filter(~Exists(models.Call.objects.filter(notice=OuterRef("pk"))), at__lt=before),
            models.LetterSubject.objects.filter(letter__expires_at__lt=before),
            models.Letter.objects.filter(
                ~Exists(models.Notice.objects.filter(letter=OuterRef("pk"))),
                ~Exists(models.LetterSubject.objects.filter(letter=OuterRef("pk"))),
                expires_at__lt=before,
            ),
            models.Watch.objects.filter(ended_at__lt=before).exclude(id__in=models.Call.objects.values("watch")),
        ):
            some = rows.order_by("pk")[:most]
            gone += rows.filter(pk__in=some.values("pk")).delete()[0]  # type: ignore[misc]  # each table has its own kind of key
    return gone


def _take_impact(
    feed: FeedName, answer: Answer, codes: Mapping[int, Field], role: SenderRole, now: datetime
) -> tuple[Heard, int]:
    """What an impact forecast was worth, and how many standings are another level now."""
    if answer.is_same and answer.fault is None:
        return Heard(0, None), _fold(feed, Report[ImpactRow](ReportKind.READING, (), now), codes, role, now)
    report, why = rules.read(feed, answer, now)
    heard = Heard(len(report.rows), why, unclear=report.unclear)
    return heard, _fold(feed, report, codes, role, now)


def _fold(
    feed: FeedName, report: Report[ImpactRow], codes: Mapping[int, Field], role: SenderRole, now: datetime
) -> int:
    before = queries.board(now, hazard=feed.hazard)
    after = dict(before)
    for issue in rules.by_issue(report):
        after = boards.fold(after, issue, role=role, is_of_all_zones=True, codes=codes)
    written = [standing for subject, standing in after.items() if before.get(subject) != standing]
    if not written:
        return 0
    _write(written)
    moved = [one for one in written if _was_otherwise(before, one)]
    if moved:
        _note_moved(moved)
        stop_letters(moved, now)
    return sum(one.subject not in before or before[one.subject].level is not one.level for one in moved)


def _was_otherwise(before: Mapping[Subject, Standing], one: Standing) -> bool:
    """Whether something follows from it: another level, or the same one by somebody who may break the night."""
    known = before.get(one.subject)
    return known is None or (known.level, known.role) != (one.level, one.role)


def _write(standings: Collection[Standing]) -> None:
    asked: dict[str, Any] = {
        "zones": [one.subject.zone for one in standings],
        "hazards": [one.subject.hazard.value for one in standings],
        "fields": [one.subject.field.value for one in standings],
        "days": [one.subject.day for one in standings],
        "levels": [one.level.value for one in standings],
        "issued": [one.issued for one in standings],
        "numbers": [one.number for one in standings],
        "since": [one.since for one in standings],
        "expires": [one.expires for one in standings],
        "roles": [one.role.value for one in standings],
    }
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "put_standings").text, asked)


def _note_moved(moved: Collection[Standing]) -> None:
    """Those of one place stand together, the worst first: in this order people are told."""
    worst: dict[tuple[str, Field], int] = {}
    for one in moved:
        place = one.subject.zone, one.subject.field
        worst[place] = max(worst.get(place, 0), one.level.value)
    in_order = sorted(
        (one.subject for one in moved),
        key=lambda subject: (-worst[subject.zone, subject.field], subject.zone, subject.field, subject.day),
    )
    models.Moved.objects.bulk_create(
        [models.Moved(zone=one.zone, hazard=one.hazard, field=one.field, day=one.day) for one in in_order]
    )


def _ask_anew(places: Collection[tuple[str, Field]], now: datetime) -> None:
    """Whoever wants to hear of these is to be asked about. Waits for those who are just being written to."""
    asked: dict[str, Any] = {
        "zones": [zone for zone, _ in places],
        "fields": [field.value for _, field in places],
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "ask_anew").text, asked)


def stop_letters(stands: Collection[Standing], now: datetime) -> int:
    """Let nobody get what says another level than these; what has left cannot be called back. Answers how many messages."""
    return _stop([subject_key(one.subject) for one in stands], [one.level.value for one in stands], now)


def stop_warnings(stands: Collection[WarningStanding], now: datetime) -> int:
    """The same of weather warnings."""
    return _stop([queries.warning_key(one.subject) for one in stands], [warned.RANK[one.degree] for one in stands], now)


def _stop(subjects: list[str], levels: list[int], now: datetime) -> int:
    tx.demand()
    asked: dict[str, Any] = {"subjects": subjects, "levels": levels, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "stop_letters").text, asked)
        sendings = [row[0] for row in cursor.fetchall()]
    if sendings:
        channels.stop_sendings(STOPPER, sendings)
    return len(sendings)


def subject_key(subject: Subject) -> str:
    """A subject in one word, for an index."""
    return f"{subject.zone}/{subject.hazard}/{subject.field}/{subject.day.isoformat()}"


def _note(row: models.Feed, answer: Answer, heard: Heard, now: datetime, *, error: str = "") -> None:
    """How a feed did, and when it is asked again. Only what was good and final may be answered with "not changed"."""
    feed = FeedName(row.name)
    _note_answer(row, answer, heard, now, error=error)
    row.failures = row.failures + 1 if rules.is_failure(heard.why) else 0
    row.next_at = rules.next_at(now, row.failures, answer.wait_seconds, rules.every(feed))
    if rules.is_heard(feed, heard.why):
        row.good_at = now
    if heard.why is not None or not heard.is_final:
        row.etag = row.modified = ""
    elif not answer.is_same:
        row.etag, row.modified = answer.etag, answer.modified
    is_list = heard.rows or heard.unclear or heard.why is None  # not a page in its place
    if heard.unclear is not None and is_list:
        row.unclear = msgspec.json.encode(heard.unclear[:UNCLEAR_KEPT_MAX])
    row.save(update_fields=["failures", "next_at", "good_at", "etag", "modified", "unclear"])


def _note_answer(row: models.Feed, answer: Answer, heard: Heard, now: datetime, *, error: str = "") -> None:
    models.FeedAnswer.objects.create(
        feed=row,
        at=now,
        status=answer.status,
        size=sum(len(page.content) for page in (answer, *answer.further)),
        rows=heard.rows,
        why=heard.why or "",
        unclear=len(heard.unclear or ()),
        error=error,
    )

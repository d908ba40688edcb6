"""Where alerts are fetched: who asks now, and what the answer was worth. No transaction is open while anybody is asked.

What a list names is fetched once: an alert is never edited. An address that is not there, or holds no alert, is not asked for
again either; what a clock dates a little ahead is, until it is time; a machine that does not answer is asked later for all of it.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.refusals import BadValue, NotFound
from dure.kit import tx
from dure.kit.logs import kind_of
from dure.services.forecasts import models, providers, queries
from dure.services.forecasts.models.common import NAME_LENGTH as NAME_LENGTH_MAX
from dure.services.forecasts.rules import fetching as rules
from dure.services.forecasts.rules import permits
from dure.services.forecasts.rules.cap import index
from dure.services.forecasts.types import (
    AlertQuestion,
    AlertUnfit,
    AlertUnreadable,
    Answer,
    Fault,
    NewSource,
    SenderRole,
    SourceId,
    SourceKept,
    SourcesFull,
    SourceTaken,
    UnfitReason,
)

from .alerts import take_alert

SOURCES_MAX: Final = 50
NAME_LENGTH: Final = (2, 60)
AT_ONCE_MAX: Final = 50  # alerts that one answer makes us fetch; the next answer brings the next ones
log = structlog.get_logger(__name__)
ERRORS: Final = 500  # from this status on it is a fault of the machine, and passes


def put_source(by: Actor, new: NewSource, *, key: str) -> SourceId:
    """Ask this address for alerts from now on. Raises NotAllowed, BadValue, SourceTaken, SourcesFull."""
    with tx.action(by, "forecasts.put_source", key, new, UUID) as done:
        if done:
            return SourceId(done.answer())
        permits.may_steward(by)
        name, url = " ".join(new.name.split()), index.check_url(new.url)
        if not NAME_LENGTH[0] <= len(name) <= NAME_LENGTH[1]:
            raise BadValue(field="name", reason="length")
        lasting = models.AlertSource.objects.filter(ended_at__isnull=True)
        if lasting.filter(url=url).exists():
            raise SourceTaken()
        if lasting.count() >= SOURCES_MAX:
            raise SourcesFull(limit=SOURCES_MAX)
        row = models.AlertSource.objects.create(id=ids.new(), name=name, url=url, next_at=clock.now())
        return SourceId(done.keep(row.id))


def end_source(by: Actor, source: SourceId, *, key: str) -> None:
    """Ask it no more; what came from it stays. Twice is once. Raises NotAllowed, NotFound."""
    with tx.action(by, "forecasts.end_source", key, source, bool) as done:
        if done:
            return
        permits.may_steward(by)
        row = models.AlertSource.objects.select_for_update().filter(id=source).first()
        if row is None:
            raise NotFound(what="source")
        if row.ended_at is None:
            row.ended_at = clock.now()
            row.save(update_fields=["ended_at"])
        done.keep(True)


def fetch_next(by: Actor) -> SourceKept | None:
    """Ask the source whose turn it is, and take what it has. None: it is nobody's turn. Raises NotAllowed, Busy."""
    question = _claim(by)
    if question is None:
        return None
    try:
        answer = providers.ask_source(question)
        kept, why = _hear(by, question, answer)
    except Exception as error:  # one source keeps no other one waiting; the desk says what kind it was
        log.exception("source_broke", source=question.source.hex)
        answer, kept, why = Answer(Fault.BROKE, 0), SourceKept((), 0, 0, 0), Fault.BROKE
        _note(question, answer, kept, why, error=kind_of(error))
    else:
        _note(question, answer, kept, why)
    return kept


def _claim(by: Actor) -> AlertQuestion | None:
    """The right to ask the next source, for two minutes; who was killed in it is followed by another then."""
    permits.may_run(by)
    now = clock.now()
    with tx.durable():
        due = models.AlertSource.objects.filter(ended_at__isnull=True, next_at__lte=now)
        row = due.select_for_update(skip_locked=True).order_by("next_at", "id").first()
        if row is None:
            return None
        row.next_at, row.asked_at = now + rules.LEASE, now
        row.save(update_fields=["next_at", "asked_at"])
        return AlertQuestion(SourceId(row.id), row.url, row.next_at, row.etag, row.modified)


def _hear(by: Actor, question: AlertQuestion, answer: Answer) -> tuple[SourceKept, str]:
    """What an answer was worth, and why it was not good."""
    if answer.fault is not None or answer.is_same:
        return SourceKept((), 0, 0, 0), str(answer.fault or "")
    try:
        named = index.addresses(answer.content, question.url)
    except AlertUnreadable as no:
        return SourceKept((), 0, 0, 0), str(no.reason)
    if named is None:
        kept = _take(by, question, answer.content)
        return SourceKept((), 0, kept.taken, kept.unfit, kept.early), ""
    return _fetch(by, question, queries.not_fetched(question.source, named))


def _fetch(by: Actor, question: AlertQuestion, named: tuple[str, ...]) -> tuple[SourceKept, str]:
    """Fetch what a list names, one after the other, until their machine does not answer."""
    fetched: list[str] = []
    taken = unfit = early = 0
    for url in named[:AT_ONCE_MAX]:
        answer = providers.ask_alert(url)
        if answer.fault is Fault.TOO_LARGE or (answer.fault is Fault.STATUS and answer.status < ERRORS):
            unfit += 1
        elif answer.fault is not None:
            return SourceKept(tuple(fetched), 0, taken, unfit, early), str(answer.fault)
        else:
            one = _take(by, question, answer.content)
            taken, unfit, early = taken + one.taken, unfit + one.unfit, early + one.early
            if one.early:
                continue
        fetched.append(url)
    return SourceKept(tuple(fetched), len(named) - len(fetched) - early, taken, unfit, early), ""


@dataclass(frozen=True, slots=True)
class _Worth:
    """What one alert of a source was worth: one of these is 1, or none, when it was known."""

    taken: int = 0
    unfit: int = 0
    early: int = 0


def _take(by: Actor, question: AlertQuestion, content: bytes) -> _Worth:
    role = SenderRole.MIRROR if providers.is_twin(question.url) else SenderRole.AUTHORITY
    try:
        return _Worth(taken=int(take_alert(by, content, source=question.source, role=role).is_new))
    except AlertUnfit as no:
        return _Worth(early=1) if no.reason == UnfitReason.SENT_SOON else _Worth(unfit=1)
    except AlertUnreadable:
        return _Worth(unfit=1)


def _note(question: AlertQuestion, answer: Answer, kept: SourceKept, why: str, *, error: str = "") -> None:
    """Write down what an answer was worth, and when to ask again: at once, when it names more than was fetched."""
    now = clock.now()
    with tx.durable():
        row = models.AlertSource.objects.select_for_update().get(id=question.source)
        items = [models.SourceItem(source=row, url=url, at=now) for url in kept.fetched]
        models.SourceItem.objects.bulk_create(items, ignore_conflicts=True)
        row.failures, row.why = (row.failures + 1, why) if why else (0, "")
        row.error = error[:NAME_LENGTH_MAX]
        if error:  # the marks of the last answer may be what broke it
            row.etag = row.modified = ""
        row.next_at = rules.next_at(now, row.failures, answer.wait_seconds)
        if not why:
            row.good_at = now
            if kept.left:
                row.next_at, row.etag, row.modified = now, "", ""
            elif kept.early:  # the same list tomorrow is not the same to us
                row.etag = row.modified = ""
            elif not answer.is_same:
                row.etag, row.modified = answer.etag, answer.modified
        row.save(update_fields=["failures", "why", "error", "next_at", "good_at", "etag", "modified"])

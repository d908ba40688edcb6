"""People who asked for it are reminded of a day that they have not proved yet: once a day, at their hour, never later."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.foundations.channels import queries as channels
from dure.kit import sqlfiles, tx
from dure.services.pledges import models, queries
from dure.services.pledges.rules import permits
from dure.services.pledges.rules import reminding as rules
from dure.services.pledges.types import DueReminder, PledgeId, PledgeState, Reminders, Window, WrongStep

from .common import lock_pledge
from .telling import Letter, tell

HOUSE: Final = "dure.services.pledges"
REMINDED_AT_ONCE: Final = 2_000
FORGOTTEN_AT_ONCE: Final = 5_000


def set_reminder(by: Actor, hour: int | None, *, key: str) -> Reminders:
    """Be reminded at this hour of all my projects for which I chose none; None: not at all. Raises NotAllowed, BadValue."""
    with tx.action(by, "pledges.set_reminder", key, hour, UUID) as done:
        if not done:
            person = permits.somebody(by)
            if rules.check_hour(hour) is None:
                models.ReminderHour.objects.filter(person_id=person, pledge=None).delete()
            else:
                said = {"hour": hour, "at": clock.now()}
                models.ReminderHour.objects.update_or_create(person_id=person, pledge=None, defaults=said)
            done.keep(person)
        return queries.reminders(by)


def set_reminder_of(by: Actor, pledge: PledgeId, hour: int | None, *, key: str) -> Reminders:
    """Be reminded of this project at this hour, which lies in its own window; None: not of this one.

    Raises NotAllowed, BadValue, WrongStep, NotFound.
    """
    with tx.action(by, "pledges.set_reminder_of", key, (pledge, hour), UUID) as done:
        if not done:
            row = _own(by, pledge)
            rules.check_hour(hour, Window(row.project.window_start, row.project.window_until))
            said = {"person_id": row.person_id, "hour": hour, "at": clock.now()}
            models.ReminderHour.objects.update_or_create(pledge=row, defaults=said)
            done.keep(row.id)
        return queries.reminders(by)


def drop_reminder_of(by: Actor, pledge: PledgeId, *, key: str) -> Reminders:
    """Let what I said for all my projects hold for this one, too. Raises NotAllowed, WrongStep, NotFound."""
    with tx.action(by, "pledges.drop_reminder_of", key, pledge, UUID) as done:
        if not done:
            row = _own(by, pledge)
            models.ReminderHour.objects.filter(pledge=row).delete()
            done.keep(row.id)
        return queries.reminders(by)


def remind(
    by: Actor, letter: Letter, names: Callable[[Sequence[str]], str], most: int = REMINDED_AT_ONCE
) -> Sequence[DueReminder]:
    """Remind whoever is due: who it is, is written down together with what is sent, so that a crash undoes both and a second
    worker finds them done. `letter` holds `#{names}`; `names` puts a project's titles into words, none where they read like an
    offer. Answers who was reminded, at most `most`; nobody where there is no channel to remind them by. Raises NotAllowed.
    """
    permits.may_run(by)
    channel, now = queries.channel_of_pledges(), clock.now()
    hour = rules.due_hour(now)
    if channel is None or hour is None:
        return ()
    with tx.durable():
        found = _write_down(now, hour, most)
        by_end = defaultdict[datetime, list[DueReminder]](list)
        for one in found:
            by_end[one.until].append(one)
        for until, some in by_end.items():
            said = {one.person: names(one.projects) for one in some}
            plain = {
                word: names(()) if channels.reads_like_an_offer(word, channel.name) else word for word in said.values()
            }
            variables = {person: {"names": plain[word]} for person, word in said.items()}
            sent = replace(letter, key=f"{letter.key}:{ids.new().hex}", variables=variables, expires_at=until)
            tell(by, sent, tuple(variables))
    return found


def forget_reminders(by: Actor, person: UUID) -> int:
    """Somebody closed their account: nothing says any more when they were reminded. Answers how many. Safe to repeat.

    Raises NotAllowed.
    """
    permits.may_run(by)
    with tx.durable():
        gone = models.ReminderHour.objects.filter(person_id=person).delete()[0]
        return gone + models.Reminder.objects.filter(person_id=person).delete()[0]


def sweep_reminders(by: Actor, most: int = FORGOTTEN_AT_ONCE) -> int:
    """Forget whom we reminded a week ago, and the hours of projects that are over for somebody. Answers how many.

    Raises NotAllowed.
    """
    permits.may_run(by)
    with tx.durable():
        over = models.ReminderHour.objects.filter(pledge__isnull=False).exclude(pledge__state=PledgeState.JOINED)
        gone = models.ReminderHour.objects.filter(id__in=list(over.values_list("id", flat=True)[:most])).delete()[0]
        until = clock.today() - timedelta(days=rules.KEEP_DAYS)
        return gone + models.Reminder.objects.filter(day__lt=until).delete()[0]


def _own(by: Actor, pledge: PledgeId) -> models.Pledge:
    """The actor's pledge, locked, while they are in. Raises NotAllowed, WrongStep, NotFound."""
    permits.may_touch(by, queries.pledge(pledge).person)
    row = lock_pledge(pledge)
    if PledgeState(row.state) is not PledgeState.JOINED:
        raise WrongStep(state=row.state)
    return row


def _write_down(now: datetime, hour: int, most: int) -> Sequence[DueReminder]:
    here = clock.local(now)
    begin = datetime.combine(here.date(), time(), tzinfo=clock.SEOUL)
    asked: dict[str, Any] = {
        "today": here.date(),
        "hour": hour,
        "minute": here.hour * rules.HOUR_MINUTES + here.minute + rules.SPARE_MINUTES,
        "now": now,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "remind").text, asked)
        rows = cursor.fetchall()
    return [
        DueReminder(PersonId(person), tuple(titles), min(rules.too_late(now), begin + timedelta(minutes=until)))
        for person, titles, until in rows
    ]

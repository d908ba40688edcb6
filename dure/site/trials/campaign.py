"""`dure simulate campaign`: kill -9 of sender and database during a campaign against a dealer that fails, delays, repeats itself.

Before, what is urgent overtakes a long queue. Afterwards nobody was left out and nobody got it twice, counted at the dealer.
"""

import time
from typing import Any
from uuid import UUID

from django.db import connection
from rich.console import Console
from rich.table import Table

from dure.foundations.channels import actions
from dure.foundations.channels.types import EVERYBODY, Content, Lane, NewSending, Purpose, SendingId, Text
from dure.foundations.people.types import PersonId
from dure.kit import tx
from dure.kit.importing import Bars, bars
from dure.site import boot, readiness

from . import friends
from .campaign_town import BY, GONE, SENDERS, Trial, trial_of
from .loopback import Fate

WARNING = Content((Text("산사태가 걱정되니 마을회관으로 모여 주세요."),))
CALM_SECONDS = (0.4, 2.0)
DATABASE_SHARE = 0.2  # of the kills
URGENT = 300
URGENT_EVERY_SECONDS = 0.1
URGENT_SECONDS_MAX = 3.0
FAULTS = 0.1  # of the calls of the dealer
END_SECONDS_MAX = 900
PROGRESS_SECONDS_MAX = 20.0
SHOWN_MAX = 10
_STATES = """
SELECT d.state, d.why, count(*), count(*) FILTER (WHERE d.next_at IS NOT NULL)
FROM channels_dispatch d WHERE d.sending_id = %s GROUP BY 1, 2 ORDER BY 3 DESC
"""
_MISSING = """
SELECT count(*) FROM channels_friend f WHERE f.channel_id = %s
AND NOT EXISTS (SELECT FROM channels_dispatch d WHERE d.sending_id = %s AND d.person_id = f.person_id)
"""
_IN_INBOX = """
SELECT count(*), count(DISTINCT c.person_id) FROM channels_message m JOIN channels_conversation c ON c.id = m.conversation_id
JOIN channels_dispatch d ON d.id = m.dispatch_id WHERE d.sending_id = %s
"""
_WAITING = "SELECT count(*) FROM channels_dispatch WHERE sending_id = %s AND next_at IS NOT NULL"
_QUEUEING = "SELECT state = 'queueing' FROM channels_sending WHERE id = %s"
_KEYS = "SELECT a.key FROM channels_attempt a JOIN channels_dispatch d ON d.id = a.dispatch_id WHERE d.sending_id = ANY (%s)"
_GIVEN_UP = "SELECT count(*) FROM channels_dispatch WHERE sending_id = %s AND state = 'failed'"


def run(count: int, kills: int, notices: int, seed: int, out: Console) -> int:
    """Do it in the town that this process is set up for; answers the exit code."""
    readiness.migrate()
    with bars(out) as shown, trial_of(seed) as trial:
        shown.begin("friends", 1)
        people = friends.befriend(boot.database_url(), trial.channel, count, reached=True)
        shown.advance()
        for number in range(SENDERS):
            trial.start_sender(number)
        if notices:
            _overtake(trial, people, notices, shown)
        sending = _campaign(trial, count, kills, shown)
        _look(trial, sending, count)
        code = _tell(trial, sending, out)
    boot.let_go()
    return code


def _queue(trial: Trial, key: str, *persons: UUID, lane: Lane = Lane.BULK) -> SendingId:
    """Queue a warning to these persons, or to all friends."""
    named = tuple(PersonId(person) for person in persons)
    new = NewSending(
        trial.channel, Purpose.SAFETY, WARNING, key, persons=named, segment=None if named else EVERYBODY, lane=lane
    )
    with tx.durable():
        return actions.queue_sending(BY, new)


def _overtake(trial: Trial, people: list[UUID], notices: int, shown: Bars) -> None:
    """Queue many notices, and while they are sent, urgent ones one by one: how long does each take to the dealer?"""
    rounds = -(-notices // len(people))
    sendings = [_queue(trial, f"notice-{number}") for number in range(rounds)]
    while any(_asked(_QUEUEING, one)[0][0] for one in sendings):
        time.sleep(0.2)
    urgent = min(URGENT, len(people))
    shown.begin("urgent ahead of a queue", urgent)
    trial.queued = _counted(_WAITING, sendings)
    asked: dict[SendingId, float] = {}
    for number in range(urgent):
        began = time.monotonic()
        asked[_queue(trial, f"urgent-{number}", people[number * 7919 % len(people)], lane=Lane.URGENT)] = began
        shown.advance()
        time.sleep(URGENT_EVERY_SECONDS)
    trial.left = _counted(_WAITING, sendings)
    _until_nothing_waits(trial, list(asked))
    for sending, began in asked.items():
        keys = [row[0] for row in _asked(_KEYS, [sending])]
        trial.waits.append(
            min((trial.dealer.seen[key].at for key in keys if key in trial.dealer.seen), default=1e9) - began
        )
    for one in sendings:
        with tx.durable():
            actions.stop_sending(BY, one)
    _until_nothing_waits(trial, sendings)
    trial.dealer.delivered.clear()


def _campaign(trial: Trial, count: int, kills: int, shown: Bars) -> SendingId:
    """Queue one message to everybody and kill what sends it, until it is through."""
    trial.dealer.faults.share = FAULTS  # type: ignore[attr-defined]  # the plan of this twin goes by chance
    trial.dealer.share = FAULTS
    sending = _queue(trial, "campaign")
    shown.begin("kills", kills)
    for number in range(kills):
        _await_progress(trial)
        time.sleep(trial.chance.uniform(*CALM_SECONDS))
        if trial.chance.random() < DATABASE_SHARE:
            trial.kill_database()
            trial.kills["database"] += 1
        else:
            trial.kill_sender(number % SENDERS)
            trial.start_sender(number % SENDERS)
            trial.kills["sender"] += 1
        shown.advance()
    _until_nothing_waits(trial, [sending])
    return sending


def _await_progress(trial: Trial) -> None:
    """Return once the dealer was asked something since: a sender that is struck before it works proves little."""
    before, deadline = len(trial.dealer.seen), time.monotonic() + PROGRESS_SECONDS_MAX
    while len(trial.dealer.seen) == before and time.monotonic() < deadline:
        time.sleep(0.05)


def _until_nothing_waits(trial: Trial, sendings: list[SendingId]) -> None:
    deadline = time.monotonic() + END_SECONDS_MAX
    while time.monotonic() < deadline:
        try:
            if not any(_asked(_QUEUEING, one)[0][0] for one in sendings) and not _counted(_WAITING, sendings):
                return
        except GONE:
            connection.close()
        time.sleep(0.5)
    trial.findings.append(f"{_counted(_WAITING, sendings)} still wait after {END_SECONDS_MAX} s")


def _look(trial: Trial, sending: SendingId, count: int) -> None:
    """Lay our books beside the dealer's."""
    time.sleep(4)  # the last reports
    (missing,) = _asked(_MISSING, trial.channel, sending)[0]
    messages, persons = _asked(_IN_INBOX, sending)[0]
    twice = {address: times for address, times in trial.dealer.delivered.items() if times > 1}
    reached = len(trial.dealer.delivered)
    (failed,) = _asked(_GIVEN_UP, sending)[0]
    own = {row[0] for row in _asked(_KEYS, [sending])}
    fates = [seen.fate for key, seen in trial.dealer.seen.items() if key in own]
    unreached = count - reached
    if missing:
        trial.findings.append(f"{missing} friends were never queued")
    if (messages, persons) != (count, count):
        trial.findings.append(f"{messages} messages in {persons} inboxes, of {count} friends")
    if twice:
        trial.findings.append(f"{len(twice)} people got it more than once at the dealer: {list(twice.items())[:3]}")
    if unreached > sum(fate is not Fate.DELIVERED for fate in fates) / 2 + failed:
        trial.findings.append(f"{unreached} people were not reached, more than both of whose routes failed")


def _tell(trial: Trial, sending: SendingId, out: Console) -> int:
    """Print the counts; answers the exit code."""
    table = Table(title="a campaign under fire", show_header=False)
    if trial.waits:
        waits = sorted(trial.waits)
        p50, p99 = waits[len(waits) // 2], waits[min(len(waits) - 1, len(waits) * 99 // 100)]
        said = f"{p50:.2f} s (median), {p99:.2f} s (99 %), {waits[-1]:.2f} s (longest)"
        table.add_row("notices waiting", f"{trial.queued:,} when the first urgent one came, {trial.left:,} at the last")
        table.add_row(f"{len(waits)} urgent ones, from queueing to the dealer", said)
        if p99 > URGENT_SECONDS_MAX:
            trial.findings.append(f"urgent ones took {p99:.2f} s (99 %), at most {URGENT_SECONDS_MAX} s")
    killed = ", ".join(f"{times} times the {name}" for name, times in sorted(trial.kills.items()))
    table.add_row("kill -9", killed or "none")
    asked = sum(seen.asked for seen in trial.dealer.seen.values())
    table.add_row(
        "attempts the dealer knows", f"{len(trial.dealer.seen):,}, asked {asked - len(trial.dealer.seen):,} times again"
    )
    table.add_row(
        "people it delivered to",
        f"{len(trial.dealer.delivered):,}; most often {max(trial.dealer.delivered.values(), default=0)} time",
    )
    for state, why, number, waiting in _asked(_STATES, sending):
        table.add_row(f"dispatches {state} {why}".strip(), f"{number:,}" + (f", {waiting:,} wait" if waiting else ""))
    out.print(table)
    for line in trial.findings[:SHOWN_MAX]:
        out.print(f"[red]✗[/] {line}")
    if trial.findings:
        return 1
    out.print("[green]✓[/] Nobody was left out, nobody got it twice, every state is explained.")
    return 0


def _asked(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall())


def _counted(statement: str, sendings: list[SendingId]) -> int:
    return sum(_asked(statement, one)[0][0] for one in sendings)

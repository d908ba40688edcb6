"""`dure simulate campaign`: kill -9 of senders and database during a campaign of every purpose against two dealers that go wrong.

Before, what is urgent overtakes a long queue. Afterwards nobody was left out, nobody got it twice, nobody after leaving and
nobody more ads than a day may have; counted at the dealers.
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

from . import campaign_books, friends, mixed
from .campaign_books import Books
from .campaign_town import BY, GONE, SENDERS, Trial, trial_of
from .mixed import LEAVE_ONE_IN, WORDS, Mix

CALM_SECONDS = (0.4, 2.0)
DATABASE_SHARE = 0.2  # of the kills
URGENT = 300
URGENT_ONE_IN = 5  # of a small campaign's people
URGENT_EVERY_SECONDS = 0.1
URGENT_SECONDS_MAX = 3.0
FAULTS = 0.1  # of the calls of the dealers
PORTIONS_MAX, KILLS_A_PORTION = 20, 5
END_SECONDS_MAX = 900
PROGRESS_SECONDS_MAX = 10.0
LAST_REPORTS_SECONDS = 10
SHOWN_MAX = 10
_STATES = """
SELECT d.state, d.why, count(*) FROM channels_dispatch d WHERE d.sending_id = ANY (%s) GROUP BY 1, 2 ORDER BY 3 DESC
"""
# Who waits to be reached. A message of care that was delivered is looked at again half an hour later: was it read?
_WAITING = (
    "SELECT count(*) FROM channels_dispatch d JOIN channels_sending s ON s.id = d.sending_id"
    " WHERE d.sending_id = ANY (%s) AND d.next_at IS NOT NULL AND d.why <> 'cap'"
    " AND NOT (s.purpose = 'care' AND d.state = 'delivered')"
)
_QUEUEING = "SELECT count(*) FROM channels_sending WHERE id = ANY (%s) AND state = 'queueing'"
_KEYS = "SELECT a.key FROM channels_attempt a JOIN channels_dispatch d ON d.id = a.dispatch_id WHERE d.sending_id = %s"


def run(count: int, kills: int, notices: int, seed: int, out: Console) -> int:
    """Do it in the town that this process is set up for; answers the exit code."""
    readiness.migrate()
    with bars(out) as shown, trial_of(seed) as trial:
        shown.begin("friends", 1)
        people = friends.befriend(boot.keeper_url(), trial.channel, count, reached=True, mailed=True)
        portions = max(1, min(PORTIONS_MAX, kills // KILLS_A_PORTION))
        mixed.divide(trial, people, portions)
        shown.advance()
        for number in range(SENDERS):
            trial.start_sender(number)
        if notices:
            _overtake(trial, people, notices, shown)
        mix = _campaign(trial, people, (kills, portions), shown)
        code = _tell(trial, mix, campaign_books.look(trial, mix), out)
    boot.let_go()
    return code


def _queue(trial: Trial, key: str, *persons: UUID, lane: Lane = Lane.BULK) -> SendingId:
    """Queue a warning to these persons, or to all friends."""
    named, said = tuple(PersonId(person) for person in persons), Content((Text(WORDS[Purpose.SAFETY]),))
    new = NewSending(
        trial.channel, Purpose.SAFETY, said, key, persons=named, segment=None if named else EVERYBODY, lane=lane
    )
    with tx.durable():
        return actions.queue_sending(BY, new)


def _overtake(trial: Trial, people: list[UUID], notices: int, shown: Bars) -> None:
    """Queue many notices, and while they are sent, urgent ones one by one: how long does each take to the dealer?"""
    rounds = -(-notices // len(people))
    sendings = [_queue(trial, f"notice-{number}") for number in range(rounds)]
    while _counted(_QUEUEING, sendings):
        time.sleep(0.2)
    urgent = min(URGENT, max(1, len(people) // URGENT_ONE_IN))
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
    seen = trial.seen
    for sending, began in asked.items():
        keys = [row[0] for row in _asked(_KEYS, sending)]
        trial.waits.append(min((seen[key].at for key in keys if key in seen), default=1e9) - began)
    for one in sendings:
        with tx.durable():
            actions.stop_sending(BY, one)
    _until_nothing_waits(trial, sendings)


def _campaign(trial: Trial, people: list[UUID], size: tuple[int, int], shown: Bars) -> Mix:
    """Queue messages of every purpose, portion by portion, let people leave, and kill what sends, until all is through."""
    kills, portions = size
    for dealer in trial.dealers:
        dealer.go_wrong(FAULTS)
    mix, leave = Mix(), max(1, len(people) // LEAVE_ONE_IN // max(1, kills))
    shown.begin("kills", kills)
    step = max(1, kills // portions)
    for number in range(max(kills, portions)):
        if number % step == 0 and number // step < portions:
            mixed.send_portion(trial, mix, number // step)
        if number < kills:
            _await_progress(trial)
            mixed.some_leave(trial, mix, people, leave)
            mixed.hear(mix)
            time.sleep(trial.chance.uniform(*CALM_SECONDS))
            _strike(trial, number)
            shown.advance()
    _until_nothing_waits(trial, mix.all, mix)
    time.sleep(LAST_REPORTS_SECONDS)
    _until_nothing_waits(trial, mix.all, mix)
    return mix


def _strike(trial: Trial, number: int) -> None:
    if trial.chance.random() < DATABASE_SHARE:
        trial.kill_database()
        trial.kills["database"] += 1
    else:
        trial.kill_sender(number % SENDERS)
        trial.start_sender(number % SENDERS)
        trial.kills["sender"] += 1


def _await_progress(trial: Trial) -> None:
    """Return once a dealer was asked something since: a sender that is struck before it works proves little."""
    before, deadline = trial.asked, time.monotonic() + PROGRESS_SECONDS_MAX
    while trial.asked == before and time.monotonic() < deadline:
        time.sleep(0.05)


def _until_nothing_waits(trial: Trial, sendings: list[SendingId], mix: Mix | None = None) -> None:
    """Return once nobody waits for anything but the next day."""
    deadline = time.monotonic() + END_SECONDS_MAX
    while time.monotonic() < deadline:
        if mix is not None:
            mixed.hear(mix)
        try:
            if not _counted(_QUEUEING, sendings) and not _counted(_WAITING, sendings):
                return
        except GONE:
            connection.close()
        time.sleep(0.5)
    trial.findings.append(f"{_counted(_WAITING, sendings)} still wait after {END_SECONDS_MAX} s")


def _tell(trial: Trial, mix: Mix, books: Books, out: Console) -> int:
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
    for dealer in trial.dealers:
        again = sum(seen.asked for seen in dealer.seen.values()) - len(dealer.seen)
        table.add_row(f"attempts that {dealer.name} knows", f"{len(dealer.seen):,}, asked {again:,} times again")
    for purpose, count in books.reached.items():
        lost = f", {books.unreached[purpose]:,} by no route" if books.unreached[purpose] else ""
        table.add_row(f"{purpose}: delivered outside the inbox", f"{count:,}{lost}")
    table.add_row("late successes after a fallback", f"{books.late:,}, written down, nothing sent for them")
    left = f"{len(mix.left):,}; the last handed over {books.in_flight_seconds:.1f} s later, cut before"
    table.add_row("left meanwhile", left)
    table.add_row("ads in a day", f"at most {books.in_a_day}; {books.capped:,} wait for the next day")
    for state, why, number in _asked(_STATES, mix.all):
        table.add_row(f"dispatches {state} {why}".strip(), f"{number:,}")
    out.print(table)
    for line in trial.findings[:SHOWN_MAX]:
        out.print(f"[red]✗[/] {line}")
    if trial.findings:
        return 1
    out.print("[green]✓[/] Nobody was left out, nobody got it twice or after leaving, every state is explained.")
    return 0


def _asked(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall())


def _counted(statement: str, sendings: list[SendingId]) -> int:
    return int(_asked(statement, sendings)[0][0])

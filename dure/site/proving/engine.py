"""The proof of the law through the senders themselves: random campaigns, clocks and histories in a real database.

Cohort by cohort, the clock is moved from stop to stop. At each, people do what they do, campaigns are queued, and the senders
work until nothing is due; then the oracle looks at what came where, what waits, and what ended.
"""

import itertools
import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from dure.base import clock
from dure.base.actors import PersonId
from dure.base.refusals import Refusal
from dure.foundations.channels import actions
from dure.foundations.channels.tasks import sending as senders
from dure.foundations.channels.types import Carriage, DispatchState, Lane, Reason, Route, Text, Why
from dure.kit import tx

from . import engine_campaigns
from .campaigns import ZONES, Act, Event
from .engine_court import Court, Flaw, Proof
from .engine_dealer import Clock, Dealer
from .engine_town import BY, Sent, Size, Somebody, Town, settle

COHORT = 5_000  # campaigns
WHOLE = Size()
ROUNDS_MAX = 500
NUMBER = re.compile(r"제(\d+)호")
_COME = """
SELECT m.id, d.sending_id, d.person_id, m.at FROM channels_message m JOIN channels_dispatch d ON d.id = m.dispatch_id
WHERE m.id > %s ORDER BY m.id
"""
_HELD = """
SELECT h.id, d.sending_id, d.person_id, h.route, h.why, h.at FROM channels_held h JOIN channels_dispatch d ON d.id = h.dispatch_id
WHERE h.id > %s ORDER BY h.id
"""
_ENDED = """
SELECT d.id, d.sending_id, d.person_id, d.state, d.why FROM channels_dispatch d
WHERE d.sending_id = ANY (%s) AND d.next_at IS NULL
"""
_WAITING = (
    "SELECT d.sending_id, d.person_id FROM channels_dispatch d WHERE d.sending_id = ANY (%s) AND d.next_at IS NOT NULL"
)
_QUEUED = "SELECT person_id FROM channels_dispatch WHERE sending_id = %s"
_LAST = "SELECT coalesce((SELECT max(id) FROM channels_held), 0)"
_LAST_MESSAGE = "SELECT id FROM channels_message ORDER BY id DESC LIMIT 1"
NONE = UUID(int=0)
_cohorts = itertools.count(1)  # names and numbers are given once

type Told = Callable[[int], None]
type Enough = Callable[[Proof], bool]


@dataclass(slots=True)
class Run:
    """One cohort on its way through time."""

    town: Town
    clock: Clock
    dealer: Dealer
    court: Court
    by_number: dict[int, Sent] = field(default_factory=dict)
    open: set[UUID] = field(default_factory=set)
    judged: set[int] = field(default_factory=set)
    left: defaultdict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    seen_message: UUID = NONE
    seen_held: int = 0


def prove(
    count: int,
    seed: int,
    told: Told = lambda done: None,
    size: Size = WHOLE,
    enough: Enough = lambda proof: False,
) -> Proof:
    """Send `count` campaigns through the town's own senders; everything that broke the law is in the answer, by name. Ends before
    that where `enough` says so, which is asked whenever the clock was moved.
    """
    proof, chance = Proof(), random.Random(seed)  # noqa: S311 - chance, not secrecy
    while proof.campaigns < count and not enough(proof):
        _prove_cohort(proof, next(_cohorts), min(COHORT, count - proof.campaigns), (chance, told, size, enough))
    return proof


def _prove_cohort(proof: Proof, cohort: int, count: int, by: tuple[random.Random, Told, Size, Enough]) -> None:
    chance, told, size, enough = by
    hands = Clock(engine_campaigns.first_moment(chance))
    with clock.read_from(hands):
        town = settle(cohort, size, hands.at, chance)
        dealer = Dealer(town, hands, chance, f"trial{cohort}")
        run = Run(town, hands, dealer, Court(town, proof))
        run.seen_held = _asked(_LAST)[0][0]
        run.seen_message = next((row[0] for row in _asked(_LAST_MESSAGE)), NONE)
        proof.people += len(town.people)
        agenda = engine_campaigns.agenda(town, range(proof.campaigns + 1, proof.campaigns + count + 1), size, chance)
        for at in sorted(agenda.stops):
            hands.at = at.astimezone(chance.choice(ZONES))
            _stop(run, agenda, at)
            told(len(agenda.queues[at]))
            if enough(proof):
                return
        _look_back(run)
    proof.campaigns += count


def _stop(run: Run, agenda: engine_campaigns.Agenda, at: datetime) -> None:
    """One moment: acts, reports, campaigns, then the senders until nothing is due."""
    with tx.durable():
        for doing in agenda.stops[at]:
            try:
                doing()
            except Refusal:
                continue
        for new in agenda.queues[at]:
            _queue(run, new)
    _report(run)
    while senders.match(()):
        pass
    for _ in range(ROUNDS_MAX):
        cut_at = run.clock.at
        more = senders.carry((run.dealer,), tuple(Lane))
        _look_at_deliveries(run, cut_at)
        _look_at_waits(run)
        if not more:
            break
    if at in agenda.closing:
        senders.close(())
    _look_at_ends(run)


def _queue(run: Run, new: engine_campaigns.New) -> None:
    try:
        sent = engine_campaigns.queue(run.town, new)
    except Refusal:
        run.court.proof.refused += 1
        return
    run.town.sent[sent.id] = sent
    run.by_number[sent.number] = sent
    run.open.add(sent.id)


def _report(run: Run) -> None:
    """Hand in what the dealer has to tell by now; who wants no texts is known from here on."""
    told = run.dealer.due_reports()
    if not told:
        return
    at = run.clock.tick()
    with tx.durable():
        actions.take_reports(BY, run.dealer.dealer, told)
    for one in told:
        if one.reason is Reason.OPTED_OUT:
            person = run.dealer.of_key[one.key]
            person.log.append(Event(at, Act.OPT_OUT))


def _look_at_deliveries(run: Run, cut_at: datetime) -> None:
    for message, sending, person, at in _asked(_COME, run.seen_message):
        run.seen_message = message
        run.court.inbox(run.town.sent[sending], _person(run, person), at)
    for one in run.dealer.carried:
        sent = run.by_number[_number(one)]
        run.court.outside(sent, run.town.whose(one.to), (one.route, one.key), (cut_at, one.expires_at))
    run.dealer.carried.clear()


def _look_at_waits(run: Run) -> None:
    for row, sending, person, route, why, at in _asked(_HELD, run.seen_held):
        run.seen_held = row
        run.court.held(run.town.sent[sending], _person(run, person), (Route(route), Why(why)), at)


def _look_at_ends(run: Run) -> None:
    """What has come to an end since the last stop."""
    for dispatch, sending, person, state, why in _asked(_ENDED, list(run.open)):
        if dispatch in run.judged:
            continue
        run.judged.add(dispatch)
        run.left[sending] += 1
        sent = run.town.sent[sending]
        said = Why(why) if why else None
        run.court.ended(sent, _person(run, person), DispatchState(state), said, run.clock.at)
        if run.left[sending] == len(sent.audience):
            run.open.discard(sending)


def _look_back(run: Run) -> None:
    """At the end nobody may still wait, and everybody it was meant for must have been queued."""
    senders.close(())
    _look_at_ends(run)
    for sending, person in _asked(_WAITING, list(run.town.sent)):
        run.court.proof.found(Flaw.FORGOTTEN, f"campaign {run.town.sent[sending].number} for {person}")
    for sending in run.open:
        sent = run.town.sent[sending]
        missing = sent.audience - {PersonId(row[0]) for row in _asked(_QUEUED, sending)}
        for person in missing:
            run.court.proof.found(Flaw.NEVER_QUEUED, f"campaign {sent.number} for {person}")


def _person(run: Run, person: UUID) -> Somebody:
    return run.town.by_id[person]


def _number(one: Carriage) -> int:
    words = "\n".join(part.text for part in one.content.parts if isinstance(part, Text))
    found = NUMBER.search(words)
    if found is None:
        raise ValueError("a message without its number")
    return int(found[1])


def _asked(statement: str, *values: Any) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall())

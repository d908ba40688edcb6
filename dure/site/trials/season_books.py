"""A season's settlement, run and looked at: tables beside what people were told, counted by other arithmetic."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db import connection

from dure.foundations.people import queries as people
from dure.foundations.people.types import PersonId
from dure.kit.importing import Progress
from dure.services.pledges import actions, queries
from dure.services.pledges.rules import commitment
from dure.services.pledges.types import ProofId, SeasonId, SeasonState
from dure.site import config
from dure.site.unmasking import hands

from .parts import Program
from .season_days import CLOCK, NOON, PART, Told
from .season_town import DEPOSIT, FEE_PERCENT, Ground, at, moment, receiver_of

DECIDED_ON, SETTLED_ON = 105, 116  # days of the season: a week for appeals lies between them
TASKS: Final = ("settle_seasons", "return_deposits")
ACCEPTED: Final = 2 / 3  # of the late proofs
LOOK_SECONDS, KILL_SECONDS_MAX = 0.1, 0.5
SECONDS_MAX: Final = 900  # then something hangs
WEEKS: Final = (*[7] * 14, 2)
_LATE = "SELECT id, pledge_id, day FROM pledges_proof WHERE state = 'late' ORDER BY id"
_PROVED = """
SELECT pledge_id, array_agg(day) FROM pledges_proof WHERE state IN ('counts', 'accepted') GROUP BY pledge_id
"""
_SETTLED = """
SELECT s.pledge_id, s.kept, s.deposit, s.refund, s.donation, s.fee, s.receiver_id, s.refunded_at IS NOT NULL,
  coalesce((SELECT sum(r.amount) FROM ledger_refund r WHERE r.payment_id = p.payment), 0),
  (SELECT count(*) FROM ledger_refund r WHERE r.payment_id = p.payment)
FROM pledges_settlement s JOIN pledges_pledge p ON p.id = s.pledge_id
"""
_HELD = """
SELECT CASE WHEN a.code LIKE 'pledge:%%' THEN 'pledge' WHEN a.code LIKE 'pledges\\_receiver:%%' THEN 'receivers' ELSE a.code END,
  sum(b.credits_posted - b.debits_posted)::bigint, max(abs(b.credits_posted - b.debits_posted))
FROM ledger_account a JOIN ledger_balance b ON b.account = a.id GROUP BY 1
"""
_PROGRESS = "SELECT count(*), count(refunded_at) FROM pledges_settlement"


@dataclass(slots=True)
class Books:
    """What the settlement took, and what it came to."""

    books_seconds: float = 0.0  # until every deposit was split and booked, and the root published
    seconds: float = 0.0  # until every refund was handed over, too; starts of the programs included
    tree_seconds: float = 0.0
    kills: int = 0
    late: int = 0
    kept: int = 0
    people: int = 0
    deposits: int = 0
    refund: int = 0
    donation: int = 0
    fee: int = 0
    findings: list[str] = field(default_factory=list)


def decide_late(ground: Ground, told: Told, chance: random.Random) -> int:
    """Leaders say whether late proofs count, stewards of the leaders' own; answers how many."""
    places = {one.pledge: who for who, one in enumerate(ground.joined)}
    late = _asked(_LATE)
    with at(moment(DECIDED_ON, NOON)):
        for proof, pledge, day in late:
            one = ground.joined[places[pledge]]
            leader = ground.circles[one.project].leader
            by = ground.steward if leader == one.person else people.actor(PersonId(leader))
            if chance.random() < ACCEPTED:
                actions.accept_proof(by, ProofId(proof), key=f"late:{proof}")
            else:
                actions.reject_proof(by, ProofId(proof), "너무 늦었어요 (모의)", key=f"late:{proof}")
                told.proved[places[pledge]] &= ~(1 << day)
    return len(late)


def settle(ground: Ground, kills: int, chance: random.Random, shown: Progress) -> Books:
    """Have a steward begin, let two programs make the books and hand refunds over, and kill them so many times on the way."""
    books, home, season = Books(), config.read().var, ground.season.id
    hands.set_to(home / CLOCK, moment(SETTLED_ON, NOON))
    shown.begin("deposits settled, refunds handed over", 2 * len(ground.joined))
    with at(moment(SETTLED_ON, NOON)):
        actions.begin_settlement(ground.steward, season, key="settle")
    programs = [Program(one, [PART, str(home / CLOCK), one], home) for one in TASKS]  # as two workers
    began, seen = time.perf_counter(), 0
    try:
        for one in programs:
            one.start()
        while time.perf_counter() < began + SECONDS_MAX:
            before, seen = seen, sum(_asked(_PROGRESS)[0])
            shown.advance(seen - before)
            if not books.books_seconds and queries.season(season).state is SeasonState.SETTLED:
                books.books_seconds = time.perf_counter() - began
            codes = [one.ended() for one in programs]
            if any(codes):
                books.findings.append(f"what settles ended with {codes}")
                return books
            if codes == [0] * len(codes):
                books.seconds = time.perf_counter() - began
                return books
            running = [one for one, code in zip(programs, codes, strict=True) if code is None]
            if seen > before and books.kills < kills:
                _strike(running, chance)
                books.kills += 1
            time.sleep(LOOK_SECONDS)
        books.findings.append(f"not settled in {SECONDS_MAX} s")
        return books
    finally:
        for one in programs:
            one.kill()


def _strike(programs: Sequence[Program], chance: random.Random) -> None:
    """kill -9 to one of those that run, and start it again."""
    struck = chance.choice(programs)
    time.sleep(chance.uniform(0, KILL_SECONDS_MAX))
    struck.kill()
    struck.start()


def look(ground: Ground, told: Told, books: Books) -> None:
    """Lay told and tables side by side; what is wrong is added to the findings."""
    began = time.perf_counter()
    root = commitment.root(queries.leaves_of(SeasonId(ground.season.id))).hex()
    books.tree_seconds = time.perf_counter() - began
    if root != queries.season(ground.season.id).root:
        books.findings.append("the published root is not that of the counts")
    proved = {pledge: sum(1 << day for day in days) for pledge, days in _asked(_PROVED)}
    expected = {ground.joined[who].pledge: days for who, days in told.proved.items() if days}
    if proved != expected:
        lost = sum((days & ~proved.get(pledge, 0)).bit_count() for pledge, days in expected.items())
        more = sum((days & ~expected.get(pledge, 0)).bit_count() for pledge, days in proved.items())
        books.findings.append(f"{lost} days that were acknowledged are lost, {more} that nobody proved are there")
    books.findings += list(_settled_wrong(ground, expected, books))
    books.findings += _sums_wrong(ground.provider, books)


def _settled_wrong(ground: Ground, proved: Mapping[UUID, int], books: Books) -> Iterator[str]:
    """Settlements that are not what the acknowledged days make."""
    rows = {row[0]: row[1:] for row in _asked(_SETTLED)}
    books.people, wrong = len(rows), 0
    for one in ground.joined:
        kept = kept_days(proved.get(one.pledge, 0), ground.circles[one.project].days_a_week)
        receiver = receiver_of(one, ground.season)
        rest = DEPOSIT - DEPOSIT * kept // 100 if receiver else 0
        fee = rest * FEE_PERCENT // 100
        refund = DEPOSIT - rest
        of_refund = (True, refund, int(refund > 0))
        wrong += rows.get(one.pledge) != (kept, DEPOSIT, refund, rest - fee, fee, receiver, *of_refund)
        books.kept += kept
        books.deposits += DEPOSIT
        books.refund += refund
        books.donation += rest - fee
        books.fee += fee
    if wrong:
        yield f"{wrong} deposits were split otherwise than their acknowledged days say, or not refunded once"
    if len(rows) != len(ground.joined):
        yield f"{len(rows)} deposits are settled, of {len(ground.joined)}"


def _sums_wrong(name: str, books: Books) -> list[str]:
    """Accounts that do not hold what they have to, to the won."""
    held = {code: (won, most) for code, won, most in _asked(_HELD)}
    provider = held[f"provider:{name}"][0]
    lines = []
    if books.refund + books.donation + books.fee != books.deposits:
        lines.append("refunds, donations and fees are not the deposits")
    for what, found, has_to in (
        ("deposits still lie in their accounts", held["pledge"][1], 0),
        ("won lie with the receivers", held["receivers"][0], books.donation),
        ("won of fees", held.get("pledges_fees", (0, 0))[0], books.fee),
        ("won are owed by the provider", -provider, books.donation + books.fee),
    ):
        if found != has_to:
            lines.append(f"{found} {what}, and not {has_to}")
    return lines


def kept_days(proved: int, days_a_week: int) -> int:
    """Days kept, from a bit a day: of a week of L days of which N are asked for, L x min(proved, N) / N, rounded down."""
    kept, day = 0, 1
    for length in WEEKS:
        needed = -(-length * days_a_week // 7)
        kept += length * min((proved >> day & (1 << length) - 1).bit_count(), needed) // needed
        day += length
    return kept


def _asked(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [])
        return list(cursor.fetchall())

"""What stands in the book beside what people were told. Read with statements of its own, not with the queries of the houses."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from dure.kit.verify import silent
from dure.site import rooms

from .traffic import CHECKOUT, GIFT, PAID, PAYOUT, REFUND, Told, Wish

GIVEN, REFUNDED, PENDING = "given", "refunded", "pending"
GIFTS = """
SELECT g.id::text, g.key, g.amount, g.state, coalesce(t.booked, 0), coalesce(r.reversed, 0)
FROM giving_gift g JOIN giving_box b ON b.id = g.box_id
LEFT JOIN LATERAL (SELECT count(*) AS booked FROM ledger_transfer t
  WHERE t.id = g.id AND t.amount = g.amount AND t.credit = b.account AND t.reverses IS NULL) t ON true
LEFT JOIN (SELECT reverses, count(*) AS reversed FROM ledger_transfer WHERE reverses IS NOT NULL GROUP BY reverses) r
  ON r.reverses = g.id
"""
PAYOUTS = """
SELECT x.id::text, x.state, p.credits_posted, (SELECT count(DISTINCT t.posting) FROM ledger_transfer t
  WHERE t.credit = x.project_account AND t.kind = 'payout')
FROM giving_box x JOIN ledger_balance p ON p.account = x.project_account WHERE x.id = ANY (%s)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One gift in the book. `booked` transfers brought its won into its box, `reversed` took them back."""

    id: str
    key: str
    amount: int
    state: str
    booked: int
    reversed: int


@dataclass(frozen=True, slots=True)
class Compared:
    """`findings`: where book and people differ. Of the requests for gifts that nobody answered, `found` are in the book."""

    findings: list[str]
    unanswered: int
    found: int


def gifts() -> list[Row]:
    """Every gift in the book."""
    with connection.cursor() as cursor:
        cursor.execute(GIFTS)
        return [Row(*row) for row in cursor.fetchall()]


def broken_promises() -> list[str]:
    """What `dure verify` finds."""
    return [f"verify: {one.check}: {one.what}" for check in rooms.verify_checks() for one in check.run(silent)]


def compare(told: Told, before: frozenset[str], raised: dict[str, int]) -> Compared:
    """Lay the book beside what people were told. `before`: keys of gifts older than the trial; `raised`: won of boxes to pay."""
    rows = gifts()
    findings = [*told.refused, *told.doubled, *_rows(rows, told, before), *_acknowledged(rows, told)]
    findings += _payouts(told, raised)
    open_keys = {wish.key for wish in told.open if wish.kind in (GIFT, CHECKOUT)}
    return Compared(findings, len(open_keys), sum(row.key in open_keys for row in rows))


def _rows(rows: Iterable[Row], told: Told, before: frozenset[str]) -> Iterator[str]:
    """Each gift in the book is one that somebody asked for, once, with its money moved once, and back once if it went back."""
    asked = {wish.key for wish in (*told.said, *told.open)} | before
    seen = Counter(row.key for row in rows)
    for row in rows:
        if row.key not in asked:
            yield f"gift {row.id}: nobody asked for it"
        if seen[row.key] > 1:
            yield f"gift {row.id}: {seen[row.key]} gifts of one request"
        moved = (int(row.state in (GIVEN, REFUNDED)), int(row.state == REFUNDED))
        if (row.booked, row.reversed) != moved:
            yield f"gift {row.id}: is {row.state}, was booked {row.booked} times and reversed {row.reversed} times"


def _acknowledged(rows: Iterable[Row], told: Told) -> Iterator[str]:
    """Each acknowledged gift is there as it was acknowledged, and each that was said to have gone back did."""
    by_id = {row.id: row for row in rows}
    taken_back = {wish.about for wish in (*told.said, *told.open) if wish.kind == REFUND}
    for wish, said in told.said.items():
        gift = {GIFT: said.get("gift"), PAID: said.get("id"), REFUND: wish.about}.get(wish.kind)
        if gift is None:
            continue
        row = by_id.get(gift)
        if row is None:
            yield f"gift {gift}: was acknowledged ({wish.kind}) and is not in the book"
        elif wish.kind == REFUND and row.state != REFUNDED:
            yield f"gift {gift}: was said to have gone back and is {row.state}"
        elif wish.kind != REFUND and (row.amount != said["amount"] or row.state not in _states(wish, said, taken_back)):
            yield f"gift {gift}: {said['amount']} won were acknowledged, the book has {row.amount}, {row.state}"


def _states(wish: Wish, said: dict[str, object], taken_back: set[str]) -> tuple[str, ...]:
    """What may have become of an acknowledged gift."""
    first = (
        GIVEN,
        *((str(said["state"]),) if wish.kind == PAID else ()),
    )  # a silent provider: it stays pending for now
    return (*first, REFUNDED) if str(said.get("gift")) in taken_back else first


def _payouts(told: Told, raised: dict[str, int]) -> Iterator[str]:
    """A box is paid out whole and once, or not at all; and the one whose payout was acknowledged is."""
    said = {wish.about: answer["amount"] for wish, answer in told.said.items() if wish.kind == PAYOUT}
    with connection.cursor() as cursor:
        cursor.execute(PAYOUTS, [[UUID(box) for box in raised]])
        rows = cursor.fetchall()
    for box, state, moved, times in rows:
        whole = (state, moved, times) == ("paid_out", raised[box], 1)
        if not whole and (state, moved, times) != ("planned", 0, 0):
            yield f"box {box}: is {state}, {moved} of {raised[box]} won were paid out, {times} times"
        if box in said and not (whole and said[box] == raised[box]):
            yield f"box {box}: {said[box]} won were acknowledged as paid out, and it is {state}"

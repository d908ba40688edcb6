"""The auditor: reads what the database holds, on a line of its own that nothing breaks, in SQL of its own."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import psycopg

from .model import HOLDING, Key, Model, Move, Value

TAIL = """
SELECT t.seq, d.code, c.code, t.amount, t.kind, coalesce(t.funder::text, ''), t.reverses IS NOT NULL,
  CASE WHEN t.phase = 'single' THEN '' ELSE t.phase END, coalesce(p.amount, 0)
FROM ledger_transfer t JOIN ledger_account d ON d.id = t.debit JOIN ledger_account c ON c.id = t.credit
LEFT JOIN ledger_transfer p ON p.id = t.pending_id
WHERE t.seq > %s ORDER BY t.seq
"""
BALANCES = """
SELECT a.code, b.debits_posted, b.credits_posted, b.debits_pending, b.credits_pending
FROM ledger_account a JOIN ledger_balance b ON b.account = a.id WHERE a.code = ANY (%s)
"""
DONE = (
    "SELECT n.kind, d.reaction, n.body::text, n.id FROM kit_delivery d JOIN kit_news n ON n.id = d.news_id"
    " WHERE d.state = 'done' ORDER BY d.id OFFSET %s LIMIT 1"
)
RECEIPTED = """
SELECT donor_id::text, tax_year, sum(total)::bigint FROM ledger_donation_receipt
WHERE reversed_at IS NULL AND donor_id = ANY (%s::uuid[]) GROUP BY donor_id, tax_year
"""
A_RECEIPT = """
SELECT id::text, donor_id::text, issuer::text, reversed_at IS NOT NULL,
  ARRAY(SELECT donation_id::text FROM ledger_donation_receipt_line l WHERE l.receipt_id = r.id ORDER BY position)
FROM ledger_donation_receipt r
OFFSET %s %% greatest(1, (SELECT count(*) FROM ledger_donation_receipt)) LIMIT 1
"""
READ = {
    "gift": "SELECT g.donor_id, g.key, g.state, g.amount, g.box_id, g.id, g.payment FROM giving_gift g"
    " JOIN unnest(%s::uuid[], %s::text[]) AS a (donor, key) ON g.donor_id = a.donor AND g.key = a.key",
    "pay": "SELECT id, state, waiting FROM ledger_payment WHERE id = ANY (%s::uuid[])",
    "refunds": "SELECT payment_id, amount, state FROM ledger_refund WHERE payment_id = ANY (%s::uuid[])",
    "twins": "SELECT p.duplicate_of_id, coalesce(r.state, 'none') FROM ledger_payment p"
    " LEFT JOIN ledger_refund r ON r.payment_id = p.id WHERE p.duplicate_of_id = ANY (%s::uuid[])",
    "donation": "SELECT d.id, d.amount, d.reversed, coalesce((SELECT sum(l.amount) FROM ledger_donation_receipt_line l"
    " JOIN ledger_donation_receipt r ON r.id = l.receipt_id AND r.reversed_at IS NULL WHERE l.donation_id = d.id), 0)::bigint"
    " FROM ledger_donation d WHERE d.id = ANY (%s::uuid[])",
    "cause": "SELECT c.id, CASE WHEN c.state = b.state THEN c.state ELSE c.state || ' but ' || b.state END, b.closes_at"
    " FROM giving_cause c JOIN giving_box b ON b.id = c.id WHERE c.id = ANY (%s::uuid[])",
    "plan": "SELECT DISTINCT ON (p.box_id) p.box_id, p.total,"
    " (SELECT count(*) FROM giving_approval a WHERE a.plan_id = p.id) FROM giving_plan p"
    " WHERE p.rejected_at IS NULL AND p.box_id = ANY (%s::uuid[]) ORDER BY p.box_id, p.version DESC",
    "hold": "SELECT p.id, coalesce(r.phase, 'open'), CASE WHEN r.phase = 'post' THEN r.amount ELSE 0 END"
    " FROM ledger_transfer p LEFT JOIN ledger_transfer r ON r.pending_id = p.id"
    " WHERE p.phase = 'pending' AND p.id = ANY (%s::uuid[])",
    "statement": "SELECT reference, state, net, version FROM ledger_settlement WHERE reference = ANY (%s::text[])",
    "deposit": "SELECT reference, max(state) FILTER (WHERE state IN ('waiting', 'booked')),"
    " max(amount) FILTER (WHERE state IN ('waiting', 'booked')), count(*) FILTER (WHERE state NOT IN ('waiting', 'booked'))"
    " FROM giving_deposit WHERE reference = ANY (%s::text[]) GROUP BY reference",
    "payout": "SELECT b.id, l.state, f.state FROM giving_box b JOIN ledger_payout_line l ON l.payout_id = b.payout"
    " JOIN ledger_payout_file f ON f.id = l.file_id WHERE b.id = ANY (%s::uuid[])",
    "lines": "SELECT box_id, count(*), sum(amount)::bigint FROM giving_report_line"
    " WHERE box_id = ANY (%s::uuid[]) GROUP BY box_id",
    "cheers": "SELECT c.box_id, c.person_id, c.fund_id, c.matched FROM giving_cheer c"
    " JOIN unnest(%s::uuid[], %s::uuid[]) AS a (box, person) ON c.box_id = a.box AND c.person_id = a.person",
}
LISTED = ("refunds", "twins", "payout")  # several rows a thing
EMPTY: dict[str, Value] = {
    "refunds": (),
    "twins": (),
    "payout": (),
    "lines": (0, 0),
    "cheers": (0, ()),
}  # what no row means


class Auditor:
    """See the module."""

    def __init__(self, line: "psycopg.Connection[Any]") -> None:
        self._line = line
        self.seq = self._one("SELECT coalesce(max(seq), 0) FROM ledger_transfer")
        self.bound: dict[tuple[str, str], tuple[str, str]] = {}
        self.seen: set[int] = set()

    def _one(self, sql: str, *values: Any) -> Any:
        row = self._line.execute(sql, values).fetchone()
        return row[0] if row else None

    def observe(self, keys: Iterable[Key]) -> dict[Key, Value]:
        """What these things look like now."""
        asked: dict[str, list[Key]] = defaultdict(list)
        for key in keys:
            asked[key[0]].append(key)
        found: dict[Key, Value] = {}
        for kind, those in asked.items():
            columns = [list(column) for column in zip(*(key[1:] for key in those), strict=True)]
            rows = self._line.execute(READ[kind], columns).fetchall()
            found.update(dict.fromkeys(those, EMPTY.get(kind)))
            self._enter(kind, rows, found, len(columns))
        return found

    def _enter(self, kind: str, rows: list[Any], found: dict[Key, Value], width: int) -> None:
        if kind in LISTED:
            many: dict[Key, list[Any]] = defaultdict(list)
            for row in rows:
                many[kind, str(row[0])].append(row[1] if kind == "twins" else tuple(row[1:]))
            found.update({key: tuple(sorted(those)) for key, those in many.items()})
            return
        if kind == "cheers":
            found.update(_cheers(rows))
            return
        for row in rows:
            key = (kind, *(str(part) for part in row[:width]))
            if kind == "gift":
                found[key] = (row[2], row[3], str(row[4]))
                self.bound[key[1], key[2]] = (str(row[5]), str(row[6]))
            else:
                found[key] = tuple(row[width:])

    def tail(self, model: Model) -> tuple[list[Move], set[str]]:
        """What was written into the log since the last look, in its order, and which accounts it touched."""
        moves: list[Move] = []
        touched: set[str] = set()
        for seq, debit, credit, amount, kind, funder, back, phase, frees in self._line.execute(TAIL, [self.seq]):
            if seq in self.seen:
                continue
            self.seen.add(seq)
            debit, credit = _known(debit, model), _known(credit, model)
            kind, funder = ("", "") if back else (kind, funder)
            moves.append(Move(debit, credit, amount, kind, funder, back, phase, frees))
            touched |= {debit, credit}
        return moves, touched

    def settle(self) -> None:
        """Everything up to here was looked at, and nothing is under way."""
        if self.seen:
            self.seq = max(self.seq, *self.seen)
            self.seen.clear()

    def balances(self, accounts: Iterable[str]) -> dict[str, list[int]]:
        """Sums of these accounts, as they stand. Raises AssertionError for one below zero."""
        found = {}
        for code, *sums in self._line.execute(BALANCES, [list(accounts)]):
            debits, credits_, reserved, _ = sums
            if code.startswith(HOLDING) and credits_ - debits - reserved < 0:
                raise AssertionError(f"invariant 2: {code} stands at {credits_ - debits}, {reserved} reserved")
            found[code] = sums
        return found

    def opening(self) -> dict[str, list[int]]:
        """All accounts that ever moved."""
        rows = self._line.execute(
            "SELECT a.code, b.debits_posted, b.credits_posted, b.debits_pending, b.credits_pending FROM ledger_account a"
            " JOIN ledger_balance b ON b.account = a.id WHERE b.debits_posted + b.credits_posted > 0"
        )
        return {code: sums for code, *sums in rows}

    def boxes(self) -> list[Any]:
        """(cause, goal, opens, closes, emergency) of every box, in the order of opening."""
        return self._line.execute(
            "SELECT b.id, c.goal, b.opens_at, b.closes_at, c.emergency FROM giving_box b"
            " JOIN giving_cause c ON c.id = b.id ORDER BY b.id"
        ).fetchall()

    def funds(self) -> list[str]:
        """Account codes of the matching funds, the oldest first."""
        rows = self._line.execute(
            "SELECT a.code FROM giving_match_fund f JOIN ledger_account a ON a.id = f.account WHERE f.active"
            " ORDER BY f.created_at"
        )
        return [code for (code,) in rows]

    def order(self, payment: str) -> tuple[str, Any]:
        """Order number of a payment, and until when it can be confirmed."""
        found = self._line.execute('SELECT "order", expires_at FROM ledger_payment WHERE id = %s', [payment]).fetchone()
        return found if found else ("", None)

    def receipted(self, donors: Iterable[str]) -> dict[tuple[str, int], int]:
        """By donor and tax year, what receipts say that hold."""
        rows = self._line.execute(RECEIPTED, [list(donors)])
        return {(donor, year): total for donor, year, total in rows}

    def done_news(self, part: float) -> Any:
        """A reaction that was done, some `part` of the way through all of them: (kind, reaction, body, news)."""
        count = self._one("SELECT count(*) FROM kit_delivery WHERE state = 'done'")
        return self._line.execute(DONE, [int(part * count)]).fetchone() if count else None

    def hours(self) -> list[datetime]:
        """The hours in which our books have money come in from the bank."""
        rows = self._line.execute("SELECT DISTINCT date_trunc('hour', captured_at) FROM ledger_payment")
        return [hour for (hour,) in rows if hour is not None]

    def settlement(self, reference: str) -> Any:
        """The id of a settlement."""
        return self._one("SELECT id FROM ledger_settlement WHERE reference = %s", reference)

    def payout(self, box: str) -> str:
        """The id of a box's payout."""
        return str(self._one("SELECT payout FROM giving_box WHERE id = %s", box))

    def file(self, box: str, later: int) -> str:
        """The id of the file in which a box's payout stood, that many before the last."""
        return str(
            self._one(
                "SELECT l.file_id FROM ledger_payout_line l JOIN giving_box b ON b.payout = l.payout_id WHERE b.id = %s"
                " ORDER BY l.file_id DESC OFFSET %s LIMIT 1",
                box,
                later,
            )
        )

    def file_line(self, file: str, box: str) -> str:
        """The id of the line of a box's payout in a file."""
        return str(
            self._one(
                "SELECT l.id FROM ledger_payout_line l JOIN giving_box b ON b.payout = l.payout_id"
                " WHERE l.file_id = %s AND b.id = %s",
                file,
                box,
            )
        )

    def deposit(self, reference: str) -> Any:
        """The id of the last deposit of this reference."""
        return self._one("SELECT id FROM giving_deposit WHERE reference = %s ORDER BY id DESC LIMIT 1", reference)

    def a_receipt(self, number: int) -> tuple[str, str, str, bool, list[str]] | None:
        """One of the receipts, by any number: its id, donor, issuer, whether it was taken back, the gifts on it."""
        row = self._line.execute(A_RECEIPT, [number]).fetchone()
        return tuple(row) if row else None

    def receipts(self) -> dict[str, int]:
        """By donor, what can be receipted."""
        rows = self._line.execute(
            "SELECT donor_id::text, sum(amount - reversed)::bigint FROM ledger_donation GROUP BY donor_id"
        )
        return dict(rows.fetchall())


def _cheers(rows: list[Any]) -> dict[Key, Value]:
    """Cheers of each person for each box: how many, and what each fund added."""
    mine: dict[Key, list[tuple[str, int]]] = defaultdict(list)
    for box, person, fund, matched in rows:
        mine["cheers", str(box), str(person)].append((f"match:{fund}", matched))
    return {key: (len(those), tuple(sorted(one for one in those if one[1]))) for key, those in mine.items()}


def _known(code: str, model: Model) -> str:
    """Accounts of second payments have ids that nobody can know before: they go by one name."""
    if code.startswith("payment:") and code.removeprefix("payment:") not in model.pays:
        return "payment:?"
    return code

"""The model: what the town's money is, in plain Python, single-threaded, without a database.

Written from what the READMEs of ledger and giving promise, and from the invariants of a money core; it imports nothing of Dure,
so that a mistake in the code is not a mistake here as well. `expect.py` says what may happen next, this file what has happened.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

type Key = tuple[str, ...]
type Value = tuple[Any, ...] | None
type GiftName = tuple[str, str]  # donor and idempotency key

BANK = "provider:sandbox"
OWED = "payments:owed"
HOLDING = (
    "box:",
    "matched:",
    "project:",
    "payment:",
    "match:",
    "purse:",
    OWED,
)  # accounts that may never go below zero
OPEN_PAYMENT = ("created", "authorised", "confirming")
ENDED_PAYMENT = ("declined", "expired", "cancelled")
NOTHING = (0, 0, 0, 0)


class Broken(AssertionError):
    """What the town did is nothing that may happen."""


class Move(NamedTuple):
    """One line of the log. Of a reversal only the money is compared."""

    debit: str
    credit: str
    amount: int
    kind: str = ""
    funder: str = ""
    back: bool = False
    phase: str = ""  # of a reservation: pending, or how it ends; empty: money moves at once
    frees: int = 0  # what was reserved until now and is no longer


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way an operation may end: what is answered, what is different afterwards, what moved."""

    answers: frozenset[str]
    facts: Mapping[Key, Value] = field(default_factory=dict)
    moves: tuple[Move, ...] = ()
    apply: Callable[[], None] = lambda: None
    value: object = None  # what the answer says, when it says something that can be known

    @property
    def is_effect(self) -> bool:
        return bool(self.moves or self.facts)


@dataclass(slots=True)
class Unit:
    """One thing that an operation may change, and all the ways in which it may. Units of an operation share no key."""

    keys: tuple[Key, ...]
    outcomes: list[Outcome]
    halfway: list[Outcome] = field(default_factory=list)  # besides these, when it broke off under way


@dataclass(slots=True)
class Box:
    id: str
    goal: int
    opens: datetime
    closes: datetime
    emergency: bool = False
    state: str = "open"
    plan: tuple[int, frozenset[str]] | None = None  # the sum, who approved
    versions: int = 0  # of plans, so far
    paid: int = 0
    lines: list[int] = field(default_factory=list)

    def runs(self, at: datetime) -> bool:
        return self.state == "open" and self.opens <= at < self.closes


@dataclass(slots=True)
class Gift:
    donor: str
    key: str
    box: str
    amount: int
    body: tuple[Any, ...]
    state: str
    at: datetime
    payment: str = ""
    id: str = ""
    hot: bool = False
    noted: tuple[int, int] | None = None  # donation: amount, reversed
    attested: bool = False  # stands on a receipt that holds
    given_at: datetime | None = None

    @property
    def on(self) -> date:
        """The day in Seoul on which it was given: it decides the tax year."""
        return ((self.given_at or self.at) + timedelta(hours=9)).date()

    @property
    def receipted(self) -> int:
        """How much of it is on a receipt that holds."""
        return self.amount if self.attested else 0


@dataclass(slots=True)
class Pay:
    """A payment. `refunds` are (amount, state), `twins` the second payments of the same order, as the states of their refunds."""

    id: str
    payer: str
    amount: int
    state: str
    order: str = ""
    gift: GiftName | None = None
    waiting: bool = False
    waiting_first: bool = False  # its money came in by the account where it waited
    refunds: tuple[tuple[int, str], ...] = ()
    twins: tuple[str, ...] = ()
    expires: datetime | None = None

    @property
    def refunded(self) -> int:
        return sum(amount for amount, state in self.refunds if state != "refused")


@dataclass(slots=True)
class Hold:
    """A reservation."""

    id: str
    debit: str
    credit: str
    amount: int
    funder: str
    expires: datetime | None
    lasts: timedelta | None
    state: str = "open"
    posted: int = 0

    @property
    def asked(self) -> tuple[Any, ...]:
        return (self.debit, self.credit, self.amount, self.funder, self.lasts)


@dataclass(slots=True)
class Statement:
    """What the bank says it pays out, under its own number. `lines`: payment, cancel id, won (below zero: given back)."""

    name: str
    lines: tuple[tuple[str, str, int], ...]
    fee: int
    vat: int
    state: str = "taken"
    version: int = 0

    @property
    def gross(self) -> int:
        return sum(won for _, _, won in self.lines)

    @property
    def net(self) -> int:
        return self.gross - self.fee - self.vat


@dataclass(slots=True)
class Deposit:
    """What a sponsor put into a matching fund, under the bank's reference."""

    reference: str
    fund: str
    amount: int
    by: str
    state: str = ""

    @property
    def lives(self) -> bool:
        """Whether its reference is taken: one that was dropped or taken back may be entered anew."""
        return self.state in ("waiting", "booked")


@dataclass(slots=True)
class File:
    """Payouts that go to the bank together. `lines`: by box, how its payout stands."""

    by: str
    lines: dict[str, str]
    state: str = "prepared"


@dataclass(slots=True)
class Cheer:
    box: str
    person: str
    day: str
    matched: int
    fund: str


class Model:
    """All that has happened, and what each thing looks like because of it."""

    def __init__(self) -> None:
        self.boxes: dict[str, Box] = {}
        self.gifts: dict[GiftName, Gift] = {}
        self.by_id: dict[str, GiftName] = {}  # bound when a gift is first seen; for ever
        self.pays: dict[str, Pay] = {}
        self.cheers: list[Cheer] = []
        self.holds: dict[str, Hold] = {}
        self.agreed: set[str] = set()  # donors who let receipts pass on who they are
        self.receipted: dict[tuple[str, int], int] = {}  # by donor and tax year, what receipts say that hold
        self.taken_back: set[str] = set()  # receipts
        self.statements: dict[str, Statement] = {}
        self.settled: set[tuple[str, str]] = set()  # payments and cancels that stand in a statement
        self.deposits: dict[str, Deposit] = {}
        self.files: list[File] = []
        self.references: set[str] = set()  # of the bank, for files that it took
        self.over: Counter[str] = Counter()  # how many of a reference were dropped or taken back
        self.booked: list[Deposit] = []  # those that became money, in that order
        self.now = datetime.fromtimestamp(0, UTC)  # of the operation that is looked at
        self.funds: list[str] = []
        self.spent_payments: dict[str, GiftName] = {}
        self.keys: dict[tuple[str, str, str], tuple[Any, Any]] = {}
        self.held: dict[str, list[int]] = {}  # of every account: debits and credits, then what of each is only reserved
        self.unnoted: dict[GiftName, None] = {}
        self.standing: Counter[str] = Counter()  # gifts that were given to each box, less those that went back
        self.newly_begun = False
        self.unsettled: dict[str, None] = {}  # payments that are not at their end

    # What things look like

    def fact(self, key: Key) -> Value:
        """What the model says of a thing."""
        looks: Callable[..., Value] = getattr(self, f"_{key[0]}")
        return looks(*key[1:])

    def _gift(self, donor: str, key: str) -> Value:
        gift = self.gifts.get((donor, key))
        return (gift.state, gift.amount, gift.box) if gift else None

    def _pay(self, payment: str) -> Value:
        pay = self.pays.get(payment)
        return (pay.state, pay.waiting) if pay else None

    def _refunds(self, payment: str) -> Value:
        pay = self.pays.get(payment)
        return tuple(sorted(pay.refunds)) if pay else ()

    def _twins(self, payment: str) -> Value:
        return tuple(sorted(self.pays[payment].twins))

    def _donation(self, gift: str) -> Value:
        one = self.gifts[self.by_id[gift]]
        return one.noted and (*one.noted, one.receipted)

    def _cause(self, box: str) -> Value:
        return (self.boxes[box].state, self.boxes[box].closes)

    def _plan(self, box: str) -> Value:
        plan = self.boxes[box].plan
        return plan and (plan[0], len(plan[1]))

    def _lines(self, box: str) -> Value:
        return (len(self.boxes[box].lines), sum(self.boxes[box].lines))

    def _hold(self, hold: str) -> Value:
        one = self.holds.get(hold)
        return (one.state, one.posted) if one else None

    def _statement(self, name: str) -> Value:
        one = self.statements.get(name)
        return (one.state, one.net, one.version) if one else None

    def _deposit(self, reference: str) -> Value:
        one = self.deposits.get(reference)
        return (
            None if one is None else (*((one.state, one.amount) if one.lives else (None, None)), self.over[reference])
        )

    def _payout(self, box: str) -> Value:
        return tuple(sorted((file.lines[box], file.state) for file in self.files if box in file.lines))

    def _cheers(self, box: str, person: str) -> Value:
        return seen_cheers(cheer for cheer in self.cheers if (cheer.box, cheer.person) == (box, person))

    # Money

    def balance(self, account: str) -> int:
        debits, credits_, _, _ = self.held.get(account, NOTHING)
        return credits_ - debits

    def free(self, account: str) -> int:
        """What may still leave an account: what is there, less what is reserved."""
        return self.balance(account) - self.held.get(account, NOTHING)[2]

    def book(self, move: Move) -> None:
        """Money moves. Invariant 2: no account that holds money gives out what it has not got."""
        if move.amount <= 0:
            raise Broken(f"a transfer of {move.amount}")
        moved = move.amount if move.phase in ("", "post") else 0
        reserved = (move.amount if move.phase == "pending" else 0) - move.frees
        for side, account in enumerate((move.debit, move.credit)):
            sums = self.held.setdefault(account, list(NOTHING))
            sums[side] += moved
            sums[side + 2] += reserved
        if move.debit.startswith(HOLDING) and self.free(move.debit) < 0:
            raise Broken(f"invariant 2: {move.debit} stands at {self.free(move.debit)}, reservations counted")

    def raised(self, box: str) -> tuple[int, int]:
        """What people and what funds have in the box or had when it was paid out."""
        people = sum(gift.amount for gift in self.gifts.values() if gift.box == box and gift.state == "given")
        matched = sum(cheer.matched for cheer in self.cheers if cheer.box == box)
        return people, matched

    def in_box(self, box: str) -> int:
        """What lies in the box now."""
        return self.balance(f"box:{box}") + self.balance(f"matched:{box}")

    def givers(self, box: str) -> dict[str, int]:
        """What each giver has standing in a box."""
        sums: dict[str, int] = {}
        for gift in self.gifts.values():
            if gift.box == box and gift.state == "given":
                sums[gift.donor] = sums.get(gift.donor, 0) + gift.amount
        return sums

    def receiptable(self) -> dict[str, int]:
        """Invariant 10: by donor, what can be receipted now."""
        sums: dict[str, int] = {}
        for gift in self.gifts.values():
            if gift.noted:
                sums[gift.donor] = sums.get(gift.donor, 0) + gift.noted[0] - gift.noted[1]
        return sums

    def attest(self, gift: Gift, stands: bool) -> None:
        """Invariant 10: a gift is on a receipt that holds, or no longer."""
        if gift.attested != stands:
            whose = (gift.donor, gift.on.year)
            self.receipted[whose] = self.receipted.get(whose, 0) + (gift.amount if stands else -gift.amount)
            gift.attested = stands

    def check(self) -> None:
        """What holds of the model itself, whatever the town did: invariants 1, 3 and 5."""
        sums = [sum(column) for column in zip(*self.held.values(), strict=True)]
        if sums[0] != sums[1] or sums[2] != sums[3]:
            raise Broken("invariant 1: the book does not sum to zero")
        for pay in self.pays.values():
            if pay.refunded > pay.amount:
                raise Broken(f"invariant 3: {pay.refunded} of {pay.amount} went back ({pay.id})")
        for box in self.boxes.values():
            people, matched = self.raised(box.id)
            if box.state not in ("paid_out", "reported") and self.in_box(box.id) != people + matched:
                raise Broken(
                    f"invariant 5: the box {box.id} holds {self.in_box(box.id)}, {people + matched} were given"
                )


def seen_cheers(cheers: Iterable[Cheer]) -> Value:
    """Cheers of one person for one box: how many, and what each fund added and did not get back."""
    mine = list(cheers)
    return (len(mine), tuple(sorted((cheer.fund, cheer.matched) for cheer in mine if cheer.matched)))

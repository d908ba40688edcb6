"""The attack on a real day: three parties live it, then everything that each of them has is taken and attacked.

What `dure simulate checkin-attack --disks` prints and what the build asserts is this.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final

from dure.services.checkin.rules import buckets
from dure.services.checkin.types import HalfHour, Row
from dure.site import parties
from dure.site.unmasking import canaries, day, insiders, linking, material, misplaced, naming, referee, three
from dure.site.unmasking.insiders import Joined, Order, Seen
from dure.site.unmasking.material import Material
from dure.site.unmasking.referee import Truth
from dure.site.unmasking.town import Told, in_the_clear, untold

BLIND_OPENINGS: Final = 20  # codes that the authority tries to open at every place: a public-key operation each
FIGURE: Final = re.compile(r"^([a-z_]+(?:\{.*\})?) ([0-9.e+-]+)$", re.MULTILINE)
COUNTED: Final = re.compile(r"^(?!process_|python_)\w+_(total|count|bucket)(\{|$)")
OWN_LOG, NO_FIGURES = "write-ahead log", b"# HELP"

type Taken = dict[str, Material]


@dataclass(frozen=True, slots=True)
class Control:
    """The design that everybody writes first, laid into the same databases and attacked in the same way."""

    joined: Joined
    order: Order
    named: float


@dataclass(frozen=True, slots=True)
class Linked:
    """Who wants to say which two visits are of one person, from all that the visit party has."""

    advantages: dict[str, float]
    by_chance: float
    common: int  # strings of eight bytes that stand in two rows


@dataclass(frozen=True, slots=True)
class Found:
    """What all attacks came to."""

    visits: int
    let_in: int
    rows: int
    decoys: int
    lengths: frozenset[int]  # of bodies of rows
    odd_groups: int  # of a place's half hour that are no multiple of five
    journal_keys: int  # of this day's half hours that people came in
    misplaced: dict[str, list[str]]  # party -> what stands in which part and has no business there
    in_place: dict[str, bool]  # what has to be found where it belongs; else nothing was looked for
    joined: Joined
    orders: dict[str, Order]
    writes_before: Order  # the write-ahead log and the order of the scans: what remains until its files are used again
    writes_after: int  # marks of that day that are found in it then
    linked: Linked
    named: dict[str, float]  # by an insider with its own keys, of the codes that venues read
    moved: float  # by how much any figure of the identity party grew while people came, at most
    has_figures: bool  # whether the visit party shows any
    control: Control


def play(folder: Path, visits: int = 300, people: int = 150, seed: int = 1, told: Told = untold) -> Found:
    """Live such a day in `folder`, take everything, attack it."""
    chance = random.Random(seed)  # noqa: S311 - a simulation that comes out the same twice
    epoch, begins = day.eve()
    with three.brought(folder, begins) as all_three:
        lived = day.begun(all_three, epoch, visits, people, chance, told)
        before = _figures(material.figures(all_three[parties.IDENTITY]))
        day.lived(all_three, lived, visits, chance, told)
        after = _figures(material.figures(all_three[parties.IDENTITY]))
        truth = referee.opened(all_three, lived)
        taken = {role: material.taken(all_three[role]) for role in parties.ROLES}
        journal_keys = _keys_left(all_three, lived)
        writes_later = material.use_again(all_three[parties.VISITS])
        control = _control(all_three, lived)
    groups = Counter((row.venue, row.number, row.part) for row in truth.rows)
    return Found(
        visits=visits,
        let_in=lived.told.count("welcome"),
        rows=len(truth.rows),
        decoys=truth.decoys,
        lengths=frozenset(len(row.body) for row in truth.rows),
        odd_groups=sum(count % buckets.GROUP_MIN > 0 for count in groups.values()),
        journal_keys=journal_keys,
        misplaced={role: misplaced.found(one, lived, truth) for role, one in taken.items()},
        in_place=misplaced.in_place(taken, lived, truth),
        joined=_joined(taken, lived, truth),
        orders=_orders(truth),
        writes_before=_writes(taken[parties.VISITS].wal, truth),
        writes_after=len(canaries.Net({mark: mark.hex() for mark in truth.marks}).caught(writes_later)),
        linked=_linked(truth, chance),
        named=_named(lived, truth),
        moved=max((after[name] - before.get(name, 0.0) for name in after), default=0.0),
        has_figures=NO_FIGURES in taken[parties.VISITS].figures,
        control=control,
    )


def _joined(taken: Taken, lived: day.Day, truth: Truth) -> Joined:
    """Join by time what identity and authority have about persons with what the visit party has about places."""
    ids = [one.id for one in lived.people]
    parts = [part for role in (parties.IDENTITY, parties.AUTHORITY) for part in _lines(taken[role])]
    events = insiders.moments(parts, ids, lived.epoch)
    seen = insiders.in_half_hours((row.id, HalfHour(row.epoch, row.number)) for row in truth.rows)
    who = {row: lived.people[came.outing.person].id for row, came in truth.visit_in.items()}
    return insiders.join(events, seen, who, len(ids))


def _lines(one: Material) -> Iterable[bytes]:
    """What of it has lines."""
    yield from (one.dump, one.said, one.figures)
    yield from one.kept.values()


def _orders(truth: Truth) -> dict[str, Order]:
    """The visit party's tables as they lie on their pages: do they tell who came before whom within a half hour?"""
    when = {row: came.outing.scanned for row, came in truth.visit_in.items()}
    half = {row.id: row.number for row in truth.rows}
    pages = [row.id for row in truth.rows]
    written = {row.id: transaction for row, transaction in zip(truth.rows, truth.transactions, strict=True)}
    spent_when = {mark: came.outing.scanned for mark, came in truth.marks.items()}
    # What was spent is laid down when rows are written, two minutes after a half hour: windows as long, that begin later.
    spent_half = {
        mark: (came.outing.scanned - buckets.WRITTEN_SECONDS - 1) // 1800 for mark, came in truth.marks.items()
    }
    by_transaction = {(half[row], written[row]) for row in pages}
    told_apart = len(by_transaction) / max(1, len({half[row] for row in pages}))
    return {
        "rows on their pages": insiders.order(pages, when, half),
        "rows by their ids": insiders.order(sorted(pages), when, half),
        "rows by their bytes": insiders.order([row.id for row in sorted(truth.rows, key=_body)], when, half),
        "what is spent, on its pages": insiders.order(truth.spent, spent_when, spent_half),
        "transactions of a half hour": Order(told_apart - 1, 0.0),
    }


def _body(row: Row) -> bytes:
    return row.body


def _writes(wal: bytes, truth: Truth) -> Order:
    """The write-ahead log before its files are used again: it has what was spent in the order of the scans."""
    found = insiders.first_places(wal, truth.marks)
    return insiders.order(
        found, {mark: came.outing.scanned for mark, came in truth.marks.items()}, dict.fromkeys(found)
    )


def _linked(truth: Truth, chance: random.Random) -> Linked:
    """The game of linking with real rows and with what was spent: which two are of one person?"""
    whose = {row: came.outing.person for row, came in truth.visit_in.items()}
    whole = {row.id: row.id + row.body for row in truth.rows if row.id in whose}
    place = {row.id: at for at, row in enumerate(truth.rows)}
    spent = {mark: at for at, mark in enumerate(truth.spent)}
    person = {mark: came.outing.person for mark, came in truth.marks.items()}
    rows, marks = _pairs(whose, chance), _pairs(person, chance)
    games: dict[str, tuple[linking.Feature, list[tuple[bytes, bytes, bool]]]] = {
        "bits of rows": (lambda one, other: _bits(whole[one], whole[other]), rows),
        "bits of ids": (_bits, rows),
        "distance of rows on their pages": (lambda one, other: abs(place[one] - place[other]), rows),
        "bits of what is spent": (_bits, marks),
        "distance of what is spent on its pages": (lambda one, other: abs(spent[one] - spent[other]), marks),
    }
    return Linked(
        advantages={name: linking.advantage_of(feature, pairs) for name, (feature, pairs) in games.items()},
        by_chance=linking.bound_of(min(sum(same for *_, same in pairs) for pairs in (rows, marks))),
        common=linking.common_in([row.id + row.body for row in truth.rows]),
    )


def _pairs(whose: dict[bytes, int], chance: random.Random) -> list[tuple[bytes, bytes, bool]]:
    """All pairs of one person, and as many of two."""
    keys = sorted(whose)
    same = [(one, other, True) for one, other in combinations(keys, 2) if whose[one] == whose[other]]
    others: list[tuple[bytes, bytes, bool]] = []
    while len(others) < len(same):
        one, other = chance.sample(keys, 2)
        if whose[one] != whose[other]:
            others.append((one, other, False))
    pairs = same + others
    chance.shuffle(pairs)
    return pairs


def _bits(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def _named(lived: day.Day, truth: Truth) -> dict[str, float]:
    """Codes that venues read, and an insider with its own keys: behind how many is somebody named, or anything found?"""
    codes = [(came.outing.person, came.shown.slot, came.code) for came in lived.came]
    kept = {
        piece: came.outing.person
        for came in lived.came
        for piece in (came.shown.sealed[:8], came.shown.sealed[-8:], came.shown.authenticator[:8])
    }
    tried = codes[:BLIND_OPENINGS]
    return {
        "identity, by its marks": _hits(codes, lambda code, slot: _by_marks(lived, truth, code, slot)),
        "identity, by batches that it kept": _hits(codes, lambda code, _slot: naming.found_in(code, kept)),
        "authority, by its own key": referee.unsealed(truth, lived, [code for *_, code in tried]) / len(tried),
    }


def _by_marks(lived: day.Day, truth: Truth, code: bytes, slot: int) -> set[int]:
    return naming.found_in(code, referee.marks_at(lived, truth, slot))


def _hits(codes: Iterable[tuple[int, int, bytes]], look: Callable[[bytes, int], set[int]]) -> float:
    every = [look(code, slot) == {person} for person, slot, code in codes]
    return sum(every) / len(every)


def _control(all_three: three.Three, lived: day.Day) -> Control:
    """Lay the naive design into the same databases, and attack its dumps in the same way."""
    showings = [
        (str(lived.people[came.outing.person].id), lived.instant(came.outing.shown).isoformat()) for came in lived.came
    ]
    scans = [
        (number, str(came.outing.venue), lived.instant(came.outing.scanned).isoformat())
        for number, came in enumerate(lived.came)
    ]
    material.lay(all_three[parties.IDENTITY], "naive_showing (person uuid, shown_at timestamptz)", showings)
    material.lay(all_three[parties.VISITS], "naive_scan (id int, venue uuid, at timestamptz)", scans)
    ids = [one.id for one in lived.people]
    dump = material.dumped(all_three[parties.IDENTITY])
    rows = material.rows(all_three[parties.VISITS], "SELECT id, at FROM naive_scan ORDER BY ctid")
    seen = [Seen(_key(number), at, at) for number, at in rows]
    truth = {_key(number): lived.people[came.outing.person].id for number, came in enumerate(lived.came)}
    when = {_key(number): came.outing.scanned for number, came in enumerate(lived.came)}
    clear = [(came.outing.person, came.shown.slot, in_the_clear(came.shown)) for came in lived.came]
    kept = {came.shown.sealed[:8]: came.outing.person for came in lived.came}
    return Control(
        joined=insiders.join(insiders.moments([dump], ids, lived.epoch), seen, truth, len(ids)),
        order=insiders.order([each.key for each in seen], when, dict.fromkeys(when)),
        named=_hits(clear, lambda code, _slot: naming.found_in(code, kept)),
    )


def _key(number: int) -> bytes:
    return number.to_bytes(16)


def _keys_left(all_three: three.Three, lived: day.Day) -> int:
    """Keys of journals that are over: whoever has one knows which entry became which row."""
    halves = {came.shown.slot * 15 // 1800 for came in lived.came}
    living = all_three[parties.VISITS].ask("journal_keys", epoch=lived.epoch)
    return len(halves.intersection(living))


def _figures(said: bytes) -> dict[str, float]:
    """Everything that is counted and shown, but what the program counts of itself."""
    found = FIGURE.findall(said.decode(errors="replace"))
    return {name: float(value) for name, value in found if COUNTED.match(name)}

"""The prover of the law: random campaigns through a judge on a virtual clock; the oracle looks at every yes and every no."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from dure.foundations.channels.rules import law, oracle
from dure.foundations.channels.rules.oracle import Violation
from dure.foundations.channels.types import Hold, Never, Pass, Purpose, Route, Ruling
from dure.foundations.channels.types.law import Standing

from .campaigns import Campaign, History, campaigns, read_log, standing_at

HOLDS_MAX = 12  # an ad held for three nights, a cap, a pause
SHOWN_MAX = 5
type Judge = Callable[[Standing, Purpose, Route, datetime], Ruling]
type Reader = Callable[[History, datetime, Campaign], Standing]
type Last = Callable[[Standing, Purpose, Route, datetime], datetime]


@dataclass(frozen=True, slots=True)
class Town:
    """What is on trial: how consents are read, who judges, until when a dealer may deliver."""

    read: Reader = standing_at
    judge: Judge = law.judge
    deliver_by: Last = law.deliver_by


@dataclass(slots=True)
class Proof:
    """What came of it. `examples` has a few sentences for each violation that was found."""

    campaigns: int = 0
    rulings: Counter[str] = field(default_factory=Counter)
    deliveries: Counter[Purpose] = field(default_factory=Counter)
    violations: Counter[Violation] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def found(self, violation: Violation, said: str) -> None:
        self.violations[violation] += 1
        if self.violations[violation] <= SHOWN_MAX:
            self.examples.append(f"{violation}: {said}")


def prove(count: int, seed: int, town: Town | None = None, told: Callable[[int], None] = lambda done: None) -> Proof:
    """Run `count` campaigns through `town`; everything that a delivery violated is in the answer, by name."""
    proof, town = Proof(), town or Town()
    chance = random.Random(seed + 1)  # noqa: S311 - chance, not secrecy
    for campaign in campaigns(count, seed):
        proof.campaigns += 1
        for history in campaign.histories:
            for rung in law.TERMS[campaign.purpose].ladder:
                _run(proof, town, campaign, history, (rung.route, chance))
        told(1)
    return proof


def _run(proof: Proof, town: Town, campaign: Campaign, history: History, by: tuple[Route, random.Random]) -> None:
    """One person and one route, from queueing until it is delivered or never will be."""
    route, chance = by
    at = campaign.queued_at
    for _ in range(HOLDS_MAX):
        ruling = town.judge(town.read(history, at, campaign), campaign.purpose, route, at)
        proof.rulings[type(ruling).__name__] += 1
        true = read_log(history, at, campaign)
        match ruling:
            case Pass():
                return _delivered(proof, town, campaign, (true, at, route, chance))
            case Never():
                return _refused(proof, campaign, (true, at, route), ruling)
            case Hold(until=until):
                _refused(proof, campaign, (true, at, route), ruling)
                at = until
    return None


def _delivered(
    proof: Proof, town: Town, campaign: Campaign, found: tuple[Standing, datetime, Route, random.Random]
) -> None:
    """It was handed over at `at`; whoever carries it delivers at any moment before the last."""
    true, at, route, chance = found
    proof.deliveries[campaign.purpose] += 1
    guilty = set(oracle.violations(true, campaign.purpose, route, at))
    last = town.deliver_by(true, campaign.purpose, route, at)
    if route not in law.SILENT | law.DEALT:  # a dealer keeps its own guard band; a push service waits for the telephone
        arrives = at + max(timedelta(0), last - at - timedelta(seconds=1)) * chance.choice((0.0, 0.5, 1.0))
        late = oracle.violations(replace(true, seen_at=None, reminded_at=arrives), campaign.purpose, route, arrives)
        guilty |= late & {Violation.AD_AT_NIGHT, Violation.LATE}
    for violation in guilty:
        proof.found(violation, f"{campaign.purpose} by {route} at {at.isoformat()}: {true}")


def _refused(proof: Proof, campaign: Campaign, found: tuple[Standing, datetime, Route], ruling: Ruling) -> None:
    true, at, route = found
    if not oracle.violations(true, campaign.purpose, route, at):
        said = f"{ruling} for {campaign.purpose} by {route} at {at.isoformat()}: {true}"
        proof.found(Violation.HELD_WITHOUT_REASON, said)

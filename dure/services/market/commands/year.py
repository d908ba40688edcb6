"""dure simulate markets: the year 2023 again. Friends join, messages go out, coupons are taken and used, also without a line.

Everything goes through the actions that the faces and senders call: friends come as lists (`join_many`), messages go through
the outbox on a clock that is moved from month to month, judged one by one at the second of delivery. The worker of the town runs
beside it and draws every consequence at its own time. Afterwards what everybody was told is held against tables and ledger, and
every promise of `dure verify` about messages and coupons is walked.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated

import typer
from django.db import connections
from rich.console import Console
from rich.table import Table

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId, system
from dure.base.refusals import Busy, Refusal
from dure.foundations.channels import actions as channels
from dure.foundations.channels import queries as friends
from dure.foundations.channels.types import EVERYBODY, Lane, NewSending, Purpose, SendingState
from dure.foundations.channels.types.content import text
from dure.kit import delivery, tx
from dure.kit.importing import Progress, bars
from dure.kit.verify import silent
from dure.services.market import actions, queries
from dure.services.market.demo import year
from dure.services.market.types import AtCounter, Campaign, Coupon, MarketId, OfflineRedemption, RedemptionId, Shop

from .checks import verify_checks

BY = system("market.year")
MARKETS, CHANNELS, FRIENDS = 100, 1_001, 214_181  # as reported for 2023
MONTHS = 12
OFFLINE_ONE_IN, TWICE_ONE_IN, UNDO_ONE_IN, UNUSED_ONE_IN = 5, 50, 100, 4
AD_EVERY_MONTHS = 4  # the others are notices
CUT_MAX = 2_000
MONTH, HOURS, OVER = timedelta(days=30), timedelta(hours=2), timedelta(days=120)
NOON_UTC = 3  # in Seoul
HANDS = 2  # that write, send and serve at once
OURS = Lane.BULK  # what the worker of the town writes meanwhile goes by other lanes, and by the true clock
LOOK_SECONDS, NEWS_SECONDS_MAX = 0.2, 1_800
out = Console(highlight=False, soft_wrap=True)
simulate = typer.Typer()


@dataclass(slots=True)
class Year:
    """What everybody was told."""

    told: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def timed(self, what: str, since: float) -> None:
        self.seconds[what] = time.monotonic() - since


@simulate.command()
def markets(
    markets: Annotated[int, typer.Option(min=1, help="How many markets.")] = MARKETS,
    shops: Annotated[
        int, typer.Option("--channels", min=2, help="How many channels, associations included.")
    ] = CHANNELS,
    people: Annotated[int, typer.Option("--friends", min=1, help="How many friends in all.")] = FRIENDS,
    months: Annotated[int, typer.Option(min=0, max=MONTHS, help="Messages of how many months.")] = MONTHS,
    coupons: Annotated[int, typer.Option(min=1, help="How many coupons are taken.")] = 20_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same year.")] = 2023,
) -> None:
    """Replay the markets of 2023: 100 markets, 1,001 channels, 214,181 friends, a year of messages and coupons."""
    size = year.Size(min(markets, shops - 1), shops, people, seed)
    with bars(out) as shown:
        began, since = time.monotonic(), clock.now()
        done = play(size, (months, coupons), shown, HANDS)
        _await_consequences(done, shown)
        _count_consequences(since, done)
    done.timed("all", began)
    _tell(size, done)
    for line in done.wrong[:20]:
        out.print(f"[red]✗[/] {line}")
    raise typer.Exit(int(bool(done.wrong)))


def play(size: year.Size, much: tuple[int, int], shown: Progress, hands: int = 1) -> Year:
    """The whole year at this size, with messages of so many months and so many coupons; then its reconciliation."""
    months, coupons = much
    done, began = Year(), time.monotonic()
    stands = year.open_ground(size, shown)
    done.timed("ground", began)
    began = time.monotonic()
    done.told["friends"] = year.join_all(stands, shown)
    done.timed("friends", began)
    began, since = time.monotonic(), clock.now()
    _messages(stands, months, (done, shown), hands)
    done.told["deliveries owed"] = months * sum(len(one.friends) for one in stands)
    _count_messages(since, done)
    done.timed("messages", began)
    began = time.monotonic()
    shown.begin("coupons", coupons)
    for part in _together(hands, lambda hand: _coupons(stands, range(hand, coupons, hands), (size.seed, hand), shown)):
        done.told += part.told
        done.wrong += part.wrong
    done.timed("coupons", began)
    _reconcile(stands, done)
    return done


def _together[Answer](hands: int, do: Callable[[int], Answer]) -> list[Answer]:
    """What each of so many hands answers who do this at once, each with a connection of its own and the clock of whoever asks."""
    if hands == 1:
        return [do(0)]

    def alone(hand: int) -> Answer:
        try:
            return do(hand)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(hands) as pool:
        waiting = [pool.submit(copy_context().run, alone, hand) for hand in range(hands)]
        return [one.result() for one in waiting]


def _messages(stands: tuple[year.Stand, ...], months: int, told: tuple[Year, Progress], hands: int) -> None:
    """Every channel writes to all its friends once a month, and the senders deliver it before the next month begins."""
    done, shown = told
    shown.begin("messages", len(stands) * months)
    for month in range(months):
        noon = clock.now().replace(hour=NOON_UTC) + MONTH * (month + 1)
        with clock.read_from(lambda noon=noon: noon):  # type: ignore[misc]  # mypy takes no defaults of a lambda
            _together(hands, lambda hand, month=month: _write_all(stands[hand::hands], month, shown))  # type: ignore[misc]  # the same
            _send(done, hands)
        done.told["messages written"] += len(stands)


def _write_all(stands: tuple[year.Stand, ...], month: int, shown: Progress) -> None:
    for one in stands:
        _write(one, month)
        shown.advance()


def _write(one: year.Stand, month: int) -> None:
    is_ad = month % AD_EVERY_MONTHS == AD_EVERY_MONTHS - 1
    name = friends.channel(one.channel).name
    said = f"{month + 1}월 쉬는 날은 둘째 월요일입니다. 다른 날은 아침 아홉 시에 문을 엽니다. (예시)"
    offer = f"(광고) {name} {year.CONTACT}\n단골이면 천 원 할인 쿠폰을 받습니다. (예시)\n무료 수신거부: 채널에서 한 번 누르기"
    new = NewSending(
        channel=one.channel,
        purpose=Purpose.AD if is_ad else Purpose.INFO,
        content=text(offer if is_ad else said),
        key=f"year:{one.channel}:{month}",
        segment=EVERYBODY,
        lane=Lane.BULK,
    )
    with tx.durable():
        channels.queue_sending(one.by, new)


def _send(done: Year, hands: int) -> None:
    """What the senders do: match every audience, cut batch after batch until nothing is due, close what is through."""
    while True:
        matched = sum(_together(hands, lambda _: _until_nothing(_match)))
        looked = sum(_together(hands, lambda _: _until_nothing(_cut)))
        done.told["looked at by the senders"] += looked
        if not friends.unfinished(SendingState.QUEUEING) and not looked:
            break
        time.sleep(0 if matched or looked else LOOK_SECONDS)  # the worker's own hand is at the rest
    with tx.durable():
        channels.close_sendings(BY)


def _until_nothing(step: Callable[[], int]) -> int:
    """Take step after step until one finds nothing to do; answers how much they did."""
    count = 0
    while True:
        try:
            did = step()
        except Busy:
            continue
        if not did:
            return count
        count += did


def _match() -> int:
    with tx.durable():
        return channels.match_more(BY)


def _cut() -> int:
    with tx.durable():
        return channels.cut_batch(BY, (), (OURS,), CUT_MAX).count


def _count_messages(since: datetime, done: Year) -> None:
    """By purpose and state, and why not where it was not; by the way they went: as the outbox has it."""
    for (purpose, state, why), count in sorted(friends.told_by_purpose(BY, since, OURS).items()):
        done.told[f"{purpose}: {state}" + (f", {why}" if why else "")] = count
        done.told["deliveries"] += count
    for (route, tried), count in sorted(friends.told_by_route(BY, since, OURS).items()):
        done.told[f"by {route}: {tried}"] = count
    if done.told["deliveries"] != done.told["deliveries owed"]:
        done.wrong.append(
            f"{done.told['deliveries owed']:,} deliveries are owed, {done.told['deliveries']:,} were queued"
        )


def _await_consequences(done: Year, shown: Progress) -> None:
    """Wait until the worker has drawn every consequence and delivered what follows from it."""
    began, deadline = time.monotonic(), time.monotonic() + NEWS_SECONDS_MAX
    waiting = _undrawn()
    shown.begin("consequences", waiting)
    while waiting and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
        now = _undrawn()
        shown.advance(max(0, waiting - now))
        waiting = now
    if waiting or delivery.dead_count():
        done.wrong.append(f"{waiting:,} consequences are not drawn, {delivery.dead_count():,} were given up")
    done.timed("consequences", began)


def _undrawn() -> int:
    return delivery.waiting_count() + sum(friends.backlog(lane)[0] for lane in Lane)


def _count_consequences(since: datetime, done: Year) -> None:
    """What friends were told of what they had agreed to, by the worker at its own time."""
    for (_, state, why), count in sorted(friends.told_by_purpose(BY, since, Lane.NORMAL).items()):
        done.told[f"told what they agreed to: {state}" + (f", {why}" if why else "")] += count


def _coupons(stands: tuple[year.Stand, ...], numbers: range, seed: tuple[int, int], shown: Progress) -> Year:
    """Friends take coupons and use them: most at once, some without a line, some at two counters, some by mistake; answers what
    those who gave these numbers were told.
    """
    done, chance = Year(), year.chance(seed[0] * HANDS + seed[1])
    shops: dict[MarketId, list[tuple[Actor, Shop]]] = {one.market: [] for one in stands}
    for one in stands:
        if one.shop is not None:
            shops[one.market].append((one.by, one.shop))
    for number in numbers:
        stand = stands[number % len(stands)]
        if stand.friends and shops[stand.market]:
            near = shops[stand.market]
            at = [(stand.by, stand.shop)] if stand.shop else chance.sample(near, min(2, len(near)))
            person = stand.friends[number // len(stands) % len(stand.friends)]
            _one(stand.campaign, person, at, (chance, done))
        shown.advance()
    return done


def _one(
    campaign: Campaign, person: PersonId, counters: list[tuple[Actor, Shop]], by: tuple[random.Random, Year]
) -> None:
    chance, done = by
    try:
        coupon = actions.take_coupon(Actor(person, verified=True), campaign.id, key=ids.new().hex)
    except Refusal as refusal:
        done.told[f"not taken: {refusal.code}"] += 1
        return
    done.told["coupons taken"] += 1
    if chance.randrange(UNUSED_ONE_IN) == 0:
        done.told["never given in"] += 1
        return
    (staff, shop), *others = counters
    used = _use(coupon, staff, shop, chance, done)
    if used is not None and chance.randrange(UNDO_ONE_IN) == 0:
        actions.undo(staff, used, key=ids.new().hex)
        done.told["undone"] += 1
    elif used is not None and chance.randrange(TWICE_ONE_IN) == 0:
        staff, shop = others[0] if others else (staff, shop)
        noted = OfflineRedemption(RedemptionId(ids.new()), coupon.token, clock.now() - timedelta(minutes=1), 0)
        became = actions.settle_offline(staff, shop.id, [noted, noted])
        done.told["double uses refused"] += len({one.id for one in became.conflicts})
        if became.taken:
            done.wrong.append(f"coupon {coupon.id} was taken twice")


def _use(coupon: Coupon, staff: Actor, shop: Shop, chance: random.Random, done: Year) -> RedemptionId | None:
    given = AtCounter(RedemptionId(ids.new()), coupon.token)
    if chance.randrange(OFFLINE_ONE_IN):
        actions.redeem(staff, shop.id, given)
        done.told["used with a line"] += 1
        return given.id
    noted = OfflineRedemption(given.id, coupon.token, clock.now() - timedelta(minutes=chance.randrange(1, 600)), 0)
    became = actions.settle_offline(staff, shop.id, [noted])
    done.told["used without a line"] += len(became.taken)
    if not became.taken:
        done.wrong.append(f"coupon {coupon.id} was lost: {became.conflicts[0].kind}")
    return given.id if became.taken else None


def _reconcile(stands: tuple[year.Stand, ...], done: Year) -> None:
    """Settle all, let the campaigns end, then hold what was told against the tables and the ledger."""
    for what, step, later in (("settlements", actions.settle_due, HOURS), ("campaigns ended", actions.end_due, OVER)):
        moment = clock.now() + later
        with clock.read_from(lambda moment=moment: moment):  # type: ignore[misc]  # mypy takes no defaults of a lambda
            while count := step(BY):
                done.told[what] += count
    stood = done.told["used with a line"] + done.told["used without a line"] - done.told["undone"]
    figures = [_figure(one) for one in stands]
    used, issued = sum(one[0] for one in figures), sum(one[1] for one in figures)
    if used != stood:
        done.wrong.append(f"{stood:,} uses were told, {used:,} stand")
    if issued != done.told["coupons taken"]:
        done.wrong.append(f"{done.told['coupons taken']:,} coupons were taken, {issued:,} are issued")
    owed = sum(queries.owed(one.by, one.shop.id, one.organisation) for one in stands if one.shop)
    paid_by_others = sum(one[2] for one in figures)
    if owed != paid_by_others:
        done.wrong.append(f"shops are owed {owed:,} won, associations' coupons took off {paid_by_others:,}")
    done.told["won owed to shops"] = owed
    done.told["coupons expired"] = issued - used
    purses = [queries.credit(one.by, one.organisation) for one in stands if one.shop is None]
    done.told["won of message credits left"] = sum(one.available for one in purses)
    done.told["won of message credits spent"] = sum(one.spent for one in purses)
    for check in verify_checks():
        done.wrong += [f"{finding.check}: {finding.subject} {finding.what}" for finding in check.run(silent)]
    counts = friends.friend_counts(one.channel for one in stands)
    for one in stands:
        if counts[one.channel] != len(one.friends):
            done.wrong.append(f"channel {one.channel} does not have the friends that joined")


def _figure(one: year.Stand) -> tuple[int, int, int]:
    rows = queries.campaigns_of(one.by, one.shop) if one.shop else queries.campaigns_of_market(one.by, one.market)
    return (
        sum(row.used for row in rows),
        sum(row.issued for row in rows),
        0 if one.shop else sum(row.won_off for row in rows),
    )


def _tell(size: year.Size, done: Year) -> None:
    table = Table(title="the year 2023", show_header=False)
    table.add_row("markets, channels", f"{size.markets:,}, {size.channels:,}")
    rates = {"friends": "friends", "messages": "deliveries", "coupons": "coupons taken"}
    for what, seconds in done.seconds.items():
        count = done.told[rates[what]] if what in rates else 0
        rate = f"{count:,} in " if count else ""
        each = f" ({count / max(seconds, 0.001):,.0f} a second)" if count else ""
        table.add_row(what, f"{rate}{seconds:,.1f} s{each}")
    for what, count in done.told.items():
        table.add_row(what, f"{count:,}")
    out.print(table)
    if not done.wrong:
        out.print(
            "[green]✓[/] Every coupon was used once at most; stock, uses, refusals and won are those told; every promise holds."
        )

"""Cut the next batch: claim, judge at this second, write the attempts. Nobody outside is asked here."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import connection

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.foundations.channels import queries
from dure.foundations.channels.rules import advertising, ladders, law, showing
from dure.foundations.channels.rules import sending as rules
from dure.foundations.channels.types import (
    FREE_ROUTES,
    AttemptState,
    Content,
    Delivery,
    DispatchState,
    Hold,
    Lane,
    Never,
    Pass,
    Purpose,
    Route,
    Why,
)
from dure.foundations.channels.types.dealing import Carriage, Outcome
from dure.foundations.channels.types.ladders import Bucket, Climb, Cut, DealerCard, Due, Load, Ways
from dure.foundations.people import queries as people
from dure.kit import sqlfiles, tx

from .faults import Faults
from .inbox import deliver_to_inbox
from .noting import Attempted, Written, keep_bucket, write_attempts, write_climbs, write_held
from .paying import Purses

__all__ = ["cut_batch", "keep_load"]

HOUSE = "dure.foundations.channels"
BATCH_MAX = 500
PORTION = 50  # of a sending at once, where many wait: what each costs by itself is spent on so many people
OF_THE_ROUTE = frozenset({Why.NO_WAY, Why.MUTED, Why.BLOCKED})  # another route may still do
_ENDS = {Why.EXPIRED: DispatchState.EXPIRED, Why.STOPPED: DispatchState.STOPPED}
UNREADABLE, BROKEN_SEAL = "unreadable", "seal"  # codes of attempts that nobody was asked for
_faults = Faults()
_chance = random.SystemRandom()
log = structlog.get_logger(__name__)


def cut_batch(by: Actor, dealers: Sequence[DealerCard], lanes: Sequence[Lane], most: int = BATCH_MAX) -> Cut:
    """Claim what is due in the first of `lanes` that has anything, judge it, write its attempts; answers what to ask of whom.

    Whoever withdrew a consent or left before it was judged gets nothing from it. The caller commits, then asks the dealers.
    """
    tx.by_key()
    now = clock.now()
    for lane in lanes:
        with connection.cursor() as cursor:
            turn = _chance.getrandbits(31)
            asked: dict[str, Any] = {"lane": lane, "now": now, "batch": most, "portion": PORTION, "turn": turn}
            cursor.execute(sqlfiles.load(HOUSE, "claim_due").text, asked)
            claimed = [row[0] for row in cursor.fetchall()]
        if claimed:
            purses, now = Purses(claimed), clock.now()
            return _Cutting(by, now, dealers, lane, purses).cut(queries.due(claimed, now))
    return Cut(0)


def keep_load(by: Actor, load: Load, until: datetime) -> Load:
    """The part of a load, cut with a lease `until`, that nobody else has taken over meanwhile, with a lease from now on."""
    tx.demand()
    keys, again = [one.key for one in load.carriages], clock.now() + ladders.LEASE
    asked: dict[str, Any] = {"keys": keys, "until": until, "again": again}
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "keep_leases").text, asked)
        kept = {row[0] for row in cursor.fetchall()}
    return replace(load, carriages=tuple(one for one in load.carriages if one.key in kept))


class _Cutting:
    """One batch while it is cut. What it decides is written at the end, in a few statements."""

    def __init__(self, by: Actor, now: datetime, dealers: Sequence[DealerCard], lane: Lane, purses: Purses) -> None:
        self.by, self.now, self.lane, self.purses = by, now, lane, purses
        self.dealers = {one.dealer: one for one in dealers}
        self.written: list[Written] = []
        self.held: list[tuple[int, Route, Why, datetime]] = []
        self.silent: list[Delivery] = []
        self.attempts: list[Attempted] = []
        self.waiting: defaultdict[tuple[Route, str], list[tuple[Due, Climb]]] = defaultdict(list)
        self.contents: dict[tuple[UUID, tuple[tuple[str, str], ...]], tuple[Content, str]] = {}
        self.public: dict[tuple[UUID, UUID | None], bool] = {}
        self.prices: dict[tuple[UUID, tuple[tuple[str, str], ...], Route], int] = {}
        self.ways: dict[PersonId, Ways] = {}
        self.taken: set[int] = set()  # dispatches that took their place in the day's cap with this batch

    def cut(self, due: Sequence[Due]) -> Cut:
        readable = self._read_contents(due)
        self.ways = dict(queries.ways_to([one.person for one in readable]))
        judged = [self._judgeable(one) for one in readable]
        for one in self._counted(judged):
            if self._is_in_doubt(one):
                self._doubt(one)
            else:
                self._climb(one)
        deliver_to_inbox(self.by, self.silent)
        loads = self._share_out()  # late: until the end nobody else asks these dealers
        write_attempts(self.attempts, self.now)
        write_held(self.held, self.now)
        write_climbs(self.written)
        self.purses.write()
        return Cut(len(due), loads, self.now + ladders.LEASE)

    def _read_contents(self, due: Sequence[Due]) -> list[Due]:
        """Those whose words can be read. The others are set aside, so that they hold up nobody."""
        stored = queries.bodies([one.body for one in due])
        readable = []
        for one in due:
            if one.body not in stored or not one.readable:
                self._set_aside(one)
                continue
            readable.append(one)
            if (one.sending, one.variables) not in self.contents:
                filled = showing.filled(stored[one.body], dict(one.variables))
                fault_of = rules.fault_of if one.variables else _faults.of
                fault = fault_of(one.purpose, filled, one.channel_name, one.contact)
                self.contents[one.sending, one.variables] = filled, fault
        return readable

    def _set_aside(self, one: Due) -> None:
        log.error("dispatch_unreadable", dispatch=one.dispatch, sending=str(one.sending))
        if one.state in ladders.FLYING:  # a dealer may have it already, and nobody can ask again
            return self._end(one, one.climb, DispatchState.UNSURE)
        rung = ladders.rung_at(one.purpose, one.rung)
        if rung is not None:
            self._fail(one, one.climb, rung.route, UNREADABLE)
        self._end(one, one.climb, DispatchState.FAILED)
        return None

    def _fail(self, one: Due, climb: Climb, route: Route, code: str) -> None:
        self.attempts.append(replace(self._attempt(one, climb, route, "", AttemptState.FAILED), code=code))

    def _judgeable(self, one: Due) -> Due:
        """It with what only its words and its sender tell, where that is anything."""
        fault = self.contents[one.sending, one.variables][1]
        public = one.purpose is Purpose.SAFETY and self._is_public(one)
        if not fault and not public:
            return one
        warned = public and rules.is_warning(one.purpose, one.lane, one.named, one.asked_by)
        fault = "" if warned else fault
        return replace(one, standing=replace(one.standing, fault=fault, public_sender=public, warned=warned))

    def _is_counted(self, one: Due) -> bool:
        return one.counted or one.dispatch in self.taken

    def _is_public(self, one: Due) -> bool:
        asked = (one.organisation, one.asked_by)
        if asked not in self.public:
            body = people.organisation(one.organisation)
            is_body = rules.is_public_body(body.kind, body.verified)
            self.public[asked] = is_body or people.actor(one.asked_by).is_steward
        return self.public[asked]

    def _counted(self, due: Sequence[Due]) -> list[Due]:
        """The batch with everybody who may get their first attempt counted for today, or held where the day has its fill."""
        asking: dict[Purpose, dict[tuple[UUID, UUID], Due]] = defaultdict(dict)
        kept: list[Due] = []
        for one in due:
            most = law.TERMS[one.purpose].a_day
            rung = ladders.rung_at(one.purpose, one.rung)
            first = not one.counted and most is not None and rung is not None
            if not first or rung is None or law.judge(one.standing, one.purpose, rung.route, self.now) != Pass():
                kept.append(one)
            elif (one.channel, one.person) in asking[one.purpose]:
                self._wait(one, one.climb, self.now + ladders.TOKEN_WAIT)  # one at a time for each person
            else:
                asking[one.purpose][one.channel, one.person] = one
        for purpose, asked in sorted(asking.items()):  # in one order, or two senders wait for each other
            most = law.TERMS[purpose].a_day or 0
            got = self._take_days(purpose, list(asked), most)
            for pair, one in asked.items():
                if pair in got:
                    self.taken.add(one.dispatch)
                    kept.append(one)
                else:
                    kept.append(replace(one, standing=replace(one.standing, today=most)))
        return kept

    def _take_days(self, purpose: Purpose, asked: Sequence[tuple[UUID, UUID]], most: int) -> set[tuple[UUID, UUID]]:
        with connection.cursor() as cursor:
            cursor.execute(
                sqlfiles.load(HOUSE, "take_days").text,
                {
                    "purpose": purpose,
                    "day": clock.local(self.now).date(),
                    "most": most,
                    "channels": [channel for channel, _ in asked],
                    "persons": [person for _, person in asked],
                },
            )
            return set(cursor.fetchall())

    def _climb(self, one: Due) -> None:
        """Take a dispatch up its ladder as far as it goes now."""
        asked_before = one.state in ladders.FLYING
        climb = one.climb
        if one.state is DispatchState.SENDING:  # whoever had it is gone
            climb = climb.again(DispatchState.UNSURE, self.now)
        if one.opened:
            return self._end(one, climb, DispatchState.OPENED)
        while (rung := ladders.rung_at(one.purpose, climb.rung)) is not None:
            match law.judge(one.standing, one.purpose, rung.route, self.now):
                case Hold(until, why):
                    self.held.append((one.dispatch, rung.route, why, until))
                    return self._wait(one, climb, until, why)
                case Never(why) if asked_before:
                    return self._end(one, climb, DispatchState.UNSURE, why)
                case Never(why) if why not in OF_THE_ROUTE or (one.purpose is Purpose.AD and why is Why.BLOCKED):
                    return self._end(one, climb, _ENDS.get(why, DispatchState.BARRED), why)
                case Never(why):
                    climb = ladders.next_rung(climb, self.now)
                case _ if rung.route in law.SILENT:
                    self.silent.append(self._delivery(one))
                    self.attempts.append(self._attempt(one, climb, rung.route, "", AttemptState.DELIVERED))
                    climb = ladders.after(climb, Outcome(key="", state=AttemptState.DELIVERED), self.now, 0)
                    why = Why.NO_WAY
                case _ if rung.route in self.ways.get(one.person, Ways()).broken:
                    self._fail(one, climb, rung.route, BROKEN_SEAL)
                    climb, why = ladders.next_rung(climb, self.now), Why.NO_WAY
                case _ if asked_before or self._leads(one, climb.rung, rung.route):
                    self.purses.set_aside(one, climb.rung, self._won(one, rung.route))
                    self.waiting[rung.route, one.dealer if asked_before else ""].append((one, climb))
                    return None
                case _:
                    climb, why = ladders.next_rung(climb, self.now), Why.NO_WAY
            if climb.next_at is None:
                return self._end(one, climb, climb.state, why)
        raise RuntimeError(f"dispatch {one.dispatch} stands above its ladder")

    def _leads(self, one: Due, rung: int, route: Route) -> bool:
        """Whether there is an address, somebody who carries it, and the money; AlimTalk carries approved templates only. Who
        has it read aloud is called and gets no text; who has not is called only where the law of the purpose calls.
        """
        ways = self.ways.get(one.person, Ways())
        if route is Route.ALIMTALK and one.template is None:
            return False
        if route in (Route.ALIMTALK, Route.SMS) and ways.aloud:
            return False
        if one.only and route not in one.only:
            return False
        if route is Route.VOICE and not law.calls(one.purpose, ways.aloud or Route.VOICE in one.only):
            return False
        carried = any(route in card.routes for card in self.dealers.values())
        return carried and bool(ways.by(route)) and self.purses.pays(one, rung, self._won(one, route))

    def _won(self, one: Due, route: Route) -> int:
        """What a dealer takes for it by this route. Where everybody has the same words, they are looked at once."""
        if route in FREE_ROUTES:
            return 0
        if one.purpose is Purpose.AD:  # the address at which one leaves is everybody's own
            return queries.price(route, self._worded(one, route))
        words = one.sending, one.variables, route
        if words not in self.prices:
            self.prices[words] = queries.price(route, self._worded(one, route))
        return self.prices[words]

    def _share_out(self) -> tuple[Load, ...]:
        """Give what waits for dealers to those that may be asked now; the rest waits a moment more."""
        names = {forced for _, forced in self.waiting if forced} | {
            card.dealer for route, _ in self.waiting for card in self.dealers.values() if route in card.routes
        }
        buckets = {
            name: queries.bucket(name, self.dealers[name].a_second) for name in sorted(names & set(self.dealers))
        }
        carried: defaultdict[str, list[Carriage]] = defaultdict(list)
        for (route, forced), rest in sorted(self.waiting.items()):
            for card in self._cards(route, forced):
                given = ladders.grant(buckets[card.dealer], len(rest), card.a_second, self.lane, self.now)
                buckets[card.dealer] = given.bucket
                for one, climb in rest[: given.count]:
                    carried[card.dealer].append(self._carriage(one, climb, route, card.dealer))
                rest = rest[given.count :]
            self._put_off(rest, self._cards(route, forced), buckets)
        for name, bucket in buckets.items():
            keep_bucket(name, bucket)
        return tuple(
            Load(name, tuple(all_of[first : first + self.dealers[name].many_max]))
            for name, all_of in carried.items()
            for first in range(0, len(all_of), self.dealers[name].many_max)
        )

    def _cards(self, route: Route, forced: str) -> list[DealerCard]:
        """Who may carry it; what a dealer may have already is asked of that dealer alone."""
        if forced:
            return [self.dealers[forced]] if forced in self.dealers else []
        return [card for card in self.dealers.values() if route in card.routes]

    def _put_off(
        self, rest: Sequence[tuple[Due, Climb]], cards: Sequence[DealerCard], buckets: dict[str, Bucket]
    ) -> None:
        """No dealer takes them now: each gets a time. Where a life may hang on it, dealers that are down are no reason to wait,
        unless nothing else leads to this person.
        """
        down = all(_is_down(buckets[card.dealer], self.now) for card in cards)
        waits: list[tuple[Due, Climb]] = []
        for one, climb in rest:
            later = list(enumerate(law.TERMS[one.purpose].ladder))[climb.rung + 1 :]
            urgent = law.TERMS[one.purpose].enough is not DispatchState.SENT and one.state not in ladders.FLYING
            if down and urgent and any(self._leads(one, number, rung.route) for number, rung in later):
                self._wait(one, ladders.next_rung(climb, self.now), self.now + ladders.TOKEN_WAIT)
            else:
                waits.append((one, climb))
        if not cards:
            for one, climb in waits:
                self._wait(one, climb, self.now + ladders.NOBODY_WAIT)
        elif waits:
            card = min(cards, key=lambda each: buckets[each.dealer].open_until or self.now)
            booked = ladders.book(buckets[card.dealer], len(waits), card.a_second, self.lane, self.now)
            buckets[card.dealer] = booked.bucket
            for (one, climb), time in zip(waits, booked.times, strict=True):
                self._wait(one, climb, time)

    def _carriage(self, one: Due, climb: Climb, route: Route, dealer: str) -> Carriage:
        content, won = self._worded(one, route), self._won(one, route)
        self.purses.begin(one, climb.rung, won)
        made = replace(self._attempt(one, climb, route, dealer, AttemptState.BEGUN), won=won)
        self.attempts.append(made)
        state = replace(climb, state=DispatchState.SENDING, next_at=self.now + ladders.LEASE)
        self.written.append(Written(one.dispatch, state, None, self._is_counted(one)))
        return Carriage(
            key=made.key,
            route=route,
            to=self.ways.get(one.person, Ways()).by(route),
            content=content,
            purpose=one.purpose,
            sender=one.channel_name,
            expires_at=law.deliver_by(one.standing, one.purpose, route, self.now),
            template=one.template,
            variables=dict(one.variables),
            leave_link=queries.leave_link(one.channel, one.person, one.purpose) if route is Route.MAIL else "",
            urgent=one.lane is Lane.URGENT,
            keyed=one.keyed and route is Route.VOICE,
            again=one.state in ladders.FLYING,
        )

    def _worded(self, one: Due, route: Route) -> Content:
        """What it says on this route."""
        content = self.contents[one.sending, one.variables][0]
        if one.purpose is not Purpose.AD or route is Route.PUSH:  # a notification opens the inbox, where one tap leaves
            return content
        return advertising.with_address(content, queries.leave_link(one.channel, one.person, one.purpose))

    def _delivery(self, one: Due) -> Delivery:
        words = showing.words_of(self.contents[one.sending, one.variables][0])
        return Delivery(one.dispatch, one.channel, one.person, one.body, words)

    def _attempt(self, one: Due, climb: Climb, route: Route, dealer: str, state: AttemptState) -> Attempted:
        key = ladders.attempt_key(one.sending, one.person, route, climb.rung)
        return Attempted(one.dispatch, route, climb.rung, dealer, key, state)

    def _wait(self, one: Due, climb: Climb, until: datetime, why: Why | None = None) -> None:
        unsure = one.state in ladders.FLYING
        reached = climb.best if climb.best in ladders.REACHED else DispatchState.WAITING
        state = DispatchState.UNSURE if unsure else reached or DispatchState.WAITING
        self.written.append(
            Written(one.dispatch, replace(climb, state=state, next_at=until), why, self._is_counted(one))
        )

    def _is_in_doubt(self, one: Due) -> bool:
        """Whether a dealer may have it and cannot be asked again: where it may have gone is not to be read any more, was given up
        meanwhile, or is another address by now.
        """
        rung = ladders.rung_at(one.purpose, one.rung)
        if rung is None or one.opened or one.asked_at is None or one.state not in ladders.FLYING:
            return False
        return not self.ways.get(one.person, Ways()).led(rung.route, one.asked_at)

    def _doubt(self, one: Due) -> None:
        unsure = Outcome(key="", state=AttemptState.UNSURE)
        self.written.append(
            Written(one.dispatch, ladders.after(one.climb, unsure, self.now, 0), None, self._is_counted(one))
        )

    def _end(self, one: Due, climb: Climb, state: DispatchState, why: Why | None = None) -> None:
        """Nothing more happens to it. What was reached before counts, and then only a muted conversation needs a word."""
        reached = climb.best if climb.best in ladders.REACHED and state is not DispatchState.OPENED else None
        said = why if reached is None or why is Why.MUTED else None
        self.written.append(Written(one.dispatch, climb.ended(reached or state), said, self._is_counted(one)))


def _is_down(bucket: Bucket, now: datetime) -> bool:
    """Whether a dealer is left alone for a while because it failed."""
    return bucket.open_until is not None and bucket.open_until > now

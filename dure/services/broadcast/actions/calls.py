"""Calls are answered: each thing that the gateway tells once, however often it tells it.

No transaction lasts while somebody is on the line. What a step does is done by the actions that pages use, as the caller, under a
key that is made of the call and of what was told; then where the call stands is written, if nobody was faster. So what is told
twice, by a gateway that heard no answer or after we were killed in between, is done once and answered the same.
"""

import hmac
from dataclasses import replace
from typing import Final
from uuid import UUID

import msgspec
import structlog

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.base.refusals import BadValue, NotFound, TooOften
from dure.foundations.channels import queries as ways
from dure.foundations.people import queries as people
from dure.kit import keys, limits, locks, tx
from dure.services.broadcast import models, queries
from dure.services.broadcast.queries.households import number_hash
from dure.services.broadcast.rules import calls, households, permits, saying
from dure.services.broadcast.types import (
    AnnouncementId,
    Call,
    CallAnswered,
    Caller,
    CallEvent,
    CallOutOfTurn,
    HouseholdState,
    Move,
    Named,
    Part,
    Phrase,
    Place,
    Playing,
    Sign,
    Turn,
    Village,
    Way,
)

from .doing import CallWording, Fetching, Stage, play_out
from .hearing import note_played
from .homes import Home, asked, listening, note_played_at
from .placing import note_taken

__all__ = ["CallWording", "answer_call"]

NAME_KEY: Final = "broadcast.call.v1"
CALLER_KEY: Final = "broadcast.caller.v1"
CALLS_MAX: Final = 30  # of one number in an hour
HOUR_SECONDS: Final = 3_600
log = structlog.get_logger(__name__)


def answer_call(by: Actor, event: CallEvent, fetch: Fetching, wording: CallWording) -> CallAnswered:
    """Answer what the gateway tells of a call. The same once more is answered the same, and done once. `fetch` brings a recording
    from an address of the gateway, or nothing.

    Raises NotAllowed, CallOutOfTurn, Busy, Interrupted.
    """
    permits.may_run(by)
    name = hmac.digest(keys.derived(NAME_KEY), event.call.encode(), "sha256")
    if event.what in (Sign.ANSWERED, Sign.UNANSWERED) and (ring := _ring_named(event.call)) is not None:
        note_taken(by, ring)  # its answer to our asking may have been lost
    if event.what is Sign.UNANSWERED:  # the ladder waits for a call back, and goes on
        return CallAnswered(Turn(lines=(), number=event.turn))
    if event.what in (Sign.RANG, Sign.ANSWERED):
        return _begun(name, event, wording)
    row = models.Call.objects.filter(name=name).first()
    if event.what is Sign.ENDED:
        return _hung_up(row, event)
    if row is None or row.ended_at is not None:
        raise CallOutOfTurn(turn=row.turn if row else 0)
    if row.turn != event.turn:
        return _once_more(row, event)
    _note_played(row, event)
    call = msgspec.convert(row.state, Call)
    first = calls.recorded(call) if event.what is Sign.RECORDED else calls.keyed(call, event.keys)
    key = f"call:{row.id.hex}:{row.turn}"
    whose: Stage | Home = Home(bytes(row.number), row.about)
    if row.person_id:
        actor = people.actor(PersonId(row.person_id))
        whose = Stage(actor, key, row.begun_at, wording, lambda: fetch(event.recording))
    call, turn, did = play_out(first, whose.do)
    return _kept(row, event, call, CallAnswered(replace(turn, number=event.turn + 1), did))


def _hung_up(row: models.Call | None, event: CallEvent) -> CallAnswered:
    """The line is closed: once, also where our last answer was still on its way, or of a stranger nothing was written down."""
    if row is None:
        return CallAnswered(Turn(lines=(), number=event.turn))
    if row.ended_at is None and row.turn == event.turn:
        _note_played(row, event)
    models.Call.objects.filter(id=row.id, ended_at__isnull=True).update(ended_at=clock.now())
    return CallAnswered(Turn(lines=(), number=row.turn))


def _begun(name: bytes, event: CallEvent, wording: CallWording) -> CallAnswered:
    """Somebody calls, or picks up. Of who hears and speaks nowhere nothing is written down."""
    row = models.Call.objects.filter(name=name).first()
    if row is not None:
        return _once_more(row, event)
    if event.what is Sign.RANG and calls.is_withheld(event.caller):
        return _unknown(calls.withheld())
    try:
        marked = hmac.digest(keys.derived(CALLER_KEY), event.caller.encode(), "sha256").hex()
        if event.what is Sign.RANG:
            limits.count(f"broadcast.call:{marked}", CALLS_MAX, HOUR_SECONDS)
    except TooOften:
        return CallAnswered(Turn(lines=(saying.say(Phrase.GOODBYE),), number=1))
    person = _whose(event.caller) if event.what is Sign.RANG else None
    if person is not None:
        stage = Stage(people.actor(person), f"call:{name.hex()}", clock.now(), wording, lambda: None)
        call, turn, did = play_out(calls.rang(_caller(person)), stage.do)
        return _opened(name, event, models.Call(person_id=person), call, CallAnswered(replace(turn, number=1), did))
    begun = _answered(event) if event.what is Sign.ANSWERED else _home(event.caller)
    if begun is None:
        return _unknown(calls.rang(Caller((), (), has_digits=False)))
    move, home = begun
    call, turn, did = play_out(move, home.do)
    of = models.Call(number=home.number, about=home.about)
    return _opened(name, event, of, call, CallAnswered(replace(turn, number=1), did))


def _home(number: str) -> tuple[Move, Home] | None:
    """A number that listens without an account, or is asked whether it wants to."""
    try:
        known = number_hash(households.clean_number(number))
    except BadValue:
        return None
    if (one := asked(known)) is not None:
        return calls.asked(Named(one.village_id, one.village.name)), Home(known)
    hears = tuple(Named(one.village_id, one.village.name) for one in listening(known))
    return (calls.called(hears), Home(known)) if hears else None


def _answered(event: CallEvent) -> tuple[Move, Home] | None:
    """Somebody picks up whom we call: by the name that we gave the call."""
    if (name := _ring_named(event.call)) is None:
        return None
    rings = models.Ring.objects.filter(id=name).exclude(way=Way.TEXT)
    ring = rings.select_related("household__village", "reach__airing").first()
    if ring is None:
        return None
    house, home = ring.household, Home(bytes(ring.household.hash))
    named = Named(house.village_id, house.village.name)
    if house.state == HouseholdState.ASKED and ring.reach is None:
        return calls.asked(named), home
    if house.state != HouseholdState.LISTENING or ring.reach is None:
        return None
    about = Home(home.number, ring.reach.airing.announcement_id)
    return calls.rung(Call(place=Place.HEARING, hears=(named,))), about


def _ring_named(call: str) -> UUID | None:
    """The call of ours that has this name."""
    try:
        return UUID(call)
    except ValueError:
        return None


def _opened(name: bytes, event: CallEvent, of: models.Call, call: Call, answered: CallAnswered) -> CallAnswered:
    """Write down that it began, and what was answered."""
    with tx.durable():
        locks.lock_name(f"broadcast.call:{name.hex()}")
        before = models.Call.objects.filter(name=name).first()
        if before is not None:
            return _once_more(before, event)
        of.id, of.name, of.begun_at, of.turn = ids.new(), name, clock.now(), answered.turn.number
        of.state, of.answer = msgspec.to_builtins(call), msgspec.to_builtins(answered.turn)
        of.told = _mark(event)
        of.save(force_insert=True)
    return answered


def _unknown(move: Move) -> CallAnswered:
    return CallAnswered(replace(move.turn or Turn(lines=()), number=1))


def _kept(row: models.Call, event: CallEvent, call: Call, answered: CallAnswered) -> CallAnswered:
    """Write where the call stands; who was slower answers what was written."""
    turn = answered.turn
    with tx.durable():
        written = models.Call.objects.filter(id=row.id, turn=event.turn).update(
            state=msgspec.to_builtins(call), turn=turn.number, told=_mark(event), answer=msgspec.to_builtins(turn)
        )
    return answered if written else _once_more(models.Call.objects.get(id=row.id), event)


def _once_more(row: models.Call, event: CallEvent) -> CallAnswered:
    """The same as before, if it is what was told before. Raises CallOutOfTurn."""
    if row.turn != event.turn + 1 or not hmac.compare_digest(bytes(row.told), _mark(event)):
        raise CallOutOfTurn(turn=row.turn)
    return CallAnswered(msgspec.convert(row.answer, Turn))


def _mark(event: CallEvent) -> bytes:
    """By which what was told is known again; it may hold a number and a secret, so not without a key."""
    return hmac.digest(keys.derived(NAME_KEY), msgspec.json.encode(event, order="deterministic"), "sha256")


def _whose(number: str) -> PersonId | None:
    try:
        return ways.whose_number(number)
    except BadValue:  # hidden, from abroad, a landline: nobody can have proved it
        return None


def _caller(person: PersonId) -> Caller:
    hears = tuple(_named(one.village) for one in queries.memberships(person))
    speaks = tuple(_named(one) for one in queries.villages_spoken_to(person))
    return Caller(speaks, hears, has_digits=queries.telephone_secret_set_at(person) is not None)


def _named(village: Village) -> Named:
    return Named(village.id, village.name)


def _note_played(row: models.Call, event: CallEvent) -> None:
    """Of what was played last, note how far. The gateway is believed no further than the sound is long. Where we called, a key
    must have been pressed: an answering machine plays everything to its end.
    """
    seconds = event.played
    is_there = row.about is None or bool(event.keys) or msgspec.convert(row.state, Call).touched
    if seconds <= 0 or not is_there:
        return
    for line in msgspec.convert(row.answer, Turn).lines:
        if line.announcement is None or line.playing not in (Playing.SOUND, Playing.RECORDING):
            continue
        named = AnnouncementId(line.announcement)
        try:
            if row.person_id is None:
                note_played_at(bytes(row.number), named, seconds, line.playing)
            else:
                _note_of(people.actor(PersonId(row.person_id)), named, seconds, line.playing)
        except NotFound:  # taken back, left, or made anew since
            log.info("played_and_gone", announcement=str(named))


def _note_of(actor: Actor, named: AnnouncementId, seconds: float, playing: Playing) -> None:
    made = queries.spoken_form(named)
    if playing is Playing.SOUND and made is not None:
        note_played(actor, named, [Part(0.0, min(seconds, made.seconds))], of_sound=True)
    elif playing is Playing.RECORDING:
        note_played(actor, named, [Part(0.0, min(seconds, queries.announcement(named).seconds))])

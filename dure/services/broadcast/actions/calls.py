"""Calls are answered: each thing that the gateway tells once, however often it tells it.

No transaction lasts while somebody is on the line. What a step does is done by the actions that pages use, as the caller, under a
key that is made of the call and of what was told; then where the call stands is written, if nobody was faster. So what is told
twice, by a gateway that heard no answer or after we were killed in between, is done once and answered the same.
"""

import hmac
from dataclasses import replace
from typing import Final

import msgspec
import structlog

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.base.refusals import BadValue, NotFound, TooOften
from dure.foundations.channels import queries as ways
from dure.foundations.people import queries as people
from dure.kit import keys, limits, locks, tx
from dure.services.broadcast import models, queries
from dure.services.broadcast.rules import calls, permits, saying
from dure.services.broadcast.types import (
    AnnouncementId,
    Call,
    CallAnswered,
    Caller,
    CallEvent,
    CallOutOfTurn,
    Move,
    Named,
    Part,
    Phrase,
    Playing,
    Sign,
    Turn,
    Village,
)

from .doing import CallWording, Fetching, Stage
from .hearing import note_played

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
    if event.what is Sign.RANG:
        return _begun(name, event, wording)
    row = models.Call.objects.filter(name=name).first()
    if row is None and event.what is Sign.ENDED:  # of somebody of whom nothing was written down
        return CallAnswered(Turn(lines=(), number=event.turn))
    if row is None or row.ended_at is not None:
        raise CallOutOfTurn(turn=row.turn if row else 0)
    if row.turn != event.turn:
        return _once_more(row, event)
    actor = people.actor(PersonId(row.person_id))
    _note_played(actor, row, event.played)
    if event.what is Sign.ENDED:
        models.Call.objects.filter(id=row.id, ended_at__isnull=True).update(ended_at=clock.now())
        return CallAnswered(Turn(lines=(), number=row.turn))
    call = msgspec.convert(row.state, Call)
    first = calls.recorded(call) if event.what is Sign.RECORDED else calls.keyed(call, event.keys)
    stage = Stage(actor, f"call:{row.id.hex}:{row.turn}", row.begun_at, wording, lambda: fetch(event.recording))
    call, turn, did = stage.played_out(first)
    return _kept(row, event, call, CallAnswered(replace(turn, number=event.turn + 1), did))


def _begun(name: bytes, event: CallEvent, wording: CallWording) -> CallAnswered:
    """Somebody calls. Of who hears and speaks nowhere nothing is written down."""
    row = models.Call.objects.filter(name=name).first()
    if row is not None:
        return _once_more(row, event)
    try:
        marked = hmac.digest(keys.derived(CALLER_KEY), event.caller.encode(), "sha256").hex()
        limits.count(f"broadcast.call:{marked}", CALLS_MAX, HOUR_SECONDS)
    except TooOften:
        return CallAnswered(Turn(lines=(saying.say(Phrase.GOODBYE),), number=1))
    person = _whose(event.caller)
    if person is None:
        return _unknown(calls.rang(Caller((), (), has_digits=False)))
    actor = people.actor(person)
    stage = Stage(actor, f"call:{name.hex()}", clock.now(), wording, lambda: None)
    call, turn, did = stage.played_out(calls.rang(_caller(person)))
    with tx.durable():
        locks.lock_name(f"broadcast.call:{name.hex()}")
        before = models.Call.objects.filter(name=name).first()
        if before is not None:
            return _once_more(before, event)
        answer = replace(turn, number=1)
        models.Call.objects.create(
            id=ids.new(),
            name=name,
            person_id=person,
            state=msgspec.to_builtins(call),
            turn=1,
            told=_mark(event),
            answer=msgspec.to_builtins(answer),
            begun_at=clock.now(),
        )
    return CallAnswered(answer, did)


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
    if event.what is Sign.ENDED:  # while our answer was on its way
        return CallAnswered(Turn(lines=(), number=row.turn))
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


def _note_played(actor: Actor, row: models.Call, seconds: float) -> None:
    """Of what was played last, note how far. The gateway is believed no further than the sound is long."""
    if seconds <= 0:
        return
    for line in msgspec.convert(row.answer, Turn).lines:
        if line.announcement is None or line.playing not in (Playing.SOUND, Playing.RECORDING):
            continue
        named = AnnouncementId(line.announcement)
        made = queries.spoken_form(named)
        try:
            if line.playing is Playing.SOUND and made is not None:
                note_played(actor, named, [Part(0.0, min(seconds, made.seconds))], of_sound=True)
            elif line.playing is Playing.RECORDING:
                note_played(actor, named, [Part(0.0, min(seconds, queries.announcement(named).seconds))])
        except NotFound:  # taken back, left, or made anew since
            log.info("played_and_gone", announcement=str(named))

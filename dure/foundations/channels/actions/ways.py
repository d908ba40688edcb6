"""How the town may reach a person: what they choose, prove and take back, each effective for what has not left yet."""

import hmac
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotAllowed, TooOften
from dure.foundations.channels import models
from dure.foundations.channels.queries import ways as reads
from dure.foundations.channels.rules import ways as rules
from dure.foundations.channels.rules.channels import somebody
from dure.foundations.channels.types import (
    AddressUnproved,
    Carried,
    CodeOver,
    CodesSpent,
    Gone,
    NoTelephone,
    NumberAsked,
    NumberMoved,
    Proof,
    Route,
)
from dure.kit import limits, locks, outbox, seals, tx

__all__ = [
    "ask_number",
    "choose_aloud",
    "choose_mail",
    "drop_lost",
    "drop_number",
    "forget_ways",
    "note_code",
    "prove_number",
    "tidy_ways",
]

FOLLOW_MAX = 1_000
MAIL_LOCK = "channels.mail"  # mailboxes change hands one after the other


def choose_mail(by: Actor, yes: bool) -> None:
    """Be reached by mail at the proved address of one's account, or not. Raises NotAllowed, AddressUnproved."""
    tx.demand()
    me = somebody(by)
    mine = models.Reach.objects.filter(person=me, route=Route.MAIL)
    if not yes:
        mine.delete()
        return
    address = reads.proved_mail(me)
    if not address:
        raise AddressUnproved()
    digest = reads.reach_hash(Route.MAIL, address)
    locks.lock_name(MAIL_LOCK)
    if not mine.filter(gone_at__isnull=True, hash=digest).exists():
        mine.delete()
        _take_mail(me, address)


def ask_number(by: Actor, number: str) -> NumberAsked:
    """Ask for a code to a telephone number; only the last one asked for is good. The caller sees to it that it is carried.

    Says nothing about whose number it is so far. Raises NotAllowed, BadValue, TooOften, CodesSpent.
    """
    tx.demand()
    me, number = somebody(by), rules.clean_number(number)
    _count_code(me, reads.reach_hash(Route.SMS, number))
    ask = ids.new()
    models.NumberAsk.objects.filter(person=me).delete()
    row = models.NumberAsk.objects.create(
        id=ask,
        person_id=me,
        sealed=seals.seal(reads.ASK_SEAL, ask, number.encode()),
        until=clock.now() + rules.CODE_LIVES,
    )
    return reads.asked_of(row)


def _count_code(me: PersonId, number: bytes) -> None:
    """Count one more code; of all together the place pays for so many a day. Raises TooOften, CodesSpent."""
    limits.count(f"channels.code.gap:{me}", 1, rules.GAP_SECONDS)
    limits.count(f"channels.code.person:{me}", rules.ASKS_A_DAY, rules.DAY_SECONDS)
    limits.count(f"channels.code.pair:{me}:{number.hex()}", rules.ASKS_OF_A_NUMBER, rules.DAY_SECONDS)
    if not models.Reach.objects.filter(person=me, route=Route.SMS, hash=number, gone_at__isnull=True).exists():
        _share_number(me, number.hex())
    try:
        limits.count(reads.CODES_OF_THE_PLACE, settings.DURE.codes_a_day, rules.DAY_SECONDS)
    except TooOften as often:
        raise CodesSpent(retry_seconds=often.retry_seconds) from often


def _share_number(me: PersonId, number: str) -> None:
    """One more code to a number that is nobody's, or another's, so far: who names it often leaves room for who names it first, so
    that strangers with a few accounts do not keep its owner from it, and its telephone rings so often and no more.
    """
    taken, asked = f"channels.code.number:{number}", limits.used(f"channels.code.pair:{me}:{number}")
    if limits.used(taken) < rules.ROOM[asked - 1]:
        limits.count(taken, rules.CODES_A_DAY, rules.DAY_SECONDS)
    else:
        limits.count(f"channels.code.late:{me}:{number}", rules.LATE_OF_A_PERSON, rules.DAY_SECONDS)
        limits.count(f"channels.code.late:{number}", 1, rules.LATE_SECONDS)


def note_code(by: Actor, ask: UUID, carried: Carried) -> None:
    """Note how the text message with a code fares. Raises NotAllowed."""
    tx.demand()
    if not by.is_system:
        raise NotAllowed(needs="system")
    models.NumberAsk.objects.filter(id=ask).update(carried=carried)


def prove_number(by: Actor, code: str) -> Proof:
    """Try a code. Right: the number is by's, and nobody else's any more. Wrong: a try less, which the caller has to commit.

    Raises NotAllowed, BadValue, CodeOver.
    """
    tx.demand()
    me, code = somebody(by), rules.clean_code(code)
    row = models.NumberAsk.objects.select_for_update().filter(person=me).first()
    if row is None or row.until <= clock.now() or row.tries >= rules.TRIES_MAX:
        raise CodeOver()
    if not hmac.compare_digest(code.encode(), reads.code_of(row.id).encode()):
        row.tries += 1
        row.save(update_fields=["tries"])
        return Proof(False, rules.TRIES_MAX - row.tries)
    asked = reads.readable(row)
    if asked is None:
        raise CodeOver()
    _move(me, asked.number)
    row.delete()
    return Proof(True, 0)


def _move(me: PersonId, number: str) -> None:
    """The number leads to me from now on. Numbers are given out again: whoever had it before loses it and is told."""
    digest, now = reads.reach_hash(Route.SMS, number), clock.now()
    locks.lock_name(f"channels.number:{digest.hex()}")  # two who prove it at one moment: one after the other
    before = models.Reach.objects.filter(route=Route.SMS, hash=digest, gone_at__isnull=True)
    mine = before.filter(person=me).first()
    if mine is not None:
        sealed = seals.seal(reads.REACH_SEAL, mine.id, number.encode())  # anew: it may be one that cannot be read
        models.Reach.objects.filter(id=mine.id).update(proved_at=now, sealed=sealed)
    for row in before.exclude(person=me):
        shown = rules.masked(number)
        _lose(row, Gone.MOVED, shown, now)
        outbox.emit(NumberMoved(person=PersonId(row.person_id), shown=shown, at=now))
    own = models.Reach.objects.filter(person=me, route=Route.SMS)
    aloud = own.filter(aloud=True).exists()
    own.exclude(hash=digest, gone_at__isnull=True).delete()
    if mine is None:
        _keep(me, Route.SMS, number, aloud=aloud)  # who cannot read texts, can neither on a new one


def drop_number(by: Actor) -> None:
    """Be reached by telephone no more, from the next batch on; also take an asking back. Raises NotAllowed."""
    tx.demand()
    me = somebody(by)
    models.NumberAsk.objects.filter(person=me).delete()
    models.Reach.objects.filter(person=me, route=Route.SMS, gone_at__isnull=True).delete()


def drop_lost(by: Actor) -> None:
    """Have read which addresses lead nowhere any more. Raises NotAllowed."""
    tx.demand()
    models.Reach.objects.filter(person=somebody(by), gone_at__isnull=False).delete()


def choose_aloud(by: Actor, yes: bool) -> None:
    """Have what comes by telephone read aloud by a call, instead of as text, or not. Raises NotAllowed, NoTelephone."""
    tx.demand()
    mine = models.Reach.objects.filter(person=somebody(by), route=Route.SMS, gone_at__isnull=True)
    if not mine.update(aloud=yes) and yes:
        raise NoTelephone()


def forget_ways(by: Actor, person: PersonId) -> int:
    """Erase every address of a person, when their account closes; answers how many. Safe to run again. Raises NotAllowed."""
    tx.demand()
    if not by.is_system:
        raise NotAllowed(needs="system")
    models.NumberAsk.objects.filter(person=person).delete()
    return models.Reach.objects.filter(person=person).delete()[0]


def tidy_ways(by: Actor, now: datetime) -> int:
    """Erase askings that are over and addresses lost long ago, and follow accounts to their new e-mail address; answers how many.

    Raises NotAllowed.
    """
    tx.demand()
    if not by.is_system:
        raise NotAllowed(needs="system")
    over = models.NumberAsk.objects.filter(until__lt=now).delete()[0]
    lost = models.Reach.objects.filter(gone_at__lt=now - rules.LOST_KEPT).delete()[0]
    locks.lock_name(MAIL_LOCK)
    return over + lost + _follow(models.Reach.objects.all())


def _follow(among: QuerySet[models.Reach]) -> int:
    """Who changed the address of their account is reached at the new one; at the old one nobody was since they changed it. All
    leave their old addresses before anybody takes a new one: mailboxes are given out again, and two may change at one time. Under
    MAIL_LOCK, so that of two workers the second finds nothing left to do.
    """
    rows = among.filter(route=Route.MAIL, gone_at__isnull=True).select_related("person")
    moved: list[tuple[UUID, PersonId, str]] = []
    for row in rows.filter(~Q(person__email="")).iterator(FOLLOW_MAX):
        address = row.person.email
        if bytes(row.hash) != reads.reach_hash(Route.MAIL, address):
            is_proved = row.person.verified_at is not None and row.person.is_active
            moved.append((row.id, PersonId(row.person_id), address if is_proved else ""))
    models.Reach.objects.filter(id__in=[reach for reach, _, _ in moved]).delete()
    followed = [(person, address) for _, person, address in moved if address]
    for person, address in followed:
        _take_mail(person, address)
    return len(followed)


def _take_mail(person: PersonId, address: str) -> None:
    """The mailbox leads to this person; whoever had it before is followed to where their account is now."""
    _follow(models.Reach.objects.filter(hash=reads.reach_hash(Route.MAIL, address)))
    _keep(person, Route.MAIL, address)


def _keep(person: PersonId, route: Route, address: str, *, aloud: bool = False) -> None:
    """A new address of a person."""
    reach, digest = ids.new(), reads.reach_hash(route, address)
    models.Reach.objects.create(
        id=reach,
        person_id=person,
        route=route,
        sealed=seals.seal(reads.REACH_SEAL, reach, address.encode()),
        hash=digest,
        proved_at=clock.now(),
        aloud=aloud,
    )


def _lose(row: models.Reach, why: Gone, shown: str, now: datetime) -> None:
    """Of an address that is somebody else's now, only what is shown of it stays."""
    sealed = seals.seal(reads.REACH_SEAL, row.id, shown.encode())
    models.Reach.objects.filter(id=row.id).update(gone_at=now, why=why, sealed=sealed, hash=b"")

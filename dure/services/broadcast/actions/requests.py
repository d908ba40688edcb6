"""A child asks for a parent; who speaks to the village says yes or no; then the parent is called and says so themselves.

Nobody learns by asking whether a number listens or said no: that is told to who speaks to the village alone. Locks: the person
who asks; the request, then its household.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.refusals import BadValue, NotFound
from dure.kit import limits, locks, seals, tx
from dure.services.broadcast import models, queries
from dure.services.broadcast.queries.households import demand_of_village, number_hash
from dure.services.broadcast.queries.requests import NAME_SEAL, NUMBER_SEAL, request_of
from dure.services.broadcast.rules import households, permits
from dure.services.broadcast.rules import requests as rules
from dure.services.broadcast.types import (
    HouseholdState,
    NotWritten,
    ParentRequest,
    RequestId,
    RequestStanding,
    RequestState,
    VillageId,
)

from .households import end_household, put_household

__all__ = ["agree_request", "ask_for_parent", "lapse_requests", "refuse_request", "withdraw_request"]

DAY_SECONDS: Final = 86_400
ASKS_PER_DAY_MAX: Final = 10  # of one person
AT_ONCE: Final = 2_000


def ask_for_parent(by: Actor, village: VillageId, name: str, number: str, *, key: str) -> ParentRequest:
    """Ask that somebody without an account hears the village. Nobody is called before who speaks there agrees.

    Raises NotAllowed, NotFound, BadValue, TooOften, AsksTooMany, AskedLately.
    """
    with tx.action(by, "broadcast.ask_for_parent", key, (village, name, number), UUID) as done:
        person = permits.somebody(by)
        if done:
            return request_of(_row(RequestId(done.answer())))
        queries.village(village)
        said, called = households.clean_name(name), households.clean_number(number)
        limits.count(f"broadcast.ask_for_parent:{person}", ASKS_PER_DAY_MAX, DAY_SECONDS)
        locks.lock_name(f"broadcast.ask_for_parent:{person}")
        now, made, hashed = clock.now(), ids.new(), number_hash(called)
        own = models.ParentRequest.objects.filter(person_id=person)
        waiting = own.filter(state=RequestState.WAITING, asked_at__gt=now - rules.LASTS)
        if waiting.filter(village_id=village, hash=hashed).exists():
            raise BadValue(field="telephone", reason="asked_already")
        rules.demand_room(waiting.count())
        refused = (
            own.filter(village_id=village, hash=hashed, state=RequestState.REFUSED).order_by("-ended_at", "-id").first()
        )
        rules.demand_no_late(refused.ended_at if refused else None, now)
        own.filter(state=RequestState.WAITING, asked_at__lte=now - rules.LASTS).update(
            state=RequestState.LAPSED, ended_at=now
        )
        models.ParentRequest.objects.create(
            id=made,
            village_id=village,
            person_id=person,
            sealed_name=seals.seal(NAME_SEAL, made, said.encode()),
            sealed_number=seals.seal(NUMBER_SEAL, made, called.encode()),
            hash=hashed,
            asked_at=now,
        )
        done.keep(made)
        return request_of(_row(RequestId(made)))


def agree_request(by: Actor, request: RequestId, *, key: str) -> ParentRequest:
    """Agree that a parent is called and asked; one who is entered already is that one. Raises NotAllowed, NotFound, NotWritten,
    BadValue, TooOften, SaidNo.
    """
    with tx.action(by, "broadcast.agree_request", key, request, UUID) as done:
        if done:
            return request_of(_row(request))
        row, now = _lock(request), clock.now()
        village = VillageId(row.village_id)
        demand_of_village(by, village)
        found = request_of(row)
        if found.standing is not RequestStanding.WAITING:
            raise NotWritten(state=found.standing)
        known = models.Household.objects.filter(village_id=village, hash=row.hash, ended_at__isnull=True).first()
        home = known or put_household(by, village, found.name, found.number, now)
        _end(row, RequestState.AGREED, by, home, now)
        done.keep(row.id)
        return request_of(_row(request))


def refuse_request(by: Actor, request: RequestId) -> VillageId:
    """Say no: nobody is called. Twice is once. Raises NotAllowed, NotFound, NotWritten."""
    with tx.durable():
        row = _lock(request)
        demand_of_village(by, VillageId(row.village_id))
        standing = request_of(row).standing
        if standing not in (RequestStanding.WAITING, RequestStanding.REFUSED):
            raise NotWritten(state=standing)
        if standing is RequestStanding.WAITING:
            _end(row, RequestState.REFUSED, by, None, clock.now())
        return VillageId(row.village_id)


def withdraw_request(by: Actor, request: RequestId) -> None:
    """Take one's request back, until the parent has said something; who was entered for it is not called any more. Twice is
    once. Raises NotAllowed, NotFound, NotWritten.
    """
    with tx.durable():
        row = _lock(request)
        if row.person_id != permits.somebody(by):  # whose it is, is nobody's business
            raise NotFound(what="request")
        if row.state == RequestState.WITHDRAWN:
            return
        row.household = home = _lock_home(row)
        standing = request_of(row).standing
        if not rules.may_withdraw(standing):
            raise NotWritten(state=standing)
        if home is not None and home.entered_at == row.ended_at:  # not one that the head had entered by themselves
            end_household(home, HouseholdState.LEFT)
        _end(row, RequestState.WITHDRAWN, by, None, clock.now())


def lapse_requests(by: Actor) -> int:
    """End what nobody looked at in time, and forget what is over for a month; answers how many. Raises NotAllowed."""
    permits.may_run(by)
    with tx.durable():
        now = clock.now()
        waiting = models.ParentRequest.objects.filter(state=RequestState.WAITING, asked_at__lte=now - rules.LASTS)
        old = list(
            waiting.select_for_update(skip_locked=True)
            .order_by("asked_at", "id")
            .values_list("id", flat=True)[:AT_ONCE]
        )
        models.ParentRequest.objects.filter(id__in=old).update(state=RequestState.LAPSED, ended_at=now)
        over = models.ParentRequest.objects.filter(ended_at__lt=now - rules.NO_LASTS)
        over = over.exclude(household__isnull=False, household__ended_at__isnull=True)  # its child may still look
        gone = list(over.order_by("id").values_list("id", flat=True)[:AT_ONCE])
        models.ParentRequest.objects.filter(id__in=gone).delete()
        return len(old) + len(gone)


def _end(
    row: models.ParentRequest, state: RequestState, by: Actor, home: models.Household | None, now: datetime
) -> None:
    row.state, row.ended_at, row.ended_by, row.household = state, now, by.person, home
    row.save(update_fields=["state", "ended_at", "ended_by", "household"])


def _lock_home(row: models.ParentRequest) -> models.Household | None:
    if row.household_id is None:
        return None
    return models.Household.objects.select_for_update().filter(id=row.household_id).first()


def _lock(request: RequestId) -> models.ParentRequest:
    rows = models.ParentRequest.objects.select_for_update(of=("self",)).select_related("village", "household")
    row = rows.filter(id=request).first()
    if row is None:
        raise NotFound(what="request")
    return row


def _row(request: RequestId) -> models.ParentRequest:
    return models.ParentRequest.objects.select_related("village", "household").get(id=request)

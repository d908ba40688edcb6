"""The private address of one's own calendar is made, made anew, and taken back."""

from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.kit import limits, tx
from dure.services.pledges import models, queries
from dure.services.pledges.rules import permits
from dure.services.pledges.types import CalendarAddress

RENEWED_PER_HOUR_MAX = 20
HOUR_SECONDS = 3_600


def renew_calendar(by: Actor, *, key: str) -> CalendarAddress:
    """Have an address at which a calendar program reads one's own promises; one had before ends. Raises NotAllowed, TooOften."""
    person = permits.somebody(by)
    with tx.action(by, "pledges.renew_calendar", key, None, UUID) as done:
        if not done:
            limits.count(f"pledges.calendar:{person}", RENEWED_PER_HOUR_MAX, HOUR_SECONDS)
            made = done.keep(ids.new())
            fresh = {"key": made, "made_at": clock.now()}
            models.CalendarKey.objects.update_or_create(person_id=person, defaults=fresh)
        return queries.calendar_address(by)


def close_calendar(by: Actor, *, key: str) -> None:
    """End the address of one's calendar. Raises NotAllowed."""
    person = permits.somebody(by)
    with tx.action(by, "pledges.close_calendar", key, None, UUID) as done:
        if not done:
            models.CalendarKey.objects.filter(person_id=person).delete()
            done.keep(person)


def forget_calendar(by: Actor, person: UUID) -> None:
    """Somebody closed their account: the address of their calendar ends. Safe to repeat. Raises NotAllowed."""
    permits.may_run(by)
    with tx.durable():
        models.CalendarKey.objects.filter(person_id=person).delete()

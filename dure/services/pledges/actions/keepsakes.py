"""A certificate is made as its person wants it, and taken back: its code then leads nowhere."""

from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.foundations.people import queries as people
from dure.kit import limits, tx
from dure.services.pledges import models, queries
from dure.services.pledges.rules import keepsakes, permits
from dure.services.pledges.types import Certificate, PledgeId, ShownName

from .common import lock_pledge

MADE_PER_HOUR_MAX = 30
HOUR_SECONDS = 3_600


def make_certificate(by: Actor, pledge: PledgeId, shown: ShownName, *, key: str) -> Certificate:
    """Have a certificate of one's kept days, with as much of the name as one wants. One made before is replaced: its code leads
    nowhere from then on. Raises NotAllowed, NotSettledYet, TooOften, NotFound.
    """
    with tx.action(by, "pledges.make_certificate", key, (pledge, shown), UUID) as done:
        if done:
            return queries.certificate_of(by, pledge)
        found = queries.pledge(pledge)
        permits.may_touch(by, found.person)
        row = lock_pledge(pledge)
        settled = queries.pledge(pledge).settled
        keepsakes.may_certify(settled.kept if settled else None, row.project.season.root)
        limits.count(f"pledges.certificate:{found.person}", MADE_PER_HOUR_MAX, HOUR_SECONDS)
        name = keepsakes.shown_name(people.person(found.person).name, shown)
        code = ids.speakable(keepsakes.CODE_LENGTH)
        models.Certificate.objects.update_or_create(
            pledge=row, defaults={"code": code, "name": name, "made_at": clock.now()}
        )
        done.keep(row.id)
        return queries.certificate_of(by, pledge)


def withdraw_certificate(by: Actor, pledge: PledgeId, *, key: str) -> None:
    """Take one's certificate back: its code leads nowhere any more. Raises NotAllowed, NotFound."""
    with tx.action(by, "pledges.withdraw_certificate", key, pledge, UUID) as done:
        if done:
            return
        permits.may_touch(by, queries.pledge(pledge).person)
        lock_pledge(pledge)
        models.Certificate.objects.filter(pledge_id=pledge).delete()
        done.keep(pledge)


def forget_certificates(by: Actor, person: UUID) -> int:
    """Somebody closed their account: nothing shows their name any more. Answers how many. Safe to repeat. Raises NotAllowed."""
    permits.may_run(by)
    with tx.durable():
        return models.Certificate.objects.filter(pledge__person_id=person).delete()[0]

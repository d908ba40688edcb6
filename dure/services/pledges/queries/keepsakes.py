"""Certificates: one's own, and by its code for anybody."""

from django.db.models import QuerySet

from dure.base.actors import Actor
from dure.base.refusals import NotFound
from dure.services.pledges import models
from dure.services.pledges.rules import days, permits
from dure.services.pledges.types import Certificate, CountProof, PledgeId

from .pledges import pledge
from .settling import proof_of_count

SAID_LENGTH_MAX = 20


def certificate_of(by: Actor, pledge_id: PledgeId) -> Certificate:
    """The certificate of one's own pledge. Raises NotAllowed, NotFound."""
    permits.may_touch(by, pledge(pledge_id).person)
    return _one(models.Certificate.objects.filter(pledge_id=pledge_id))


def certificate_by_code(said: str) -> Certificate:
    """What the certificate with this code says, however the code was typed: anybody who was shown it may ask. Raises NotFound."""
    code = "".join(letter for letter in said[:SAID_LENGTH_MAX].upper() if letter.isalnum())
    return _one(models.Certificate.objects.filter(code=code))


def count_of_certificate(code: str) -> CountProof:
    """What shows that the count on a certificate is in the published total: its person made it public. Raises NotFound."""
    return proof_of_count(certificate_by_code(code).pledge)


def _one(rows: QuerySet[models.Certificate]) -> Certificate:
    row = (
        rows.select_related("pledge__project__season", "pledge__settlement")
        .prefetch_related("pledge__corrections")
        .first()
    )
    if row is None:
        raise NotFound(what="certificate")
    project = row.pledge.project
    return Certificate(
        code=row.code,
        pledge=PledgeId(row.pledge_id),
        name=row.name,
        project=project.title,
        promise=project.promise,
        season=project.season.name,
        season_code=project.season.code,
        starts_on=project.season.starts_on,
        ends_on=days.last_day(project.season.starts_on),
        kept=row.pledge.settlement.kept + sum(one.kept for one in row.pledge.corrections.all()),
        root=project.season.root,
        made_at=row.made_at,
    )

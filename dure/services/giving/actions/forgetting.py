"""What giving keeps of people for a while only. Money, dates and the ids in the books stay; words and marks of people go."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.kit import tx
from dure.services.giving import models, rules
from dure.services.giving.types import CauseState, Want

IDENTITY_KEPT: Final = timedelta(days=30)  # as the consent to the privacy text says
PROOFS_KEPT: Final = timedelta(days=3_653)
AT_THE_GATE: Final = (CauseState.DRAFT, CauseState.PROPOSED, CauseState.VETTING, CauseState.NEEDS_WORK)
BATCH_MAX: Final = 5_000


def forget(by: Actor, now: datetime) -> int:
    """Erase what is past its time; answers how many rows. Run by a task every night, safe to run again. Raises NotAllowed."""
    rules.may_run(by)
    with tx.durable():
        return _forget_identities(now) + _forget_words(now) + _forget_proofs(now)


def _forget_identities(now: datetime) -> int:
    """Marks of mailboxes: once the gate can no longer open again, and those of people who left, some days later."""
    ended = (
        models.Step.objects.filter(at__lte=now - IDENTITY_KEPT)
        .filter(Q(want=Want.OPEN) | Q(after__in=[CauseState.REJECTED, CauseState.WITHDRAWN]))
        .exclude(cause__state__in=AT_THE_GATE)
        .values("cause_id")
    )
    left = list(people.gone_since(now - IDENTITY_KEPT))
    late = models.Agreement.objects.exclude(identity="").filter(Q(cause__in=ended) | Q(person_id__in=left))
    return models.Agreement.objects.filter(id__in=list(late.values_list("id", flat=True)[:BATCH_MAX])).update(
        identity=""
    )


def _forget_words(now: datetime) -> int:
    """What people who left wrote beside their gifts and cheers. Their name went when they left."""
    left = list(people.gone_since(now))
    gifts = models.Gift.objects.filter(donor_id__in=left).exclude(message="").update(message="", name_shown=False)
    return gifts + models.Cheer.objects.filter(person_id__in=left).exclude(text="").update(text="", hidden=True)


def _forget_proofs(now: datetime) -> int:
    """Files of spending; the line with date, payee, purpose, amount and fingerprint of its proof stays."""
    late = models.ReportLine.objects.filter(box__reported_at__lte=now - PROOFS_KEPT).exclude(proof="")
    erased = list(late[:BATCH_MAX])
    for line in erased:
        line.proof.delete(save=False)
        line.save(update_fields=["proof"])
    return len(erased)

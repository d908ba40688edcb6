"""Reads of mandates."""

from uuid import UUID

from dure.base.refusals import NotFound
from dure.foundations.ledger.models.mandates import Mandate as MandateRow
from dure.foundations.ledger.types.mandates import Mandate, MandateId, MandateState
from dure.kit import seals

__all__ = ["mandate"]

SEAL = "ledger.mandate.v1"


def mandate(mandate_id: UUID, *, lock: bool = False) -> Mandate:
    """One mandate, without its key. Raises NotFound."""
    rows = MandateRow.objects.select_for_update() if lock else MandateRow.objects.all()
    row = rows.filter(id=mandate_id).first()
    if row is None:
        raise NotFound(what="mandate")
    return Mandate(MandateId(row.id), row.payer_id, row.provider, MandateState(row.state), row.card, row.made_at)


def key_of(mandate_id: MandateId) -> str:
    """The key, opened: only for the call that charges. Empty: there is none any more."""
    sealed = MandateRow.objects.filter(id=mandate_id).values_list("sealed", flat=True).first()
    return seals.unseal(SEAL, mandate_id, bytes(sealed)).decode() if sealed else ""

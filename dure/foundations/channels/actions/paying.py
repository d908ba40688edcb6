"""Who pays is settled before anything leaves: what a message may cost is held back, and no more than that is ever begun."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F

from dure.base import clock
from dure.base.actors import Actor, OrganisationId
from dure.foundations.channels import models
from dure.foundations.channels.queries import paying as costs
from dure.foundations.channels.types import Content, NotEnoughCredit, Purpose, SendingId
from dure.foundations.channels.types.ladders import Due
from dure.kit import locks

__all__ = ["hold_for_one"]


def hold_back(by: Actor, house: str, organisation: OrganisationId, sending: SendingId, won: tuple[int, int]) -> None:
    """Have `house` hold back what a sending may cost at most, and for one person. Raises NotEnoughCredit."""
    most, each = won
    costs.payer(house).hold(by, organisation, sending, most)
    models.Sending.objects.filter(id=sending).update(paid_by=house, most_won=most, each_won=each, settle_at=clock.now())


def hold_for_one(by: Actor, organisation: OrganisationId, sending: SendingId, content: Content) -> None:
    """Settle who pays for a message of care to one person: the house that pays for the organisation, as far as what is at hand
    goes, and then the ways that cost nothing; where no house does, whoever runs the place.
    """
    known = costs.payer_for(organisation)
    if known is None:
        return
    house, left = known
    won = costs.most_for(Purpose.CARE, content)
    try:
        if won <= left:
            if won:
                with transaction.atomic():
                    hold_back(by, house, organisation, sending, (won, won))
            return
    except NotEnoughCredit:  # spent elsewhere at this moment
        pass
    models.Sending.objects.filter(id=sending).update(free_only=True)


class Purses:
    """What is left of what was held back for the sendings of one batch, their rows locked: nobody else begins anything for them
    meanwhile, so that together no more is begun than was held. Locked before anybody is judged: whoever waits here for another
    sender must not go on with what was true before.
    """

    def __init__(self, dispatches: Sequence[int]) -> None:
        self._left: dict[UUID, int] = {}
        self._begun: Counter[UUID] = Counter()
        claimed = models.Dispatch.objects.filter(id__in=dispatches).values("sending")
        paid = models.Sending.objects.filter(id__in=claimed).exclude(paid_by="")
        if found := list(paid.values_list("id", flat=True)):  # nothing is locked for what nobody pays
            rows = models.Sending.objects.select_for_update(no_key=True).filter(id__in=found).order_by("id")
            with locks.refusing_when_busy():
                self._left = {row.id: row.most_won - row.begun_won for row in rows}

    def pays(self, one: Due, rung: int, won: int) -> bool:
        """Whether this step of it may be taken: it costs nothing, or its money is there. One that was begun has its money."""
        if not won or one.free_only:
            return not won
        if not one.paid or self._is_begun(one, rung):
            return True
        return not one.late and won <= self._left[one.sending]

    def set_aside(self, one: Due, rung: int, won: int) -> None:
        """Keep the money of a step that waits for its dealer from the others of this batch."""
        if one.paid and not self._is_begun(one, rung):
            self._left[one.sending] -= won

    def begin(self, one: Due, rung: int, won: int) -> None:
        """Note that a dealer is asked now."""
        if one.paid and won and not self._is_begun(one, rung):
            self._begun[one.sending] += won

    def write(self) -> None:
        """Write down what was begun."""
        for sending, won in sorted(self._begun.items()):
            models.Sending.objects.filter(id=sending).update(begun_won=F("begun_won") + won)

    @staticmethod
    def _is_begun(one: Due, rung: int) -> bool:
        return bool(one.dealer) and one.rung == rung

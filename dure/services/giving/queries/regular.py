"""Reads of regular gifts."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import QuerySet

from dure.base.refusals import NotFound
from dure.foundations.ledger import queries as book
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, OrganisationId
from dure.services.giving import models
from dure.services.giving.rules import regular as keeping
from dure.services.giving.types.regular import (
    ChargeState,
    Reach,
    Regular,
    RegularCharge,
    RegularId,
    RegularState,
)

OWN_SHOWN = 50
MONTHS_SHOWN = 24


def my_regulars(person: UUID) -> tuple[Regular, ...]:
    """A person's regular gifts, those that run first, then the newest; those without a card are left out."""
    rows = models.Regular.objects.select_related("box__cause").filter(donor_id=person)
    order = {RegularState.RUNNING: 0, RegularState.PAUSED: 1}
    shown = list(rows.exclude(state=RegularState.ASKED).order_by("-at", "-pk")[:OWN_SHOWN])
    shown.sort(key=lambda row: order.get(RegularState(row.state), 2))
    return tuple(_regular(row, names) for names in (_names(shown),) for row in shown)


def my_regular(by: Actor, regular: UUID) -> Regular:
    """One of the person's own, with its months. Raises NotFound, NotAllowed."""
    row = models.Regular.objects.select_related("box__cause").filter(id=regular).first()
    if row is None:
        raise NotFound(what="regular")
    keeping.may_keep(by, row.donor_id)
    months = row.charges.select_related("gift__box__cause").order_by("-month")
    return _regular(row, _names([row]), months[:MONTHS_SHOWN])


def regular_of(person: UUID, partner: UUID) -> RegularId | None:
    """The person's regular gift for a partner, that runs or rests."""
    rows = models.Regular.objects.filter(donor_id=person, partner_id=partner)
    found = rows.filter(state__in=(RegularState.RUNNING, RegularState.PAUSED)).values_list("id", flat=True).first()
    return RegularId(found) if found else None


def _names(rows: list[models.Regular]) -> Mapping[OrganisationId, str]:
    cards = people.organisations(row.partner_id for row in rows)
    return {partner: card.name for partner, card in cards.items()}


def _regular(
    row: models.Regular,
    names: Mapping[OrganisationId, str],
    months: "QuerySet[models.RegularCharge] | tuple[models.RegularCharge, ...]" = (),
) -> Regular:
    mandate = book.mandate(row.mandate)
    return Regular(
        id=RegularId(row.id),
        donor=row.donor_id,
        box=row.box_id,
        title=row.box.cause.title,
        partner=row.partner_id,
        partner_name=names[OrganisationId(row.partner_id)],
        amount=row.amount,
        day=row.day,
        reach=Reach(row.reach),
        name_shown=row.name_shown,
        state=RegularState(row.state),
        why=row.why,
        next_on=row.next_on,
        provider=mandate.provider,
        card=mandate.card,
        mandate=row.mandate,
        at=row.at,
        charges=tuple(
            RegularCharge(
                month=month.month,
                amount=month.amount,
                state=ChargeState(month.state),
                tries=month.tries,
                try_on=month.try_on,
                gift=month.gift_id if month.state == ChargeState.GIVEN else None,
                title=month.gift.box.cause.title if month.gift else "",
            )
            for month in months
        ),
    )

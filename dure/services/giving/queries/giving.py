"""Givers: walls, rankings, own gifts, own agreements, what a receipt may be issued for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear

from dure.base import clock
from dure.base.refusals import NotFound
from dure.foundations.ledger import queries as ledger
from dure.foundations.people import queries as people
from dure.foundations.people.types import OrganisationId, PersonId
from dure.services.giving import models, rules
from dure.services.giving.types import (
    Agreement,
    AgreementState,
    BoxId,
    CauseId,
    CauseState,
    Gift,
    GiftId,
    GiftState,
    MatchKind,
    MyCheer,
    MyGift,
    MySums,
    RankEntry,
    Receiptable,
    WallEntry,
    WallKind,
    Want,
)

WALL_SIZE = 20
RANK_SIZE = 10
OWN_MAX = 500
OBJECTED_MAX = 50


def counted_agreements(cause: UUID) -> int:
    """How many agreements stand now."""
    return models.Agreement.objects.filter(cause_id=cause, state=AgreementState.VALID).count()


def has_agreed(cause: UUID, person: UUID | None) -> bool:
    """Whether this person's agreement stands."""
    if person is None:
        return False
    return models.Agreement.objects.filter(cause_id=cause, person_id=person, state=AgreementState.VALID).exists()


def my_agreements(person: UUID) -> tuple[Agreement, ...]:
    """The person's agreements, newest first."""
    rows = models.Agreement.objects.filter(person_id=person).order_by("-at", "-pk")[:OWN_MAX]
    return tuple(
        Agreement(id=row.id, cause=CauseId(row.cause_id), person=person, state=AgreementState(row.state), at=row.at)
        for row in rows
    )


def matched_today(box: UUID, person: UUID | None) -> bool:
    """Whether today's comment or share of this person was counted as a gift already."""
    if person is None:
        return False
    return models.Cheer.objects.filter(box_id=box, person_id=person, day=clock.today(), matched__gt=0).exists()


def wall(
    box: UUID, before: UUID | None = None, *, after: UUID | None = None, watched: bool = False
) -> tuple[WallEntry, ...]:
    """Gifts and comments of a box, newest first, WALL_SIZE at a time; page on with the id of the last one as `before`.

    Gifts of one commit have one time, so the time alone would leave some of them out.
    `after`: only what came since the entry with this id. `watched`: for those who look after the wall, with the words that are
    hidden and what readers object to. Raises NotFound for a `before` or `after` that is not on this wall.
    """
    within = (_before(box, before) if before else Q()) & (_after(box, after) if after else Q())
    given = models.Gift.objects.filter(within, box_id=box, state=GiftState.GIVEN)
    gifts = list(given.order_by("-at", "-id")[:WALL_SIZE])
    said = models.Cheer.objects.filter(within, box_id=box, kind=MatchKind.COMMENT)
    comments = list((said if watched else said.filter(hidden=False)).order_by("-at", "-id")[:WALL_SIZE])
    objections = _objections(box) if watched else {}
    shown = {PersonId(row.donor_id) for row in gifts if row.name_shown} | {PersonId(row.person_id) for row in comments}
    names = people.names(shown)
    entries = [
        WallEntry(
            id=row.id,
            name=names.get(PersonId(row.donor_id), "") if row.name_shown else "",
            amount=row.amount,
            text=row.message if watched or not row.hidden else "",
            kind=WallKind.GIFT,
            at=row.at,
            hidden=row.hidden,
            objections=objections.get(row.id, 0),
        )
        for row in gifts
    ]
    entries += [
        WallEntry(
            id=row.id,
            name=names.get(PersonId(row.person_id), ""),
            amount=row.matched,
            text=row.text,
            kind=WallKind.COMMENT,
            at=row.at,
            hidden=row.hidden,
            objections=objections.get(row.id, 0),
        )
        for row in comments
    ]
    entries.sort(key=lambda one: (one.at, one.id), reverse=True)
    return tuple(entries[:WALL_SIZE])


def _before(box: UUID, entry: UUID) -> Q:
    """What stands below this entry of the wall. Raises NotFound."""
    at = _time_of(box, entry)
    return Q(at__lt=at) | Q(at=at, id__lt=entry)


def _after(box: UUID, entry: UUID) -> Q:
    """What stands above it. Raises NotFound."""
    at = _time_of(box, entry)
    return Q(at__gt=at) | Q(at=at, id__gt=entry)


def _time_of(box: UUID, entry: UUID) -> datetime:
    """When this entry came to the wall; it may have been refunded or hidden meanwhile. Raises NotFound."""
    at = (
        models.Gift.objects.filter(box_id=box, id=entry).values_list("at", flat=True).first()
        or models.Cheer.objects.filter(box_id=box, id=entry).values_list("at", flat=True).first()
    )
    if at is None:
        raise NotFound(what="wall_entry")
    return at


def objected_boxes() -> tuple[UUID, ...]:
    """Boxes with words that readers object to and no steward has answered, the longest waiting first."""
    rows = (
        models.Objection.objects.filter(settled_at=None)
        .values("box_id")
        .annotate(since=Min("at"))
        .order_by("since", "box_id")
    )
    return tuple(row["box_id"] for row in rows[:OBJECTED_MAX])


def objected(box: UUID) -> tuple[WallEntry, ...]:
    """The words on this wall that readers object to, the longest waiting first."""
    objections = _objections(box)
    gifts = models.Gift.objects.filter(id__in=list(objections))
    comments = models.Cheer.objects.filter(id__in=list(objections))
    words = [(row.id, row.donor_id, row.amount, row.message, WallKind.GIFT, row.at, row.hidden) for row in gifts]
    words += [(row.id, row.person_id, row.matched, row.text, WallKind.COMMENT, row.at, row.hidden) for row in comments]
    names = people.names({PersonId(person) for _, person, *_ in words})
    return tuple(
        WallEntry(one, names.get(PersonId(person), ""), amount, text, kind, at, hidden, objections[one])
        for one, person, amount, text, kind, at, hidden in sorted(words, key=lambda word: word[5])
    )


def _objections(box: UUID) -> Mapping[UUID, int]:
    """How many readers object to each entry of this wall, unanswered."""
    rows = models.Objection.objects.filter(box_id=box, settled_at=None).values_list("entry")
    return dict(rows.annotate(Count("id")))


def ranking(box: UUID) -> tuple[RankEntry, ...]:
    """The largest givers of a box by the sum of gifts that stand; equal sums share a place."""
    rows = list(
        models.Gift.objects.filter(box_id=box, state=GiftState.GIVEN)
        .values("donor_id")
        .annotate(total=Sum("amount"), gifts=Count("id"))
        .order_by("-total", "donor_id")[:RANK_SIZE]
    )
    donors = [row["donor_id"] for row in rows]
    hidden = set(
        models.Gift.objects.filter(
            box_id=box, donor_id__in=donors, state=GiftState.GIVEN, name_shown=False
        ).values_list("donor_id", flat=True)
    )
    names = people.names({PersonId(donor) for donor in donors if donor not in hidden})
    sums = [row["total"] for row in rows]
    return tuple(
        RankEntry(
            place=sums.index(row["total"]) + 1,
            name=names.get(PersonId(row["donor_id"]), ""),
            amount=row["total"],
            gifts=row["gifts"],
        )
        for row in rows
    )


def gift(gift_id: UUID) -> Gift:
    """One gift. Raises NotFound."""
    return _gift(models.Gift.objects.filter(id=gift_id).first())


def payment_gift(payment: UUID) -> Gift:
    """The gift that a payment pays for. Raises NotFound."""
    return _gift(models.Gift.objects.filter(payment=payment).first())


def given_by_donor(boxes: Iterable[UUID]) -> Mapping[UUID, int]:
    """What each donor gave to these boxes: won of the gifts that stand."""
    rows = models.Gift.objects.filter(box__in=list(boxes), state=GiftState.GIVEN)
    return dict(rows.values_list("donor").annotate(Sum("amount")))


def given_to(donor: UUID, box: UUID) -> int:
    """What this donor gave to this box: won of the gifts that stand."""
    rows = models.Gift.objects.filter(donor_id=donor, box_id=box, state=GiftState.GIVEN)
    return rows.aggregate(won=Sum("amount"))["won"] or 0


def ordered_gift(order: str) -> Gift:
    """The gift of an order at a payment provider. Raises OrderUnknown, NotFound."""
    return payment_gift(ledger.payment_by_order(order).id)


def my_gifts(person: UUID, box: UUID | None = None, before: UUID | None = None) -> tuple[MyGift, ...]:
    """The person's gifts, newest first, refunded ones too; those the provider never captured are left out.

    OWN_MAX at a time: page on with the id of the last one as `before`. Raises NotFound for a `before` that is not theirs.
    """
    rows = _mine(person)
    if box:
        rows = rows.filter(box_id=box)
    if before:
        last = _mine(person).filter(id=before).first()
        if last is None:
            raise NotFound(what="gift")
        rows = rows.filter(Q(at__lt=last.at) | Q(at=last.at, id__lt=last.id))
    return _my_gifts(list(rows.order_by("-at", "-id")[:OWN_MAX]))


def my_gift(person: UUID, gift_id: UUID) -> MyGift:
    """One gift of this person. Raises NotFound, also for somebody else's."""
    for one in _my_gifts(list(_mine(person).filter(id=gift_id))):
        return one
    raise NotFound(what="gift")


def my_sums(person: UUID) -> MySums:
    """What all gifts of this person that stand come to, however many they are."""
    given = models.Gift.objects.filter(donor_id=person, state=GiftState.GIVEN)
    sums = given.aggregate(won=Sum("amount"), boxes=Count("box", distinct=True))
    years = given.annotate(year=ExtractYear("at", tzinfo=clock.SEOUL)).values_list("year", flat=True).distinct()
    return MySums(won=sums["won"] or 0, boxes=sums["boxes"], years=tuple(sorted(years, reverse=True)))


def _mine(person: UUID) -> QuerySet[models.Gift]:
    found = models.Gift.objects.select_related("box__cause")
    return found.filter(donor_id=person, state__in=[GiftState.GIVEN, GiftState.REFUNDED])


def _my_gifts(rows: Sequence[models.Gift]) -> tuple[MyGift, ...]:
    partners = people.organisations(row.box.cause.partner_id for row in rows)
    refundable = rules.states_for(Want.REFUND_GIFT)
    return tuple(
        MyGift(
            id=GiftId(row.id),
            box=BoxId(row.box_id),
            code=row.box.cause.code,
            title=row.box.cause.title,
            partner=row.box.cause.partner_id,
            partner_name=partners[OrganisationId(row.box.cause.partner_id)].name,
            amount=row.amount,
            message=row.message,
            name_shown=row.name_shown,
            state=GiftState(row.state),
            box_state=CauseState(row.box.state),
            at=row.at,
            refundable=row.state == GiftState.GIVEN and CauseState(row.box.state) in refundable,
        )
        for row in rows
    )


def my_cheers(person: UUID) -> tuple[MyCheer, ...]:
    """The person's comments and shares, newest first."""
    rows = models.Cheer.objects.filter(person_id=person).order_by("-at", "-pk")[:OWN_MAX]
    return tuple(
        MyCheer(box=BoxId(row.box_id), kind=MatchKind(row.kind), matched=row.matched, at=row.at) for row in rows
    )


def receiptables(donor: UUID, partner: UUID, year: int) -> tuple[Receiptable, ...]:
    """The donor's gifts of one year (of Seoul) that stand, to boxes of one partner."""
    since = datetime(year, 1, 1, tzinfo=clock.SEOUL)
    until = datetime(year + 1, 1, 1, tzinfo=clock.SEOUL)
    rows = models.Gift.objects.select_related("box__cause").filter(
        donor_id=donor, box__cause__partner_id=partner, state=GiftState.GIVEN, at__gte=since, at__lt=until
    )
    return tuple(
        Receiptable(
            gift=GiftId(row.id),
            cause=CauseId(row.box_id),
            title=row.box.cause.title,
            partner=partner,
            on=_day(row.at),
            amount=row.amount,
        )
        for row in rows.order_by("at", "id")
    )


def _day(at: datetime) -> date:
    return clock.local(at).date()


def _gift(row: models.Gift | None) -> Gift:
    if row is None:
        raise NotFound(what="gift")
    return Gift(
        id=GiftId(row.id),
        box=BoxId(row.box_id),
        donor=row.donor_id,
        amount=row.amount,
        message=row.message,
        name_shown=row.name_shown,
        state=GiftState(row.state),
        at=row.at,
    )

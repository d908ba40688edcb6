"""Regular gifts: promised, a card registered, charged every month, changed, paused, stopped.

A month of a regular gift is one row, locked before anything is done with it. Each try has a gift and a payment of its own, and
the next one begins only when the one before has come to nothing for good: so no month is charged twice, however often a
worker dies, and a charge whose answer was lost is found out like any payment.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction

from dure.base import clock, ids
from dure.base.refusals import NotFound, Refusal
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import (
    MandateEnded,
    PaymentAsk,
    PaymentDeclined,
    PaymentExpired,
    PaymentId,
    PaymentState,
    ProviderSilent,
    Purpose,
)
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.kit import outbox, tx
from dure.services.giving import models, queries, rules
from dure.services.giving.rules import regular as keeping
from dure.services.giving.types import BoxId, BoxNotOpen, CauseState, GiftId, GiftState, RegistrationNeeded
from dure.services.giving.types.regular import (
    ChargeState,
    NewRegular,
    NoRegularHere,
    Reach,
    RegularId,
    RegularKnown,
    RegularPaused,
    RegularState,
    RegularWant,
    Why,
)

from .common import state_of
from .gifting import CASHIER, PAID_ON_PAGES, PURPOSE, book_captured, settle_payment

RETURN_TO = "/giving/mine/"
CARD_BACK = "/giving/mine/regular/{}/card/"
CHARGES_PER_RUN_MAX = 500
LIVE = (RegularState.RUNNING, RegularState.PAUSED)
log = structlog.get_logger(__name__)


def promise(by: Actor, box: BoxId, new: NewRegular, *, provider: str = "", key: str) -> RegularId:
    """Promise a sum for every month, beginning at this box. It runs once a card is registered (`register_card`).

    Raises NotAllowed, NotFound, BoxNotOpen, BadValue, RegularKnown, NoRegularHere, ProviderUnknown.
    """
    ways = ledger.ways_to_charge(by)
    if not ways:
        raise NoRegularHere()
    with tx.action(by, "giving.promise", key, (box, new, provider), UUID) as done:
        if done:
            return RegularId(done.answer())
        donor = rules.verified(by)
        keeping.check_promise(new)
        row = models.Box.objects.select_related("cause").filter(cause_id=box).first()
        if row is None:
            raise NotFound(what="box")
        rules.check_open(state_of(row.cause), row.opens_at, row.closes_at, clock.now())
        _refuse_second(donor, row.cause.partner_id)
        regular = RegularId(ids.new())
        models.Regular.objects.create(
            id=regular,
            donor_id=donor,
            box=row,
            partner_id=row.cause.partner_id,
            reach=new.reach,
            amount=new.amount,
            day=new.day,
            name_shown=new.name_shown,
            mandate=ledger.ask_mandate(by, provider or ways[0], CARD_BACK.format(regular)),
            state=RegularState.ASKED,
            at=clock.now(),
        )
        return RegularId(done.keep(regular))


def register_card(by: Actor, regular: RegularId) -> str:
    """The address to send the donor to, where a card is registered. Raises NotAllowed, NotFound, MandateEnded, ProviderSilent."""
    known = queries.my_regular(by, regular)
    return ledger.start_mandate(by, known.mandate, CARD_BACK.format(regular))


def card_registered(by: Actor, regular: RegularId, query: Mapping[str, str]) -> RegularId:
    """The donor is back from the provider: the card is charged for this month at once, then on the day they chose.

    Again changes nothing. Raises NotAllowed, NotFound, MandateRefused, MandateEnded, RegularKnown, ProviderSilent.
    """
    known = queries.my_regular(by, regular)
    ledger.grant_mandate(by, known.mandate, query)
    with tx.durable():
        row = _locked(by, regular)
        if row.state == RegularState.ASKED:
            _refuse_second(row.donor_id, row.partner_id)
            row.state = keeping.follow(RegularState.ASKED, RegularWant.GRANT)
            today = clock.today()
            row.next_on = keeping.next_due(row.day, today, keeping.month_of(today))
            try:
                with transaction.atomic():
                    row.save(update_fields=["state", "next_on"])
            except IntegrityError:  # another window was quicker
                raise RegularKnown(regular=row.id) from None
            _open_month(row, today)
    return regular


def change_regular(by: Actor, regular: RegularId, amount: int, day: int, *, key: str) -> RegularId:
    """Another sum or day, from the next charge on. Raises NotAllowed, NotFound, RegularPast, BadValue."""
    with tx.action(by, "giving.change_regular", key, (regular, amount, day), UUID) as done:
        if done:
            return RegularId(done.answer())
        row = _locked(by, regular)
        keeping.follow(RegularState(row.state), RegularWant.CHANGE)
        keeping.check_promise(NewRegular(amount, day, Reach(row.reach)))
        row.amount, row.day = amount, day
        if row.state == RegularState.RUNNING:
            row.next_on = keeping.next_due(day, clock.today(), _last_month(row))
        row.save(update_fields=["amount", "day", "next_on"])
        return RegularId(done.keep(regular))


def pause_regular(by: Actor, regular: RegularId, *, key: str) -> RegularId:
    """Nothing is charged until the donor lets it go on. Raises NotAllowed, NotFound, RegularPast."""
    return _by_donor(by, regular, RegularWant.PAUSE, key)


def resume_regular(by: Actor, regular: RegularId, *, key: str) -> RegularId:
    """It goes on with the next due day; what was left out is not caught up. Raises NotAllowed, NotFound, RegularPast."""
    return _by_donor(by, regular, RegularWant.RESUME, key)


def stop_regular(by: Actor, regular: RegularId, *, key: str) -> RegularId:
    """It ends at once, and the key to the card is erased. Raises NotAllowed, NotFound, RegularPast."""
    return _by_donor(by, regular, RegularWant.STOP, key)


def charge_regular(by: Actor, most: int = CHARGES_PER_RUN_MAX) -> int:
    """Open the months that are due, charge what is to be charged, follow what became of it; answers how many were given.

    Safe to run again at any time, and by several workers: each month is one row. Run by a task.
    """
    rules.may_run(by)
    today = clock.today()
    due = models.Regular.objects.filter(state=RegularState.RUNNING, next_on__lte=today).order_by("next_on", "id")
    for regular in list(due.values_list("id", flat=True)[:most]):
        with tx.durable():
            row = models.Regular.objects.select_for_update().get(id=regular)
            if row.state == RegularState.RUNNING and row.next_on and row.next_on <= today:
                _open_month(row, today)
    months = models.RegularCharge.objects.order_by("id")
    asked = list(months.filter(state=ChargeState.CHARGING).values_list("id", flat=True)[:most])
    waiting = months.filter(state=ChargeState.DUE, try_on__lte=today, regular__state=RegularState.RUNNING)
    return sum(_charge(charge, today) for charge in (*asked, *waiting.values_list("id", flat=True)[:most]))


def begin_charge(by: Actor, charge: UUID, today: date) -> bool:
    """Begin a try of a month: its gift and its payment, in one commit with the month's row. False: not now, or not by us."""
    rules.may_run(by)
    with tx.durable():
        row = _lock_month(charge)
        regular = row.regular
        if regular.state != RegularState.RUNNING or not keeping.begins_now(ChargeState(row.state), row.try_on, today):
            return False
        donor = people.actor(regular.donor_id)
        if not donor.verified:
            _end(regular, Why.GONE)
            return False
        box = _box_for(regular, row.amount)
        if box is None:
            _no_box(row)
            return False
        gift, tried = GiftId(ids.new()), f"regular:{row.id}:{row.tries + 1}"
        ask = PaymentAsk(
            purpose=Purpose(PURPOSE, gift),
            amount=row.amount,
            title=box.cause.title,
            return_to=RETURN_TO,
            provider=book.mandate(regular.mandate).provider,
        )
        payment = ledger.begin_payment(donor, ask, key=tried)
        row.gift = models.Gift.objects.create(
            id=gift,
            box=box,
            donor_id=regular.donor_id,
            amount=row.amount,
            message="",
            name_shown=regular.name_shown,
            state=GiftState.PENDING,
            payment=payment.id,
            key=tried,
            body_hash=PAID_ON_PAGES,
            at=clock.now(),
        )
        row.state, row.tries, row.try_on = ChargeState.CHARGING, row.tries + 1, None
        row.save(update_fields=["gift", "state", "tries", "try_on"])
    return True


def _charge(charge: UUID, today: date) -> bool:
    """Take a month as far as it goes now; answers whether it was given."""
    try:
        begin_charge(CASHIER, charge, today)
        _ask_provider(charge)
        return _follow(charge, today)
    except Refusal as refusal:
        log.warning("regular_charge_waits", charge=str(charge), why=repr(refusal))
        return False


def _ask_provider(charge: UUID) -> None:
    """Have the card charged, unless that was done before: whoever died after that is followed by convergence."""
    row = models.RegularCharge.objects.select_related("gift", "regular").get(id=charge)
    if row.state != ChargeState.CHARGING or row.gift is None:
        return
    payment = book.payment(PaymentId(row.gift.payment))
    if payment.state is PaymentState.CREATED:
        try:
            book_captured(CASHIER, ledger.charge_payment(CASHIER, payment.id, row.regular.mandate))
        except ProviderSilent:
            return
        except (PaymentDeclined, PaymentExpired, MandateEnded):
            settle_payment(CASHIER, payment.id)


def _follow(charge: UUID, today: date) -> bool:
    """What became of the gift becomes of the month: given, or tried again, or failed for good."""
    with tx.durable():
        row = _lock_month(charge)
        if row.state != ChargeState.CHARGING or row.gift is None or row.gift.state == GiftState.PENDING:
            return False
        if row.gift.state == GiftState.FAILED:
            _failed(row, today)
            return False
        row.state = ChargeState.GIVEN
        row.save(update_fields=["state"])
    return True


def _failed(row: models.RegularCharge, today: date) -> None:
    again = keeping.try_again(row.tries, today, row.month)
    if again is not None and row.regular.state == RegularState.RUNNING:
        row.state, row.try_on = ChargeState.DUE, again
        row.save(update_fields=["state", "try_on"])
        return
    row.state = ChargeState.FAILED
    row.save(update_fields=["state"])
    if row.regular.state == RegularState.RUNNING:
        _rest(row.regular, RegularWant.FAIL, Why.CARD)
        outbox.emit(RegularPaused(RegularId(row.regular_id), row.regular.donor_id, row.month, clock.now()))


def _open_month(row: models.Regular, today: date) -> None:
    """Enter the month that is due, once; a month that has gone by is left out, and the next waits for its own day."""
    month = keeping.month_of(today)
    due = row.next_on or today
    if due < month:
        due = keeping.next_due(row.day, today, _last_month(row))
    if due <= today or not row.charges.exists():
        charge = models.RegularCharge(
            id=ids.new(),
            regular=row,
            month=month,
            amount=row.amount,
            state=ChargeState.DUE,
            try_on=today,
            at=clock.now(),
        )
        models.RegularCharge.objects.bulk_create([charge], ignore_conflicts=True)
        due = keeping.next_due(row.day, today, month)
    row.next_on = due
    row.save(update_fields=["next_on"])


def _box_for(regular: models.Regular, amount: int) -> models.Box | None:
    """Its own box while that is open; after that, unless it ends with it, the partner's open box that closes first."""
    found: list[models.Box]
    own = models.Box.objects.select_related("cause").filter(cause_id=regular.box_id)
    others = models.Box.objects.select_related("cause").filter(
        cause__partner_id=regular.partner_id, state=CauseState.OPEN
    )
    found = [
        *own,
        *(
            others.exclude(cause_id=regular.box_id).order_by("closes_at", "pk")
            if regular.reach == Reach.PARTNER
            else ()
        ),
    ]
    now = clock.now()
    for box in found:
        try:
            rules.check_open(state_of(box.cause), box.opens_at, box.closes_at, now)
            rules.check_room(amount, queries.room(box.cause_id))
        except (BoxNotOpen, RegistrationNeeded):
            continue
        return box
    return None


def _no_box(row: models.RegularCharge) -> None:
    row.state, row.try_on = ChargeState.SKIPPED, None
    row.save(update_fields=["state", "try_on"])
    if row.regular.reach == Reach.BOX:
        _end(row.regular, Why.BOX_CLOSED)


def _by_donor(by: Actor, regular: RegularId, want: RegularWant, key: str) -> RegularId:
    with tx.action(by, f"giving.{want}_regular", key, regular, UUID) as done:
        if done:
            return RegularId(done.answer())
        row = _locked(by, regular)
        keeping.follow(RegularState(row.state), want)
        if want is RegularWant.STOP:
            _end(row, Why.DONOR)
        elif want is RegularWant.PAUSE:
            _rest(row, want, Why.DONOR)
        else:
            row.state, row.why = RegularState.RUNNING, ""
            row.next_on = keeping.next_due(row.day, clock.today(), _last_month(row))
            row.save(update_fields=["state", "why", "next_on"])
        return RegularId(done.keep(regular))


def _rest(row: models.Regular, want: RegularWant, why: Why) -> None:
    row.state, row.why, row.next_on = keeping.follow(RegularState(row.state), want), why, None
    row.save(update_fields=["state", "why", "next_on"])
    _leave_out(row)


def _end(row: models.Regular, why: Why) -> None:
    row.state, row.why, row.next_on = keeping.follow(RegularState(row.state), RegularWant.STOP), why, None
    row.ended_at = clock.now()
    row.save(update_fields=["state", "why", "next_on", "ended_at"])
    _leave_out(row)
    ledger.end_mandate(CASHIER, row.mandate)


def _leave_out(row: models.Regular) -> None:
    row.charges.filter(state=ChargeState.DUE).update(state=ChargeState.SKIPPED, try_on=None)


def _refuse_second(donor: UUID, partner: UUID) -> None:
    before = models.Regular.objects.filter(donor_id=donor, partner_id=partner, state__in=LIVE)
    found = before.values_list("id", flat=True).first()
    if found is not None:
        raise RegularKnown(regular=found)


def _last_month(row: models.Regular) -> date | None:
    found: date | None = row.charges.order_by("-month").values_list("month", flat=True).first()
    return found


def _locked(by: Actor, regular: UUID) -> models.Regular:
    row = models.Regular.objects.select_for_update().filter(id=regular).first()
    if row is None:
        raise NotFound(what="regular")
    keeping.may_keep(by, row.donor_id)
    return row


def _lock_month(charge: UUID) -> models.RegularCharge:
    """A month and its promise, locked in that order: the promise first, as everybody does."""
    regular = models.RegularCharge.objects.values_list("regular_id", flat=True).get(id=charge)
    locked = models.Regular.objects.select_for_update().get(id=regular)
    row = models.RegularCharge.objects.select_related("gift").select_for_update(of=("self",)).get(id=charge)
    row.regular = locked
    return row

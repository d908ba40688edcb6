"""Gifts: begun, paid at a provider, given once; and taken back (all of a stopped box: stopping.py).

The hot path (`hot.py`) gives in groups with payments that are captured already. Here a person goes to a provider and comes
back, and no transaction stays open while the provider thinks.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from dure.base import clock, ids
from dure.base.refusals import BadValue, KeyReused, NotFound
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import (
    GIFT,
    Allotment,
    Captured,
    CaptureReceipt,
    NotReturned,
    PaymentAsk,
    PaymentId,
    PaymentState,
    ProviderSilent,
    Purpose,
    SpentReceipt,
)
from dure.foundations.people.types import Actor, PersonId, system
from dure.kit import limits, outbox, tx
from dure.services.giving import models, queries, rules
from dure.services.giving.rules.money import MESSAGE_LENGTH_MAX
from dure.services.giving.types import (
    BoxId,
    BoxNotOpen,
    Gift,
    GiftGiven,
    GiftId,
    GiftRefunded,
    GiftsReceived,
    GiftState,
    RegistrationNeeded,
    Want,
    Way,
)

from .common import end_empty, lock_box, move, state_of

PURPOSE = "giving.gift"
PAID_ON_PAGES = b""  # the request's hash is kept by tx.action there; the hot path keeps it with the gift
GIFTS_PER_HOUR_MAX = 60
HOUR_SECONDS = 3_600
REASON_LENGTH_MAX = 200
CAME_TO_NOTHING = (PaymentState.DECLINED, PaymentState.EXPIRED, PaymentState.CANCELLED)
CASHIER = system("giving.cashier")  # settles what a provider says, whoever is looking


def begin_gift(by: Actor, box: BoxId, amount: int, words: tuple[str, bool], way: Way, *, key: str) -> str:
    """Begin a gift; `words` are (message, whether the name is shown). Answers the address to send the payer to.

    Raises NotAllowed, BoxNotOpen, BadValue, RegistrationNeeded, KeyReused, TooOften, ProviderUnknown, ProviderSilent.
    """
    message, name_shown = words
    provider = way.provider or next(iter(ledger.ways_to_pay(by)), "")
    with tx.action(by, "giving.begin_gift", key, (box, amount, words, provider), UUID) as done:
        if done:
            payment_id = done.answer()
        else:
            donor = _may_begin(by, message)
            cause, row = _cause_and_box(box)
            missing = rules.missing_to_goal(cause.goal, queries.raised(box)) if amount < rules.GIFT_MIN else 0
            rules.may_give(state_of(cause), row.opens_at, row.closes_at, amount, missing, clock.now())
            rules.check_room(amount, queries.room(box))
            gift = GiftId(ids.new())
            ask = PaymentAsk(
                purpose=Purpose(PURPOSE, gift),
                amount=amount,
                title=cause.title,
                return_to=way.return_to,
                provider=provider,
            )
            payment = ledger.begin_payment(by, ask, key=key)
            _write_down(
                models.Gift(
                    id=gift,
                    box_id=box,
                    donor_id=donor,
                    amount=amount,
                    message=message.strip(),
                    name_shown=name_shown,
                    state=GiftState.PENDING,
                    payment=payment.id,
                    key=key,
                    body_hash=PAID_ON_PAGES,
                    at=clock.now(),
                )
            )
            payment_id = done.keep(payment.id)
    return ledger.start_checkout(by, PaymentId(payment_id))


def complete_gift(by: Actor, returned: Mapping[str, str]) -> Gift:
    """The payer is back from the provider: take the money and give the gift, once, however often this is called.

    `returned` is the query the provider sent back; the adapter of the order's provider reads it.
    While the provider is silent the gift stays pending.
    Raises OrderUnknown, NotAllowed, AmountDiffers, PaymentDeclined, PaymentExpired, Busy.
    """
    back = ledger.come_back(by, returned)
    if isinstance(back, NotReturned):
        with tx.durable():
            payment = ledger.abandon_payment(by, back.order)
        return settle_payment(CASHIER, payment.id)
    try:
        captured = ledger.confirm_payment(by, back.order, back.payment_key, back.amount)
    except ProviderSilent:  # it may have taken the money: the gift waits, and converges without paying again
        return queries.payment_gift(book.payment_by_order(back.order).id)
    return book_captured(CASHIER, captured)


def book_captured(by: Actor, captured: Captured) -> Gift:
    """Enter money that was taken, and give its gift, in one commit: no won lies in a box that is not somebody's gift."""
    rules.may_run(by)
    with tx.durable():
        cause, box, gift = _lock_gift(captured.payment)
        takes = _takes(cause, box, gift)
        ledger.record_capture(CASHIER, captured, _allotment(gift, box) if takes else None)
        _settle(box, gift, takes)
    return queries.gift(gift.id)


def settle_payment(by: Actor, payment_id: UUID) -> Gift:
    """Bring a gift to what its payment is: given, or failed and the money returned. Safe to run again at any time.

    A gift that has failed stays so: money that the provider took afterwards goes back.
    """
    rules.may_run(by)
    with tx.durable():
        cause, box, gift = _lock_gift(payment_id)
        _settle(box, gift, _takes(cause, box, gift))
    return queries.gift(gift.id)


def refund_gift(by: Actor, gift: GiftId, why: str, *, key: str) -> GiftId:
    """Give a gift back before its payout: total, rank, receipt and lineage follow, because all are read from the ledger.

    A steward says why. Raises NotAllowed, AlreadyRefunded, WrongState, NotFound, BadValue.
    """
    with tx.action(by, "giving.refund_gift", key, (gift, why), UUID) as done:
        if done:
            return GiftId(done.answer())
        give_back(by, gift, why)
        return GiftId(done.keep(gift))


def give_back(by: Actor, gift: GiftId, why: str) -> None:
    """Owe a gift back to its giver, in the caller's transaction. Raises what `refund_gift` raises."""
    box_id = models.Gift.objects.filter(id=gift).values_list("box_id", flat=True).first()
    if box_id is None:
        raise NotFound(what="gift")
    cause, box = lock_box(BoxId(box_id))
    row = models.Gift.objects.select_for_update().get(id=gift)
    after = rules.may_refund(by, row.donor_id, GiftState(row.state), state_of(cause))
    if not (said := why.strip()[:REASON_LENGTH_MAX]):
        if by.person != row.donor_id:
            raise BadValue(field="why", reason="length")  # only the giver need not say why
        said = "asked by the giver"
    adopt_payments(CASHIER, [gift])
    ledger.refund_payment(CASHIER, PaymentId(row.payment), row.amount, ids.derived(gift, "refund"), said)
    row.state, row.ended_at, row.why = GiftState.REFUNDED, clock.now(), why[:500]
    row.save(update_fields=["state", "ended_at", "why"])
    if after is not state_of(cause):  # the sum really raised changed: the plan must be made anew
        models.Plan.objects.filter(box=box, rejected_at=None).update(
            rejected_at=clock.now(), rejected_why=queries.PLAN_ENDED_BY_REFUND
        )
    at = move(cause, Want.REFUND_GIFT, after, by, str(gift))
    outbox.emit(GiftRefunded(gift=gift, box=BoxId(box_id), donor=row.donor_id, amount=row.amount, at=at))
    end_empty(cause)


def adopt_payments(by: Actor, gifts: Sequence[UUID]) -> None:
    """Gifts of the hot path were paid by capture receipts: enter their payments, so that they can be refunded.

    Those that are entered already, and gifts paid on pages, stay as they are. Asked for by the news of the gifts, and by a
    refund that comes sooner.
    """
    fields = ("id", "payment", "box_id", "donor_id", "amount", "at", "box__account")
    rows = models.Gift.objects.filter(id__in=gifts).exclude(body_hash=PAID_ON_PAGES).values_list(*fields)
    ledger.adopt_receipts(
        by,
        [
            SpentReceipt(
                receipt=CaptureReceipt(PaymentId(payment), box, donor, amount),
                purpose=Purpose(PURPOSE, gift),
                at=at,
                account=account,
                posting=gift,
            )
            for gift, payment, box, donor, amount, at, account in rows
        ],
    )


def _may_begin(by: Actor, message: str) -> PersonId:
    donor = rules.verified(by)
    if len(message) > MESSAGE_LENGTH_MAX:
        raise BadValue(field="message", reason="length")
    if "\x00" in message:
        raise BadValue(field="message", reason="characters")
    limits.count(f"giving.begin_gift:{donor}", GIFTS_PER_HOUR_MAX, HOUR_SECONDS)
    return donor


def _write_down(gift: models.Gift) -> None:
    """One gift a key, whichever way it was given: the hot path keeps its keys with its gifts. Raises KeyReused."""
    models.Gift.objects.bulk_create([gift], ignore_conflicts=True)
    if not models.Gift.objects.filter(id=gift.id).exists():
        raise KeyReused(key=gift.key)


def _cause_and_box(box: BoxId) -> tuple[models.Cause, models.Box]:
    row = models.Box.objects.select_related("cause").filter(cause_id=box).first()
    if row is None:
        raise NotFound(what="box")
    return row.cause, row


def _lock_gift(payment_id: UUID) -> tuple[models.Cause, models.Box, models.Gift]:
    """Cause, box, gift, locked in the order in which everybody locks them."""
    found = models.Gift.objects.filter(payment=payment_id).values_list("id", "box_id").first()
    if found is None:
        raise NotFound(what="gift")
    cause, box = lock_box(BoxId(found[1]))
    return cause, box, models.Gift.objects.select_for_update().get(id=found[0])


def _takes(cause: models.Cause, box: models.Box, gift: models.Gift) -> bool:
    """Whether the box still takes the gift: one begun in time is honoured as long as the box has not closed and has room."""
    if gift.state != GiftState.PENDING:
        return False
    try:
        rules.check_open(state_of(cause), box.opens_at, box.closes_at, gift.at)
        rules.check_room(gift.amount, queries.room(gift.box_id))
    except (BoxNotOpen, RegistrationNeeded):
        return False
    return True


def _allotment(gift: models.Gift, box: models.Box) -> Allotment:
    return Allotment(account=box.account, transfer=gift.id, kind=GIFT, funder=gift.donor_id, ref=box.cause_id)


def _settle(box: models.Box, gift: models.Gift, takes: bool) -> None:
    payment = book.payment(PaymentId(gift.payment))
    if gift.state not in (GiftState.PENDING, GiftState.FAILED):
        return
    if not payment.captured:
        if gift.state == GiftState.PENDING and payment.state in CAME_TO_NOTHING:
            _end(gift, payment.state.value)
    elif takes and payment.whole:
        ledger.allot_payment(CASHIER, payment.id, _allotment(gift, box))
        gift.state, gift.at = GiftState.GIVEN, clock.now()
        gift.save(update_fields=["state", "at"])
        given = GiftGiven(gift=GiftId(gift.id), box=BoxId(gift.box_id), donor=gift.donor_id, amount=gift.amount)
        outbox.emit(GiftsReceived(items=(given,), at=gift.at))
    else:
        if payment.whole:
            ledger.refund_payment(CASHIER, payment.id, gift.amount, ids.derived(gift.id, "late"), "late")
        if gift.state == GiftState.PENDING:
            _end(gift, "late")


def _end(gift: models.Gift, why: str) -> None:
    gift.state, gift.ended_at, gift.why = GiftState.FAILED, clock.now(), why
    gift.save(update_fields=["state", "ended_at", "why"])

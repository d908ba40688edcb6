"""Getting into a project: a place, the deposit at a provider, the waiting list; and out of it again.

The deposit is taken when somebody joins, because no provider keeps money pending for a hundred days. It lies in an account of its
own until the season is settled, so that nobody's won ever stand in for somebody else's.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import (
    Allotment,
    NotReturned,
    PaymentAsk,
    PaymentId,
    PaymentState,
    ProviderSilent,
    Purpose,
)
from dure.kit import limits, outbox, tx
from dure.services.pledges import models, queries
from dure.services.pledges.rules import permits, steps
from dure.services.pledges.types import (
    AlreadyIn,
    Consent,
    ConsentClosed,
    PlaceOffered,
    Pledge,
    PledgeId,
    PledgeMade,
    PledgeState,
    PledgeWant,
    ProjectId,
    ProjectState,
    SeasonId,
    SeasonPhase,
    SeasonState,
    Way,
    WrongStep,
)

from .common import (
    CASHIER,
    DEPOSIT,
    give_back,
    holding,
    lock_pledge,
    lock_project,
    move_pledge,
    phase_of,
    refund_id,
)
from .meetings import withdraw_answers

PURPOSE: Final = "pledges.deposit"
JOINS_PER_HOUR_MAX: Final = 60
HOUR_SECONDS: Final = 3_600
OFFER_KEPT: Final = timedelta(hours=24)
LAPSED_AT_ONCE: Final = 200
CAME_TO_NOTHING: Final = (PaymentState.DECLINED, PaymentState.EXPIRED, PaymentState.CANCELLED)
JOINABLE: Final = (SeasonPhase.PROPOSING, SeasonPhase.JOINING)


def join(by: Actor, project: ProjectId, consent: Consent, way: Way, *, key: str) -> Pledge:
    """Ask for a place. Where one is free, or kept for this person, it is kept while they pay (`pay_deposit`); where none is, they
    are at the end of the waiting list. Said again while paying, the same pledge is answered, with the consent said last.

    Raises NotAllowed, SeasonClosed, WrongStep, AlreadyIn, ReceiverNeeded, NotInSeason, KeyReused, TooOften, ProviderUnknown.
    """
    provider = way.provider or next(iter(ledger.ways_to_pay(by)), "")
    with tx.action(by, "pledges.join", key, (project, consent, provider), UUID) as done:
        pledge = done.answer() if done else done.keep(_ask(by, project, consent, (provider, way.return_to), key))
        return queries.pledge(PledgeId(pledge))


def pay_deposit(by: Actor, pledge: PledgeId) -> str:
    """The address at the provider to send somebody to who is to pay a deposit. Asks the outside: no transaction around it.

    Raises NotAllowed, WrongStep, PaymentExpired, ProviderSilent, NotFound.
    """
    found = queries.pledge(pledge)
    permits.may_touch(by, found.person)
    payment = queries.payment_of(pledge)
    if found.state is not PledgeState.PAYING or payment is None:
        raise WrongStep(state=found.state.value)
    return ledger.start_checkout(by, PaymentId(payment))


def complete_deposit(by: Actor, returned: Mapping[str, str]) -> Pledge:
    """The payer is back from the provider: take the deposit and hold it, once, however often this is called.

    While the provider is silent the place stays kept. Raises OrderUnknown, NotAllowed, AmountDiffers, PaymentDeclined,
    PaymentExpired, Busy.
    """
    back = ledger.come_back(by, returned)
    if isinstance(back, NotReturned):
        with tx.durable():
            payment = ledger.abandon_payment(by, back.order)
        return settle_payment(CASHIER, payment.id)
    try:
        captured = ledger.confirm_payment(by, back.order, back.payment_key, back.amount)
    except ProviderSilent:  # it may have taken the money: the place is kept, and converges without paying again
        return queries.pledge_of_payment(book.payment_by_order(back.order).id)
    with tx.durable():
        row = _lock_of_payment(captured.payment)
        takes = _takes(row)
        ledger.record_capture(CASHIER, captured, _allotment(row) if takes else None)
        _settle(row, takes)
    return queries.pledge(PledgeId(row.id))


def settle_payment(by: Actor, payment_id: UUID) -> Pledge:
    """Bring a pledge to what its payment is: joined, or failed and the money returned. Safe to run again at any time."""
    permits.may_run(by)
    with tx.durable():
        row = _lock_of_payment(payment_id)
        _settle(row, _takes(row))
    return queries.pledge(PledgeId(row.id))


def leave(by: Actor, pledge: PledgeId, *, key: str) -> Pledge:
    """Go: before the first day with the whole deposit; later what was kept counts and what was not is lost as any missed day.

    Raises NotAllowed, SeasonClosed, WrongStep, NotFound.
    """
    with tx.action(by, "pledges.leave", key, pledge, UUID) as done:
        if done:
            return queries.pledge(pledge)
        found = queries.pledge(pledge)
        permits.may_touch(by, found.person)
        lock_project(found.project)
        row = lock_pledge(pledge)
        phase = phase_of(row.project.season)
        if phase is SeasonPhase.RUNNING:
            move_pledge(row, PledgeWant.STOP)
        else:
            permits.demand_phase(phase, *JOINABLE, SeasonPhase.READY)
            give_back(row, PledgeWant.LEAVE, "left")
            offer_free(row.project)
        withdraw_answers(row.project_id, row.person_id)
        done.keep(row.id)
        return queries.pledge(pledge)


def change_consent(by: Actor, pledge: PledgeId, consent: Consent, *, key: str) -> Pledge:
    """Say anew whether what is not returned may be given, and to whom; possible until the season is settled.

    Raises NotAllowed, ConsentClosed, WrongStep, ReceiverNeeded, NotInSeason, NotFound.
    """
    with tx.action(by, "pledges.change_consent", key, (pledge, consent), UUID) as done:
        if done:
            return queries.pledge(pledge)
        row = lock_pledge(pledge)
        permits.may_touch(by, queries.pledge(pledge).person)
        if SeasonState(row.project.season.state) is not SeasonState.OPEN:
            raise ConsentClosed()
        if PledgeState(row.state) not in (*steps.HOLDING_A_PLACE, PledgeState.WAITING):
            raise WrongStep(state=row.state)
        _agree(row, permits.check_consent(consent, queries.season(SeasonId(row.project.season_id)).receivers))
        row.save(update_fields=["gives", "receiver"])
        done.keep(row.id)
        return queries.pledge(pledge)


def lapse_offers(by: Actor) -> int:
    """Kept places that were not taken in time go to the next on the list; once nobody can join any more, the list ends.

    Answers how many lapsed. Run by a task, safe to run again.
    """
    permits.may_run(by)
    due = models.Pledge.objects.filter(state=PledgeState.OFFERED, offered_until__lte=clock.now())
    over = models.Pledge.objects.filter(state=PledgeState.WAITING, project__season__join_until__lt=clock.today())
    lapsed = 0
    for project in set((due | over).values_list("project_id", flat=True)[:LAPSED_AT_ONCE]):
        with tx.durable():
            row = lock_project(project)
            for each in (due, over):
                for pledge in each.filter(project=row).select_for_update(of=("self",)).order_by("id"):
                    move_pledge(pledge, PledgeWant.LAPSE)
                    lapsed += 1
            offer_free(row)
    return lapsed


def _ask(by: Actor, project: ProjectId, consent: Consent, way: tuple[str, str], key: str) -> UUID:
    person = permits.verified(by)
    row = lock_project(project)
    if ProjectState(row.state) is not ProjectState.OPEN:
        raise WrongStep(state=row.state)
    season = queries.season(SeasonId(row.season_id))
    permits.demand_phase(season.phase, *JOINABLE)
    agreed = permits.check_consent(consent, season.receivers)
    mine = models.Pledge.objects.select_for_update().filter(project=row, person_id=person, state__in=steps.LIVE).first()
    if mine is not None and mine.state == PledgeState.PAYING:
        if agreed != queries.pledge(PledgeId(mine.id)).consent:
            _agree(mine, agreed)  # whoever says it anew before paying means what was said last
            mine.save(update_fields=["gives", "receiver"])
        return mine.id
    if mine is not None and mine.state != PledgeState.OFFERED:
        raise AlreadyIn(state=mine.state)
    is_free = mine is not None or queries.taken(project) < row.capacity
    limits.count(f"pledges.join:{person}", JOINS_PER_HOUR_MAX, HOUR_SECONDS)
    if mine is None:
        state = PledgeState.OFFERED if is_free else PledgeState.WAITING
        mine = models.Pledge(
            id=ids.new(), project=row, person_id=person, state=state, deposit=season.deposit, gives=False
        )
        mine.asked_at = clock.now()
        mine.save(force_insert=True)
    _agree(mine, agreed)
    if is_free:
        mine.state = steps.pledge_after(PledgeState(mine.state), PledgeWant.PAY)
        mine.payment = _begin_payment(by, mine, row.title, way, key)
    mine.save()
    return mine.id


def _begin_payment(by: Actor, row: models.Pledge, title: str, way: tuple[str, str], key: str) -> UUID:
    provider, return_to = way
    ask = PaymentAsk(
        purpose=Purpose(PURPOSE, row.id), amount=row.deposit, title=title, return_to=return_to, provider=provider
    )
    return ledger.begin_payment(by, ask, key=key).id


def _agree(row: models.Pledge, consent: Consent) -> None:
    row.gives, row.receiver_id = consent.gives, consent.receiver
    models.ConsentStep.objects.create(pledge=row, gives=consent.gives, receiver_id=consent.receiver, at=clock.now())


def _lock_of_payment(payment_id: UUID) -> models.Pledge:
    """Project and pledge of a payment, locked in the order in which everybody locks them."""
    found = queries.pledge_of_payment(payment_id)
    lock_project(found.project)
    return lock_pledge(found.id)


def _takes(row: models.Pledge) -> bool:
    """Whether the deposit is still asked for: its place is kept, the project goes on, and the first day has not begun."""
    before = phase_of(row.project.season) in (*JOINABLE, SeasonPhase.READY)
    return row.state == PledgeState.PAYING and row.project.state == ProjectState.OPEN and before


def _allotment(row: models.Pledge) -> Allotment:
    account = holding(CASHIER, queries.account_code(row.id))
    return Allotment(account=account, transfer=row.id, kind=DEPOSIT, funder=row.person_id, ref=row.project_id)


def _settle(row: models.Pledge, takes: bool) -> None:
    payment = book.payment(PaymentId(row.payment or row.id))
    if not payment.captured:
        if row.state == PledgeState.PAYING and payment.state in CAME_TO_NOTHING:
            move_pledge(row, PledgeWant.FAIL)
            offer_free(row.project)
    elif takes and payment.whole:
        ledger.allot_payment(CASHIER, payment.id, _allotment(row))
        row.held_at = clock.now()
        row.save(update_fields=["held_at"])
        move_pledge(row, PledgeWant.HOLD)
        outbox.emit(
            PledgeMade(pledge=row.id, project=row.project_id, person=row.person_id, deposit=row.deposit, at=row.held_at)
        )
    elif row.held_at is None:  # it came when nobody waited for it any more
        if payment.whole:
            ledger.refund_payment(CASHIER, payment.id, row.deposit, refund_id(row.id), "late")
        if row.state == PledgeState.PAYING:
            move_pledge(row, PledgeWant.FAIL)
            offer_free(row.project)


def offer_free(project: models.Project) -> None:
    """Free places, as long as one can join, are kept for those who wait longest. The caller holds the project's lock."""
    now = clock.now()
    last = datetime.combine(project.season.join_until + timedelta(days=1), time(), tzinfo=clock.SEOUL)
    if project.state != ProjectState.OPEN or now >= last:
        return
    free = project.capacity - queries.taken(project.id)
    waiting = models.Pledge.objects.select_for_update().filter(project=project, state=PledgeState.WAITING)
    for row in waiting.order_by("asked_at", "id")[: max(0, free)]:
        move_pledge(row, PledgeWant.OFFER)
        row.offered_until = min(now + OFFER_KEPT, last)
        row.save(update_fields=["offered_until"])
        outbox.emit(
            PlaceOffered(pledge=row.id, project=project.id, person=row.person_id, until=row.offered_until, at=now)
        )

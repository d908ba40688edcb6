"""What receivers of a settled season got leaves for them: for an organisation's bank, or as one sum for a donation box.

A box belongs to another house. It is told that the sum lies there (`GiftsPooled`) and takes it, or does not: then, as where so
few people gave to it that its public book would tell of one of them, the organisation that carries the box out is paid at
its bank. Where the box was stopped nobody is paid: a steward found that it must not go on, and the sum stays where it is.
"""

from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.money import Money
from dure.base.refusals import NotFound
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import PAYOUT, AccountId, NewPayout, NewPosting, NewTransfer, TransferId, account_id
from dure.foundations.people import queries as people
from dure.kit import outbox, tx
from dure.services.pledges import models, queries
from dure.services.pledges.rules import permits
from dure.services.pledges.types import GiftsPooled, OpenBox, Receiver, Season, SeasonId

from .common import holding, lock_season


def ask_payouts(by: Actor) -> int:
    """Ask that each receiver is paid, once nobody can dispute a count of its season and nothing of its own is in dispute;
    answers how many. What belongs to one that is not verified, or has no bank account that a steward confirmed, or whose box
    was stopped, stays where it is. Safe to repeat. Raises NotAllowed.
    """
    permits.may_run(by)
    return sum(_ask_payout(by, receiver, season) for receiver, season, _won in queries.receivers_owed())


def drop_pool(by: Actor, pool: UUID, *, is_stopped: bool) -> bool:
    """The box did not take a sum that was pooled for it: its organisation is paid at its bank instead. Or it was stopped, before
    or afterwards: then the sum stays.

    Answers whether it is so: not where the sum does not lie here. Safe to repeat. Raises NotAllowed, NotFound.
    """
    permits.may_run(by)
    with tx.durable():
        row = models.Pool.objects.select_for_update(of=("self",)).select_related("receiver").filter(id=pool).first()
        if row is None:
            raise NotFound(what="pool")
        account = AccountId(row.receiver.account)
        if row.back_at is None:
            if ledger.lock_accounts(by, [account])[account].available < row.won:
                return False
            row.back_at, row.is_stopped = clock.now(), is_stopped
            row.save(update_fields=["back_at", "is_stopped"])
        return True


def note_box(by: Actor, box: OpenBox) -> None:
    """A donation box takes money: a season may name it. Told again, what is told last stands. Raises NotAllowed."""
    permits.may_run(by)
    with tx.durable():
        models.OpenBox.objects.update_or_create(
            id=box.id,
            defaults={"organisation_id": box.organisation, "title": box.title, "closes_at": box.closes_at},
        )


def drop_box(by: Actor, box: UUID, *, is_stopped: bool) -> None:
    """A donation box takes no more: no further season names it. Where it was stopped, nobody is paid what was given for it from
    now on. Told again it is the same; what is stopped stays so. Raises NotAllowed.
    """
    permits.may_run(by)
    with tx.durable():
        models.OpenBox.objects.filter(id=box).delete()
        if is_stopped:
            models.StoppedBox.objects.get_or_create(id=box)


def _ask_payout(by: Actor, receiver: Receiver, of: SeasonId) -> int:
    """Answers 1, or 0 where nothing can leave."""
    if not people.organisation(receiver.organisation).verified:
        return 0
    with tx.durable():
        lock_season(of)  # as whoever disputes does
        if queries.undecided_of(receiver.id) or _is_stopped(receiver):
            return 0
        account = account_id(queries.receiver_code(receiver.id))
        won = ledger.lock_accounts(by, [account])[account].available
        if won <= 0:
            return 0
        season, pool = queries.season(of), models.Pool.objects.filter(receiver_id=receiver.id).first()
        if pool is not None and (pool.back_at is None or pool.is_stopped):
            return 0  # the box has not answered yet; or nobody is paid
        if pool is None and _fits_a_box(receiver, season):
            _pool(receiver, season, account, won)
            return 1
        if not people.has_verified_bank_account(receiver.organisation):
            return 0
        payout, to = ids.new(), holding(by, queries.paid_code(receiver.id))
        one = NewTransfer(id=TransferId(payout), debit=account, credit=to, amount=Money(won), kind=PAYOUT)
        ledger.post_many(by, (NewPosting.of(one, clock.now()),))
        ledger.ask_payout(by, NewPayout(payout, receiver.organisation, won, season.name))
        return 1


def _is_stopped(receiver: Receiver) -> bool:
    return receiver.box is not None and models.StoppedBox.objects.filter(id=receiver.box).exists()


def _fits_a_box(receiver: Receiver, season: Season) -> bool:
    """Whether what a receiver got may stand in a box's public book."""
    return receiver.box is not None and any(one.receiver.id == receiver.id for one in queries.told_sums(season.id))


def _pool(receiver: Receiver, season: Season, account: AccountId, won: int) -> None:
    if receiver.box is None:
        raise ValueError("a receiver without a box has nothing pooled")
    row = models.Pool.objects.create(id=ids.new(), receiver_id=receiver.id, won=won, at=clock.now())
    outbox.emit(GiftsPooled(pool=row.id, box=receiver.box, account=account, won=won, season=season.name, at=row.at))

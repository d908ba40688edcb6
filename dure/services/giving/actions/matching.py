"""Matching: a comment or a share counts as a small gift from a sponsor's fund, once a person and box and day."""

from uuid import UUID

from dure.base import clock, ids
from dure.base.money import Money
from dure.base.refusals import BadValue, NotFound
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import (
    MATCH,
    AccountId,
    InsufficientFunds,
    Limit,
    NewAccount,
    NewPosting,
    NewTransfer,
    TransferId,
)
from dure.foundations.people.types import Actor, OrganisationId
from dure.kit import limits, outbox, tx
from dure.services.giving import models, queries, rules
from dure.services.giving.rules.money import MESSAGE_LENGTH_MAX
from dure.services.giving.types import BoxId, MatchGiven, MatchKind, Want

from .common import state_of

CHEERS_PER_HOUR_MAX = 60
HOUR_SECONDS = 3_600
FUND_NAME_LENGTH = (2, 60)


def open_fund(by: Actor, name: str, sponsor: OrganisationId | None, *, key: str) -> UUID:
    """A steward opens a matching fund. Raises NotAllowed, BadValue."""
    with tx.action(by, "giving.open_fund", key, (name, sponsor), UUID) as done:
        if done:
            return done.answer()
        rules.may_steward(by)
        if not FUND_NAME_LENGTH[0] <= len(name.strip()) <= FUND_NAME_LENGTH[1]:
            raise BadValue(field="name", reason="length")
        fund = ids.new()
        new = NewAccount(f"match:{fund}", Limit.DEBITS_MUST_NOT_EXCEED_CREDITS)
        account = ledger.open_account(by, new, clock.now()).id
        models.MatchFund.objects.create(
            id=fund, name=name.strip(), sponsor_id=sponsor, account=account, created_at=clock.now()
        )
        return done.keep(fund)


def cheer(by: Actor, box: BoxId, kind: MatchKind, text: str, *, key: str) -> int:
    """Comment on a box or share it; answers the won the matching fund added (0 when it added none).

    A second cheer on the same day, or an empty fund, is written down without money. The end is as sharp as for gifts.
    Raises NotAllowed, WrongState, BoxNotOpen, BadValue, TooOften.
    """
    with tx.action(by, "giving.cheer", key, (box, kind, text), int) as done:
        if done:
            return done.answer()
        cause, row = _running(box)
        now = clock.now()  # read once: a cheer has one moment and one day, also at midnight
        rules.may_cheer(by, state_of(cause), Want.CHEER)
        rules.check_open(state_of(cause), row.opens_at, row.closes_at, now)
        _check_text(kind, text)
        limits.count(f"giving.cheer:{by.person}", CHEERS_PER_HOUR_MAX, HOUR_SECONDS)
        written = models.Cheer(
            id=ids.new(),
            box=row,
            person_id=rules.somebody(by),
            kind=kind,
            text=text.strip(),
            day=clock.local(now).date(),
            at=now,
        )
        matched = _match(by, cause, written)
        written.save(force_insert=True)
        if matched and by.person:
            outbox.emit(MatchGiven(match=written.id, box=box, person=by.person, kind=kind, amount=matched, at=now))
        return done.keep(matched)


def _running(box: BoxId) -> tuple[models.Cause, models.Box]:
    """A cause and its box, which stays in its state until we commit; others may give meanwhile. Raises NotFound.

    The cause is read after the wait for the lock: joined to it, it would be the row of before the wait.
    """
    row = models.Box.objects.select_for_update(no_key=True).filter(cause_id=box).first()
    if row is None:
        raise NotFound(what="box")
    return models.Cause.objects.get(id=box), row


def _check_text(kind: MatchKind, text: str) -> None:
    if "\x00" in text:
        raise BadValue(field="text", reason="characters")
    length = len(text.strip())
    if kind is MatchKind.COMMENT and not 1 <= length <= MESSAGE_LENGTH_MAX:
        raise BadValue(field="text", reason="length")
    if kind is MatchKind.SHARE and length:
        raise BadValue(field="text", reason="empty")


def _match(by: Actor, cause: models.Cause, cheer: models.Cheer) -> int:
    """Move the match from the first fund that can pay, and name the fund on the cheer.

    The lock of the box makes once a day exact, the lock of the fund's balance its cap. Only the balance of a fund that seems
    to have the money is locked: an empty fund holds nobody up.
    """
    if models.Cheer.objects.filter(box=cheer.box, person_id=cheer.person_id, day=cheer.day, matched__gt=0).exists():
        return 0
    funds = list(models.MatchFund.objects.filter(active=True).order_by("created_at", "pk"))
    balances = book.balances([AccountId(fund.account) for fund in funds])
    left = _room(by, cheer.box)
    for fund in funds:
        amount = rules.match_amount(cause.emergency, balances[AccountId(fund.account)].available, left)
        if not amount:
            continue
        try:
            ledger.post(by, _match_posting(fund, cheer, amount))
        except InsufficientFunds:  # somebody else's cheer got the last of it
            continue
        cheer.matched, cheer.fund = amount, fund
        return amount
    return 0


def _room(by: Actor, box: models.Box) -> int | None:
    """How much more the box may take; where that is limited, its balances stay as they are until we commit."""
    if queries.room(box.cause_id) is None:
        return None
    ledger.lock_accounts(by, [AccountId(box.account), AccountId(box.match_account)])
    return queries.room(box.cause_id)


def _match_posting(fund: models.MatchFund, cheer: models.Cheer, amount: int) -> NewPosting:
    transfer = NewTransfer(
        id=TransferId(cheer.id),
        debit=AccountId(fund.account),
        credit=AccountId(cheer.box.match_account),
        amount=Money(amount),
        kind=MATCH,
        funder=fund.id,
        ref=cheer.box_id,
    )
    return NewPosting.of(transfer, cheer.at)

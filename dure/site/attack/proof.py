"""What is proved once all is quiet: the bank agrees to the won, every won has its givers, one flipped byte is located."""

from random import Random
from uuid import UUID

from django.db import connection, transaction

from dure.foundations.ledger import queries as ledger
from dure.foundations.ledger.types import account_id
from dure.services.giving import queries as giving
from dure.services.giving.types import GiftId

from .bank import Bank
from .model import Box, Broken, Model, Pay

TRACED_MAX = 3  # gifts of each box, followed won by won
CHOSEN = "SELECT position, transfer FROM ledger_chain OFFSET %s LIMIT 1"


def bank_agrees(model: Model, bank: Bank) -> None:
    """Invariant 3, at the bank: it was never asked for more than it took, and gave back what our books say it did."""
    if bank.asked_too_much:
        raise Broken(f"invariant 3: the bank was asked to give back {bank.asked_too_much[0]}")
    for pay in model.pays.values():
        given = sum(paid.given_back for paid in bank.paid_on(_order(pay)))
        settled = sum(amount for amount, state in pay.refunds if state == "settled")
        settled += pay.amount * sum(state == "settled" for state in pay.twins)
        if given != settled:
            raise Broken(f"invariant 3: the bank gave back {given} of {pay.id}, our books say {settled}")


def won_have_givers(model: Model) -> None:
    """Invariant 9: what left a box is, to the won, what its givers and funds put in; each gift knows where it went."""
    for box in model.boxes.values():
        if box.paid:
            _paid_out(model, box)


def flipped_byte_is_found(chance: Random) -> None:
    """Invariant 12: change one transfer behind everybody's back; the chain names its place. Then it never was."""
    sealed = ledger.head().position
    if not sealed:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(CHOSEN, [chance.randrange(sealed)])
        position, transfer = cursor.fetchone()
        cursor.execute("UPDATE ledger_transfer SET amount = amount # 1 WHERE id = %s", [transfer])
        places = [one.position for one in ledger.verify_chain().breaks]
        transaction.set_rollback(True)
    if places[:1] != [position]:
        raise Broken(f"invariant 12: a byte was flipped at position {position}, the chain names {places[:3]}")


def _paid_out(model: Model, box: Box) -> None:
    expected = model.givers(box.id)
    for cheer in model.cheers:
        if cheer.box == box.id and cheer.matched:
            fund = cheer.fund.removeprefix("match:")
            expected[fund] = expected.get(fund, 0) + cheer.matched
    shares = ledger.funders(account_id(f"project:{box.id}"))
    found = {str(share.funder): share.amount.minor for share in shares}
    if found != expected:
        raise Broken(f"invariant 9: {box.id} was paid out with money of {found}, it came from {expected}")
    standing = [gift for gift in model.gifts.values() if gift.box == box.id and gift.state == "given"]
    for gift in standing[:: max(1, len(standing) // TRACED_MAX)]:
        parts = giving.used(GiftId(UUID(gift.id)))
        if sum(part.amount for part in parts) != gift.amount:
            raise Broken(f"invariant 9: of {gift.amount} won of {gift.id} {parts} are known")
        if any((part.line is None) == (box.state == "reported") for part in parts):
            raise Broken(f"invariant 9: the box is {box.state}, and {gift.id} went to {parts}")


def _order(pay: Pay) -> str:
    return pay.order or f"receipt-{UUID(pay.id).hex}"

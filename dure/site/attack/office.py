"""Receipts for the tax office: asked for by donors, issued by the partner, taken back; and the yearly statement."""

from typing import Any
from uuid import UUID

from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import queries
from dure.foundations.ledger.types import DonorIdentity
from dure.foundations.people import demo as folk
from dure.foundations.people.types import Actor, Origin
from dure.kit import tx

from . import papers
from .acts import Stage, attempt, person
from .judge import Operation

WORDS_VERSION = 1  # of what a donor agrees to
WHO = DonorIdentity("모의 기부자", "가람군 솔내면 솔내리 1", "")


def issue(stage: Stage, by: Actor, donor: Actor, year: int, agrees: bool) -> Operation:
    """A donor asks for a receipt of a year, and agrees on the way; or somebody else asks for it."""
    whose, own = person(donor), by.person == donor.person
    agrees = agrees and own

    def act() -> Any:
        with tx.durable():
            if own:
                version = WORDS_VERSION if agrees else None
                return ledger.agree_and_issue(by, folk.NGO, year, WHO, version, Origin("attack"))
            return ledger.issue_receipt(by, whose, folk.NGO, year, WHO)

    may = own or by.is_steward or by.owns(folk.NGO)
    ask = (str(whose), year, agrees)
    return Operation(
        "issue receipt", lambda: attempt(act, lambda made: made.total), lambda: papers.issue(stage.model, ask, may)
    )


def take_back(stage: Stage, by: Actor, receipt: tuple[str, str, str, bool, list[str]]) -> Operation:
    """A receipt is taken back by its issuer, a steward, or somebody who may not."""
    name, _, _, again, gifts = receipt
    may = by.is_steward or by.owns(folk.NGO)

    def act() -> None:
        with tx.durable():
            ledger.reverse_receipt(by, UUID(name), "모의 공격에서 거둡니다")

    return Operation(
        "take receipt back", lambda: attempt(act), lambda: papers.take_back(stage.model, (name, gifts, again), may)
    )


def statement(stage: Stage, by: Actor, year: int) -> Operation:
    """A donor looks at the yearly statement."""
    whose = person(by)
    return Operation(
        "yearly statement",
        lambda: attempt(lambda: queries.annual_statement(by, whose, year), lambda said: (said.donated, said.receipted)),
        lambda: papers.statement(stage.model, str(whose), year),
    )

"""A small town for the tests of giving: people, a partner, stewards, and causes at any stage."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from django.conf import settings

from dure.base import clock, ids
from dure.base.money import Money
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.providers import SANDBOX
from dure.foundations.ledger.types import (
    Kind,
    Limit,
    MandateId,
    NewAccount,
    NewPosting,
    NewTransfer,
    OrderId,
    Scenario,
    TransferId,
)
from dure.foundations.people import actions as people_actions
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, OrganisationId, system
from dure.foundations.places import demo as places_demo
from dure.kit import tx
from dure.services.giving import actions, queries
from dure.services.giving.types import (
    BoxId,
    BudgetLine,
    CauseId,
    CauseState,
    Gift,
    GiftId,
    NewRegular,
    PooledGift,
    Reach,
    Regular,
    RegularId,
    VettingMark,
    Way,
    Yes,
)

from .strategies import draft, lines_of

MARKS = tuple(VettingMark)
PDF = b"%PDF-1.4 sample proof"


@dataclass(frozen=True)
class Town:
    proposer: Actor
    owner: Actor
    partner: OrganisationId
    stewards: tuple[Actor, Actor]
    region: str
    registered: bool = True  # whether its collections have a registration number


def town(*, registered: bool = True, **organisation: object) -> Town:
    places_demo.load()
    partner, owner = folk.verified_organisation(folk.person("정단체"), **organisation)
    checker = folk.steward()
    with tx.durable():
        account = people_actions.set_bank_account(
            owner, partner, bank_code="004", number="12345678901234", holder="솔내리 이웃돕기회"
        )
        people_actions.verify_bank_account(checker, partner, account)
    return Town(
        proposer=folk.person("이제안"),
        owner=folk.fresh(owner),
        partner=partner,
        stewards=(folk.steward("운영하나"), folk.steward("운영둘")),
        region=places_demo.VILLAGES["솔내리"],
        registered=registered,
    )


def key() -> str:
    return ids.new().hex


def gate_of(monkeypatch: object, needed: int) -> None:
    """Let the gate of this test open at `needed` agreements."""
    monkeypatch.setattr(settings, "DURE", replace(settings.DURE, agreements_needed=needed))  # type: ignore[attr-defined]  # the settings' type does not know ours


def drafted(of: Town, goal: int = 1_000_000, **changed: object) -> CauseId:
    return actions.draft(of.proposer, draft(goal, of.partner, of.region, **changed), key=key())


def proposed(of: Town, goal: int = 1_000_000, **changed: object) -> CauseId:
    cause = drafted(of, goal, **changed)
    actions.propose(of.proposer, cause, key=key())
    actions.answer_as_partner(of.owner, cause, True, key=key())
    return cause


def agreed(of: Town, people_count: int, goal: int = 1_000_000, **changed: object) -> CauseId:
    cause = proposed(of, goal, **changed)
    if of.registered:
        register(of, cause)
    for _ in range(people_count):
        actions.agree(folk.person(), cause, key=key())
    return cause


def register(of: Town, cause: CauseId) -> None:
    actions.register_collection(of.stewards[0], cause, f"예시 {ids.new().hex[-12:]}", key=key())


def say_yes(by: Actor, cause: CauseId, comment: str = "", *, emergency: bool = False) -> CauseState:
    """This steward's yes to the proposal as it stands."""
    return actions.approve(by, cause, Yes(queries.vetting_round(cause), MARKS, comment, emergency), key=key())


def opened(of: Town, goal: int = 1_000_000, **changed: object) -> BoxId:
    """An open box; the gate must be set to 1."""
    cause = agreed(of, 1, goal, **changed)
    for steward in of.stewards:
        confirmed = bool(changed.get("emergency"))
        if say_yes(steward, cause, emergency=confirmed) == "open":
            break
    return BoxId(cause)


def begun(donor: Actor, box: BoxId, amount: int, *, words: tuple[str, bool] = ("", True), once: str = "") -> OrderId:
    """A gift that waits at the sandbox's page; answers its order."""
    checkout = actions.begin_gift(donor, box, amount, words, Way("/giving/paid/"), key=once or key())
    return OrderId(urlsplit(checkout).path.rstrip("/").rsplit("/", 1)[-1])


def chosen(order: OrderId, scenario: Scenario = Scenario.APPROVE) -> dict[str, str]:
    """What the payer chose at the sandbox, as the query that comes back."""
    return dict(parse_qsl(urlsplit(SANDBOX.decide(order, scenario)).query))


def given(donor: Actor, box: BoxId, amount: int, *, words: tuple[str, bool] = ("", True)) -> Gift:
    return actions.complete_gift(donor, chosen(begun(donor, box, amount, words=words)))


def promised(donor: Actor, box: BoxId, amount: int = 10_000, day: int = 31, reach: Reach = Reach.PARTNER) -> RegularId:
    return actions.promise(donor, box, NewRegular(amount, day, reach), key=key())


def card_chosen(donor: Actor, regular: RegularId, card: Scenario = Scenario.APPROVE) -> dict[str, str]:
    """A practice card was chosen; what the address brings back."""
    address = urlsplit(actions.register_card(donor, regular))
    return_to = dict(parse_qsl(address.query))["to"]
    mandate = MandateId(queries.my_regular(donor, regular).mandate)
    return dict(parse_qsl(urlsplit(ledger.sandbox_register(donor, mandate, card, return_to)).query))


def running(donor: Actor, box: BoxId, card: Scenario = Scenario.APPROVE, **said: Any) -> Regular:
    regular = promised(donor, box, **said)
    actions.card_registered(donor, regular, card_chosen(donor, regular, card))
    return queries.my_regular(donor, regular)


def regular_of_proposer(of: Town) -> RegularId:
    return running(of.proposer, opened(of)).id


def closed(of: Town, amounts: tuple[int, ...], goal: int = 100_000) -> tuple[BoxId, tuple[GiftId, ...]]:
    """A box that reached its goal with these gifts and was closed."""
    box = opened(of, goal)
    gifts = tuple(given(folk.person(), box, amount).id for amount in amounts)
    actions.close(of.owner, box, key=key())
    return box, gifts


def planned(of: Town, amounts: tuple[int, ...] = (100_000,)) -> BoxId:
    box, _ = closed(of, amounts)
    actions.revise_plan(of.owner, box, lines_of(queries.totals(box).raised, 2), key=key())
    return box


def approve(by: Actor, box: BoxId) -> bool:
    """This steward's yes to the plan as it stands."""
    plan = queries.plan(box, by)
    return actions.approve_plan(by, box, plan.version if plan else 0, key=key())


def paid_out(of: Town, amounts: tuple[int, ...], goal: int = 100_000) -> tuple[BoxId, tuple[GiftId, ...]]:
    box, gifts = closed(of, amounts, goal)
    actions.revise_plan(of.owner, box, lines_of(queries.totals(box).raised, 2), key=key())
    for steward in of.stewards:
        approve(steward, box)
    actions.pay_out(of.stewards[0], box, key=key())
    return box, gifts


def reported(of: Town, amounts: tuple[int, ...], uses: tuple[int, ...]) -> tuple[BoxId, tuple[GiftId, ...]]:
    box, gifts = paid_out(of, amounts)
    for number, amount in enumerate(uses):
        spend(of, box, amount, f"use {number}")
    actions.file_report(of.owner, box, key=key())
    return box, gifts


def spend(of: Town, box: BoxId, amount: int, purpose: str = "heating oil") -> UUID:
    use = ("예시 석유", purpose, amount)
    return actions.add_report_line(of.owner, box, clock.today(), use, ("receipt.pdf", PDF), key=key())


def pooled(box: BoxId, amount: int, title: str = "백일 함께 (예시)") -> PooledGift:
    """A sum that people gave elsewhere, in an account that holds it, and not handed over yet."""
    account = holding(amount)
    return PooledGift(id=ids.new(), box=box, account=account, amount=amount, title=title)


def holding(amount: int) -> UUID:
    """An account that holds so many won."""
    by, new = system("test"), NewAccount(f"test:{ids.new()}", Limit.DEBITS_MUST_NOT_EXCEED_CREDITS)
    with tx.durable():
        outside = ledger.open_account(by, NewAccount("outside:test", Limit.NONE), clock.now()).id
        account = ledger.open_account(by, new, clock.now()).id
        one = NewTransfer(TransferId(ids.new()), outside, account, Money(amount), Kind("test"), funder=ids.new())
        ledger.post(by, NewPosting.of(one, clock.now()))
    return account


def line(label: str, amount: int) -> BudgetLine:
    return BudgetLine(label, amount)

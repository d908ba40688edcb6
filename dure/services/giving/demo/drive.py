"""The ground of a drive: a crowd of sample people, many open boxes, a matching fund; and the requests a crowd sends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import msgspec
from django.conf import settings

from dure.base import ids
from dure.foundations.ledger import demo as wallet
from dure.foundations.people import demo as folk
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, PersonId
from dure.foundations.places import demo as county
from dure.kit import bearer, crowd
from dure.kit.importing import Progress, Silent
from dure.services.giving import actions, queries
from dure.services.giving.types import (
    BoxId,
    BudgetLine,
    CauseDraft,
    CauseId,
    CauseState,
    GiftId,
    Topic,
    VettingMark,
    Way,
    Yes,
)

GOAL_WON = 2_500_000  # below the sum from which two stewards decide
FUND_WON = 50_000_000
DAYS_OPEN = 45
AGREEMENTS_EACH_MAX = 20
TOKEN_LIFETIME = timedelta(hours=2)
API = "/api/v1/giving"
FIRST_PLAN = 1  # the version of a box's first plan
FIRST_FULL = 10_000  # boxes to pay out are numbered from here, so that a drive's are others
WORDS = ("힘내세요", "", "", "함께하겠습니다", "", "잘 쓰이길 바랍니다", "")


@dataclass(frozen=True, slots=True)
class Ground:
    """Where gifts go and who gives."""

    boxes: tuple[BoxId, ...]
    donors: Sequence[PersonId]
    fund: UUID


def open_ground(boxes: int, donors: int, progress: Progress) -> Ground:
    """Open the boxes and let the people in, as far as they are not there yet. Only in a sample town."""
    county.load()
    folk.load()
    progress.begin("people", donors)
    persons = folk.crowd(max(donors, _people_needed(boxes)), progress.advance)
    steward = people.actor(folk.STEWARDS[0].id)
    fund = actions.open_fund(steward, "가람군 나눔 기금 (예시)", None, key="drive:fund")
    deposit = actions.top_up(steward, fund, FUND_WON, "예시은행 드라이브", key="drive:fund:deposit")
    actions.confirm_deposit(people.actor(folk.STEWARDS[1].id), deposit, key="drive:fund:confirm")
    progress.begin("boxes", boxes)
    return Ground(tuple(_opened(number, persons, progress) for number in range(boxes)), persons[:donors], fund)


def box_to_pay_out(number: int, ground: Ground) -> tuple[BoxId, int]:
    """The number-th box that is one click from its payout: full, closed, its plan approved. Answers its won as well."""
    box, once = _opened(FIRST_FULL + number, ground.donors, Silent()), f"drive:full:{number}"
    if queries.card(CauseId(box)).state is CauseState.OPEN:
        giver = people.actor(ground.donors[number % len(ground.donors)])
        checkout = actions.begin_gift(
            giver, box, GOAL_WON, ("", False), Way("/giving/mine/", "sandbox"), key=f"{once}:gift"
        )
        actions.complete_gift(giver, wallet.pay(checkout))
        owner = people.actor(folk.OWNERS[0].id)
        actions.close(owner, box, key=f"{once}:close")
        actions.revise_plan(owner, box, (BudgetLine("이불과 끼니", GOAL_WON),), key=f"{once}:plan")
        for steward in folk.STEWARDS:
            actions.approve_plan(people.actor(steward.id), box, FIRST_PLAN, key=f"{once}:plan:{steward.key}")
    return box, GOAL_WON


def token(person: PersonId) -> str:
    """What the person's app would hold."""
    return bearer.mint(person, verified=True, lifetime=TOKEN_LIFETIME)


def gift_request(host: str, person: PersonId, box: BoxId, amount: int, bearing: str) -> bytes:
    """A gift that the payer's wallet has paid already: a payment, a receipt and a key of its own."""
    payment = ids.new()
    receipt = wallet.receipt(payment, box, person, amount)
    body = {"amount": amount, "message": WORDS[amount // 100 % len(WORDS)], "payment": receipt}
    return _post(host, f"{API}/boxes/{box}/gifts", bearing, body, payment.hex)


def page_request(host: str, box: BoxId) -> bytes:
    """The page of a box, as everybody opens it before giving."""
    return crowd.request("GET", f"/giving/{queries.code_of(box)}/", host, {"Accept-Language": "ko"})


def cheer_request(host: str, box: BoxId, bearing: str) -> bytes:
    """A comment, which the matching fund answers."""
    return _post(host, f"{API}/boxes/{box}/cheers", bearing, {"kind": "comment", "text": "힘내세요"}, ids.new().hex)


def refund_request(host: str, gift: GiftId, bearing: str) -> bytes:
    """The giver takes the gift back."""
    return _post(host, f"{API}/gifts/{gift}/refund", bearing, {"why": "잘못 눌렀습니다"}, ids.new().hex)


def _post(host: str, path: str, bearing: str, body: dict[str, object], key: str) -> bytes:
    headers = {"Authorization": f"Bearer {bearing}", "Idempotency-Key": key}
    return crowd.request("POST", path, host, headers, msgspec.json.encode(body))


def _people_needed(boxes: int) -> int:
    """So many that nobody agrees more often than the hour allows; a proposer does not count at the own gate."""
    needed: int = settings.DURE.agreements_needed
    return max(needed + 1, -(-boxes * needed // AGREEMENTS_EACH_MAX))


def _opened(number: int, persons: Sequence[PersonId], progress: Progress) -> BoxId:
    """The number-th box of a drive: proposed, agreed to, vetted."""
    once = f"drive:{number}"
    proposer = people.actor(persons[number % len(persons)])
    cause = _draft(number, proposer)
    if queries.card(cause).state is not CauseState.OPEN:
        actions.propose(proposer, cause, key=f"{once}:propose")
        actions.answer_as_partner(people.actor(folk.OWNERS[0].id), cause, True, key=f"{once}:answer")
        for person in _neighbours(number, settings.DURE.agreements_needed, persons):
            actions.agree(people.actor(person), cause, key=f"{once}:agree")
        steward = people.actor(folk.STEWARDS[0].id)
        actions.register_collection(steward, cause, f"예시 드라이브 {number + 1}", key=f"{once}:register")
        yes = Yes(queries.vetting_round(cause), tuple(VettingMark))
        actions.approve(steward, cause, yes, key=f"{once}:approve")
    progress.advance()
    return BoxId(cause)


def _draft(number: int, proposer: Actor) -> CauseId:
    content = CauseDraft(
        title=f"표본 모금함 {number + 1}",
        story="모금이 몰릴 때를 흉내 내는 체험용 예시입니다. 실제로 일어난 일이 아닙니다.",
        beneficiary="가람군의 가상 이웃",
        topic=Topic.DISASTER,
        region=folk.SOLNAE,
        goal=GOAL_WON,
        days_open=DAYS_OPEN,
        partner=folk.NGO,
        lines=(BudgetLine("이불과 끼니", GOAL_WON),),
    )
    return actions.draft(proposer, content, key=f"drive:{number}:draft")


def _neighbours(number: int, needed: int, persons: Sequence[PersonId]) -> Iterator[PersonId]:
    """`needed` people after the proposer, others for each box."""
    for step in range(needed):
        yield persons[(number * needed + number + step + 1) % len(persons)]

"""What a crowd was told beside what the book holds and what the API shows: every box, fund and donor, to the won."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

import msgspec

from dure.foundations.impact import queries as impact
from dure.kit import crowd
from dure.kit.importing import Progress
from dure.services.giving import demo, queries
from dure.services.giving.types import BoxId, BoxTotals, Cause, FundView, MyGift

DONORS_ASKED = 200  # so many donors are also asked over HTTP; the book is read for all
WON_GIVEN = "won_given"


@dataclass(frozen=True, slots=True)
class Book:
    """The sums of one moment: of every box, fund and donor, and the won that impact counted."""

    boxes: Mapping[UUID, BoxTotals]
    funds: Mapping[UUID, int]  # won given
    donors: Mapping[UUID, int]  # won of gifts that stand
    counted: int | None  # None: hidden, it rests on too few people


@dataclass(frozen=True, slots=True)
class Heard:
    """What the crowd was told: the gifts that stand by their number, and the won that funds added."""

    standing: Mapping[int, demo.Intent]
    matched: int


def book(ground: demo.Ground) -> Book:
    """The sums now."""
    return Book(
        boxes=queries.totals_of(ground.boxes),
        funds={fund.id: fund.given for fund in queries.funds()},
        donors=queries.given_by_donor(ground.boxes),
        counted=_counted(),
    )


def in_book(ground: demo.Ground, before: Book, after: Book, heard: Heard) -> Iterator[str]:
    """One line for each sum in the book that did not grow by what the crowd was told. Nothing: all agree."""
    yield from _boxes(ground, before, after, heard)
    yield from _donors(ground, before, after, heard)
    matched = sum(after.funds.values()) - sum(before.funds.values())
    if matched != heard.matched:
        yield f"the funds gave {matched:,} won, the crowd was told {heard.matched:,}"
    given = sum(one.amount for one in heard.standing.values())
    if (
        before.counted is not None
        and after.counted is not None
        and (counted := after.counted - before.counted) != given
    ):
        yield f"impact counted {counted:,} won, the crowd gave {given:,}"


def _boxes(ground: demo.Ground, before: Book, after: Book, heard: Heard) -> Iterator[str]:
    told: Counter[BoxId] = Counter()
    for one in heard.standing.values():
        told[ground.boxes[one.box]] += one.amount
    for box in ground.boxes:
        grew = after.boxes[box].people - before.boxes[box].people
        if grew != told[box]:
            yield f"box {box} grew by {grew:,} won, the crowd gave {told[box]:,}"
    matched = sum(after.boxes[box].matched - before.boxes[box].matched for box in ground.boxes)
    if matched != heard.matched:
        yield f"the boxes were matched {matched:,} won, the crowd was told {heard.matched:,}"


def _donors(ground: demo.Ground, before: Book, after: Book, heard: Heard) -> Iterator[str]:
    told: Counter[UUID] = Counter()
    for one in heard.standing.values():
        told[ground.donors[one.donor]] += one.amount
    for donor in told.keys() | after.donors.keys():
        grew = after.donors.get(donor, 0) - before.donors.get(donor, 0)
        if grew != told[donor]:
            yield f"donor {donor} has {grew:,} won more in the book, they were told {told[donor]:,}"


def in_api(ground: demo.Ground, after: Book, address: tuple[str, int], shown: Progress) -> Iterator[str]:
    """One line for each sum that the API shows otherwise: boxes and funds in public, some donors with their own token."""
    asked = ground.donors[:: max(1, len(ground.donors) // DONORS_ASKED)]
    wishes = [crowd.Wish(_get(address, f"/causes/{box}"), box) for box in ground.boxes]
    wishes += [crowd.Wish(_get(address, "/me/gifts", demo.token(donor)), donor) for donor in asked]
    wishes.append(crowd.Wish(_get(address, "/funds"), "funds"))
    shown.begin("reading the API", len(wishes))
    answers: dict[object, crowd.Answer] = {}

    def heard(answer: crowd.Answer) -> None:
        answers[answer.tag] = answer
        shown.advance()

    crowd.run(address, wishes, heard, lines=8)
    for wish in wishes:
        answer = answers[wish.tag]
        if answer.status != 200:
            yield f"the API answered {answer.status} for {wish.tag}"
    for box in ground.boxes:
        totals = msgspec.json.decode(answers[box].body, type=Cause).card.totals
        if totals != after.boxes[box]:
            yield f"the API shows {totals} for box {box}, the book holds {after.boxes[box]}"
    for donor in asked:
        gifts = msgspec.json.decode(answers[donor].body, type=list[MyGift])
        sums = sum(gift.amount for gift in gifts if gift.state == "given" and gift.box in after.boxes)
        if sums != after.donors.get(donor, 0):
            yield f"the API shows {sums:,} won for donor {donor}, the book holds {after.donors.get(donor, 0):,}"
    for fund in msgspec.json.decode(answers["funds"].body, type=list[FundView]):
        if fund.given != after.funds[fund.id]:
            yield f"the API shows {fund.given:,} won of fund {fund.id}, the book holds {after.funds[fund.id]:,}"


def _get(address: tuple[str, int], path: str, bearing: str = "") -> bytes:
    headers = {"Authorization": f"Bearer {bearing}"} if bearing else {}
    return crowd.request("GET", f"{demo.API}{path}", address[0], headers)


def _counted() -> int | None:
    """Won given, as impact counted it from the news."""
    figure = impact.figure(WON_GIVEN)
    return None if figure.hidden else figure.value or 0

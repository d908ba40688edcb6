"""A season for tests: a steward's, with a receiver, a project and people. Days go by on a clock of their own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from django.db import transaction

from dure.base import clock, ids
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.providers import SANDBOX
from dure.foundations.ledger.types import Payment, PaymentId, Scenario, account_id
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, OrganisationId, PersonId, system
from dure.kit import bearer, tx
from dure.kit.testing import Meet
from dure.kit.verify import silent
from dure.services.pledges import actions, commands, models, queries
from dure.services.pledges.rules import days
from dure.services.pledges.types import (
    Consent,
    NewProject,
    NewProof,
    NewSeason,
    OpenBox,
    Pledge,
    Project,
    ProjectVerdict,
    Proof,
    ProofKind,
    Season,
    Way,
)

BY = system("test")
DEPOSIT = 10_000
SANDBOX_WAY = Way(return_to="/pledges/paid/", provider="sandbox")
NO = Consent(gives=False)


@dataclass(frozen=True)
class Ground:
    """A season in which projects are proposed, and one project of it."""

    season: Season
    project: Project
    stewards: tuple[Actor, Actor]
    leader: Actor
    receiver: OrganisationId
    people: tuple[Actor, ...]

    @property
    def consent(self) -> Consent:
        return Consent(gives=True, receiver=self.season.receivers[0].id)


def key() -> str:
    return ids.new().hex


def person_of(actor: Actor) -> PersonId:
    assert actor.person is not None
    return actor.person


def noon(on: date) -> datetime:
    return datetime.combine(on, time(12), tzinfo=clock.SEOUL)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """In this block it is `moment`."""
    with clock.read_from(lambda: moment):
        yield


def on_day(ground: Ground, day: int, minutes: int = 720) -> Any:
    """In this block it is so many minutes after midnight of the day `day` of the season; also below 1 and beyond 100."""
    midnight = datetime.combine(ground.season.starts_on + timedelta(days=day - 1), time(), tzinfo=clock.SEOUL)
    return at(midnight + timedelta(minutes=minutes))


def begun(ground: Ground) -> None:
    """From now on it is the second day of the season by the clock on the wall, by which requests go."""
    before = clock.today() - timedelta(days=2)
    models.Season.objects.filter(id=ground.season.id).update(
        starts_on=clock.today() - timedelta(days=1), join_until=before, propose_until=before
    )


def token(by: Actor) -> str:
    """What somebody's app holds."""
    return bearer.mint(person_of(by), verified=by.verified)


def after_review(ground: Ground) -> Any:
    """In this block the season can be settled."""
    return at(noon(days.settles_from(ground.season.starts_on)))


def new_season(receivers: tuple[OrganisationId, ...], **changed: Any) -> NewSeason:
    today = clock.today()
    said: dict[str, Any] = {
        "name": "백일 함께 (예시)",
        "starts_on": today + timedelta(days=10),
        "propose_until": today + timedelta(days=6),
        "join_until": today + timedelta(days=8),
        "deposit": DEPOSIT,
        "receivers": receivers,
    }
    return NewSeason(**(said | changed))


def new_project(season: Season, **changed: Any) -> NewProject:
    said: dict[str, Any] = {
        "season": season.id,
        "title": "아침 산책",
        "promise": "날마다 아침에 걸어요",
        "how": "걸은 길을 적어요",
        "proof": ProofKind.TEXT,
        "capacity": 5,
    }
    return NewProject(**(said | changed))


def ground(people: int = 3, receivers: int = 1, **changed: Any) -> Ground:
    stewards = (folk.steward("운영하나"), folk.steward("운영둘"))
    organisations = tuple(
        folk.verified_organisation(folk.person("이단체"), name=f"이웃돕기회 {number}")[0] for number in range(receivers)
    )
    season = actions.open_season(stewards[0], new_season(organisations, **changed), key=key())
    leader = folk.person("길잡이")
    project = open_project(season, leader, stewards[0])
    return Ground(season, project, stewards, leader, organisations[0], tuple(folk.person() for _ in range(people)))


def open_project(season: Season, leader: Actor, steward: Actor, **changed: Any) -> Project:
    made = actions.propose_project(leader, new_project(season, **changed), key=key())
    return actions.decide_project(steward, made.id, ProjectVerdict.APPROVE, "", key=key())


def asked(by: Actor, project: Project, consent: Consent = NO) -> Pledge:
    return actions.join(by, project.id, consent, SANDBOX_WAY, key=key())


def payment_of(pledge: Pledge) -> Payment:
    found = queries.payment_of(pledge.id)
    assert found is not None
    return book.payment(PaymentId(found))


def pay(by: Actor, asked: Pledge, scenario: Scenario = Scenario.APPROVE) -> Pledge:
    """To the sandbox's page, and back."""
    payment = payment_of(asked)
    assert actions.pay_deposit(by, asked.id) == f"/pay/sandbox/{payment.order}/"
    address = urlsplit(SANDBOX.decide(payment.order, scenario))
    return actions.complete_deposit(by, dict(parse_qsl(address.query)))


def joined(by: Actor, project: Project, consent: Consent = NO) -> Pledge:
    return pay(by, asked(by, project, consent))


def prove(by: Actor, pledge: Pledge, day: int, **changed: Any) -> Proof:
    said: dict[str, Any] = {"pledge": pledge.id, "day": day, "text": f"{day}일째"}
    return actions.send_proof(by, NewProof(**(said | changed)), key=key())


def proved(ground: Ground, by: Actor, pledge: Pledge, kept: int) -> None:
    """The first `kept` days, straight into the table: what proving one asks is tried elsewhere."""
    models.Proof.objects.bulk_create(
        models.Proof(id=ids.new(), pledge_id=pledge.id, day=day, state="counts", text="예")
        for day in range(1, kept + 1)
    )


def settled(ground: Ground) -> None:
    with after_review(ground):
        actions.begin_settlement(ground.stewards[0], ground.season.id, key=key())
        while actions.settle_next(BY, ground.season.id):
            pass


def settled_at(ground: Ground) -> datetime:
    found = queries.season(ground.season.id).settled_at
    assert found is not None
    return found


def after_year(ground: Ground) -> int:
    """The year in which the season is settled."""
    return days.settles_from(ground.season.starts_on).year


def open_box(ground: Ground) -> OpenBox:
    """A donation box of the receiver, as news tells of it."""
    return OpenBox(ids.new(), ground.receiver, "예시 모금", clock.now())


def pool(ground: Ground) -> UUID:
    """A sum that was told to a box, and that nobody has taken yet."""
    return models.Pool.objects.create(receiver_id=ground.season.receivers[0].id, won=0).id


def held(code: str) -> int:
    account = account_id(code)
    found = book.balances([account])
    return found[account].held if account in found else 0


def in_account(pledge: UUID) -> int:
    return held(queries.account_code(pledge))


def broken() -> list[str]:
    """What `dure verify` says of pledges."""
    return [found.what for check in commands.verify_checks() for found in check.run(silent)]


def held_open(work: Callable[[], object], when: Callable[[], Any]) -> Callable[[Meet], object]:
    """`work` in a transaction that stays open until the other runners are there, too, on the clock of `when`."""

    def run(meet: Meet) -> object:
        with when(), transaction.atomic(), tx.hosted():
            said = work()
            meet()
        return said

    return run

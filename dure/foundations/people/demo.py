"""Sample people of the invented county 가람군. Plainly samples: their names say so, their mailboxes cannot exist."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password

from dure.base import clock, ids
from dure.foundations.people import actions, queries, rules
from dure.foundations.people.types import (
    Actor,
    Decision,
    Newcomer,
    OrganisationForm,
    OrganisationId,
    OrgKind,
    OrgRole,
    Origin,
    PersonId,
    PlatformRole,
    ReceiptCode,
    system,
)
from dure.kit import tx

SEED = UUID("00000000-0000-7000-8000-000000000001")
JOINED_AGO = timedelta(days=400)
BY = system("demo")
CROWD_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample person: a short key, the name, which county village they say they live in."""

    key: str
    name: str
    region: str = ""

    @property
    def id(self) -> PersonId:
        return PersonId(ids.derived(SEED, f"person:{self.key}"))

    @property
    def email(self) -> str:
        return f"{self.key}@{rules.SAMPLE_DOMAIN}"


SOLNAE, WITMAL, JANGTEO = "9901031021", "9901031022", "9901025022"  # 솔내리, 윗말, 장터리
STEWARDS = (Sample("steward1", "오예시"), Sample("steward2", "한보기"))
AUDITOR = Sample("auditor", "구표본")
OWNERS = (Sample("owner1", "김예시", SOLNAE), Sample("owner2", "박보기", JANGTEO))
STAFF = Sample("staff", "이견본", SOLNAE)
OTHER_OWNER = Sample("owner3", "최시험", WITMAL)
ELDER = Sample("elder", "강표본", WITMAL)
CITIZENS = (
    Sample("citizen1", "정가상", SOLNAE),
    Sample("citizen2", "윤예시", SOLNAE),
    Sample("citizen3", "송보기", WITMAL),
    Sample("citizen4", "조견본", JANGTEO),
    Sample("citizen5", "임시험", JANGTEO),
    Sample("citizen6", "신표본", SOLNAE),
    Sample("citizen7", "문가상", JANGTEO),
    ELDER,
)
EVERYBODY = (*STEWARDS, AUDITOR, *OWNERS, STAFF, OTHER_OWNER, *CITIZENS)

NGO = OrganisationId(ids.derived(SEED, "organisation:hands"))
OTHER_NGO = OrganisationId(ids.derived(SEED, "organisation:field"))


@dataclass(frozen=True, slots=True)
class DemoPeople:
    """Who is who in the sample town."""

    stewards: tuple[PersonId, ...]
    auditor: PersonId
    ngo: OrganisationId  # verified, two owners, one staff, bank account confirmed
    owners: tuple[PersonId, ...]
    staff: PersonId
    other_ngo: OrganisationId  # handed in, waits for a steward
    other_owner: PersonId
    citizens: tuple[PersonId, ...]
    elder: PersonId  # one of the citizens

    def actor(self, person: PersonId) -> Actor:
        """The person as an actor, with the roles they hold now."""
        return queries.actor(person)


def people() -> DemoPeople:
    """The ids of the sample people; they are the same everywhere."""
    return DemoPeople(
        stewards=tuple(sample.id for sample in STEWARDS),
        auditor=AUDITOR.id,
        ngo=NGO,
        owners=tuple(sample.id for sample in OWNERS),
        staff=STAFF.id,
        other_ngo=OTHER_NGO,
        other_owner=OTHER_OWNER.id,
        citizens=tuple(sample.id for sample in CITIZENS),
        elder=ELDER.id,
    )


def logins() -> tuple[tuple[str, str, str], ...]:
    """Whom to log in as to see the town from every side: (who, e-mail, password)."""
    sides = (
        ("citizen", CITIZENS[0]),
        ("citizen, large type", ELDER),
        ("owner of an NGO", OWNERS[0]),
        ("staff of an NGO", STAFF),
        ("steward", STEWARDS[0]),
        ("second steward", STEWARDS[1]),
        ("auditor", AUDITOR),
    )
    return tuple((f"{sample.name} ({side})", sample.email, rules.SAMPLE_PASSWORD) for side, sample in sides)


def load() -> DemoPeople:
    """Load the sample people that are not there yet."""
    if not settings.DURE.demo:
        raise RuntimeError("sample people are for demonstrations only")
    town = people()
    known = queries.persons(sample.id for sample in EVERYBODY)
    missing = [sample for sample in EVERYBODY if sample.id not in known]
    if missing:
        with tx.durable():
            _admit(missing)
            _organisations(town)
    return town


def crowd(size: int, counted: Callable[[int], None]) -> tuple[PersonId, ...]:
    """The ids of `size` nameless sample people, let in as far as they are not there. `counted` hears how many more are in."""
    persons = tuple(PersonId(ids.derived(SEED, f"crowd:{number}")) for number in range(size))
    joined_at = clock.now() - JOINED_AGO
    for start in range(0, size, CROWD_BATCH):
        batch = [
            Newcomer(
                id=person, name=f"표본 {number}", email=f"crowd{number}@{rules.SAMPLE_DOMAIN}", joined_at=joined_at
            )
            for number, person in enumerate(persons[start : start + CROWD_BATCH], start=start + 1)
        ]
        with tx.durable():
            actions.admit_crowd(BY, batch)
        counted(len(batch))
    return persons


def let_in(sample: Sample) -> None:
    """Let one sample person in, as somebody who joined long ago; in the caller's transaction."""
    newcomer = Newcomer(
        id=sample.id,
        name=sample.name,
        email=sample.email,
        hashed=_hashed(),
        region=sample.region,
        joined_at=clock.now() - JOINED_AGO,
    )
    actions.admit(BY, newcomer)


@cache
def _hashed() -> str:
    """All have the same password, which everybody knows: making it slow to guess again and again takes seconds."""
    return make_password(rules.SAMPLE_PASSWORD)


def _admit(samples: list[Sample]) -> None:
    for sample in samples:
        let_in(sample)
        for text in rules.texts():
            if text.required:
                actions.give_consent(queries.actor(sample.id), text.purpose, text.version, Origin(face="demo"))
    for steward in STEWARDS:
        actions.grant_role(BY, steward.id, PlatformRole.STEWARD)
    actions.grant_role(BY, AUDITOR.id, PlatformRole.AUDITOR)


def _organisations(town: DemoPeople) -> None:
    if queries.organisations([NGO]):
        return
    steward = queries.actor(town.stewards[0])
    actions.register_organisation(
        queries.actor(town.owners[0]),
        sample_form("가람 이웃손 (예시)", "00082", "0001", OWNERS[0], receipt_code=ReceiptCode.GENERAL),
        known_as=NGO,
    )
    owner = queries.actor(town.owners[0])
    for sample, role in ((OWNERS[1], OrgRole.OWNER), (STAFF, OrgRole.STAFF)):
        invitation = actions.invite_member(owner, NGO, sample.email, role)
        actions.accept_invitation(queries.actor(sample.id), invitation)
    actions.submit_verification(owner, NGO)
    actions.decide_verification(steward, NGO, Decision.VERIFY)
    account = actions.set_bank_account(
        owner, NGO, bank_code="004", number="000-000-000123", holder="가람 이웃손 (예시)"
    )
    actions.verify_bank_account(steward, NGO, account)
    actions.register_organisation(
        queries.actor(town.other_owner),
        sample_form("솔내 푸른들 (예시)", "00082", "0002", OTHER_OWNER),
        known_as=OTHER_NGO,
    )
    actions.submit_verification(queries.actor(town.other_owner), OTHER_NGO)


def sample_form(
    name: str,
    office: str,
    serial: str,
    owner: Sample,
    *,
    receipt_code: ReceiptCode = ReceiptCode.NONE,
    kind: OrgKind = OrgKind.NGO,
) -> OrganisationForm:
    """An entry under a number of a tax office that does not exist."""
    first_nine = f"{office}{serial}"
    return OrganisationForm(
        name=name,
        kind=kind,
        registration_number=f"{first_nine}{rules.business_check_digit(first_nine)}",
        representative=owner.name,
        contact_email=owner.email,
        address="가람군 솔내면 솔내리 1 (예시)",
        receipt_code=receipt_code,
    )

"""Values to test with."""

from uuid import UUID

from hypothesis import strategies as st

from dure.foundations.people.types import Actor, OrganisationId, OrgRole, PersonId, PlatformRole
from dure.services.giving.types import BudgetLine, CauseDraft, LineKind, Topic

PARTNER = OrganisationId(UUID(int=10))
OTHER = OrganisationId(UUID(int=11))
PROPOSER = UUID(int=1)


def person(number: int = 2, *, verified: bool = True) -> Actor:
    return Actor(person=PersonId(UUID(int=number)), name=f"Sample {number}", verified=verified)


def steward(number: int = 90) -> Actor:
    return Actor(person=PersonId(UUID(int=number)), verified=True, roles=frozenset({PlatformRole.STEWARD}))


def member(role: OrgRole = OrgRole.OWNER, organisation: OrganisationId = PARTNER, number: int = 50) -> Actor:
    return Actor(person=PersonId(UUID(int=number)), verified=True, memberships=frozenset({(organisation, role)}))


def lines_of(total: int, parts: int = 1) -> tuple[BudgetLine, ...]:
    """`parts` lines that sum to `total`."""
    each, rest = divmod(total, parts)
    return tuple(BudgetLine(f"line {n}", each + (1 if n < rest else 0)) for n in range(parts))


def draft(goal: int = 1_000_000, partner: UUID = PARTNER, region: str = "9901010100", **changed: object) -> CauseDraft:
    content: dict[str, object] = {
        "title": "Warm winter for a sample village",
        "story": "A sample story that is long enough to say what is planned, for whom, and why now.",
        "beneficiary": "Sample elders",
        "topic": Topic.ELDERS,
        "region": region,
        "goal": goal,
        "days_open": 30,
        "partner": partner,
        "lines": lines_of(goal),
    }
    return CauseDraft(**(content | changed))  # type: ignore[arg-type]  # names and values are given by the test


budget_lines = st.lists(
    st.builds(
        BudgetLine,
        label=st.text(min_size=1, max_size=20).filter(str.strip),
        amount=st.integers(1, 10_000_000),
        kind=st.sampled_from(LineKind),
    ),
    min_size=1,
    max_size=12,
).map(tuple)

"""The sample town's place that scans, asked for by the owner of its sample association, and the sample health centre from whose
channel people are told. The visit party is told of the place by the worker.
"""

from typing import Final
from uuid import UUID

from dure.base import ids
from dure.foundations.channels import actions as channels
from dure.foundations.channels import queries as known_channels
from dure.foundations.channels.types import NewChannel
from dure.foundations.people import actions as organisations
from dure.foundations.people import demo as people
from dure.foundations.people import queries
from dure.foundations.people.types import Decision, OrganisationId, OrgKind
from dure.kit import tx
from dure.services.checkin.actions import identity as actions
from dure.services.checkin.actions.identity_tracing import SAFETY_HANDLE
from dure.services.checkin.queries import identity as places

NAME: Final = "가람 나눔의 집 (예시)"
KEY: Final = "sample-place"
HEAD: Final = people.Sample("health", "채예시")
CENTRE: Final = OrganisationId(ids.derived(people.SEED, "organisation:health"))
CENTRE_NAME: Final = "가람군 보건소 (예시)"


def load() -> None:
    """Ask for the place, and open the health centre's channel; each once."""
    town = people.people()
    if not places.venues(town.ngo):
        actions.register_venue(town.actor(town.owners[0]), town.ngo, NAME, challenge=False, key=KEY)
    if not queries.organisations([CENTRE]):
        with tx.durable():
            _centre(town)


def _centre(town: people.DemoPeople) -> None:
    head = HEAD
    people.let_in(head)
    form = people.sample_form(CENTRE_NAME, "00083", "0009", head, kind=OrgKind.AGENCY)
    organisations.register_organisation(town.actor(head.id), form, known_as=CENTRE)
    organisations.submit_verification(town.actor(head.id), CENTRE)
    organisations.decide_verification(town.actor(town.stewards[0]), CENTRE, Decision.VERIFY)
    if not known_channels.channels_of(UUID(int=CENTRE.int)):
        about = "감염병이 돌 때 알려 드려야 할 분께만 보냅니다. (예시)"
        new = NewChannel(CENTRE, SAFETY_HANDLE, CENTRE_NAME, about, "043-000-1339")
        channels.open_channel(town.actor(head.id), new, key="safety")

"""A leader lets the group know something; and messages reach people by the channel of pledges.

The channel has the handle `pledges` and belongs to whoever runs the place. Where nobody opened it nobody is written to, and
everything stands on the pages. What is sent is for the law's purpose `info`: about something that its receiver has or did,
never an ad.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Final
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId, system
from dure.base.refusals import NotFound
from dure.foundations.channels import actions as channels
from dure.foundations.channels import queries as known_channels
from dure.foundations.channels.types import (
    Button,
    ButtonKind,
    Content,
    JoinedBy,
    Joining,
    NewSending,
    Purpose,
    Text,
)
from dure.kit import limits, tx
from dure.services.pledges import models, queries
from dure.services.pledges.rules import guarding, permits
from dure.services.pledges.rules import noticing as rules
from dure.services.pledges.types import Notice, NoticeId, ProjectId, ProjectState, WrongStep

from .common import lock_project, phase_of, season_row

PERSONS_AT_ONCE: Final = 20_000
TELLER: Final = system("pledges.tell")  # the platform itself; nobody's own words but a leader's notice go this way


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent to some people: words, where a button leads, and what differs from person to person."""

    key: str  # sent again under the same key it is the same
    text: str
    about: UUID | None
    label: str = ""
    address: str = ""  # of the page to which the button leads
    variables: Mapping[PersonId, Mapping[str, str]] = field(default_factory=dict)
    expires_at: datetime | None = None  # after this it would be too late


def post_notice(by: Actor, project: ProjectId, text: str, *, key: str) -> Notice:
    """The leader lets everybody of a project know something: it stands above the group's feed and reaches those who go on by
    the channel. What offers something for sale is refused, as in every message.

    Raises NotAllowed, Silenced, SeasonClosed, WrongStep, BadValue, AdLooksLikeInfo, TooOften, NotFound.
    """
    with tx.action(by, "pledges.post_notice", key, (project, text), UUID) as done:
        if done:
            return _notice(NoticeId(done.answer()))
        row = lock_project(project)
        permits.may_lead(by, PersonId(row.leader_id))
        guarding.demand_voice(queries.silenced_why(project, permits.somebody(by)))
        permits.demand_phase(phase_of(season_row(row.season_id)), *rules.NOTICING)
        if row.state != ProjectState.OPEN:
            raise WrongStep(state=row.state)
        said = rules.check_notice(text)
        limits.count(f"pledges.post_notice:{project}", rules.NOTICES_PER_DAY_MAX, rules.DAY_SECONDS)
        made = models.Notice.objects.create(
            id=ids.new(), project=row, by=permits.somebody(by), text=said, at=clock.now()
        )
        to = [one for one in queries.going_on(project) if one != by.person]
        words = f"{row.title}\n{said}"
        tell(TELLER, Letter(key=f"notice:{made.id.hex}", text=words, about=made.id), to)
        return _notice(NoticeId(done.keep(made.id)))


def take_down_notice(by: Actor, notice: NoticeId, *, key: str) -> ProjectId:
    """Take a notice down; what reached people cannot be called back. Raises NotAllowed, NotFound."""
    with tx.action(by, "pledges.take_down_notice", key, notice, UUID) as done:
        if done:
            return ProjectId(done.answer())
        row = models.Notice.objects.select_related("project").filter(id=notice).first()
        if row is None:
            raise NotFound(what="notice")
        if not by.is_steward:
            permits.may_lead(by, PersonId(row.project.leader_id))
        models.Notice.objects.filter(id=notice, taken_down_at__isnull=True).update(taken_down_at=clock.now())
        return ProjectId(done.keep(row.project_id))


def tell(by: Actor, letter: Letter, persons: Sequence[PersonId]) -> bool:
    """Send a message to those of these people who are friends of the channel; answers whether there is a channel to send it by.

    Raises NotAllowed, AdLooksLikeInfo, ContentTooLong.
    """
    permits.may_run(by)
    channel = queries.channel_of_pledges()
    if channel is None or not persons:
        return channel is not None
    buttons = (Button(letter.label, ButtonKind.LINK, letter.address),) if letter.address else ()
    for number, some in enumerate(batched(persons, PERSONS_AT_ONCE)):
        channels.queue_sending(
            by,
            NewSending(
                channel=channel.id,
                purpose=Purpose.INFO,
                content=Content((Text(letter.text),), buttons),
                key=f"pledges:{letter.key}:{number}",
                persons=some,
                variables={one: dict(letter.variables[one]) for one in some if one in letter.variables},
                about=letter.about,
                expires_at=letter.expires_at,
                free_only=True,  # nobody has seen what it would cost
            ),
        )
    return True


def bring_along(by: Actor, person: PersonId) -> bool:
    """Let who takes part hear from the channel, without ads; once: who left it before is not brought back. Raises NotAllowed."""
    permits.may_run(by)
    channel = queries.channel_of_pledges()
    if channel is None or known_channels.friend(channel.id, person) is not None:
        return False
    try:
        with tx.durable():
            return channels.join_many(by, channel.id, JoinedBy.SERVICE, [Joining(person)]) > 0
    except NotFound:  # the account was closed meanwhile
        return False


def _notice(notice: NoticeId) -> Notice:
    found = queries.notice(notice)
    if found is None:
        raise NotFound(what="notice")
    return found

"""A channel with staff, people who write to it, and dispatches to deliver, for tests of the inbox."""

from dataclasses import dataclass
from itertools import count

import msgspec

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId, system
from dure.foundations.channels import actions, models
from dure.foundations.channels.types import (
    ChannelId,
    Content,
    ConversationId,
    Delivery,
    DispatchId,
    Lane,
    Message,
    Purpose,
    Text,
)
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import OrganisationId
from dure.kit import tx

BY = system("test")
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Stall:
    """A channel of an organisation with an owner and two members of staff."""

    channel: ChannelId
    handle: str
    organisation: OrganisationId
    owner: Actor
    staff: tuple[Actor, Actor]


def stall(name: str = "솔내 방앗간 (예시)") -> Stall:
    organisation, owner = folk.verified_organisation(folk.person("최주인"))
    one, other = folk.member(organisation, owner), folk.member(organisation, owner)
    row = models.Channel.objects.create(
        id=ids.new(), organisation=organisation, handle=f"mill{next(_numbers)}", name=name, about="쌀과 참기름"
    )
    return Stall(ChannelId(row.id), row.handle, organisation, folk.fresh(owner), (folk.fresh(one), folk.fresh(other)))


def words(said: str) -> Content:
    return Content((Text(said),))


def client_id() -> str:
    return ids.new().hex


def say(by: Actor, at: Stall, said: str = "안녕하세요", key: str = "") -> Message:
    with tx.durable():
        return actions.say(by, at.channel, words(said), key or client_id())


def reply(by: Actor, conversation: ConversationId, said: str = "네, 말씀하세요", key: str = "") -> Message:
    with tx.durable():
        return actions.reply(by, conversation, words(said), key or client_id())


def me(by: Actor) -> PersonId:
    assert by.person is not None
    return by.person


def deliveries(at: Stall, persons: list[PersonId], said: str = "오늘 참기름 짰습니다") -> list[Delivery]:
    """A sending to these persons, ready for the inbox."""
    now = clock.now()
    body = models.Body.objects.create(id=ids.new(), content=msgspec.json.encode(words(said)))
    sending = models.Sending.objects.create(
        id=ids.new(),
        channel_id=at.channel,
        purpose=Purpose.INFO,
        lane=Lane.NORMAL,
        body=body,
        key=str(body.id),
        not_before=now,
        expires_at=now,
    )
    rows = models.Dispatch.objects.bulk_create(
        [models.Dispatch(sending=sending, person_id=person, lane=Lane.NORMAL, next_at=now) for person in persons]
    )
    return [Delivery(DispatchId(row.id), at.channel, PersonId(row.person_id), body.id, said) for row in rows]

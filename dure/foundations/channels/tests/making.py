"""Channels and friends for tests."""

import io
from itertools import count

from PIL import Image

from dure.foundations.channels import actions, queries
from dure.foundations.channels.types import (
    Channel,
    ChannelId,
    Content,
    JoinedBy,
    NewBroadcast,
    NewChannel,
    NewTemplate,
    Purpose,
    Text,
)
from dure.foundations.people.tests.making import fresh, id_of, member, organisation, person, steward
from dure.foundations.people.types import Actor, OrganisationId
from dure.kit import tx

__all__ = ["fresh", "id_of", "member", "organisation", "person", "steward"]

_numbers = count(1)
NAME, CONTACT = "가람 두부집 (예시)", "063-000-0101"


def new_channel(owned: OrganisationId, **changes: object) -> NewChannel:
    said: dict[str, object] = {
        "organisation": owned,
        "handle": f"shop{next(_numbers)}",
        "name": NAME,
        "about": "매일 아침 만든 두부를 팝니다.",
        "contact": CONTACT,
    }
    return NewChannel(**(said | changes))  # type: ignore[arg-type]  # names and values are given by the test


def channel(**changes: object) -> tuple[Channel, Actor]:
    """A channel and its owner."""
    owned, owner = organisation(person("주인"))
    with tx.durable():
        made = actions.open_channel(owner, new_channel(owned, **changes), key="first")
    return made, owner


def friend(of: ChannelId, *, ads: bool = False, night_ads: bool = False, name: str = "단골") -> Actor:
    """Somebody who joined by QR."""
    joining = person(name)
    with tx.durable():
        actions.join(joining, of, JoinedBy.QR, ads=ads, night_ads=night_ads)
    return joining


def notice(of: ChannelId, text: str = "내일은 쉽니다.", **changes: object) -> NewBroadcast:
    said: dict[str, object] = {
        "channel": of,
        "purpose": Purpose.INFO,
        "title": "쉬는 날",
        "content": Content((Text(text),)),
    }
    return NewBroadcast(**(said | changes))  # type: ignore[arg-type]  # names and values are given by the test


def offer(of: ChannelId, text: str = "오늘은 순두부가 반값입니다.", **changes: object) -> NewBroadcast:
    return notice(of, text, **({"purpose": Purpose.AD, "title": "반값"} | changes))


def photo(colour: str = "green") -> bytes:
    """A small picture, as a telephone makes it."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG")
    return out.getvalue()


def lines(of: ChannelId, somebody: Actor) -> list[tuple[str, str]]:
    """(kind, act) of the log, the oldest first."""
    log = queries.consent_log(of, id_of(somebody))
    return [(line.kind.value, line.act.value) for line in reversed(log)]


def template(of: ChannelId, text: str = "#{이름} 님, 주문하신 두부가 준비되었습니다.") -> NewTemplate:
    return NewTemplate(of, "주문 준비", Purpose.INFO, Content((Text(text),)))

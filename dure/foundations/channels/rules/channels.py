"""Who may open and lead a channel, what it may be called. Pure."""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final

from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.channels.types import (
    ChannelClosed,
    ChannelId,
    ChannelPaused,
    ChannelState,
    NewChannel,
    TooManyChannels,
    WrongState,
)
from dure.foundations.people.types import Actor, OrganisationId, PersonId

HANDLE_LENGTH: Final = (2, 12)
NAME_LENGTH_MAX: Final = 60
ABOUT_LENGTH_MAX: Final = 500
CONTACT_LENGTH: Final = (7, 60)
WHY_LENGTH_MAX: Final = 200
CHANNELS_PER_ORGANISATION_MAX: Final = 5

_KOREAN_HANDLE = re.compile(r"[가-힣][가-힣0-9]*")
_LATIN_HANDLE = re.compile(r"[a-z][a-z0-9]*")
# What speaks for the place itself, for help in danger, or for the state: nobody else may be called so.
RESERVED: Final = frozenset(
    {
        *(
            "두레",
            "운영자",
            "관리자",
            "소식",
            "데스크",
            "공지",
            "긴급",
            "재난",
            "소방서",
            "경찰서",
            "질병관리청",
            "정부",
        ),
        *("dure", "admin", "steward", "desk", "system", "help", "official", "notice", "root", "api", "new", "mine"),
    }
)


@dataclass(frozen=True, slots=True)
class Led:
    """Of a channel, what decisions about it need."""

    id: ChannelId
    organisation: OrganisationId
    state: ChannelState


def clean_handle(text: str) -> str:
    """A handle in one spelling: Korean syllables or Latin letters, not mixed, so that one can be said over the phone and none
    passes for another. Raises BadValue.
    """
    handle = unicodedata.normalize("NFC", text).strip().lstrip("@").lower()
    if not HANDLE_LENGTH[0] <= len(handle) <= HANDLE_LENGTH[1]:
        raise BadValue(field="handle", reason="handle_length")
    if not (_KOREAN_HANDLE.fullmatch(handle) or _LATIN_HANDLE.fullmatch(handle)):
        raise BadValue(field="handle", reason="handle_letters")
    if handle in RESERVED:
        raise BadValue(field="handle", reason="handle_reserved")
    return handle


def clean_line(text: str, field: str, length_max: int, *, required: bool = True) -> str:
    """One line without control characters. Raises BadValue."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    _check_characters(line, field, length_max)
    if required and not line:
        raise BadValue(field=field, reason="missing")
    return line


def clean_text(text: str, field: str, length_max: int) -> str:
    """Several lines without control characters; may be empty. Raises BadValue."""
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", text).splitlines())
    whole = "\n".join(lines).strip()
    _check_characters(whole.replace("\n", ""), field, length_max)
    return whole


def clean_contact(text: str) -> str:
    """A telephone number or an address at which the sender of an ad is reached. Raises BadValue."""
    contact = clean_line(text, "contact", CONTACT_LENGTH[1])
    is_mail = re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", contact) is not None
    is_phone = re.fullmatch(r"[0-9+][0-9 \-]{6,}", contact) is not None
    if not (is_mail or is_phone) or len(contact) < CONTACT_LENGTH[0]:
        raise BadValue(field="contact", reason="contact")
    return contact


def clean_new(new: NewChannel) -> NewChannel:
    """What somebody says of a new channel, every field checked and in one spelling. Raises BadValue."""
    return replace(
        new,
        handle=clean_handle(new.handle),
        name=clean_line(new.name, "name", NAME_LENGTH_MAX),
        about=clean_text(new.about, "about", ABOUT_LENGTH_MAX),
        contact=clean_contact(new.contact),
    )


def somebody(by: Actor) -> PersonId:
    """Who acts for themselves. Raises NotAllowed."""
    if by.person is None:
        raise NotAllowed(needs="log_in")
    return by.person


def may_open(by: Actor, organisation: OrganisationId, has: int) -> PersonId:
    """An owner with a proved address, up to CHANNELS_PER_ORGANISATION_MAX. Raises NotAllowed, TooManyChannels."""
    person = somebody(by)
    if not by.verified:
        raise NotAllowed(needs="verified_account")
    if not by.owns(organisation):
        raise NotAllowed(needs="owner")
    if has >= CHANNELS_PER_ORGANISATION_MAX:
        raise TooManyChannels(limit=CHANNELS_PER_ORGANISATION_MAX)
    return person


def may_edit(by: Actor, channel: Led) -> PersonId:
    """An owner of its organisation, while it is not closed. Raises NotAllowed, ChannelClosed."""
    person = somebody(by)
    if not by.owns(channel.organisation):
        raise NotAllowed(needs="owner")
    if channel.state is ChannelState.CLOSED:
        raise ChannelClosed()
    return person


def may_work(by: Actor, channel: Led) -> PersonId:
    """Whoever works for its organisation: friends, notes, messages. No steward looks in here. Raises NotAllowed."""
    person = somebody(by)
    if not by.works_for(channel.organisation):
        raise NotAllowed(needs="member")
    return person


def may_pause(by: Actor, channel: Led) -> PersonId:
    """A steward who has no part in the organisation. Raises NotAllowed, WrongState."""
    person = somebody(by)
    if not by.is_steward or by.works_for(channel.organisation):
        raise NotAllowed(needs="steward")
    if channel.state is ChannelState.CLOSED:
        raise WrongState(state=channel.state)
    return person


def check_speaks(channel: Led) -> None:
    """Whether it may send anything now. Raises ChannelClosed, ChannelPaused."""
    if channel.state is ChannelState.CLOSED:
        raise ChannelClosed()
    if channel.state is ChannelState.PAUSED:
        raise ChannelPaused()


def check_takes_friends(channel: Led) -> None:
    """A paused channel keeps its friends and takes no new ones. Raises ChannelClosed, ChannelPaused."""
    check_speaks(channel)


def _check_characters(text: str, field: str, length_max: int) -> None:
    if any(unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs") for char in text):
        raise BadValue(field=field, reason="characters")
    if len(text) > length_max:
        raise BadValue(field=field, reason="too_long")

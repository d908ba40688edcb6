"""Who may send what to whom, stop it, and ask what became of it. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from dure.base.actors import Actor, OrganisationId
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.channels.types import (
    AdFormWrong,
    AdLooksLikeInfo,
    Channel,
    ChannelClosed,
    ChannelPaused,
    ChannelState,
    Content,
    Course,
    DispatchState,
    Lane,
    NewSending,
    Purpose,
    SendingState,
    Why,
)
from dure.foundations.people.types import OrgKind

from . import advertising
from . import content as contents
from .law import TERMS

KEY_LENGTH_MAX = 120
PERSONS_MAX = 100_000  # named one by one; more are a segment
VARIABLES_MAX = 20
VARIABLE_LENGTH_MAX = 200
LIVES_MAX = timedelta(days=30)
AHEAD_MAX = timedelta(days=60)
OFFERS = "offers_something"  # an ad that borrows another purpose
PUBLIC_KINDS = frozenset({OrgKind.AGENCY, OrgKind.VILLAGE})
LOST = frozenset({DispatchState.FAILED, DispatchState.BARRED, DispatchState.EXPIRED, DispatchState.STOPPED})
HOLDS = frozenset({Why.NO_NIGHT_CONSENT, Why.QUIET_HOURS, Why.CAP, Why.CHANNEL_PAUSED})  # they have an end
STATES: Mapping[SendingState, frozenset[SendingState]] = {
    SendingState.QUEUEING: frozenset({SendingState.OPEN, SendingState.STOPPED}),
    SendingState.OPEN: frozenset({SendingState.DONE, SendingState.STOPPED}),
    SendingState.STOPPED: frozenset(),
    SendingState.DONE: frozenset({SendingState.OPEN}),  # a report of failure sets somebody on the next step
}


def is_public_body(kind: OrgKind, verified: bool) -> bool:
    """Whether an organisation may ring at night when lives are in danger."""
    return verified and kind in PUBLIC_KINDS


def may_queue(by: Actor, organisation: OrganisationId, new: NewSending, public_body: bool) -> None:
    """Refuse who does not speak for the channel, and a warning from anybody but a public body or a steward.

    The platform itself sends for the houses above, which asked their own rules; nobody else overtakes. Raises NotAllowed.
    """
    if new.lane <= Lane.REPLY and not by.is_system and new.purpose is not Purpose.SAFETY:
        raise NotAllowed(needs="system")
    if new.purpose is Purpose.SAFETY:
        if by.is_steward or (public_body and (by.is_system or by.works_for(organisation))):
            return
        raise NotAllowed(needs="public_body")
    if not (by.is_system or by.works_for(organisation)):
        raise NotAllowed(needs="member")


def may_stop(by: Actor, organisation: OrganisationId) -> None:
    """Refuse who neither works for the channel nor runs the place. Raises NotAllowed."""
    if not (by.is_system or by.is_steward or by.works_for(organisation)):
        raise NotAllowed(needs="member")


def may_recall(by: Actor) -> None:
    """Refuse everybody but the platform itself, for a house above: whom a message reaches is no business of its sender's staff.

    Raises NotAllowed.
    """
    if not by.is_system:
        raise NotAllowed(needs="system")


def may_look(by: Actor, about: UUID | None = None) -> None:
    """Refuse who may not see what became of single messages: stewards and auditors may, and each person their own.

    A channel sees figures of twenty people and more, never who has read what. Raises NotAllowed.
    """
    if not (by.is_system or by.is_steward or by.is_auditor or (about is not None and by.person == about)):
        raise NotAllowed(needs="steward")


def is_warning(purpose: Purpose, lane: Lane, named: bool, asked_by: UUID | None) -> bool:
    """Whether the platform itself warns people whom it names, for a house above.

    The words are that house's own, and no organisation's: the name of a place in them offers nothing, whatever is in it. Who was
    in a shop called 왕할인마트 has to be warned as anybody else.
    """
    return purpose is Purpose.SAFETY and lane is Lane.URGENT and named and asked_by is None


def check_new(new: NewSending, channel: Channel, at: datetime, asked_by: UUID | None) -> datetime:
    """When the sending ends; or why it is none. Raises BadValue, ChannelClosed, ChannelPaused, AdFormWrong, AdLooksLikeInfo."""
    if not new.key or len(new.key) > KEY_LENGTH_MAX:
        raise BadValue(field="key", reason="length")
    if (new.segment is None) == (not new.persons):
        raise BadValue(field="persons", reason="either_segment")
    if len(new.persons) > PERSONS_MAX:
        raise BadValue(field="persons", reason="too_many")
    if new.segment is not None and new.variables:
        raise BadValue(field="variables", reason="only_persons")
    if new.segment is not None and new.in_inbox:
        raise BadValue(field="in_inbox", reason="only_persons")
    for named in new.variables.values():
        if len(named) > VARIABLES_MAX or any(len(said) > VARIABLE_LENGTH_MAX for said in named.values()):
            raise BadValue(field="variables", reason="length")
    if channel.state is ChannelState.CLOSED:
        raise ChannelClosed()
    if channel.state is ChannelState.PAUSED:
        raise ChannelPaused()
    if is_warning(new.purpose, new.lane, new.segment is None, asked_by):
        contents.check(new.content)
    else:
        advertising.check(new.content, new.purpose, channel.name, channel.contact)
    return _ends(new, at)


def fault_of(purpose: Purpose, content: Content, name: str, contact: str) -> str:
    """The rule of form that the words of a message break; empty: none. Asked again at the second of delivery."""
    try:
        if purpose is Purpose.AD:
            advertising.check_form(content, name, contact)
        else:
            advertising.check_notice(content, name)
    except AdFormWrong as wrong:
        return str(wrong.rule)
    except AdLooksLikeInfo:
        return OFFERS
    return ""


def course_of(
    state: DispatchState | None,
    why: Why | None,
    next_at: datetime | None,
    tried: tuple[datetime | None, datetime | None],
) -> tuple[Course, datetime | None]:
    """How far a sending has come with somebody, and the time that goes with it. `tried`: when a way outside and when the inbox
    was tried last. None as state: it does not know them.
    """
    outside, inside = tried
    if state is None or (next_at is None and state in LOST):
        return Course.IN_VAIN, None
    if outside is not None:
        return Course.TRIED, outside
    if next_at is None:
        return Course.SILENT, inside
    return (Course.HELD, next_at) if why in HOLDS else (Course.QUEUED, None)


def _ends(new: NewSending, at: datetime) -> datetime:
    begins = new.not_before or at
    if begins > at + AHEAD_MAX:
        raise BadValue(field="not_before", reason="too_far")
    ends = new.expires_at or max(begins, at) + TERMS[new.purpose].lives
    if ends <= max(begins, at):
        raise BadValue(field="expires_at", reason="past")
    if ends > max(begins, at) + LIVES_MAX:
        raise BadValue(field="expires_at", reason="too_far")
    return ends

"""Who may do what in pledges, and which words and numbers fit. Every action asks one of these."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from dure.base.actors import Actor, PersonId
from dure.base.refusals import BadValue, NotAllowed
from dure.services.pledges.types import (
    Consent,
    NewProject,
    NewProof,
    NewSeason,
    NotInSeason,
    NotTheirTurn,
    ProofKind,
    ProofUnfit,
    Receiver,
    ReceiverNeeded,
    SeasonClosed,
    SeasonPhase,
    Window,
)

from .days import DAY_MINUTES, WEEK_DAYS
from .settling import FEE_PERCENT_MAX

NAME_LENGTH: Final = (2, 60)
TITLE_LENGTH: Final = (2, 60)
PROMISE_LENGTH: Final = (5, 300)
HOW_LENGTH: Final = (2, 300)
UNIT_LENGTH_MAX: Final = 10
TEXT_LENGTH_MAX: Final = 1_000
WHY_LENGTH: Final = (2, 300)
NUMBER_MAX: Final = 1_000_000_000
DEPOSIT: Final = (1_000, 1_000_000)  # won
CAPACITY: Final = (2, 10_000)
GRACE_MINUTES_MAX: Final = 360
RECEIVERS_MAX: Final = 20
AHEAD_MAX: Final = timedelta(days=365)
PROOFS_PER_HOUR_MAX: Final = 120  # of one person, over the API and on pages together
HOUR_SECONDS: Final = 3_600
PROOFS_COUNTED: Final = "pledges.send_proof:"  # and the person: where they are counted


def somebody(by: Actor) -> PersonId:
    """Who acts, when it must be a person. Raises NotAllowed."""
    if by.person is None:
        raise NotAllowed(needs="log_in")
    return by.person


def verified(by: Actor) -> PersonId:
    """Where money is held for somebody, it must be possible to write to them. Raises NotAllowed."""
    person = somebody(by)
    if not by.verified:
        raise NotAllowed(needs="verified_account")
    return person


def may_steward(by: Actor) -> None:
    """Only a steward. Raises NotAllowed."""
    if not by.is_steward:
        raise NotAllowed(needs="steward")


def may_look(by: Actor) -> None:
    """Stewards, and auditors, who change nothing. Raises NotAllowed."""
    if not (by.is_steward or by.is_auditor or by.is_system):
        raise NotAllowed(needs="steward_or_auditor")


def may_run(by: Actor) -> None:
    """Only the platform itself, by a task or a reaction. Raises NotAllowed."""
    if not by.is_system:
        raise NotAllowed(needs="system")


def may_lead(by: Actor, leader: PersonId) -> None:
    """Only who leads the project. Raises NotAllowed."""
    if by.person != leader:
        raise NotAllowed(needs="leader")


def may_review(by: Actor, leader: PersonId) -> None:
    """A steward looks at a project, but not at their own. Raises NotAllowed, NotTheirTurn."""
    may_steward(by)
    if by.person == leader:
        raise NotTheirTurn()


def may_judge(by: Actor, leader: PersonId, person: PersonId) -> None:
    """Leader or steward say whether a proof counts, but never of their own. Raises NotAllowed, NotTheirTurn."""
    somebody(by)
    if not (by.person == leader or by.is_steward):
        raise NotAllowed(needs="leader")
    if by.person == person:
        raise NotTheirTurn()


def may_hear(by: Actor, leader: PersonId, person: PersonId, rejected_by: UUID | None) -> None:
    """A steward hears an appeal: not the one whose proof it is, nor the leader, nor whoever rejected it.

    Raises NotAllowed, NotTheirTurn.
    """
    may_steward(by)
    if by.person in (leader, person, rejected_by):
        raise NotTheirTurn()


def may_touch(by: Actor, person: PersonId) -> None:
    """Only whose it is. Raises NotAllowed."""
    if by.person != person:
        raise NotAllowed(needs="own")


def may_see_group(by: Actor, leader: PersonId, is_in: bool) -> None:
    """What people prove is for those in the project, its leader, and those who answer for the place. Raises NotAllowed."""
    if not (is_in or by.person == leader or by.is_steward or by.is_auditor):
        raise NotAllowed(needs="participant")


def demand_phase(phase: SeasonPhase, *fitting: SeasonPhase) -> None:
    """Whether the season is where this can be done. Raises SeasonClosed."""
    if phase not in fitting:
        raise SeasonClosed(phase=phase.value)


def check_season(new: NewSeason, today: date) -> None:
    """Whether dates and numbers of a season fit. Raises BadValue."""
    _fits("name", new.name, NAME_LENGTH)
    for field, value, (least, most) in (
        ("deposit", new.deposit, DEPOSIT),
        ("grace_minutes", new.grace_minutes, (0, GRACE_MINUTES_MAX)),
        ("fee_percent", new.fee_percent, (0, FEE_PERCENT_MAX)),
        ("receivers", len(new.receivers) + len(new.boxes), (1, RECEIVERS_MAX)),
    ):
        if not least <= value <= most:
            raise BadValue(field=field, reason="range")
    if any(len(set(named)) != len(named) for named in (new.receivers, new.boxes)):
        raise BadValue(field="receivers", reason="twice")
    if not today <= new.propose_until <= new.join_until:
        raise BadValue(field="propose_until", reason="order_of_days")
    if not new.join_until < new.starts_on <= today + AHEAD_MAX:
        raise BadValue(field="starts_on", reason="order_of_days")


def check_project(new: NewProject) -> None:
    """Whether words and numbers of a project fit. Raises BadValue."""
    _fits("title", new.title, TITLE_LENGTH)
    _fits("promise", new.promise, PROMISE_LENGTH)
    _fits("how", new.how, HOW_LENGTH)
    _fits("unit", new.unit, (1 if new.proof is ProofKind.NUMBER else 0, UNIT_LENGTH_MAX))
    for field, value, (least, most) in (
        ("capacity", new.capacity, CAPACITY),
        ("days_a_week", new.days_a_week, (1, WEEK_DAYS)),
    ):
        if not least <= value <= most:
            raise BadValue(field=field, reason="range")
    check_window(new.window)


def check_window(window: Window) -> None:
    """A window lies within one day and is an hour long at least. Raises BadValue."""
    if not (window.start >= 0 and window.start + 60 <= window.until <= DAY_MINUTES):
        raise BadValue(field="window", reason="range")


def check_consent(consent: Consent, receivers: tuple[Receiver, ...]) -> Consent:
    """The consent as it is written down: who gives says to whom, or that the group decides; who does not names nobody.

    Whoever names a receiver and lets the group decide said two things. Raises ReceiverNeeded, NotInSeason, BadValue.
    """
    if not consent.gives:
        return Consent(gives=False)
    known = [one.id for one in receivers]
    if consent.by_vote and consent.receiver is not None:
        raise BadValue(field="receiver", reason="either")
    if consent.by_vote and len(known) > 1:
        return Consent(gives=True, by_vote=True)
    if consent.receiver is None:
        if len(known) != 1:
            raise ReceiverNeeded()
        return Consent(gives=True, receiver=known[0])
    if consent.receiver not in known:
        raise NotInSeason()
    return consent


def judged_as(new: NewProof, kind: ProofKind, has_picture: bool) -> ProofKind:
    """As which sort a proof is judged. A picture that stands need not be sent again to change the words beside it."""
    has_one = has_picture and not new.picture and kind is ProofKind.PHOTO
    return ProofKind.TEXT if has_one and new.text.strip() else kind


def check_proof(new: NewProof, kind: ProofKind) -> None:
    """Whether the proof is of the sort the project asks for. Words may always come with it. Raises ProofUnfit, BadValue."""
    _fits("text", new.text, (0, TEXT_LENGTH_MAX))
    missing = {
        ProofKind.PHOTO: not new.picture,
        ProofKind.TEXT: not new.text.strip(),
        ProofKind.NUMBER: new.number is None,
        ProofKind.CHECK: False,
    }
    if missing[kind]:
        raise ProofUnfit(needs=kind.value)
    if new.number is not None and not 0 <= new.number <= NUMBER_MAX:
        raise BadValue(field="number", reason="range")


def check_why(why: str) -> str:
    """A reason that somebody reads. Raises BadValue."""
    _fits("why", why, WHY_LENGTH)
    return why.strip()


def _fits(field: str, text: str, length: tuple[int, int]) -> None:
    least, most = length
    if not least <= len(text.strip()) <= most:
        raise BadValue(field=field, reason="length")
    if "\x00" in text:
        raise BadValue(field=field, reason="null_character")

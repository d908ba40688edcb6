"""Why people says no."""

from uuid import UUID

from dure.base.refusals import BadValue, Refusal

from .values import Objection, OrgState


class BadNumber(BadValue):
    """The registration number is not one: `reason` is "number_length" or "check_digit"."""

    field: str = "registration_number"


class NumberTaken(Refusal):
    """Another verified organisation is registered under this number."""


class AddressTaken(Refusal):
    """Somebody has an account under this e-mail address, or another spelling of the same mailbox."""


class WrongState(Refusal):
    """The organisation is in `state`, from which this step does not lead on."""

    state: OrgState


class ConflictOfInterest(Refusal):
    """The steward belongs to the organisation; another one must decide."""


class ReasonMissing(Refusal):
    """This decision needs a reason that the other side can act on."""


class NoBankAccount(Refusal):
    """The organisation has no bank account on file, or not the one that was looked at."""


class LastOwner(Refusal):
    """An organisation keeps at least one owner."""

    organisation: UUID


class LoneSteward(Refusal):
    """There is one steward only, and a role needs two: the shell (`dure appoint`) is the way to the second one."""


class SecondSteward(Refusal):
    """Another steward has to confirm this: neither who asked for it nor whom it is for."""


class NobodyToConfirm(Refusal):
    """Besides who suspends and who is suspended there is no steward who could confirm it: the shell is the way."""


class LastSteward(Refusal):
    """An installation keeps at least one steward."""


class AlreadyMember(Refusal):
    """This person belongs to the organisation already."""


class InvitationOver(Refusal):
    """The invitation was answered, withdrawn, or is too old."""


class RequiredConsent(Refusal):
    """There is no account without this consent; closing the account withdraws it."""

    purpose: str


class OtherText(Refusal):
    """The text has changed since it was shown; `current` is the version to read and agree to."""

    purpose: str
    current: int


class StillNeeded(Refusal):
    """The account cannot be closed while something is open; each objection says what."""

    objections: tuple[Objection, ...]


class TooManyOrganisations(Refusal):
    """One person founds at most so many."""

    limit: int


class TooManyInvitations(Refusal):
    """So many invitations wait for an answer already."""

    limit: int

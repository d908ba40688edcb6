"""Every "no" of giving, with what one needs to act on it."""

from datetime import date, datetime
from uuid import UUID

from dure.base.refusals import Refusal


class WrongState(Refusal):
    """The cause is in `state`, where nobody can `want` that."""

    state: str
    want: str


class OwnProposal(Refusal):
    """Who proposed the cause cannot agree to it; the gate counts other people."""


class AlreadyAgreed(Refusal):
    """This person's agreement is there already."""


class SameIdentity(Refusal):
    """Another account of the same person has agreed."""


class AgreementInvalid(Refusal):
    """A steward found this person's agreement invalid; it cannot be given again."""


class GateClosed(Refusal):
    """The gate has closed: agreements can neither be given nor taken back."""


class TooFew(Refusal):
    """`have` of `needed`."""

    have: int
    needed: int


class PartnerNotReady(Refusal):
    """The partner organisation still `lacks` something: acceptance, verification, bank_account, registration."""

    lacks: tuple[str, ...]


class ReportOverdue(Refusal):
    """The partner owes a report on `cause` since `due`; its next box waits for it."""

    cause: UUID
    title: str
    due: date


class SamePerson(Refusal):
    """The two decisions must come from different people, and this one has decided already."""


class ProposalChanged(Refusal):
    """The proposer has reworked the proposal since: the one to decide on is round `round` of vetting."""

    round: int


class PlanChanged(Refusal):
    """The partner has made another plan since: the one to decide on is now number `version`."""

    version: int


class SumDiffers(Refusal):
    """The lines sum to `lines_sum`, they must sum to `expected` won."""

    lines_sum: int
    expected: int


class CostsTooHigh(Refusal):
    """Cost lines sum to `costs`; the law allows `cap` won of this total."""

    costs: int
    cap: int


class GoalFrozen(Refusal):
    """The goal cannot change while the box runs."""


class AgreedBefore(Refusal):
    """People agreed to the proposal with these `parts`; to change them, withdraw it and propose anew."""

    parts: tuple[str, ...]


class BoxNotOpen(Refusal):
    """The box takes no gifts: it opens at `opens_at` or closed at `closes_at`."""

    opens_at: datetime | None
    closes_at: datetime | None


class RegistrationNeeded(Refusal):
    """The collection is not registered, so its box takes less than `limit` won in all."""

    limit: int


class CollectionNumberTaken(Refusal):
    """Another cause has this registration number; each collection is registered by itself."""

    code_of_other: str


class PaymentDiffers(Refusal):
    """The payment was made by somebody else, for another box or of another sum than this gift."""


class PaymentUsed(Refusal):
    """The payment has paid for another gift already."""


class NotOverYet(Refusal):
    """The box runs until `closes_at` and its goal is not reached."""

    closes_at: datetime


class AlreadyRefunded(Refusal):
    """The gift was refunded already."""


class DepositKnown(Refusal):
    """A deposit with this reference of the bank is there already."""

    reference: str


class DepositOver(Refusal):
    """The deposit is `state`: it was booked, taken back or dropped already."""

    state: str


class DepositSpent(Refusal):
    """Part of this deposit was given to boxes already, so it cannot be taken back whole."""


class PaidOutAlready(Refusal):
    """The box was paid out: what was in it is the partner's, who answers for it."""


class ProofMissing(Refusal):
    """A spending line without proof: the one of `payee`."""

    payee: str

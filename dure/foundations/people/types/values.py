"""Persons, organisations, members, consents as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import OrganisationId, OrgRole, PersonId, PlatformRole

InvitationId = NewType("InvitationId", UUID)
Purpose = NewType("Purpose", str)  # what a consent is for; rules.texts lists them


class OrgKind(StrEnum):
    """What sort of body an organisation is."""

    NGO = "ngo"
    FOUNDATION = "foundation"
    MARKET = "market"
    SHOP = "shop"
    VILLAGE = "village"
    CLINIC = "clinic"
    AGENCY = "agency"
    COMPANY = "company"


class OrgState(StrEnum):
    """How far the platform has checked that an organisation is what it says."""

    UNVERIFIED = "unverified"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    REJECTED = "rejected"
    REVOKED = "revoked"


class Decision(StrEnum):
    """What a steward decides about an organisation."""

    VERIFY = "verify"
    REJECT = "reject"
    REVOKE = "revoke"


class NumberKind(StrEnum):
    """Which official number an organisation is registered under."""

    BUSINESS = "business"  # 사업자등록번호, 10 digits
    NON_PROFIT = "non_profit"  # 고유번호 of a non-profit body, 10 digits, middle pair 82
    CORPORATE = "corporate"  # 법인등록번호, 13 digits


class ReceiptCode(StrEnum):
    """Which donation receipts an organisation may issue: the type code of the tax office's receipt form."""

    NONE = ""
    SPECIAL = "10"  # 특례기부금
    GENERAL = "40"  # 일반기부금
    RELIGIOUS = "41"  # 종교단체 일반기부금


class InvitationState(StrEnum):
    """What became of an invitation."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class PersonCard:
    """What others may see of a person. The name of a closed account is empty."""

    id: PersonId
    name: str
    initials: str
    verified: bool
    closed: bool
    joined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody whom the platform itself lets in: the first steward, sample people. Their address counts as proved."""

    id: PersonId
    name: str
    email: str
    password: str | None = None
    hashed: str = ""  # instead of the password: what is kept of it
    language: str = "ko"
    region: str = ""
    joined_at: datetime | None = None  # None: now


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person sees of themselves."""

    id: PersonId
    name: str
    email: str
    region: str  # code of a place, empty: not said
    language: str  # "ko" or "en"
    joined_at: datetime
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Identity:
    """Tells one human from another where each counts once. `key` is the same for all spellings of one mailbox."""

    person: PersonId
    key: str
    verified: bool
    joined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationForm:
    """What an organisation says about itself when it registers or changes its entry."""

    name: str
    kind: OrgKind
    registration_number: str
    representative: str
    contact_email: str
    address: str
    receipt_code: ReceiptCode = ReceiptCode.NONE


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    """An organisation as everybody may see it."""

    id: OrganisationId
    name: str
    kind: OrgKind
    state: OrgState
    registration_number: str  # digits only
    number_kind: NumberKind
    representative: str
    contact_email: str
    address: str
    receipt_code: ReceiptCode
    registered_at: datetime

    @property
    def verified(self) -> bool:
        return self.state is OrgState.VERIFIED


@dataclass(frozen=True, slots=True)
class VerificationStep:
    """One step in the checking of an organisation: who did what when, and why."""

    state: OrgState
    by: PersonId | None
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A person in an organisation."""

    person: PersonCard
    role: OrgRole
    since: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """An organisation a person belongs to."""

    organisation: OrganisationCard
    role: OrgRole
    since: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """An offer to join an organisation, made to an e-mail address."""

    id: InvitationId
    organisation: OrganisationId
    organisation_name: str
    email: str
    role: OrgRole
    state: InvitationState
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where an organisation's money is paid to. `number` is masked unless one who may see it asked for the whole."""

    id: UUID
    organisation: OrganisationId
    bank_code: str  # three digits, the common bank code of the clearing institute
    number: str
    holder: str
    verified: bool
    masked: bool
    set_at: datetime


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What somebody is asked to agree to. Changed words are a new version; `required`: no account without it."""

    purpose: Purpose
    version: int
    title: Mapping[str, str]  # by language
    body: Mapping[str, str]
    required: bool


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a consent came from. Of the network address only a fingerprint is stored."""

    face: str  # "page", "api", "desk", "demo", "task"
    address: str = ""
    language: str = "ko"


@dataclass(frozen=True, slots=True)
class ConsentEntry:
    """One line of the log of consents."""

    purpose: Purpose
    version: int
    given: bool
    at: datetime
    face: str


@dataclass(frozen=True, slots=True)
class Consent:
    """Where a person stands on one purpose now. `since` is None when they never said anything."""

    text: ConsentText
    given: bool
    version: int | None
    since: datetime | None

    @property
    def outdated(self) -> bool:
        """Given, but to an older text."""
        return self.given and self.version != self.text.version


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A platform role: asked for and waiting for a second steward (no `since`), given and still to begin, or held."""

    id: UUID
    person: PersonCard
    role: PlatformRole
    asked_by: PersonId | None
    asked_at: datetime | None
    granted_by: PersonId | None
    since: datetime | None
    begun: bool
    suspended_by: PersonId | None = None
    suspended_until: datetime | None = None  # it counts nowhere until then, and ends where a second steward says so


@dataclass(frozen=True, slots=True)
class Objection:
    """Why an account cannot be closed yet: the house that says so, a short code for the faces, what it is about."""

    house: str
    code: str
    about: str = ""

"""Who issues receipts for what, and how a donor's number must look. Pure."""

import re
from datetime import date

from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.ledger.types.receipts import (
    DonorIdentity,
    IdentityNumberInvalid,
    NewDonation,
    NotQualified,
)
from dure.foundations.people.types import Actor, OrganisationId

from .law import years_later

CONSENT = "receipt_sharing"  # the purpose people.rules.consents asks for
CODES = frozenset({"10", "40", "41"})
KEEP_YEARS = 5  # an issuer keeps what it issued for five years from the day of issue (Income Tax Act, article 160-3)
NAME_LENGTH_MAX = 60
ADDRESS_LENGTH_MAX = 200
NOTE_LENGTH_MAX = 100
LINES_MAX = 2_000  # donations on one receipt
_CENTURY = {
    "1": 1900,
    "2": 1900,
    "5": 1900,
    "6": 1900,
    "3": 2000,
    "4": 2000,
    "7": 2000,
    "8": 2000,
    "9": 1800,
    "0": 1800,
}
_BUSINESS_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)


def may_issue(by: Actor, donor: object, issuer: OrganisationId) -> None:
    """The donor, an owner of the issuing body, a steward, or the platform."""
    if not (by.is_system or by.is_steward or by.owns(issuer) or (by.person is not None and by.person == donor)):
        raise NotAllowed(needs="donor_or_issuer")


def may_see_own(by: Actor, donor: object) -> None:
    """All that one donor gave, to whomever: the donor, and the platform's stewards and auditors."""
    if not (by.is_system or by.roles or (by.person is not None and by.person == donor)):
        raise NotAllowed(needs="donor")


def may_reverse(by: Actor, issuer: OrganisationId) -> None:
    """Who issued it takes it back: an owner of the body, a steward, or the platform when the gift goes back."""
    if not (by.is_system or by.is_steward or by.owns(issuer)):
        raise NotAllowed(needs="issuer")


def may_forget(by: Actor, keep_until: date, today: date) -> None:
    """Details the law asks to keep are kept until that day, whoever asks."""
    if not (by.is_system or by.is_steward):
        raise NotAllowed(needs="steward")
    if today <= keep_until:
        raise NotAllowed(needs="end_of_retention")


def may_see(by: Actor, donor: object, issuer: OrganisationId) -> None:
    """A receipt is read by its donor, the staff of the issuing body, stewards and auditors."""
    if not (by.is_system or by.roles or by.works_for(issuer) or (by.person is not None and by.person == donor)):
        raise NotAllowed(needs="donor_or_issuer")


def may_see_identity(by: Actor, donor: object, issuer: OrganisationId) -> None:
    """The donor's own details: the donor and the owners of the body that must report them, nobody else."""
    if not (by.is_system or by.owns(issuer) or (by.person is not None and by.person == donor)):
        raise NotAllowed(needs="donor_or_issuer")


def may_record(by: Actor) -> None:
    """Donations are told by services, which act as the platform."""
    if not by.is_system:
        raise NotAllowed(needs="system")


def check_qualified(organisation: OrganisationId, verified: bool, code: str) -> str:
    """The type code of a body that may issue receipts. Raises NotQualified."""
    if not verified or code not in CODES:
        raise NotQualified(organisation=organisation)
    return code


def check_donation(new: NewDonation) -> None:
    if new.amount <= 0:
        raise BadValue(field="amount", reason="not_positive")


def clean_identity(given: DonorIdentity, today: date) -> DonorIdentity:
    """The identity with its number as bare digits. Raises BadValue, IdentityNumberInvalid."""
    name, address = " ".join(given.name.split()), " ".join(given.address.split())
    if not name or len(name) > NAME_LENGTH_MAX:
        raise BadValue(field="name", reason="length")
    if not address or len(address) > ADDRESS_LENGTH_MAX:
        raise BadValue(field="address", reason="length")
    number = re.sub(r"[\s-]", "", given.number)
    if number and not (is_resident_number(number, today) or is_business_number(number)):
        raise IdentityNumberInvalid()
    return DonorIdentity(name, address, number)


def is_resident_number(number: str, today: date) -> bool:
    """13 digits that begin with a day of birth. The old check digit says nothing about numbers given since October 2020."""
    if not re.fullmatch(r"[0-9]{13}", number):
        return False
    year = _CENTURY[number[6]] + int(number[:2])
    try:
        born = date(year, int(number[2:4]), int(number[4:6]))
    except ValueError:
        return False
    return born <= today


def is_business_number(number: str) -> bool:
    """10 digits whose last one checks the others (the tax office's weights)."""
    if not re.fullmatch(r"[0-9]{10}", number):
        return False
    digits = [int(digit) for digit in number]
    total = sum(digit * weight for digit, weight in zip(digits, _BUSINESS_WEIGHTS, strict=False))
    total += digits[8] * 5 // 10
    return (10 - total % 10) % 10 == digits[9]


def masked(number: str) -> str:
    """The number as it may be shown: the day of birth and the first digit after it, or the first half."""
    if len(number) == 13:
        return f"{number[:6]}-{number[6]}******"
    return f"{number[:3]}-{number[3:5]}-*****" if number else ""


def written(number: str) -> str:
    """The number in full, in its usual groups."""
    if len(number) == 13:
        return f"{number[:6]}-{number[6:]}"
    return f"{number[:3]}-{number[3:5]}-{number[5:]}" if number else ""


def number_of(year: int, serial: int) -> str:
    """How a receipt is called: "2026-000123"."""
    return f"{year}-{serial:06d}"


def kept_until(issued_on: date) -> date:
    """The last day on which the donor's details are kept."""
    return years_later(issued_on, KEEP_YEARS)

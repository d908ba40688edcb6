"""Official numbers: check digits, kinds, how they are written and masked."""

import re

from dure.base.refusals import BadValue
from dure.foundations.people.types import BadNumber, NumberKind

_BUSINESS_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
_BUSINESS_LENGTH = 10
_CORPORATE_LENGTH = 13
_NON_PROFIT_PAIR = "82"  # fourth and fifth digit of a number given to a body that is no business
_MASKED_TAIL = 4

# Common bank codes (금융기관 공동코드), as used in transfer files. Their names are texts of the faces.
BANK_CODES = frozenset(
    f"{code:03}"
    for code in (2, 3, 4, 7, 11, 12, 20, 23, 27, 31, 32, 34, 35, 37, 39, 45, 48, 50, 64, 71, 81, 88, 89, 90, 92)
)
ACCOUNT_DIGITS_MIN, ACCOUNT_DIGITS_MAX = 8, 16


def digits_of(text: str) -> str:
    """`text` without the hyphens and spaces people write. Anything else stays, so that it is refused."""
    return re.sub(r"[\s\-‐-―]", "", text)


def business_check_digit(first_nine: str) -> int:
    """Last digit of a 사업자등록번호 or 고유번호: weights 1 3 7 1 3 7 1 3 5, and the tens of the last product once more."""
    total = sum(int(digit) * weight for digit, weight in zip(first_nine, _BUSINESS_WEIGHTS, strict=True))
    return -(total + int(first_nine[-1]) * 5 // 10) % 10


def corporate_check_digit(first_twelve: str) -> int:
    """Last digit of a corporate number (법인등록번호): weights 1 and 2 in turn."""
    return -sum(int(digit) * (1 + index % 2) for index, digit in enumerate(first_twelve)) % 10


def registration_number(text: str) -> tuple[str, NumberKind]:
    """The digits of a registration number and which kind it is. Raises BadNumber."""
    digits = digits_of(text)
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in (_BUSINESS_LENGTH, _CORPORATE_LENGTH):
        raise BadNumber(reason="number_length")
    corporate = len(digits) == _CORPORATE_LENGTH
    expected = corporate_check_digit(digits[:-1]) if corporate else business_check_digit(digits[:-1])
    if int(digits[-1]) != expected or not int(digits):
        raise BadNumber(reason="check_digit")
    if corporate:
        return digits, NumberKind.CORPORATE
    return digits, NumberKind.NON_PROFIT if digits[3:5] == _NON_PROFIT_PAIR else NumberKind.BUSINESS


def written(digits: str) -> str:
    """A registration number as people write it: 123-45-67891, 110111-0062432."""
    if len(digits) == _BUSINESS_LENGTH:
        return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"
    return f"{digits[:6]}-{digits[6:]}" if len(digits) == _CORPORATE_LENGTH else digits


def account_number(text: str) -> str:
    """The digits of a bank account's number. Raises BadValue."""
    digits = digits_of(text)
    if not (digits.isascii() and digits.isdigit()):
        raise BadValue(field="number", reason="digits")
    if not ACCOUNT_DIGITS_MIN <= len(digits) <= ACCOUNT_DIGITS_MAX:
        raise BadValue(field="number", reason="length")
    return digits


def bank_code(text: str) -> str:
    """A known bank code. Raises BadValue."""
    if text not in BANK_CODES:
        raise BadValue(field="bank_code", reason="unknown")
    return text


def masked(digits: str) -> str:
    """An account number of which only the last four digits are left."""
    return "•" * (len(digits) - _MASKED_TAIL) + digits[-_MASKED_TAIL:]

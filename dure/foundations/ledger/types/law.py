"""Duties of Korean donation law as values: what must be done, by when, before whom, and where that is written."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

__all__ = [
    "REGISTRATION_FROM_WON",
    "Authority",
    "Duty",
    "DutyKind",
    "Paragraph",
    "Source",
]

REGISTRATION_FROM_WON: Final = 10_000_000
"""From this sum on a collection must be registered before it is made (Donation Act, article 4)."""


class DutyKind(StrEnum):
    REGISTER = "register"  # register the collection-and-use plan before asking for the first won
    USE_MONEY = "use_money"  # use what was raised
    REQUEST_AUDIT = "request_audit"  # ask a certified accountant for the audit
    REPORT_USE = "report_use"  # hand in and publish date, payee and purpose of every use


class Authority(StrEnum):
    """With whom a collection is registered, and to whom it is reported."""

    PROVINCE = "province"  # the governor of the province or the mayor of the metropolitan city
    INTERIOR_MINISTRY = "interior_ministry"


class Paragraph(StrEnum):
    """Where a rule is written. `rules.law.SOURCES` names act and article."""

    REGISTRATION = "donation_act_4"
    USE = "donation_act_12"
    COST_CAP = "donation_act_13"
    AUDIT_AND_REPORT = "donation_act_14"
    TAX_CREDIT = "income_tax_act_59_4"
    RECEIPT_FORM = "income_tax_rule_form_45_2"


@dataclass(frozen=True, slots=True)
class Source:
    act: str  # the act's own name, in the language of the act
    article: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    kind: DutyKind
    due: date | None  # last day, local date in Asia/Seoul; None until the event it counts from has happened
    paragraph: Paragraph
    authority: Authority | None = None

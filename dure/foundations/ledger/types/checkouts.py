"""What is known of a payment besides the book while a provider has it: where to transfer to, where a refund goes."""

from dataclasses import dataclass
from datetime import datetime

from .payments import ProviderSilent

__all__ = ["BANKS", "AwaitedDeposit", "AwaitsDeposit", "DepositAccount", "RefundAccount", "RefundAccountNeeded"]


# The two characters of Toss Payments' list (docs.tosspayments.com/codes/org-codes, as three public programs quote it), the
# banks with the most accounts first. They are not the three digits that banks use among themselves: KB is 06 here, 004 there.
BANKS = {
    "06": "KB국민은행",
    "88": "신한은행",
    "20": "우리은행",
    "81": "하나은행",
    "11": "NH농협은행",
    "12": "지역농축협",
    "03": "IBK기업은행",
    "90": "카카오뱅크",
    "92": "토스뱅크",
    "89": "케이뱅크",
    "71": "우체국",
    "45": "새마을금고",
    "48": "신협",
    "32": "부산은행",
    "31": "iM뱅크(대구)",
    "34": "광주은행",
    "37": "전북은행",
    "35": "제주은행",
    "39": "경남은행",
    "23": "SC제일은행",
    "27": "한국씨티은행",
    "07": "Sh수협은행",
    "30": "수협중앙회",
    "50": "저축은행",
    "64": "산림조합",
    "02": "KDB산업은행",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositAccount:
    """An account at a bank that takes one payment: the payer transfers the sum into it until `due`."""

    bank: str  # the two digits of BANKS
    number: str
    holder: str
    due: datetime

    @property
    def bank_name(self) -> str:
        """The bank's own name; its digits where we do not know it."""
        return BANKS.get(self.bank, self.bank)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedDeposit:
    """A transfer that a payer still has to make."""

    title: str
    amount: int
    account: DepositAccount
    practice: str = ""  # where it is made when no real money moves: the address of a twin


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAccount:
    """Where money that came by transfer goes back to."""

    bank: str
    number: str
    holder: str

    @property
    def bank_name(self) -> str:
        return BANKS.get(self.bank, self.bank)


class AwaitsDeposit(ProviderSilent):
    """The payer has been given an account to transfer to; nothing was taken yet."""


class RefundAccountNeeded(ProviderSilent):
    """The money came by transfer, and nobody has said which account it goes back to. The refund waits for it."""

"""Adapters to payment providers. To add one, write a class with the methods of `types.providers.Provider` and name it here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings

from dure.foundations.ledger.types.payments import ProviderUnknown
from dure.foundations.ledger.types.providers import CaptureReceipt, Provider

from . import capture_receipts
from .capture_receipts import sign_receipt
from .checkouts import keep, remember
from .kakaopay import KakaoPay
from .sandbox import SANDBOX, receipt_order
from .toss import ACCOUNT, Toss
from .toss_billing import TossBilling

__all__ = [
    "SANDBOX",
    "keep",
    "names",
    "played_by",
    "provider",
    "read_receipt",
    "receipt_order",
    "remember",
    "sign_receipt",
    "verify_receipt",
]


def _sandbox() -> Provider | None:
    return SANDBOX if settings.DURE.sandbox_payments else None


def _toss() -> Provider | None:
    ours = settings.DURE
    if ours.toss_secret_key and ours.toss_billing_page:
        return TossBilling(ours.toss_secret_key, ours.origin, ours.toss_url, ours.toss_billing_page)
    return Toss(ours.toss_secret_key, ours.origin, ours.toss_url) if ours.toss_secret_key else None


def _toss_account() -> Provider | None:
    ours = settings.DURE
    wanted = ours.toss_secret_key and ours.toss_accounts
    return Toss(ours.toss_secret_key, ours.origin, ours.toss_url, method=ACCOUNT) if wanted else None


def _kakaopay() -> Provider | None:
    ours = settings.DURE
    key, cid = ours.kakaopay_secret_key, ours.kakaopay_cid
    return KakaoPay(key, cid, ours.origin, ours.kakaopay_url) if key else None


_ADAPTERS: dict[str, Callable[[], Provider | None]] = {
    "kakaopay": _kakaopay,
    "toss": _toss,
    "toss-account": _toss_account,
    "sandbox": _sandbox,
}
_stand_in: ContextVar[Provider | None] = ContextVar("stand_in", default=None)


@contextmanager
def played_by(stand_in: Provider) -> Iterator[None]:
    """In this block, and in what is started from it, the provider of that name is `stand_in`. For simulations."""
    token = _stand_in.set(stand_in)
    try:
        yield
    finally:
        _stand_in.reset(token)


def provider(name: str) -> Provider:
    """The adapter called `name`. Raises ProviderUnknown when there is none or it is switched off here."""
    stand_in = _stand_in.get()
    if stand_in is not None and stand_in.name == name:
        return stand_in
    found = _ADAPTERS.get(name, lambda: None)()
    if found is None:
        raise ProviderUnknown(provider=name)
    return found


def names() -> tuple[str, ...]:
    """The providers that are switched on."""
    return tuple(name for name, adapter in _ADAPTERS.items() if adapter() is not None)


def read_receipt(token: str) -> tuple[bytes, bytes, bytes, int]:
    """Like verify_receipt, for hot rooms: payment, ref and payer as the 16 bytes of their ids, and the amount."""
    if not settings.DURE.sandbox_payments:
        raise ProviderUnknown(provider="sandbox")
    return capture_receipts.read_receipt(token)


def verify_receipt(token: str) -> CaptureReceipt:
    """What a capture receipt states: a payment that was made. No database, no network; good once by the constraint of whoever
    books it. Raises ReceiptForged, and ProviderUnknown where the sandbox is switched off.
    """
    if not settings.DURE.sandbox_payments:
        raise ProviderUnknown(provider=SANDBOX.name)
    return capture_receipts.verify_receipt(token)

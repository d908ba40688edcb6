"""Capture receipts: a provider's signed word that a payer has paid, checked without asking anybody.

Wallets hand such a statement to the shop's server when the payer's phone has already paid. Checking it is arithmetic, so it fits
where many thousand payments a second arrive. What it proves: the sandbox signed that `payer` paid `amount` for `ref`. What it
does not prove: that it was not shown before. Whoever accepts one stores `payment` under a unique constraint in the same
transaction; that makes it good once. The sandbox keeps no row of it until it is first shown back (`Sandbox.acknowledge`).
"""

import base64
import binascii
import hmac
import struct
from uuid import UUID

from dure.foundations.ledger.types.payments import PaymentId, ReceiptForged
from dure.foundations.ledger.types.providers import CaptureReceipt
from dure.kit import keys

_BODY = struct.Struct(">16s16s16sq")
_MARK = "cr1."
TOKEN_LENGTH_MAX = 124


def sign_receipt(payment: UUID, ref: UUID, payer: UUID, amount: int) -> str:
    """The token for a captured payment. The same values always give the same token."""
    if amount <= 0:
        raise ValueError("a payment is more than nothing")
    body = _BODY.pack(payment.bytes, ref.bytes, payer.bytes, amount)
    return _written(body)


def verify_receipt(token: str) -> CaptureReceipt:
    """What `token` states. Pure and quick: no database, no network. Raises ReceiptForged."""
    payment, ref, payer, amount = read_receipt(token)
    return CaptureReceipt(PaymentId(UUID(bytes=payment)), UUID(bytes=ref), UUID(bytes=payer), amount)


def read_receipt(token: str) -> tuple[bytes, bytes, bytes, int]:
    """Like verify_receipt, for hot rooms: payment, ref and payer as the 16 bytes of their ids, and the amount."""
    if len(token) > TOKEN_LENGTH_MAX or not token.startswith(_MARK) or not token.isascii():
        raise ReceiptForged()
    packed = token[len(_MARK) :]
    try:
        body = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))[: _BODY.size]
    except binascii.Error:
        raise ReceiptForged() from None
    if len(body) != _BODY.size or not hmac.compare_digest(
        _written(body), token
    ):  # one payment is one text, signature and all
        raise ReceiptForged()
    stated: tuple[bytes, bytes, bytes, int] = _BODY.unpack(body)
    return stated


def _written(body: bytes) -> str:
    return _MARK + base64.urlsafe_b64encode(body + _signature(body)).rstrip(b"=").decode("ascii")


def _signature(body: bytes) -> bytes:
    return hmac.digest(keys.derived("ledger.sandbox.capture-receipt.v1"), body, "sha256")

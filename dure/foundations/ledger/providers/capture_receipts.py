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
    if len(token) > TOKEN_LENGTH_MAX or not token.startswith(_MARK):
        raise ReceiptForged()
    packed = token[len(_MARK) :]
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ReceiptForged() from None
    body, signature = raw[: _BODY.size], raw[_BODY.size :]
    if len(body) != _BODY.size or not hmac.compare_digest(signature, _signature(body)):
        raise ReceiptForged()
    if _written(body) != token:  # the last letter has bits to spare: one payment is one text
        raise ReceiptForged()
    payment, ref, payer, amount = _BODY.unpack(body)
    return CaptureReceipt(PaymentId(UUID(bytes=payment)), UUID(bytes=ref), UUID(bytes=payer), amount)


def _written(body: bytes) -> str:
    return _MARK + base64.urlsafe_b64encode(body + _signature(body)).rstrip(b"=").decode("ascii")


def _signature(body: bytes) -> bytes:
    return hmac.digest(keys.derived("ledger.sandbox.capture-receipt.v1"), body, "sha256")

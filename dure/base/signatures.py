"""What a machine of somebody else's that shares a secret with us writes under what it says: HMAC-SHA256 over the seconds since
1970, a dot and the body, as `t=<seconds>,v1=<hexadecimal digits>`. Old ones hold no more.
"""

import hmac
import re
from datetime import datetime
from typing import Final

HEADER: Final = "X-Dure-Signature"
SKEW_SECONDS: Final = 300  # between their clock and ours
_FORM: Final = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})", re.ASCII)


def signature(secret: str, at: int, body: bytes) -> str:
    """What stands in the header."""
    return f"t={at},v1={hmac.digest(secret.encode(), f'{at}.'.encode() + body, 'sha256').hex()}"


def is_signed(secret: str, header: str, body: bytes, now: datetime) -> bool:
    """Whether whoever has the secret said this, just now; without a secret nobody did."""
    found = _FORM.fullmatch(header)
    if not secret or not found or abs(int(found[1]) - now.timestamp()) > SKEW_SECONDS:
        return False
    return hmac.compare_digest(signature(secret, int(found[1]), body), header)

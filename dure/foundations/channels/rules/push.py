"""What a browser may hand us as its subscription. Pure: an address is refused before anything is ever sent there."""

import re
from base64 import urlsafe_b64decode
from datetime import timedelta
from urllib.parse import urlsplit

from dure.base.refusals import BadValue

ENDPOINT_LENGTH_MAX = 1_000
SUBSCRIPTIONS_MAX = 10  # browsers of one person; the oldest goes
SILENT_MAX = timedelta(
    days=400
)  # without a sign of life: who only reads what rings gives none, and must hear a warning
FAILURES_MAX = 8
DEVICE_LENGTH_MAX = 60
_KEY = re.compile(r"[A-Za-z0-9_-]{16,120}=*")
# A push service is a public machine: no address of a network inside, no name without a dot.
_HOST = re.compile(r"(?=.*[a-z])[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_INSIDE = (".local", ".internal", ".localhost", ".lan", ".home", ".arpa")


def clean_endpoint(endpoint: str, also: frozenset[str] = frozenset()) -> str:
    """The endpoint, when it is one of the public web. `also`: origins allowed besides, for a twin on this machine.

    Raises BadValue.
    """
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        raise BadValue(field="endpoint", reason="malformed") from None
    host = parts.hostname or ""
    if len(endpoint) > ENDPOINT_LENGTH_MAX or re.search(r"[\s\\\x00-\x20]", endpoint) or parts.username is not None:
        raise BadValue(field="endpoint", reason="malformed")
    if f"{parts.scheme}://{parts.netloc}" in also:
        return endpoint
    public = _HOST.fullmatch(host) and not host.endswith(_INSIDE) and port in (None, 443)
    if parts.scheme != "https" or not public:
        raise BadValue(field="endpoint", reason="unknown")
    return endpoint


def clean_keys(p256dh: str, auth: str) -> tuple[bytes, bytes]:
    """The browser's point and secret (RFC 8291). Raises BadValue."""
    point, secret = _decoded("p256dh", p256dh), _decoded("auth", auth)
    if len(point) != 65 or point[0] != 4:
        raise BadValue(field="p256dh", reason="malformed")
    if len(secret) != 16:
        raise BadValue(field="auth", reason="malformed")
    return point, secret


def _decoded(field: str, said: str) -> bytes:
    if not _KEY.fullmatch(said):
        raise BadValue(field=field, reason="malformed")
    plain = said.rstrip("=")
    return urlsafe_b64decode(plain + "=" * (-len(plain) % 4))

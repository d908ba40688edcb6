"""Browsers that may be woken (Web Push), and the key by which they know us (VAPID, RFC 8292)."""

from base64 import urlsafe_b64encode
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from dure.base.actors import PersonId
from dure.foundations.channels import models
from dure.foundations.channels.types import PushSubscription
from dure.kit import keys

__all__ = [
    "subscriptions_of",
    "vapid_public",
    "vapid_scalar",
]

VAPID_PURPOSE = "channels.vapid.v1"
# The order of the curve P-256: a private key is a number from 1 to one less (FIPS 186-5).
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def subscriptions_of(person: PersonId) -> tuple[PushSubscription, ...]:
    """The browsers of a person, the newest first."""
    rows = models.PushSubscription.objects.filter(person=person).order_by("-at", "-pk")
    return tuple(
        PushSubscription(
            id=row.id,
            person=PersonId(row.person_id),
            endpoint=row.endpoint,
            p256dh=bytes(row.p256dh),
            auth=bytes(row.auth),
            device=row.device,
        )
        for row in rows
    )


def vapid_scalar() -> int:
    """Our private key: derived from the installation's secret, so that every machine of it has the same. Changing
    DURE_SECRET_KEY changes it, and browsers have to be asked again.
    """
    return int.from_bytes(keys.derived(VAPID_PURPOSE)) % (_ORDER - 1) + 1


@cache
def vapid_public() -> str:
    """Our public key as browsers take it: the uncompressed point, base64url without padding."""
    point = ec.derive_private_key(vapid_scalar(), ec.SECP256R1()).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(raw).rstrip(b"=").decode()

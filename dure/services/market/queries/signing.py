"""The installation's key for coupons: derived from its secret, the same on every process."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from dure.kit import keys
from dure.services.market.models import Campaign, Coupon
from dure.services.market.rules import codes
from dure.services.market.types import CampaignId, CouponId, Signed

PURPOSE = "market.coupons.v1"


def signing_key() -> EllipticCurvePrivateKey:
    """The private key; it never leaves the server."""
    return _key(keys.derived(PURPOSE))


@cache
def _key(seed: bytes) -> EllipticCurvePrivateKey:
    return codes.private_key(seed)


def public_key() -> bytes:
    """What a counter's phone checks coupons with."""
    return codes.public_bytes(signing_key().public_key())


def read_token(token: str) -> Signed:
    """What a QR code says, when we signed it. Raises NotACoupon."""
    return codes.read(signing_key().public_key(), token)


def said_of(coupon: Coupon, campaign: Campaign) -> Signed:
    """What the signature of this coupon covers."""
    return Signed(
        CouponId(coupon.id),
        CampaignId(campaign.id),
        campaign.valid_from.replace(microsecond=0),
        campaign.valid_until.replace(microsecond=0),
    )


def token_of(coupon: Coupon, campaign: Campaign) -> str:
    """What the QR code of this coupon says."""
    return codes.sign(signing_key(), said_of(coupon, campaign))

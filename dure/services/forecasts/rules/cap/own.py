"""The key with which this installation signs alerts, and the certificate that others pin. Derived, never stored: as every key of
ours it changes with the installation's secret, and then there is a new certificate beside the old one.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from . import pinning

PURPOSE: Final = "forecasts.alerts.v1"
LASTS: Final = timedelta(days=3_650)
ENDS_BEFORE: Final = timedelta(days=30)  # nobody issues under one that is about to end
NAME_LENGTH_MAX: Final = 64  # X.520
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


def key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """The private half, on P-256, of 32 bytes that are derived for PURPOSE."""
    number = int.from_bytes(secret) % (_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def certificate(own: ec.EllipticCurvePrivateKey, sender: str, now: datetime) -> bytes:
    """A certificate of a key that holds for ten years, in PEM. The same moment makes the same bytes."""
    first = now.astimezone(UTC).replace(microsecond=0) - timedelta(days=1)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _common_name(sender))])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(own.public_key())
    built = built.serial_number(int(first.timestamp())).not_valid_before(first).not_valid_after(first + LASTS)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    signed = built.add_extension(usage, critical=True).sign(own, hashes.SHA256(), ecdsa_deterministic=True)
    return signed.public_bytes(Encoding.PEM)


def is_fit(pem: bytes, own: ec.EllipticCurvePrivateKey, now: datetime) -> bool:
    """Whether this certificate is of this key, and holds for a while."""
    found = x509.load_pem_x509_certificate(pem)
    holds = found.not_valid_before_utc <= now and now + ENDS_BEFORE <= found.not_valid_after_utc
    other = found.public_key()
    return holds and isinstance(other, ec.EllipticCurvePublicKey) and _public(other) == _public(own.public_key())


def fingerprint(pem: bytes) -> str:
    """What is read aloud to whoever pins us."""
    return pinning.fingerprint(x509.load_pem_x509_certificate(pem))


def _common_name(sender: str) -> str:
    return sender.encode("ascii", "replace").decode()[:NAME_LENGTH_MAX]


def _public(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

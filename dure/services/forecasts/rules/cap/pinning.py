"""Certificates that an operator takes from an issuer, by a fingerprint that was read aloud. Pure."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from dure.base.refusals import BadValue
from dure.services.forecasts.types import FingerprintDiffers, NewPin, NotACertificate

from .signing import RSA_BITS_MIN

PEM_LENGTH_MAX: Final = 16_384
HEARD_LENGTH: Final = (2, 100)
SENDER_LENGTH: Final = (1, 200)
_SENDER: Final = re.compile(r"[^\s,<&]+")
_BETWEEN: Final = re.compile(r"[\s:.-]+")
_DIGITS: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Checked:
    """A certificate whose fingerprint is the one that was read."""

    sender: str
    pem: bytes
    fingerprint: str
    heard_from: str


def check(new: NewPin, now: datetime) -> Checked:
    """The certificate that is to be believed. Raises BadValue, NotACertificate, FingerprintDiffers."""
    sender, heard_from = new.sender.strip(), " ".join(new.heard_from.split())
    if not SENDER_LENGTH[0] <= len(sender) <= SENDER_LENGTH[1] or not _SENDER.fullmatch(sender):
        raise BadValue(field="sender", reason="malformed")
    if not HEARD_LENGTH[0] <= len(heard_from) <= HEARD_LENGTH[1]:
        raise BadValue(field="heard_from", reason="length")
    certificate = read(new.certificate)
    if certificate.not_valid_after_utc <= now:
        raise NotACertificate(reason="ended")
    said = _BETWEEN.sub("", new.fingerprint).lower()
    if not _DIGITS.fullmatch(said):
        raise BadValue(field="fingerprint", reason="fingerprint")
    own = fingerprint(certificate)
    if not hmac.compare_digest(own, said):
        raise FingerprintDiffers()
    return Checked(sender, certificate.public_bytes(Encoding.PEM), own, heard_from)


def read(text: str) -> x509.Certificate:
    """One certificate in PEM, with a key that may sign alerts. Raises NotACertificate."""
    if len(text) > PEM_LENGTH_MAX:
        raise NotACertificate(reason="malformed")
    try:
        found = x509.load_pem_x509_certificates(text.strip().encode())
        key = found[0].public_key() if len(found) == 1 else None
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion) as error:
        raise NotACertificate(reason="malformed") from error
    if key is None:
        raise NotACertificate(reason="malformed")
    if not (isinstance(key, ec.EllipticCurvePublicKey) or (isinstance(key, rsa.RSAPublicKey) and _is_long(key))):
        raise NotACertificate(reason="key")
    return found[0]


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, in hexadecimal digits."""
    return certificate.fingerprint(SHA256()).hex()


def read_aloud(fingerprint: str) -> str:
    """A fingerprint in groups of four, as one reads it over a telephone."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4))


def counts(withdrawn_from: datetime | None, unpinned_at: datetime | None, sent: datetime, arrived: datetime) -> bool:
    """Whether a pin stands behind an alert: it was there when the alert came, and nobody says that the key was lost by then.

    A stolen key can write any `sent`; so what comes after the pin was taken away is not believed, whatever it says of itself.
    """
    if withdrawn_from is not None and sent >= withdrawn_from:
        return False
    return unpinned_at is None or arrived <= unpinned_at


def check_withdrawn(said: datetime, now: datetime) -> datetime:
    """From when on a key is not to be believed: from now at the latest. Raises BadValue."""
    if said > now:
        raise BadValue(field="withdrawn_from", reason="range")
    return said


def _is_long(key: rsa.RSAPublicKey) -> bool:
    return key.key_size >= RSA_BITS_MIN

"""Made-up issuers for tests: a key, a certificate, alerts signed with it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from dure.foundations.people.types import Actor
from dure.services.forecasts import actions
from dure.services.forecasts.rules import cap
from dure.services.forecasts.rules.cap import pinning
from dure.services.forecasts.types import (
    Alert,
    Area,
    Identity,
    MsgType,
    Named,
    NewPin,
    PinId,
    Severity,
    Taken,
    Urgency,
)

from . import making
from .alerts import ALERT, SEGMENT, SENT

YEAR = timedelta(days=365)
SENDER = "sample@example.org"
NOW = SENT + timedelta(minutes=1)


@dataclass
class Issuer:
    """Somebody who signs alerts as `sender`."""

    sender: str = SENDER
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    first: datetime = SENT - YEAR
    last: datetime = SENT + YEAR

    def __post_init__(self) -> None:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sample issuer")])
        built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key())
        built = built.serial_number(7).not_valid_before(self.first.astimezone(UTC))
        signed = built.not_valid_after(self.last.astimezone(UTC)).sign(self.key, hashes.SHA256())
        self.certificate = signed.public_bytes(Encoding.PEM)
        self.fingerprint = pinning.fingerprint(signed)

    def signed(self, alert: Alert) -> bytes:
        return cap.sign(cap.issue(alert), self.key, self.certificate)

    def new_pin(self, **changed: str) -> NewPin:
        said = {
            "sender": self.sender,
            "certificate": self.certificate.decode(),
            "fingerprint": pinning.read_aloud(self.fingerprint),
            "heard_from": "예시 기관 상황실, 전화",
        }
        return NewPin(**(said | changed))

    def pinned(self, by: Actor) -> PinId:
        return actions.pin(by, self.new_pin(), key=making.key())


def area(*regions: str) -> Area:
    return Area(area_desc="예시군", geocodes=tuple(Named("행정구역코드", one) for one in regions))


def alert(
    number: int = 1,
    *,
    minutes: int = 0,
    kind: MsgType = MsgType.ALERT,
    of: tuple[Alert, ...] = (),
    regions: tuple[str, ...] = (making.NORTH,),
    severity: Severity = Severity.SEVERE,
    urgency: Urgency = Urgency.EXPECTED,
    **changed: object,
) -> Alert:
    """An alert about a region, sent so many minutes after SENT."""
    sent = SENT + timedelta(minutes=minutes)
    segment = replace(
        SEGMENT,
        effective=None,
        areas=(area(*regions),),
        severity=severity,
        urgency=urgency,
        expires=sent + timedelta(hours=12),
    )
    return replace(
        ALERT,
        identifier=f"예시{number:010}",
        sent=sent,
        msg_type=kind,
        references=tuple(one.identity for one in of if one.identity),
        segments=(segment,),
        **changed,  # type: ignore[arg-type]  # a test changes what it wants
    )


def identity(one: Alert) -> Identity:
    assert one.identity is not None
    return one.identity


def take(content: bytes) -> Taken:
    """It comes in."""
    return actions.take_alert(making.BY, content)

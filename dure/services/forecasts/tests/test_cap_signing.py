"""Signatures: what a pinned issuer signed is believed, at the time it was sent; nothing else is, however it is wrapped."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

from dure.services.forecasts.rules import cap
from dure.services.forecasts.rules.cap import signing
from dure.services.forecasts.tests.alerts import ALERT, SENT, alerts
from dure.services.forecasts.types import Alert, AlertUnreadable, AlertUntrusted, Level, Pin, UntrustedReason

SENDER = "sample@example.org"
YEAR = timedelta(days=365)
DS = "{http://www.w3.org/2000/09/xmldsig#}"
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"


def certificate(key: signing.Key, first: datetime = SENT - YEAR, last: datetime = SENT + YEAR) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sample issuer")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(7).not_valid_before(first.astimezone(UTC)).not_valid_after(last.astimezone(UTC))
    return built.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


KEY = ec.generate_private_key(ec.SECP256R1())
CERTIFICATE = certificate(KEY)
PIN = Pin(SENDER, CERTIFICATE)
SIGNED = signing.sign(cap.issue(ALERT), KEY, CERTIFICATE)


def reason(content: bytes, *pins: Pin) -> UntrustedReason:
    with pytest.raises(AlertUntrusted) as refused:
        signing.verify(content, pins or (PIN,))
    said: UntrustedReason = refused.value.reason
    return said


def tree(content: bytes = SIGNED) -> etree._Element:
    return etree.fromstring(content)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
@given(alerts())
def test_what_we_issue_and_sign_verifies_and_reads_the_same(alert: Alert) -> None:
    assert alert.sender
    assert alert.sent
    own = certificate(KEY, alert.sent - YEAR, alert.sent + YEAR)
    signed = signing.sign(cap.issue(alert), KEY, own)
    parsed = signing.verify(signed, [Pin(alert.sender, own)])
    assert parsed.alert == alert == cap.parse(signed).alert
    assert not [finding for finding in parsed.findings if finding.level is Level.ERROR]


def test_a_signed_alert_has_no_finding() -> None:
    assert (signing.verify(SIGNED, [PIN]).findings, cap.parse(SIGNED).findings) == ((), ())


def test_an_rsa_key_signs_as_well_and_a_short_one_does_not() -> None:
    for bits, is_believed in ((2048, True), (1024, False)):
        key = rsa.generate_private_key(65537, bits)
        own = certificate(key)
        signed = signing.sign(cap.issue(ALERT), key, own)
        if is_believed:
            assert signing.verify(signed, [Pin(SENDER, own)]).alert == ALERT
        else:
            assert reason(signed, Pin(SENDER, own)) is UntrustedReason.BROKEN


def test_the_certificate_inside_proves_nothing() -> None:
    stranger = ec.generate_private_key(ec.SECP256R1())
    assert reason(signing.sign(cap.issue(ALERT), stranger, certificate(stranger))) is UntrustedReason.BROKEN
    assert reason(signing.sign(cap.issue(ALERT), stranger, CERTIFICATE)) is UntrustedReason.BROKEN
    assert reason(SIGNED, Pin(SENDER, certificate(stranger))) is UntrustedReason.BROKEN
    without = tree()
    (shown,) = without.iter(f"{DS}KeyInfo")
    parent = shown.getparent()
    assert parent is not None
    parent.remove(shown)
    assert signing.verify(etree.tostring(without), [PIN]).alert == ALERT


def test_a_pin_is_good_for_its_sender_only() -> None:
    assert reason(SIGNED, Pin("other@example.org", CERTIFICATE)) is UntrustedReason.UNKNOWN_ISSUER
    with pytest.raises(AlertUntrusted):
        signing.verify(SIGNED, [])


def test_the_certificate_is_asked_for_the_time_at_which_it_was_sent() -> None:
    ended = certificate(KEY, SENT - YEAR, SENT - timedelta(seconds=1))
    assert reason(SIGNED, Pin(SENDER, ended)) is UntrustedReason.NOT_VALID_AT_SENT
    later = certificate(KEY, SENT + timedelta(seconds=1), SENT + YEAR)
    assert reason(SIGNED, Pin(SENDER, later)) is UntrustedReason.NOT_VALID_AT_SENT
    since = certificate(KEY, SENT - YEAR, SENT)  # ended long before whoever reads this reads it
    assert signing.verify(SIGNED, [Pin(SENDER, since)]).alert == ALERT
    assert signing.verify(SIGNED, [Pin(SENDER, ended), Pin(SENDER, since)]).alert == ALERT  # a renewed one beside it


def test_without_a_signature_nothing_is_believed() -> None:
    assert reason(cap.issue(ALERT)) is UntrustedReason.UNSIGNED


def no_sender(root: etree._Element) -> None:
    for child in root.findall(f"{CAP}sender"):
        root.remove(child)


def two_signatures(root: etree._Element) -> None:
    root.append(deepcopy(root[-1]))


def signature_elsewhere(root: etree._Element) -> None:
    root[-2].append(root[-1])


def wrap_original(root: etree._Element) -> None:
    """The signed alert inside another one, whose signature refers to it by name."""
    original = deepcopy(root)
    original.set("Id", "signed")
    next(root.iter(f"{DS}Reference")).set("URI", "#signed")
    root.insert(0, original)
    for inner in original.findall(f"{DS}Signature"):
        original.remove(inner)


def refer_by_name(root: etree._Element) -> None:
    root[3].set("Id", "part")
    next(root.iter(f"{DS}Reference")).set("URI", "#part")


def refer_to_a_file(root: etree._Element) -> None:
    next(root.iter(f"{DS}Reference")).set("URI", "file:///etc/passwd")


def two_references(root: etree._Element) -> None:
    (reference,) = root.iter(f"{DS}Reference")
    reference.addnext(deepcopy(reference))


def an_object(root: etree._Element) -> None:
    etree.SubElement(root[-1], f"{DS}Object").append(deepcopy(root[0]))


def a_transform_more(root: etree._Element) -> None:
    (transforms,) = root.iter(f"{DS}Transforms")
    etree.SubElement(transforms, f"{DS}Transform", Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116")


def no_transform(root: etree._Element) -> None:
    (transforms,) = root.iter(f"{DS}Transforms")
    transforms.remove(transforms[0])


def with_comments(root: etree._Element) -> None:
    next(root.iter(f"{DS}CanonicalizationMethod")).set(
        "Algorithm", "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"
    )


def other_text(root: etree._Element) -> None:
    next(root.iter(f"{CAP}headline")).text = "모두 괜찮습니다"


def other_status(root: etree._Element) -> None:
    next(root.iter(f"{CAP}status")).text = "Test"


def one_more_element(root: etree._Element) -> None:
    etree.SubElement(root, f"{CAP}incidents").text = "x"


def other_sent(root: etree._Element) -> None:
    next(root.iter(f"{CAP}sent")).text = "2026-07-20T11:31:00+09:00"


def other_value(root: etree._Element) -> None:
    (value,) = root.iter(f"{DS}SignatureValue")
    value.text = "A" + (value.text or "")[1:] if (value.text or "")[0] != "A" else "B" + (value.text or "")[1:]


def no_value(root: etree._Element) -> None:
    next(root.iter(f"{DS}SignatureValue")).text = None


def no_base64(root: etree._Element) -> None:
    next(root.iter(f"{DS}DigestValue")).text = "%%%"


def unknown_method(root: etree._Element) -> None:
    next(root.iter(f"{DS}SignatureMethod")).set("Algorithm", "urn:none")


def hmac(root: etree._Element) -> None:
    next(root.iter(f"{DS}SignatureMethod")).set("Algorithm", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")


ATTACKS: dict[Callable[[etree._Element], None], UntrustedReason] = {
    no_sender: UntrustedReason.NO_SENDER,
    two_signatures: UntrustedReason.SEVERAL_SIGNATURES,
    signature_elsewhere: UntrustedReason.MISPLACED,
    wrap_original: UntrustedReason.MISPLACED,
    refer_by_name: UntrustedReason.MISPLACED,
    refer_to_a_file: UntrustedReason.MISPLACED,
    two_references: UntrustedReason.MISPLACED,
    an_object: UntrustedReason.MISPLACED,
    a_transform_more: UntrustedReason.METHOD,
    no_transform: UntrustedReason.METHOD,
    with_comments: UntrustedReason.METHOD,
    other_text: UntrustedReason.BROKEN,
    other_status: UntrustedReason.BROKEN,
    one_more_element: UntrustedReason.BROKEN,
    other_sent: UntrustedReason.BROKEN,
    other_value: UntrustedReason.BROKEN,
    no_value: UntrustedReason.BROKEN,
    no_base64: UntrustedReason.BROKEN,
    unknown_method: UntrustedReason.BROKEN,
    hmac: UntrustedReason.BROKEN,
}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_an_attack_is_refused_by_name(attack: Callable[[etree._Element], None]) -> None:
    root = tree()
    attack(root)
    assert reason(etree.tostring(root)) is ATTACKS[attack]


def test_a_weak_digest_is_not_believed() -> None:
    signer = XMLSigner(signature_algorithm=SignatureMethod.ECDSA_SHA256, digest_algorithm=DigestAlgorithm.SHA224)
    signed = etree.tostring(signer.sign(tree(cap.issue(ALERT)), key=KEY, cert=CERTIFICATE.decode()))
    assert reason(signed) is UntrustedReason.BROKEN


def test_a_comment_does_not_change_what_is_believed() -> None:
    commented = SIGNED.replace("예시 지역 폭염 경고".encode(), "예시 <!-- 없음 -->지역 폭염 경고".encode(), 1)
    assert signing.verify(commented, [PIN]).alert == ALERT


def test_an_alert_around_another_one_is_not_believed() -> None:
    inner = SIGNED.partition(b"?>")[2]
    around = cap.issue(replace(ALERT, identifier="2")).replace(b"</alert>", inner + b"</alert>")
    assert reason(around) is UntrustedReason.MISPLACED


def test_bytes_that_are_no_alert_stay_unreadable() -> None:
    with pytest.raises(AlertUnreadable):
        signing.verify(b"<!DOCTYPE x><alert/>", [PIN])


def test_any_byte_changed_is_never_believed_as_something_else() -> None:
    body = SIGNED.index(b"<identifier")
    for place in range(body, len(SIGNED), 11):
        changed = bytearray(SIGNED)
        changed[place] ^= 1
        try:
            believed = signing.verify(bytes(changed), [PIN]).alert
        except (AlertUntrusted, AlertUnreadable):
            believed = ALERT
        assert believed == ALERT, place

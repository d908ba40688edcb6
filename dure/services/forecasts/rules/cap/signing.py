"""Signatures: enveloped XML-DSig over the whole alert, believed only by certificates pinned beforehand.

What the message says of its own certificate proves nothing and is thrown away unread. What is answered was parsed from the
very bytes that the signature covers. Time is the alert's own `sent`: a certificate that has ended since does not make old
alerts false.
Why: docs/decisions/192.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from dure.services.forecasts.types import AlertUntrusted, Parsed, Pin, UntrustedReason

from . import parsing, reading

type Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

RSA_BITS_MIN = 2048
_DS = "http://www.w3.org/2000/09/xmldsig#"
_ENVELOPED = f"{_DS}enveloped-signature"
_CANONICAL = frozenset(  # without comments: none can hide in a text
    {
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2006/12/xml-c14n11",
    }
)
_DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
_OF_EC = frozenset({SignatureMethod.ECDSA_SHA256, SignatureMethod.ECDSA_SHA384, SignatureMethod.ECDSA_SHA512})
_OF_RSA = frozenset(
    {
        *(SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA512),
        *(SignatureMethod.SHA256_RSA_MGF1, SignatureMethod.SHA384_RSA_MGF1, SignatureMethod.SHA512_RSA_MGF1),
    }
)


@dataclass(frozen=True, slots=True)
class _Steady:
    """An elliptic key that signs the same bytes in the same way every time (RFC 6979): what was issued can be made again."""

    key: ec.EllipticCurvePrivateKey

    @property
    def key_size(self) -> int:
        """Bits."""
        return self.key.key_size

    def sign(self, content: bytes, signature_algorithm: ec.ECDSA) -> bytes:
        """The signature."""
        hashed = signature_algorithm.algorithm
        return self.key.sign(content, ec.ECDSA(hashed, deterministic_signing=True))


def sign(content: bytes, key: Key, certificate: bytes) -> bytes:
    """The alert that `issue` made, with a signature over all of it as its last element. `certificate` is PEM, to be shown."""
    signer = XMLSigner(
        signature_algorithm=SignatureMethod.ECDSA_SHA256
        if isinstance(key, ec.EllipticCurvePrivateKey)
        else SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    steady = _Steady(key) if isinstance(key, ec.EllipticCurvePrivateKey) else key
    signed = signer.sign(reading.read_tree(content), key=steady, cert=certificate.decode())  # type: ignore[arg-type]  # it signs as a key does
    return etree.tostring(signed, encoding="UTF-8", xml_declaration=True)


def verify(content: bytes, pins: Iterable[Pin]) -> Parsed:
    """The alert, as a pinned issuer signed it.

    Raises AlertUnreadable, AlertUntrusted.
    """
    root = reading.read_tree(content, keep_all=True)
    signature = _signature(root)
    _refuse_strange(signature)
    said = parsing.parse(content).alert  # not believed yet: it names whom to ask
    if said.sender is None or said.sent is None:
        raise AlertUntrusted(reason=UntrustedReason.NO_SENDER)
    own = [x509.load_pem_x509_certificate(pin.certificate) for pin in pins if pin.sender == said.sender]
    if not own:
        raise AlertUntrusted(reason=UntrustedReason.UNKNOWN_ISSUER)
    valid = [one for one in own if one.not_valid_before_utc <= said.sent <= one.not_valid_after_utc]
    if not valid:
        raise AlertUntrusted(reason=UntrustedReason.NOT_VALID_AT_SENT)
    for part in signature.findall(f"{{{_DS}}}KeyInfo"):
        signature.remove(part)  # it is not signed, and not asked
    for certificate in valid:
        covered = _covered(root, certificate)
        if covered is not None:
            parsed = parsing.parse(covered)
            if (parsed.alert.sender, parsed.alert.sent) != (said.sender, said.sent):
                raise AlertUntrusted(reason=UntrustedReason.MISPLACED)
            return parsed
    raise AlertUntrusted(reason=UntrustedReason.BROKEN)


def _signature(root: etree._Element) -> etree._Element:
    found = list(root.iter(parsing.SIGNATURE))
    if not found:
        raise AlertUntrusted(reason=UntrustedReason.UNSIGNED)
    if len(found) > 1:
        raise AlertUntrusted(reason=UntrustedReason.SEVERAL_SIGNATURES)
    if found[0].getparent() is not root:
        raise AlertUntrusted(reason=UntrustedReason.MISPLACED)
    return found[0]


def _refuse_strange(signature: etree._Element) -> None:
    """One reference, to the whole document, with nothing done to it but the signature taken out and made canonical."""
    references = list(signature.iter(f"{{{_DS}}}Reference"))
    if len(references) != 1 or references[0].get("URI") != "" or signature.find(f"{{{_DS}}}Object") is not None:
        raise AlertUntrusted(reason=UntrustedReason.MISPLACED)
    transforms = [one.get("Algorithm") for one in signature.iter(f"{{{_DS}}}Transform")]
    canonical = [one.get("Algorithm") for one in signature.iter(f"{{{_DS}}}CanonicalizationMethod")]
    if transforms.count(_ENVELOPED) != 1 or transforms[0] != _ENVELOPED:
        raise AlertUntrusted(reason=UntrustedReason.METHOD)
    if not _CANONICAL.issuperset([*transforms[1:], *canonical]):
        raise AlertUntrusted(reason=UntrustedReason.METHOD)


def _covered(root: etree._Element, certificate: x509.Certificate) -> bytes | None:
    """The bytes that this certificate's key signed; None when it did not."""
    try:
        result = XMLVerifier().verify(
            root, x509_cert=certificate, validate_schema=True, expect_config=_expected(certificate)
        )
    except (SignXMLException, etree.LxmlError, UnsupportedAlgorithm, ValueError, TypeError):
        return None
    if isinstance(result, list) or result.signed_xml is None:
        return None
    return result.signed_data


def _expected(certificate: x509.Certificate) -> SignatureConfiguration:
    """Which methods this key may have been used with. Its dates were compared with `sent` already."""
    key = certificate.public_key()
    methods: frozenset[SignatureMethod] = frozenset()
    if isinstance(key, ec.EllipticCurvePublicKey):
        methods = _OF_EC
    elif isinstance(key, rsa.RSAPublicKey) and key.key_size >= RSA_BITS_MIN:
        methods = _OF_RSA
    return SignatureConfiguration(
        location="./",
        expect_references=1,
        signature_methods=methods,
        digest_algorithms=_DIGESTS,
        verification_time=certificate.not_valid_before_utc,
    )

"""An issuer of made-up alerts, its signatures tampered with, and attacks that XML allows: what is never believed or fetched."""

import random
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from lxml import etree

from dure.services.forecasts.rules import cap
from dure.services.forecasts.rules.cap import own
from dure.services.forecasts.types import Alert, Version

_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_CAP = f"{{{Version.CAP_1_2.value}}}"
_XSLT = "http://www.w3.org/TR/1999/REC-xslt-19991116"
SENDER = "sample@example.org"
LAUGHS, DEEP, MANY = 20, 10_000, 60_000


@dataclass(frozen=True, slots=True)
class Issuer:
    """Whoever signs alerts as `sender`."""

    sender: str
    key: EllipticCurvePrivateKey
    certificate: bytes

    def signed(self, alert: Alert) -> bytes:
        """The alert with a signature over all of it."""
        return cap.sign(cap.issue(alert), self.key, self.certificate)


def issuer(number: int, now: datetime) -> Issuer:
    """An issuer by number: always the same key."""
    key = own.key(number.to_bytes(32))
    return Issuer(SENDER, key, own.certificate(key, SENDER, now))


def spoilt(content: bytes, issuer: Issuer, chance: random.Random) -> bytes:
    """A signed alert whose signature was tampered with, or whose words were."""
    root = etree.fromstring(content)
    way = chance.choice(list(WAYS.values()))
    changed = way(root, issuer)
    return changed if isinstance(changed, bytes) else etree.tostring(changed, encoding="UTF-8", xml_declaration=True)


def _other_words(root: etree._Element, issuer: Issuer) -> etree._Element:
    _part(root, "headline").text = "거짓 경보"
    return root


def _no_signature(root: etree._Element, issuer: Issuer) -> etree._Element:
    root.remove(_signature(root))
    return root


def _twice(root: etree._Element, issuer: Issuer) -> etree._Element:
    root.append(deepcopy(_signature(root)))
    return root


def _elsewhere(root: etree._Element, issuer: Issuer) -> etree._Element:
    _part(root, "info").append(_signature(root))
    return root


def _wrapped(root: etree._Element, issuer: Issuer) -> etree._Element:
    """A forged alert around the true one, which lies in the signature as an object of its own."""
    forged, signature = deepcopy(root), deepcopy(_signature(root))
    _no_signature(forged, issuer)
    _other_words(forged, issuer)
    etree.SubElement(signature, f"{_DS}Object").append(root)
    forged.append(signature)
    return forged


def _inside(root: etree._Element, issuer: Issuer) -> etree._Element:
    """A forged alert that holds the true one with its signature as a child."""
    forged = _other_words(_no_signature(deepcopy(root), issuer), issuer)
    forged.append(root)
    return forged


def _of_a_part(root: etree._Element, issuer: Issuer) -> etree._Element:
    """The signature says that it is of one element alone."""
    _part(root, "info").set("Id", "part")
    next(root.iter(f"{_DS}Reference")).set("URI", "#part")
    return root


def _of_elsewhere(root: etree._Element, issuer: Issuer) -> etree._Element:
    next(root.iter(f"{_DS}Reference")).set("URI", "http://127.0.0.1:9/alert.xml")
    return root


def _weak(root: etree._Element, issuer: Issuer) -> etree._Element:
    next(root.iter(f"{_DS}DigestMethod")).set("Algorithm", "http://www.w3.org/2000/09/xmldsig#sha1")
    return root


def _transformed(root: etree._Element, issuer: Issuer) -> etree._Element:
    """A program of the sender's is to be run over it first."""
    transforms = next(root.iter(f"{_DS}Transforms"))
    etree.SubElement(transforms, f"{_DS}Transform", Algorithm=_XSLT)
    return root


def _with_comments(root: etree._Element, issuer: Issuer) -> etree._Element:
    next(root.iter(f"{_DS}CanonicalizationMethod")).set(
        "Algorithm", "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"
    )
    return root


def _commented(root: etree._Element, issuer: Issuer) -> bytes:
    """A comment in the middle of a number: a reader that takes the first text alone reads another number."""
    return etree.tostring(root, encoding="UTF-8").replace(b"</identifier>", b"<!-- 9 -->9</identifier>", 1)


def _emptied(root: etree._Element, issuer: Issuer) -> etree._Element:
    next(root.iter(f"{_DS}SignatureValue")).text = "AAAA"
    return root


def _by_a_stranger(root: etree._Element, issuer: Issuer) -> bytes:
    """Somebody else's key, and the true certificate beside it."""
    stranger = Issuer(issuer.sender, own.key(b"a stranger's number of 32 bytes."), issuer.certificate)
    return stranger.signed(cap.parse(etree.tostring(root)).alert)


def _for_another(root: etree._Element, issuer: Issuer) -> bytes:
    """The true key signs for somebody whom it is not pinned for."""
    text = etree.tostring(_no_signature(root, issuer), encoding="UTF-8")
    other = re.sub(rb"<sender>[^<]*<", b"<sender>other@example.org<", text, count=1)
    return issuer.signed(cap.parse(other).alert)


def _without_certificate(root: etree._Element, issuer: Issuer) -> etree._Element:
    """What it shows of its own certificate proves nothing; without it, it is as true as before."""
    for part in list(root.iter(f"{_DS}KeyInfo")):
        _parent(part).remove(part)
    return root


WAYS: Mapping[str, Callable[[etree._Element, Issuer], etree._Element | bytes]] = {
    one.__name__.strip("_"): one
    for one in (
        *(
            _other_words,
            _no_signature,
            _twice,
            _elsewhere,
            _wrapped,
            _inside,
            _of_a_part,
            _of_elsewhere,
            _weak,
            _transformed,
        ),
        *(_with_comments, _commented, _emptied, _by_a_stranger, _for_another, _without_certificate),
    )
}


def attacks(content: bytes, origin: str, secret: str) -> Mapping[str, bytes]:
    """What XML could make a careless reader do: fetch from `origin`, read the file `secret`, fill its memory."""
    alert = re.sub(rb"<\?xml.*?\?>\s*", b"", content, count=1).decode()
    inside = alert.replace("<headline>", "<headline>&x;", 1)
    laughs = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, LAUGHS))
    xi = 'xmlns:xi="http://www.w3.org/2001/XInclude"'
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    head, tail = alert.split(">", 1)
    made = {
        "an entity": f'<!DOCTYPE alert [<!ENTITY x "y">]>{inside}',
        "a file as an entity": f'<!DOCTYPE alert [<!ENTITY x SYSTEM "file://{secret}">]>{inside}',
        "an address as an entity": f'<!DOCTYPE alert [<!ENTITY x SYSTEM "{origin}/entity">]>{inside}',
        "a parameter entity": f'<!DOCTYPE alert [<!ENTITY % x SYSTEM "{origin}/parameter"> %x;]>{alert}',
        "definitions elsewhere": f'<!DOCTYPE alert SYSTEM "{origin}/alert.dtd">{alert}',
        "definitions elsewhere, public": f'<!DOCTYPE alert PUBLIC "-//X" "{origin}/public.dtd">{alert}',
        "a billion laughs": f'<!DOCTYPE alert [<!ENTITY x0 "ha">{laughs}<!ENTITY x "&x{LAUGHS - 1};">]>{inside}',
        "one long entity, often": f'<!DOCTYPE alert [<!ENTITY x "{"a" * MANY}">]>{inside.replace("&x;", "&x;" * 5_000)}',
        "a default attribute": f'<!DOCTYPE alert [<!ATTLIST info x CDATA "y">]>{alert}',
        "definitions behind a comment": f'<!-- a --><?b c?>\n<!DOCTYPE alert [<!ENTITY x "y">]>{inside}',
        "a file included": f'{head} {xi}><xi:include href="file://{secret}" parse="text"/>{tail}',
        "an address included": f'{head} {xi}><xi:include href="{origin}/include"/>{tail}',
        "a schema elsewhere": f'{head} {xsi} xsi:schemaLocation="urn:x {origin}/schema.xsd">{tail}',
        "a style sheet elsewhere": f'<?xml-stylesheet type="text/xsl" href="{origin}/style.xsl"?>{alert}',
        "a picture elsewhere": alert.replace("<area>", _picture(origin), 1),
        "a key elsewhere": _key_elsewhere(content, origin),
        "ten thousand deep": alert.replace("<headline>", "<x>" * DEEP, 1),
        "sixty thousand elements": alert.replace("</info>", "<x/>" * MANY + "</info>", 1),
        "two megabytes": alert.replace("<headline>", f"<headline>{'a' * 2_097_152}", 1),
        "an entity nobody defined": inside,
    }
    hidden = f'<?xml version="1.0" encoding="utf-16"?>{made["a file as an entity"]}'.encode("utf-16")
    folded = made["a file as an entity"].encode("utf-7")
    seven = b'<?xml version="1.0" encoding="utf-7"?>' + folded
    return {name: text.encode() for name, text in made.items()} | {"hidden in UTF-16": hidden, "hidden in UTF-7": seven}


def _picture(origin: str) -> str:
    said = f"<resource><resourceDesc>그림</resourceDesc><mimeType>image/png</mimeType><uri>{origin}/picture.png</uri></resource>"
    return f"{said}<area>"


def _key_elsewhere(content: bytes, origin: str) -> str:
    """The signature names an address where its key can be had."""
    root = etree.fromstring(content)
    shown = next(root.iter(f"{_DS}KeyInfo"))
    etree.SubElement(shown, f"{_DS}RetrievalMethod", URI=f"{origin}/key.pem")
    return etree.tostring(root, encoding="unicode")


def _part(root: etree._Element, name: str) -> etree._Element:
    return next(root.iter(f"{_CAP}{name}"))


def _signature(root: etree._Element) -> etree._Element:
    return next(root.iter(f"{_DS}Signature"))


def _parent(element: etree._Element) -> etree._Element:
    found = element.getparent()
    if found is None:
        raise ValueError("the root has no parent")
    return found

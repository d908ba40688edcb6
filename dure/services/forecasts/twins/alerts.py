"""A twin of an agency that publishes alerts: an Atom list and the alerts themselves, signed with a key of its own.

Kept here: GET /cap/alerts.atom names the alerts, the newest first, with ETag and 304; GET /cap/N.xml is one of them
(application/cap+xml), the same bytes for ever; GET /cap/certificate.pem is what an operator would be given.

POST /twin/say `{"event", "headline", "region", "severity", "urgency", "minutes", "kind", "of", "status"}` issues one, all but
the headline may be left out; `kind` Update or Cancel names `of`, the number of an alert. `{"fault": "page"}` answers an HTML page
with 200, `empty` nothing, `unsigned` issues without a signature, `changed` changes a word after signing. What it says is made up.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

from dure.kit.twins import Answer, Asked, Setting, Twin, json_answer

SEOUL = ZoneInfo("Asia/Seoul")
SAY = "/twin/say"
SENDER = "twin@sample.invalid"
CAP = "urn:oasis:names:tc:emergency:cap:1.2"
YEARS = timedelta(days=3_650)
LIST, CERTIFICATE = "/cap/alerts.atom", "/cap/certificate.pem"


class Said(msgspec.Struct, frozen=True):
    """An alert that somebody had issued."""

    headline: str
    event: str = "호우경보"
    code: str = "HRW"
    region: str = "9901000000"
    severity: str = "Severe"
    urgency: str = "Expected"
    minutes: int = 180
    kind: str = "Alert"
    of: int = 0
    status: str = "Actual"


class Book(msgspec.Struct):
    fault: str = ""
    alerts: list[bytes] = []
    sent: list[str] = []
    asked: int = 0
    key: str = ""  # PEM: alerts of before a restart are signed with the same one
    certificate: str = ""


class AlertTwin(Twin[Book]):
    name = "alerts"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting, Book())
        if not self.book.key:
            key = ec.generate_private_key(ec.SECP256R1())
            self.book.key = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
            self.book.certificate = _certificate(key, self.clock.now()).decode()

    def route(self, asked: Asked) -> str:
        return "alerts" if asked.path.startswith("/cap/") else ""

    def error(self) -> Answer:
        return Answer(503, b"", {"Retry-After": "60"})

    def answer(self, asked: Asked) -> Answer:
        if (asked.method, asked.path) == ("POST", SAY):
            return self._say(asked)
        if asked.method != "GET" or not asked.path.startswith("/cap/"):
            return Answer(404, b"", {})
        self.book.asked += 1
        if self.book.fault == "page":
            return Answer(200, b"<!DOCTYPE html><html><body>sorry</body></html>", {"Content-Type": "text/html"})
        if self.book.fault == "empty":
            return Answer(200, b"", {"Content-Type": "application/atom+xml"})
        if asked.path == CERTIFICATE:
            return Answer(200, self.book.certificate.encode(), {"Content-Type": "application/x-pem-file"})
        if asked.path == LIST:
            return self._list(asked)
        number = asked.path.removeprefix("/cap/").removesuffix(".xml")
        if not number.isdigit() or not 1 <= int(number) <= len(self.book.alerts):
            return Answer(404, b"", {})
        return Answer(200, self.book.alerts[int(number) - 1], {"Content-Type": "application/cap+xml"})

    def _say(self, asked: Asked) -> Answer:
        said = asked.json() or {}
        try:
            if "fault" in said:
                self.book.fault = str(said["fault"])
            else:
                self._issue(msgspec.convert(said, Said))
        except (msgspec.ValidationError, IndexError) as error:
            return json_answer(400, {"message": str(error)})
        return self.kept(json_answer(200, {"fault": self.book.fault, "alerts": len(self.book.alerts)}))

    def _issue(self, said: Said) -> None:
        now = self.clock.now().astimezone(SEOUL).replace(microsecond=0)
        number = len(self.book.alerts) + 1
        references = ""
        if said.of:
            references = f"<references>{SENDER},예시{said.of:010},{self.book.sent[said.of - 1]}</references>"
        text = _XML.format(
            number=number,
            sender=SENDER,
            sent=now.isoformat(),
            status=escape(said.status),
            kind=escape(said.kind),
            references=references,
            event=escape(said.event),
            urgency=escape(said.urgency),
            severity=escape(said.severity),
            code=escape(said.code),
            expires=(now + timedelta(minutes=said.minutes)).isoformat(),
            headline=escape(said.headline),
            region=escape(said.region),
        )
        content = text.encode()
        if self.book.fault != "unsigned":
            content = self._signed(content)
        if self.book.fault == "changed":
            content = content.replace("예시 경보입니다".encode(), "예시 정보입니다".encode())
        self.book.alerts.append(content)
        self.book.sent.append(now.isoformat())

    def _signed(self, content: bytes) -> bytes:
        signer = XMLSigner(
            signature_algorithm=SignatureMethod.ECDSA_SHA256,
            digest_algorithm=DigestAlgorithm.SHA256,
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        signed = signer.sign(etree.fromstring(content), key=self.book.key.encode(), cert=self.book.certificate)
        return etree.tostring(signed, encoding="UTF-8", xml_declaration=True)

    def _list(self, asked: Asked) -> Answer:
        entries = "".join(
            f"<entry><id>urn:sample:{number}</id><title>{number}</title><updated>{sent}</updated>"
            f'<link type="application/cap+xml" href="/cap/{number}.xml"/></entry>'
            for number, sent in reversed(list(enumerate(self.book.sent, 1)))
        )
        body = f'<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:sample</id><title>sample</title>{entries}</feed>'.encode()
        mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        if asked.headers.get("if-none-match") == mark:
            return Answer(304, b"", {"ETag": mark})
        return Answer(200, body, {"Content-Type": "application/atom+xml", "ETag": mark})


_XML = (
    f'<alert xmlns="{CAP}"><identifier>예시{{number:010}}</identifier><sender>{{sender}}</sender><sent>{{sent}}</sent>'
    "<status>{status}</status><msgType>{kind}</msgType><scope>Public</scope><code>대한민국정부1.0</code>"
    "<note>made up</note>{references}"
    "<info><language>ko-KR</language><category>Met</category><event>{event}</event><urgency>{urgency}</urgency>"
    "<severity>{severity}</severity><certainty>Likely</certainty>"
    "<eventCode><valueName>TTAS.KO-07.0046/R5 재난 종류 코드</valueName><value>{code}</value></eventCode>"
    "<expires>{expires}</expires><senderName>예시 기상 기관</senderName><headline>{headline}</headline>"
    "<description>예시 경보입니다. 실제 상황이 아닙니다.</description>"
    "<area><areaDesc>예시 지역</areaDesc><geocode><valueName>행정구역코드</valueName><value>{region}</value></geocode></area>"
    "</info></alert>"
)


def _certificate(key: ec.EllipticCurvePrivateKey, now: datetime) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sample agency (twin)")])
    first = now.astimezone(UTC).replace(microsecond=0) - timedelta(days=1)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(x509.random_serial_number()).not_valid_before(first).not_valid_after(first + YEARS)
    return built.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)

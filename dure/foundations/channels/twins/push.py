"""A twin of a push service with the browsers behind it (RFC 8030, 8188, 8291, 8292).

Kept here: a VAPID token signed by the key it names, for this origin, not expired, at most a day ahead; a subscription answers
to the key under which it was made (403); TTL must be there; Urgency and Topic of the allowed forms; a message of the same
Topic takes the place of one that still waits; 4,096 bytes (413); 404 and 410 for browsers that are gone; 429 with
Retry-After. The browser opens what it gets, which proves that it was sealed for it: what it cannot open is refused with 400
here, where a real browser drops it unseen.

Not a standard, but seen: a service that answers 201 for a browser that is long deaf (WebKit 249766 answers 200).
"""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import timedelta

import jwt
import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from dure.kit.twins import Answer, Asked, Setting, Twin, json_answer

CREATED, BAD, FORBIDDEN, NOT_FOUND, GONE, TOO_LARGE, TOO_MANY = 201, 400, 403, 404, 410, 413, 429
BODY_BYTES_MAX = 4_096
TOKEN_LASTS_MAX = timedelta(hours=24)
RETRY_AFTER_SECONDS = 5
VAPID = re.compile(r"vapid\s+t=([A-Za-z0-9_.-]+)\s*,\s*k=([A-Za-z0-9_-]+)", re.I)
TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
URGENCIES = ("very-low", "low", "normal", "high")
STATES = {"alive": CREATED, "deaf": CREATED, "unknown": NOT_FOUND, "gone": GONE, "busy": TOO_MANY}


class Browser(msgspec.Struct):
    """A subscription, and the private half that only a browser has."""

    id: str
    private: int
    auth: bytes
    key: str = ""  # the VAPID key it was made under; empty: the first one that is used
    state: str = "alive"
    read: list[str] = []  # what it could open, in the order in which it came
    topics: dict[str, int] = {}  # topic -> place in `read`
    away: bool = False  # not connected: messages wait, and one of the same topic takes the place of another

    @property
    def point(self) -> bytes:
        own = ec.derive_private_key(self.private, ec.SECP256R1())
        return own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


class Book(msgspec.Struct):
    browsers: dict[str, Browser] = {}


class No(Exception):
    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.answer = json_answer(status, {"why": why})


class PushTwin(Twin[Book]):
    name = "push"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting, Book())

    def route(self, asked: Asked) -> str:
        return "push" if asked.path.startswith("/push/") else ""

    def error(self) -> Answer:
        return Answer(TOO_MANY, b"", {"Retry-After": str(RETRY_AFTER_SECONDS)})

    def answer(self, asked: Asked) -> Answer:
        try:
            if asked.method == "POST" and asked.path == "/twin/browsers":
                said = asked.json() or {}
                made = self.browser(str(said.get("state", "alive")), str(said.get("key", "")))
                return self.kept(json_answer(CREATED, self.subscription(made, asked.origin)))
            if asked.method == "POST" and asked.path.startswith("/push/"):
                return self.kept(self._push(asked, asked.path.removeprefix("/push/")))
            return json_answer(NOT_FOUND, {"why": "no such address"})
        except No as no:
            return no.answer

    def browser(self, state: str = "alive", key: str = "") -> Browser:
        """A new browser that has subscribed."""
        if state not in STATES:
            raise No(BAD, f"state is one of {', '.join(STATES)}")
        private = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
        made = Browser(secrets.token_urlsafe(16), private, secrets.token_bytes(16), key, state)
        self.book.browsers[made.id] = made
        return made

    def subscription(self, browser: Browser, origin: str) -> dict[str, object]:
        """As a page gets it from the browser."""
        keys = {"p256dh": _text(browser.point), "auth": _text(browser.auth)}
        return {"endpoint": f"{origin}/push/{browser.id}", "expirationTime": None, "keys": keys}

    def _push(self, asked: Asked, name: str) -> Answer:
        if len(asked.body) > BODY_BYTES_MAX:
            raise No(TOO_LARGE, "too large")
        key = self._vapid(asked)
        ttl = asked.headers.get("ttl", "")
        if not ttl.isdigit():
            raise No(BAD, "TTL is missing")
        if asked.headers.get("urgency", "normal") not in URGENCIES:
            raise No(BAD, "Urgency")
        topic = asked.headers.get("topic", "")
        if topic and not TOPIC.fullmatch(topic):
            raise No(BAD, "Topic")
        if asked.headers.get("content-encoding") != "aes128gcm":
            raise No(BAD, "Content-Encoding")
        browser = self.book.browsers.get(name)
        if browser is None:
            raise No(NOT_FOUND, "no such subscription")
        browser.key = browser.key or key
        if browser.key != key:
            raise No(FORBIDDEN, "made under another key")
        status = STATES[browser.state]
        if status == TOO_MANY:
            return self.error()
        if status != CREATED:
            raise No(status, browser.state)
        said = opened(asked.body, browser).decode()
        if browser.state == "alive":
            self._arrive(browser, said, topic)
        return Answer(CREATED, b"", {"Location": f"{asked.origin}/message/{secrets.token_urlsafe(8)}", "TTL": ttl})

    def _arrive(self, browser: Browser, said: str, topic: str) -> None:
        if browser.away and topic in browser.topics:
            browser.read[browser.topics[topic]] = said
            return
        browser.read = [*browser.read, said]
        if topic:
            browser.topics[topic] = len(browser.read) - 1

    def _vapid(self, asked: Asked) -> str:
        said = VAPID.fullmatch(asked.headers.get("authorization", ""))
        if said is None:
            raise No(FORBIDDEN, "no VAPID")
        token, key = said.groups()
        try:
            public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(key))
            claims = jwt.decode(
                token,
                public,
                algorithms=["ES256"],
                audience=asked.origin,
                options={"verify_exp": False, "require": ["exp", "sub"]},
            )
            left = int(claims["exp"]) - self.clock.now().timestamp()
        except (jwt.PyJWTError, ValueError) as error:
            raise No(FORBIDDEN, type(error).__name__) from None
        if not 0 < left <= TOKEN_LASTS_MAX.total_seconds():
            raise No(FORBIDDEN, "exp")
        if not str(claims["sub"]).startswith(("mailto:", "https:")):
            raise No(FORBIDDEN, "sub")
        return key


def opened(body: bytes, browser: Browser) -> bytes:
    """What was sealed for a browser, by RFC 8188 and 8291. Raises No."""
    salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20] if len(body) > 20 else 0
    point, sealed = body[21 : 21 + length], body[21 + length :]
    if length != 65 or size < 18 or len(sealed) > size:
        raise No(BAD, "header")
    own = ec.derive_private_key(browser.private, ec.SECP256R1())
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise No(BAD, "keyid") from None
    shared = own.exchange(ec.ECDH(), theirs)
    ikm = _expanded(_mac(browser.auth, shared), b"WebPush: info\x00" + browser.point + point, 32)
    prk = _mac(salt, ikm)
    key = _expanded(prk, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _expanded(prk, b"Content-Encoding: nonce\x00", 12)
    try:
        plain = AESGCM(key).decrypt(nonce, sealed, None)
    except InvalidTag:
        raise No(BAD, "not sealed for this browser") from None
    text, mark, padding = plain.rpartition(b"\x02")
    if not mark or padding.strip(b"\x00"):
        raise No(BAD, "padding")
    return text


def _mac(key: bytes, said: bytes) -> bytes:
    return hmac.new(key, said, hashlib.sha256).digest()


def _expanded(key: bytes, label: bytes, length: int) -> bytes:
    return _mac(key, label + b"\x01")[:length]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(said: str) -> bytes:
    return base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))

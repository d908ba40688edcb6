"""Signed messages: what was changed, sent on, kept or sent again is not believed; what came as it was sent is."""

import base64
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dure.base import clock
from dure.kit import signed
from dure.kit.signed import Answered, Asked, NotSigned

KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
PUBLIC = KEY.public_key().public_bytes_raw().hex()
NONCE = "0123456789abcdef" * 2
ASKED = Asked("POST", "visits.example.org:8443", "/party/certify", b'{"a":1}')
ANSWERED = Answered(200, b'{"b":2}')


def sent(message: Asked | Answered = ASKED) -> dict[str, str]:
    return {name.lower(): value for name, value in signed.headers(message, KEY, "identity", clock.now(), NONCE).items()}


def why(message: Asked | Answered, given: Mapping[str, str], known: Mapping[str, str] | None = None) -> str:
    with pytest.raises(NotSigned) as refused:
        signed.check(message, given, {"identity": PUBLIC} if known is None else known, clock.now())
    return refused.value.why


@pytest.mark.parametrize("message", [ASKED, ANSWERED])
def test_what_comes_as_it_was_sent_is_believed(message: Asked | Answered) -> None:
    assert signed.check(message, sent(message), {"identity": PUBLIC}, clock.now()) == signed.Signed("identity", NONCE)


def test_the_bytes_that_are_signed_are_those_of_the_standard() -> None:
    """RFC 9421, section 2.5, written out by hand."""
    given = sent()
    params = given["signature-input"].removeprefix("dure=")
    base = (
        '"@method": POST\n"@authority": visits.example.org:8443\n"@path": /party/certify\n'
        f'"content-digest": {given["content-digest"]}\n"@signature-params": {params}'
    )
    raw = base64.b64decode(given["signature"].removeprefix("dure=:").removesuffix(":"))
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(PUBLIC)).verify(raw, base.encode())
    assert re.fullmatch(
        rf'\("@method" "@authority" "@path" "content-digest"\);created=\d+;nonce="{NONCE}";keyid="identity";alg="ed25519"',
        params,
    )


@pytest.mark.parametrize(
    "other",
    [
        replace(ASKED, method="PUT"),
        replace(ASKED, authority="authority.example.org"),
        replace(ASKED, path="/party/revoke"),
    ],
)
def test_a_request_for_another_party_or_another_purpose_is_not_believed(other: Asked) -> None:
    assert why(other, sent()) == "signature"


def test_a_changed_body_is_not_believed_also_when_its_digest_is_changed_with_it() -> None:
    changed = replace(ASKED, body=b'{"a":2}')
    assert why(changed, sent()) == "digest"
    assert why(changed, sent() | {"content-digest": signed.digest(changed.body)}) == "signature"


def test_an_answer_is_no_request_and_its_status_counts() -> None:
    assert why(ASKED, sent(ANSWERED)) == "parts"
    assert why(replace(ANSWERED, status=404), sent(ANSWERED)) == "signature"


@pytest.mark.parametrize("name", ["signature", "signature-input", "content-digest"])
def test_a_header_that_is_missing_long_or_strange_is_not_believed(name: str) -> None:
    for value in ("", "x" * 5_000, "dure=()", sent()[name] + " "):
        assert why(ASKED, sent() | {name: value}) in ("headers", "parts", "digest")


def test_a_message_is_good_for_a_minute_before_and_after() -> None:
    given = sent()
    for seconds in (-58, 58):
        signed.check(ASKED, given, {"identity": PUBLIC}, clock.now() + timedelta(seconds=seconds))
    for seconds in (-63, 63):
        with pytest.raises(NotSigned, match="not_signed"):
            signed.check(ASKED, given, {"identity": PUBLIC}, clock.now() + timedelta(seconds=seconds))


def test_a_sender_that_is_not_known_or_whose_key_is_another_is_not_believed() -> None:
    assert why(ASKED, sent(), {}) == "sender"
    assert why(ASKED, sent(), {"identity": "00" * 32}) == "signature"
    assert why(ASKED, sent(), {"identity": "nothing"}) == "signature"


def test_the_key_that_the_doctor_shows_is_the_one_that_signs(settings: object) -> None:
    from django.conf import settings as ours

    assert signed.own_key().public_key().public_bytes_raw().hex() == signed.public_of(ours.SECRET_KEY)

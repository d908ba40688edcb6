"""Web Push: the example of the standard, and that only its browser opens what was sealed."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.foundations.channels import providers
from dure.foundations.channels.providers.push_sealing import BadSubscription, Voice, padless, seal, seal_with, unpadded
from dure.foundations.channels.queries import push as push_keys
from dure.foundations.channels.twins import PushTwin
from dure.foundations.channels.twins.push import No, opened
from dure.foundations.channels.types import Route
from dure.kit.twins import Setting

from .dealing import PUSH_KEY

# RFC 8291, section 5 and appendix A
PLAIN = b"When I grow up, I want to be a watermelon"
BROWSER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH, SALT = "BTBZMqHH6r4Tts7J_aSIgg", "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_y"
    "l95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_rfc_8291():
    own = ec.derive_private_key(PUSH_KEY, ec.SECP256R1())
    assert padless(seal_with(PLAIN, unpadded(BROWSER), unpadded(AUTH), own, unpadded(SALT))) == SEALED


@settings(max_examples=30, deadline=None)
@given(st.binary(min_size=1, max_size=3_000))
def test_only_its_browser_opens_it(plain):
    twin = PushTwin(Setting(secret="s"))
    ours, other = twin.browser(), twin.browser()
    sealed = seal(plain, ours.point, ours.auth)
    assert opened(sealed, ours) == plain
    assert len(sealed) == len(plain) + 16 + 4 + 1 + 65 + 1 + 16
    with pytest.raises(No):
        opened(sealed, other)


def test_every_message_has_a_key_and_a_salt_of_its_own():
    browser = PushTwin(Setting(secret="s")).browser()
    heads = {seal(PLAIN, browser.point, browser.auth)[:86] for _ in range(20)}
    assert len(heads) == 20


@pytest.mark.parametrize(
    ("point", "auth"), [(b"\x04" * 65, b"a" * 16), (b"", b"a" * 16), (b"\x02" + b"a" * 32, b"a" * 15)]
)
def test_keys_that_are_none_are_refused(point, auth):
    with pytest.raises(BadSubscription):
        seal(PLAIN, point, auth)


def test_a_token_is_made_once_a_service_and_renewed_before_its_end():
    now = datetime(2026, 3, 1, tzinfo=UTC)
    voice = Voice(PUSH_KEY, "mailto:town@example.org", lambda: now)
    first = voice.authorisation("https://push.example.org")
    assert voice.authorisation("https://push.example.org") is first
    assert voice.authorisation("https://other.example.org") != first
    token = first.split("t=")[1].split(",")[0]
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpadded(voice.public))
    claims = jwt.decode(
        token, public, algorithms=["ES256"], audience="https://push.example.org", options={"verify_exp": False}
    )
    assert claims["exp"] == int((now + timedelta(hours=12)).timestamp())
    assert claims["sub"] == "mailto:town@example.org"
    now += timedelta(hours=11, minutes=1)
    assert voice.authorisation("https://push.example.org") != first


def test_the_key_that_browsers_are_told_is_the_one_that_signs():
    (push,) = providers.dealers_of(Route.PUSH)
    assert push._voice.public == push_keys.vapid_public()  # type: ignore[attr-defined]  # the adapter that is set up

"""A certificate as an Open Badge 3.0: its shape, its signature, and that nobody needs an account to check it."""

import base64
import hashlib
import json

import jwt
import pytest
from django.test import Client
from django.urls import reverse

from dure.base.actors import OrganisationId
from dure.services.market import queries
from dure.services.market.documents import badges
from dure.services.market.types.tutoring import Certificate

from . import learning
from .learning import School

pytestmark = pytest.mark.django_db


def finished(school: School) -> Certificate:
    learning.see_all(school.shop)
    return queries.certificate(school.owner, school.enrolment)


def public_key() -> jwt.PyJWK:
    """As a verifier gets it: from the public address, without a cookie."""
    return jwt.PyJWK.from_dict(Client().get(reverse("market:badge_key")).json())


def test_the_badge_has_the_shape_of_open_badges_3(school: School) -> None:
    found = finished(school)
    said = badges.credential(found)
    assert said["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert said["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert {"id", "name", "issuer", "validFrom", "credentialSubject"} <= set(said)
    assert said["issuer"].keys() >= {"id", "type", "name", "url"}
    subject = said["credentialSubject"]
    assert subject["type"] == ["AchievementSubject"]
    assert subject["achievement"].keys() >= {"id", "type", "name", "description", "criteria"}
    assert subject["achievement"]["criteria"]["narrative"]
    [identity] = subject["identifier"]
    assert identity == {
        "type": "IdentityObject",
        "identityType": "name",
        "hashed": False,
        "identityHash": "예시 두부집",
    }


def test_it_names_no_person(school: School) -> None:
    said = json.dumps(badges.credential(finished(school)), ensure_ascii=False)
    for actor in (school.owner, school.staff, school.tutor):
        assert actor.name not in said
        assert str(actor.person) not in said
    assert str(school.shop) not in said


def test_anybody_checks_it_with_the_public_key(school: School) -> None:
    found = finished(school)
    answer = Client().get(reverse("market:badge", args=[found.code]))
    assert answer["Content-Type"] == "application/vc+jwt"
    token = answer.content.decode()
    assert token == badges.badge_jwt(found), "the same certificate, the same badge"
    head = jwt.get_unverified_header(token)
    assert (head["alg"], head["typ"]) == ("EdDSA", "JWT")
    assert head["kid"].endswith(reverse("market:badge_key"))
    claims = jwt.decode(token, public_key(), algorithms=["EdDSA"])
    assert (claims["jti"], claims["iss"]) == (claims["id"], claims["issuer"]["id"])
    assert claims["credentialSubject"] == badges.credential(found)["credentialSubject"]
    body = token.split(".")
    forged = json.loads(base64.urlsafe_b64decode(body[1] + "=="))
    forged["credentialSubject"]["identifier"][0]["identityHash"] = "다른 가게"
    body[1] = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode().rstrip("=")
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(".".join(body), public_key(), algorithms=["EdDSA"])


def test_the_key_and_its_issuer_say_the_same() -> None:
    key, issuer = Client().get(reverse("market:badge_key")).json(), Client().get(reverse("market:badge_issuer")).json()
    [method] = issuer["verificationMethod"]
    assert (method["publicKeyJwk"], method["controller"], issuer["assertionMethod"]) == (
        key,
        issuer["id"],
        [method["id"]],
    )
    assert "d" not in key, "the private half stays here"
    needed = json.dumps({name: key[name] for name in ("crv", "kty", "x")}, separators=(",", ":"), sort_keys=True)
    thumbprint = base64.urlsafe_b64encode(hashlib.sha256(needed.encode()).digest()).decode().rstrip("=")
    assert key["kid"] == thumbprint


def test_a_code_is_looked_up_without_an_account(school: School) -> None:
    found, look = finished(school), reverse("market:certificates")
    assert Client().get(look).status_code == 200
    there = Client().get(look, {"code": found.code.lower()})
    assert there["Location"] == reverse("market:check_certificate", args=[found.code])
    page = Client().get(there["Location"]).content.decode()
    assert "예시 두부집" in page
    assert reverse("market:badge", args=[found.code]) in page
    wrong = Client().get(look, {"code": "NOPE"})
    assert wrong.status_code == 422
    assert "수료증" in wrong.content.decode()
    assert Client().get(reverse("market:badge", args=["NOPE"])).status_code == 404


def test_a_shop_without_certificate_has_no_badge(school: School) -> None:
    assert queries.pupil(school.owner, school.enrolment).pupil.certificate == ""  # type: ignore[union-attr]  # it is in a course
    assert OrganisationId(school.shop)

"""A shop's certificate as an Open Badge 3.0: a verifiable credential, signed as a JSON Web Token (VC-JWT), for wallets and other
programs. It says what stands on the paper and nothing more: the shop, the course, the day. No person stands in it.
"""

from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import urljoin

import msgspec
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override

from dure.base import clock
from dure.services.market import queries
from dure.services.market.types.tutoring import Certificate

CONTEXT = ("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")
KEY_CONTEXT = "https://www.w3.org/ns/cid/v1"


def badge_jwt(found: Certificate) -> str:
    """The signed badge of a certificate: the credential's members as claims, beside the registered ones (Open Badges 3.0, 8.2).

    The same certificate gives the same text.
    """
    said = credential(found)
    registered = {"iss": said["issuer"]["id"], "jti": said["id"], "nbf": int(_completed_at(found).timestamp())}
    return queries.signed_badge(msgspec.json.encode({**said, **registered}), _address("badge_key"))


def credential(found: Certificate) -> dict[str, Any]:
    """What the signature covers: an OpenBadgeCredential, in the installation's language whoever asks."""
    with override(settings.LANGUAGE_CODE):
        return {
            "@context": list(CONTEXT),
            "id": _address("check_certificate", found.code),
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": f"{found.course_name} · {gettext('Certificate of completion')}",
            "issuer": _profile(),
            "validFrom": _completed_at(found).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "credentialSubject": {
                "type": ["AchievementSubject"],
                "identifier": [_name_of(found)],
                "achievement": _did(found),
            },
        }


def issuer() -> dict[str, Any]:
    """Who signs, with the key that checks it: a controlled identifier document that is the issuer's profile, too."""
    with override(settings.LANGUAGE_CODE):
        own, key = _address("badge_issuer"), _address("badge_key")
        return {
            "@context": [*CONTEXT, KEY_CONTEXT],
            **_profile(),
            "verificationMethod": [
                {"id": key, "type": "JsonWebKey", "controller": own, "publicKeyJwk": queries.badge_key()}
            ],
            "assertionMethod": [key],
        }


def _completed_at(found: Certificate) -> datetime:
    return datetime.combine(found.completed_on, time(), tzinfo=clock.SEOUL)


def _profile() -> dict[str, Any]:
    return {
        "id": _address("badge_issuer"),
        "type": ["Profile"],
        "name": settings.DURE.operator_name or gettext("Dure"),
        "url": settings.DURE.origin,
    }


def _name_of(found: Certificate) -> dict[str, Any]:
    return {"type": "IdentityObject", "identityType": "name", "hashed": False, "identityHash": found.shop_name}


def _did(found: Certificate) -> dict[str, Any]:
    told = gettext("A shop learned by doing: it did all {tasks} tasks of a course of {weeks} weeks itself.")
    asked = gettext("Each task was done for the first time in the shop's own work, and the product itself saw it.")
    return {
        "id": _address("lessons"),
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion",
        "name": found.course_name,
        "description": told.format(tasks=found.tasks, weeks=found.weeks),
        "criteria": {"narrative": asked},
    }


def _address(name: str, *arguments: str) -> str:
    """The public address, whichever name the server was asked by: what is signed stays the same for ever."""
    return urljoin(settings.DURE.origin, reverse(f"market:{name}", args=arguments))

"""Bearer tokens of the API: signed claims that the Rust server checks before Python runs (JWT, HS256, one hour)."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
from django.conf import settings
from django_bolt.auth import IsAuthenticated, JWTAuthentication

from dure.base import clock

LIFETIME = timedelta(hours=1)
ISSUER = "dure"
AUDIENCE = "dure-api"
ALGORITHM = "HS256"


def secret() -> str:
    """A key of its own, derived from the installation's secret, so that no other signature can pass for a token."""
    return hashlib.sha256(b"dure api bearer token\0" + settings.SECRET_KEY.encode()).hexdigest()


def mint(person: UUID, *, verified: bool, lifetime: timedelta = LIFETIME) -> str:
    """A token that lets its bearer act as `person` until it expires. `verified`: they proved an e-mail address or better."""
    now = clock.now()
    claims = {
        "sub": str(person),
        "verified": verified,
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + lifetime,
    }
    return jwt.encode(claims, secret(), algorithm=ALGORITHM)


def person(request: Any) -> UUID:
    """Who sent the request, on a route that asks for a token."""
    return UUID(request.context["user_id"])


def person_bytes(request: Any) -> bytes:
    """Like `person`, as the 16 bytes of the id. For hot rooms."""
    return bytes.fromhex(request.context["user_id"].replace("-", ""))


def is_verified(request: Any) -> bool:
    """Whether the token says that its bearer is verified. For hot rooms; others ask `people`."""
    return request.context["auth_claims"].get("verified") is True


def person_or_none(request: Any) -> UUID | None:
    """Who sent the request, on a route that takes a token but needs none."""
    context = request.context
    return UUID(context["user_id"]) if context and context.get("user_id") else None


backend = JWTAuthentication(secret=secret(), algorithms=[ALGORITHM], audience=AUDIENCE, issuer=ISSUER, leeway=5)
AUTH = [backend]
GUARDS = [IsAuthenticated()]

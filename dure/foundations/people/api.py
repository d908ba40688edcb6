"""The JSON face of people: tokens."""

import hashlib
from typing import Annotated

import msgspec
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _
from django_bolt import Request

from dure.base.refusals import Refusal
from dure.foundations.people import queries
from dure.kit import bearer, faces, limits
from dure.kit.faces import Say
from dure.kit.routes import Routes

routes = Routes("/api/v1", tags=["people"])
TRIES_PER_ACCOUNT_MAX = 10
TRIES_PER_ADDRESS_MAX = 100
TRIES_WINDOW_SECONDS = 15 * 60


class WrongPassword(Refusal):
    """No account has this e-mail address and this password. Which of the two is wrong is not said."""


class SecondStepNeeded(Refusal):
    """The account is protected by a second step, which a password alone must not go around."""


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What proves who somebody is."""

    email: Annotated[str, msgspec.Meta(min_length=3, max_length=254)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class Token(msgspec.Struct, frozen=True):
    """Send it as `Authorization: Bearer <token>` until it expires."""

    token: str
    token_type: str
    expires_in_seconds: int


@routes.post("/token", also={"401", "403"})
def token(request: Request, body: Credentials) -> Token:
    """A token for one hour, for an e-mail address and its password."""
    limits.count(f"token:{_account(body.email)}", TRIES_PER_ACCOUNT_MAX, TRIES_WINDOW_SECONDS)
    limits.count(f"token-from:{limits.sender(request)}", TRIES_PER_ADDRESS_MAX, TRIES_WINDOW_SECONDS)
    person = authenticate(username=body.email.strip(), password=body.password)
    if person is None:
        raise WrongPassword()
    if is_mfa_enabled(person):
        raise SecondStepNeeded()
    minted = bearer.mint(person.pk, verified=queries.actor(person.pk).verified)
    return Token(minted, "Bearer", int(bearer.LIFETIME.total_seconds()))


def _account(email: str) -> str:
    """Names the account in the rate limit without keeping the address."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


faces.register(
    {
        WrongPassword: Say(_("The e-mail address or the password is not right."), status=401),
        SecondStepNeeded: Say(
            _("A second step protects this account, so a password alone makes no token."), status=403
        ),
    }
)

"""How the log-in library is bent to our rules: letters, first proof of an address, secrets at rest, languages."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dure.foundations.people import actions, queries
from dure.foundations.people.types import system
from dure.kit import tx

LANGUAGE_COOKIE_SECONDS = 365 * 24 * 3600


def display_name(user: Any) -> str:
    """How pages and letters of the log-in library call somebody."""
    return str(user)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether people join by themselves; where they do not, whoever runs the place lets them in (`dure appoint`)."""
        return bool(settings.DURE.open_to_join)

    def format_email_subject(self, subject: str) -> str:
        return f"[{_('Dure')}] {subject}"

    def render_mail(self, template_prefix: str, email: Any, context: dict[str, Any], headers: Any = None) -> Any:
        """Letters speak of Dure and of the address people use, not of the host that happened to be asked."""
        site = {"name": _("Dure"), "domain": settings.DURE.origin.partition("://")[2]}
        return super().render_mail(
            template_prefix, email, context | {"current_site": site, "origin": settings.DURE.origin}, headers
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address to count tries by. Which proxies are believed is decided once, for the whole installation."""
        return str(request.META.get("REMOTE_ADDR") or "unknown")

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """A proved address becomes the account's, unless another spelling of it belongs to somebody by now."""
        with tx.durable():
            if queries.is_address_taken(email_address.email, besides=email_address.user_id):
                failed = "account/messages/email_confirmation_failed.txt"
                self.add_message(request, messages.ERROR, failed, {"email": email_address.email})
                return False
            return bool(super().confirm_email(request, email_address))

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        if EmailAddress.objects.filter(user_id=user.pk, verified=True).exists():
            with tx.durable():
                actions.note_verified(system("log-in"), user.pk)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:  # what was chosen in this browser stays
            remember_language(response, user.language)
        return response


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # the library ships no types
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """The same for who comes from another log-in."""
        return bool(settings.DURE.open_to_join)

    def populate_user(self, request: HttpRequest, sociallogin: Any, told: dict[str, Any]) -> Any:
        user = super().populate_user(request, sociallogin, told)
        user.name = told.get("name") or told.get("username") or ""
        return user


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library ships no types
    """Secrets of second factors are sealed with a key derived from the installation's secret."""

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _seal().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - the library's name
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("My passkey {number}").format(number=count + 1) if count else _("My passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": _("Dure")}


def remember_language(response: HttpResponse, language: str) -> None:
    """Let this browser speak `language` from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=LANGUAGE_COOKIE_SECONDS, samesite="Lax", httponly=True
    )


def _seal() -> Fernet:
    key = hashlib.sha256(b"dure second factor\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))

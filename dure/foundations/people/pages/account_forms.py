"""The log-in library's forms, with our rule that one mailbox is one account, however it is spelt."""

from typing import Any

from allauth.account.forms import SignupForm as LibrarySignupForm
from allauth.socialaccount.forms import SignupForm as LibrarySocialSignupForm

from dure.foundations.people import queries
from dure.kit import tx

FIELD_ORDER = ["name", "email", "password1"]


class SignupForm(LibrarySignupForm):  # type: ignore[misc]  # the library ships no types
    """Joining by e-mail address and password, or by passkey."""

    field_order = FIELD_ORDER

    def validate_unique_email(self, value: str) -> str:
        email: str = super().validate_unique_email(value)
        if queries.is_address_taken(email):
            self.account_already_exists = True  # the mailbox is told by letter, whoever sits here learns nothing
        return email

    def save(self, request: Any) -> Any:
        """Account and consents in one transaction: there is never one without the other."""
        with tx.durable():
            return super().save(request)


class SocialSignupForm(LibrarySocialSignupForm):  # type: ignore[misc]  # the library ships no types
    """Joining with an account elsewhere: name and consents are asked all the same."""

    field_order = FIELD_ORDER

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = self.sociallogin.user.name

    def validate_unique_email(self, value: str) -> str:
        email: str = super().validate_unique_email(value)
        if queries.is_address_taken(email):
            self.account_already_exists = True
        return email

    def save(self, request: Any) -> Any:
        with tx.durable():
            return super().save(request)

"""What everybody fills in to join, whichever way they prove their address: a name, and what they agree to."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dure.base.refusals import BadValue
from dure.foundations.people import actions, rules
from dure.foundations.people.types import Actor, ConsentText, Origin, PersonId

ASKED_AT_JOINING = (rules.TERMS, rules.PRIVACY, rules.AGE, rules.LETTERS)


def language_now() -> str:
    """The language this answer is written in: "ko" or "en"."""
    language = (get_language() or "ko")[:2]
    return language if language in actions.LANGUAGES else "ko"


def origin_of(request: HttpRequest, face: str = "page") -> Origin:
    """Where a consent given in `request` comes from."""
    return Origin(face=face, address=str(request.META.get("REMOTE_ADDR", "")), language=language_now())


def _versions() -> str:
    return " ".join(f"{text.purpose}:{text.version}" for text in ASKED_AT_JOINING)


class JoiningForm(forms.Form):
    """The part of the sign-up form that is ours; the log-in library adds address and password."""

    name = forms.CharField(
        label=_("Name"),
        max_length=rules.NAME_LENGTH_MAX,
        help_text=_("As your neighbours call you. You can change it later."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown"].initial = _versions()
        for text in ASKED_AT_JOINING:
            self.fields[f"consent_{text.purpose}"] = forms.BooleanField(
                label=text.title[language_now()], required=text.required
            )

    def consents(self) -> list[tuple[forms.BoundField, ConsentText, str]]:
        """What the page lists: the box to tick, the text, its words in the reader's language."""
        return [(self[f"consent_{text.purpose}"], text, text.body[language_now()]) for text in ASKED_AT_JOINING]

    def clean_name(self) -> str:
        try:
            return rules.clean_name(self.cleaned_data["name"])
        except BadValue as refusal:
            raise forms.ValidationError(_("This name holds characters that cannot be shown.")) from refusal

    def clean_shown(self) -> str:
        """One agrees to the words one read; when they changed in between, they must be read again."""
        shown = self.cleaned_data["shown"]
        if shown != _versions():
            raise forms.ValidationError(_("The texts have changed. Please read them once more."))
        return str(shown)

    def signup(self, request: HttpRequest, user: Any) -> None:
        """The account exists: name it and write down what was agreed to."""
        user.name = self.cleaned_data["name"]
        user.language = language_now()
        user.save(update_fields=["name", "language"])
        me = Actor(person=PersonId(user.pk), name=user.name)
        for text in ASKED_AT_JOINING:
            if self.cleaned_data[f"consent_{text.purpose}"]:
                actions.give_consent(me, text.purpose, text.version, origin_of(request))

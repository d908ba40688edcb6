"""Forms of people's own pages. They bound and name the input; rules decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dure.foundations.people import rules
from dure.foundations.people.names import BANKS, KINDS, RECEIPTS, ROLES
from dure.foundations.people.types import Decision, OrganisationForm, OrgKind, OrgRole, PlatformRole, ReceiptCode
from dure.foundations.places import queries as places

from .common import choices

REGIONS_OFFERED_MAX = 12


class ProfileForm(forms.Form):
    """What a person says of themselves."""

    name = forms.CharField(label=_("Name"), max_length=rules.NAME_LENGTH_MAX)
    place = forms.CharField(
        label=_("Where you live"),
        max_length=60,
        required=False,
        help_text=_("A town or village, for things near you. Nobody else sees it."),
    )
    region = forms.ChoiceField(label=_("Which of these?"), required=False, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language"), choices=[("ko", "한국어"), ("en", "English")])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer(str(self.data.get("place", "")).strip())

    def _offer(self, place: str) -> None:
        """Several places bear the same name: the person picks one, nobody guesses."""
        self.found = places.find(place).regions[:REGIONS_OFFERED_MAX] if place else ()
        self.fields["region"].choices = [(region.code, region.path) for region in self.found]  # type: ignore[attr-defined]  # a field of this form that has choices
        if len(self.found) < 2:
            self.fields["region"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("place") and not self.found:
            self.add_error("place", _("No list has a place of this name."))
        elif said.get("place") and len(self.found) == 1:
            said["region"] = self.found[0].code
        elif said.get("place") and not said.get("region"):
            self.add_error("region", _("Several places are called like this. Please pick one."))
        return said


class OrganisationEntryForm(forms.Form):
    """What an organisation says of itself."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=rules.ORG_NAME_LENGTH_MAX)
    kind = forms.ChoiceField(label=pgettext_lazy("organisation", "Kind"), choices=choices(KINDS))
    registration_number = forms.CharField(
        label=_("Registration number"),
        max_length=20,
        help_text=_(
            "Business or non-profit number (10 digits) or corporate number (13 digits), as on the certificate."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    representative = forms.CharField(label=_("Representative"), max_length=rules.ORG_NAME_LENGTH_MAX)
    contact_email = forms.EmailField(label=_("Contact e-mail"), max_length=rules.EMAIL_LENGTH_MAX)
    address = forms.CharField(label=_("Address"), max_length=rules.ADDRESS_LENGTH_MAX)
    receipt_code = forms.ChoiceField(
        label=_("Donation receipts"),
        choices=choices(RECEIPTS),
        required=False,
        help_text=_("Which receipts the tax office allows you to issue."),
    )

    def entry(self) -> OrganisationForm:
        """What was typed, as the action takes it."""
        said: dict[str, Any] = self.cleaned_data
        return OrganisationForm(
            name=said["name"],
            kind=OrgKind(said["kind"]),
            registration_number=said["registration_number"],
            representative=said["representative"],
            contact_email=said["contact_email"],
            address=said["address"],
            receipt_code=ReceiptCode(said["receipt_code"]),
        )


class InvitationForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label=_("E-mail address"), max_length=rules.EMAIL_LENGTH_MAX)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(str(role), ROLES[role]) for role in (OrgRole.STAFF, OrgRole.OWNER)],
        help_text=_(
            "Owners bind the organisation: they accept causes, close boxes, file reports and name people. "
            "Staff write plans and the lines of reports. Stewards approve plans and pay out."
        ),
    )


class BankAccountForm(forms.Form):
    """Where money is paid to."""

    bank_code = forms.ChoiceField(label=_("Bank"), choices=[("", _("Choose a bank")), *choices(BANKS)])
    number = forms.CharField(
        label=_("Account number"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    holder = forms.CharField(
        label=_("Account holder"),
        max_length=rules.ORG_NAME_LENGTH_MAX,
        help_text=_("The account has to be in the organisation's name."),
    )


class DecisionForm(forms.Form):
    """What a steward decides about an organisation."""

    decision = forms.ChoiceField(choices=[(str(decision), str(decision)) for decision in Decision])
    reason = forms.CharField(
        label=_("Reason"),
        max_length=rules.REASON_LENGTH_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The organisation reads this. Say what to change."),
    )


class RoleForm(forms.Form):
    """Whom to give a platform role."""

    email = forms.EmailField(label=_("E-mail address of the person"), max_length=rules.EMAIL_LENGTH_MAX)
    role = forms.ChoiceField(
        label=_("Role"), choices=[(str(role), ROLES[role]) for role in (PlatformRole.STEWARD, PlatformRole.AUDITOR)]
    )


class ClosingForm(forms.Form):
    """One last look before an account is closed."""

    sure = forms.BooleanField(label=_("I understand that this cannot be undone."))

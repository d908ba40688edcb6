"""Forms of the desk: pins, sources, an alert that somebody was handed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dure.services.forecasts.rules.cap import pinning, reading
from dure.services.forecasts.types import NewPin, NewSource

from .forms import codes_of


class PinForm(forms.Form):
    """A certificate, and what its owner read aloud."""

    sender = forms.CharField(
        label=_("Sender, as it stands in the alerts"), max_length=200, help_text=_("For example an e-mail address.")
    )
    certificate = forms.CharField(
        label=_("Certificate (PEM)"),
        max_length=pinning.PEM_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    fingerprint = forms.CharField(
        label=_("Fingerprint (SHA-256) as it was read to you"),
        max_length=200,
        help_text=_("Call the agency at a number you know, and type what you hear: 64 digits and letters from a to f."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    heard_from = forms.CharField(
        label=_("Who read it to you, and by which way?"), max_length=100, help_text=_("Office, name, number called.")
    )

    def pin(self) -> NewPin:
        """What was typed."""
        return NewPin(**self.cleaned_data)


class SourceForm(forms.Form):
    """An address at which alerts are published."""

    name = forms.CharField(label=_("Whose alerts?"), max_length=60)
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("A list in Atom or RSS, or a single alert. https only."),
        widget=forms.URLInput(),
    )

    def source(self) -> NewSource:
        """What was typed."""
        return NewSource(**self.cleaned_data)


class RegionsForm(forms.Form):
    """Regions in which people are to be told: ticked, where their names stand in the alert, and typed."""

    ticked = forms.MultipleChoiceField(
        label=_("Named in the alert"), required=False, widget=forms.CheckboxSelectMultiple
    )
    region_names = forms.CharField(
        label=_("Which regions?"),
        max_length=2_000,
        required=False,
        help_text=_("One a line: a village, town, county or city."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, offered: Sequence[tuple[str, str]], *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["ticked"].choices = list(offered)  # type: ignore[attr-defined]  # a field of choices
        if not offered:
            del self.fields["ticked"]

    def clean_region_names(self) -> tuple[str, ...]:
        """The codes of the regions that were meant."""
        return codes_of(str(self.cleaned_data["region_names"]))

    def regions(self) -> tuple[str, ...]:
        """All codes, each once."""
        said = self.cleaned_data
        return tuple(dict.fromkeys((*said.get("ticked", ()), *said["region_names"])))


class TakeForm(forms.Form):
    """A file with an alert."""

    file = forms.FileField(label=_("File of the alert (CAP, XML)"), max_length=200)

    def content(self) -> bytes:
        """Its bytes; of a file that is too large one more than can be read."""
        return bytes(self.cleaned_data["file"].read(reading.BYTES_MAX + 1))

"""What people type for village broadcast."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from dure.base import clock
from dure.base.actors import PersonId
from dure.services.broadcast.names import KINDS, OFFICES, TIES, ZONES
from dure.services.broadcast.rules import households, languages, loudspeaker, permits, recording, studio
from dure.services.broadcast.types import Announcement, Kind, NewAnnouncement, Recording, Tie, Village, VillageId

from .starters import BLANK

REPEATS = (("", _("Once")), ("DAILY", _("Every day")), ("WEEKLY", _("Every week")))
MOMENT = {"type": "datetime-local"}


class SpeakForm(forms.Form):
    """What somebody says, by their voice, by words or by both, to whom, and, where they open it, when.

    `has_voice`: a recording that was kept before goes on.
    """

    words = forms.CharField(
        label=_("What do you want to say?"),
        help_text=_("After a recording you may leave this empty and type the words later, for those who read."),
        min_length=studio.WORDS_LENGTH[0],
        max_length=studio.WORDS_LENGTH[1],
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    villages = forms.MultipleChoiceField(label=_("To which village?"), widget=forms.CheckboxSelectMultiple)
    kind = forms.ChoiceField(
        label=_("What kind is it?"),
        choices=[(one.value, words) for one, words in KINDS.items()],
        initial=Kind.NOTICE.value,
        widget=forms.RadioSelect,
        help_text=_("Urgent: for life and limb, also at night; a second person has to agree."),
    )
    voice = forms.FileField(label=_("A recording"), required=False, widget=forms.FileInput(attrs={"accept": "audio/*"}))
    seconds = forms.FloatField(required=False, min_value=0, widget=forms.HiddenInput)
    airs = forms.DateTimeField(
        label=_("When?"),
        help_text=_("Leave it empty to send it now."),
        required=False,
        widget=forms.DateTimeInput(attrs=MOMENT, format="%Y-%m-%dT%H:%M"),
    )
    repeats = forms.ChoiceField(label=_("Does it come again?"), choices=REPEATS, required=False)
    until = forms.DateField(
        label=_("Until which day?"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, villages: Sequence[Village], *args: Any, has_voice: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._has_voice = has_voice
        self.fields["villages"].choices = [(str(one.id), one.name) for one in villages]  # type: ignore[attr-defined]  # a choice field
        if len(villages) == 1:  # there is nothing to choose
            self.fields["villages"].initial = [str(villages[0].id)]
            self.fields["villages"].widget = forms.MultipleHiddenInput()

    def clean_words(self) -> str:
        """Words without a blank of a ready sentence. Raises ValidationError."""
        words: str = self.cleaned_data["words"]
        if BLANK in words:
            raise forms.ValidationError(_("There is a blank (___) left in it. Please fill it in."))
        return words

    def clean(self) -> dict[str, Any]:
        """There is something to hear or to read; a recording has a length, and what comes again a last day."""
        typed = super().clean() or {}
        voice = typed.get("voice")
        if not (typed.get("words") or voice or self._has_voice or self.errors):
            self.add_error("words", _("Please record your voice, or type what you want to say."))
        if voice is not None and voice.size > recording.BYTES_MAX:
            self.add_error("voice", _("The recording is too long: up to three minutes."))
        if voice is not None and not typed.get("seconds"):
            self.add_error("voice", _("We could not tell how long the recording is. Please record it on this page."))
        if typed.get("repeats") and not typed.get("until"):
            self.add_error("until", _("Please say until which day it comes again."))
        if not typed.get("words") and "words" not in self.errors:
            self._demand_words(typed)
        if self.errors:
            self.lose_voice()
        return typed

    def _demand_words(self, typed: Mapping[str, Any]) -> None:
        """What wakes people has words; and so has a recording that telephones cannot play."""
        if typed.get("kind") == Kind.URGENT.value:
            self.add_error("words", _("What is urgent needs words as well: some read, and a call reads them out."))
        elif typed.get("voice") and recording.is_film(typed["voice"].read(recording.HEAD_BYTES)):
            self.add_error("words", _("A call cannot play what this device records. Please type a few words as well."))
        if typed.get("voice"):
            typed["voice"].seek(0)

    def lose_voice(self) -> None:
        """No browser sends a file twice: who is turned back has to know."""
        if self.files.get("voice") and "voice" not in self.errors:
            self.add_error("voice", _("Your recording did not stay on this page. Please record it once more."))

    def said(self, author: PersonId, unwritten: str) -> NewAnnouncement:
        """The announcement as it was typed, by the clock of Seoul; `unwritten` stands for words that nobody typed yet."""
        typed = self.cleaned_data
        repeats = f"FREQ={typed['repeats']};UNTIL={typed['until']:%Y%m%d}" if typed["repeats"] else ""
        new = NewAnnouncement(
            author=author,
            villages=frozenset(VillageId(UUID(one)) for one in typed["villages"]),
            confirmed=frozenset(),
            kind=Kind(typed["kind"]),
            words=typed["words"] or unwritten,
            typed=typed["words"] not in ("", unwritten),
            airs=typed["airs"],
            repeats=repeats,
        )
        if typed["repeats"] == "DAILY":  # today's is over when tomorrow's comes
            airs = new.airs or clock.now()
            return replace(new, expires=airs + timedelta(hours=23))
        return new

    def voice_of(self) -> Recording | None:
        """The recording that came along."""
        voice = self.cleaned_data["voice"]
        return None if voice is None else recording.sound_of(voice.read(), self.cleaned_data["seconds"])


class JoinForm(forms.Form):
    """What somebody says who wants to hear a village."""

    tie = forms.ChoiceField(
        label=_("What binds you to it?"),
        choices=[(one.value, words) for one, words in TIES.items()],
        initial=Tie.RESIDENT.value,
        widget=forms.RadioSelect,
    )
    zone = forms.ChoiceField(
        label=_("Where do you live?"),
        help_text=_("So that nobody wakes you at night."),
        choices=[(zone, ZONES[zone]) for zone in permits.ZONES],
        initial=permits.ZONES[0],
    )


class VillageForm(forms.Form):
    """A new village of an organisation."""

    name = forms.CharField(
        label=_("What is the village called?"), min_length=permits.NAME_LENGTH[0], max_length=permits.NAME_LENGTH[1]
    )
    organisation = forms.ChoiceField(label=_("Which public body answers for it?"))

    def __init__(self, bodies: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = list(bodies)  # type: ignore[attr-defined]  # a choice field


class LoudspeakerForm(forms.Form):
    """A device that plays by itself in the hall."""

    name = forms.CharField(
        label=_("What do you call this device?"),
        help_text=_("By where it stands: hall, well, bus stop."),
        min_length=loudspeaker.NAME_LENGTH[0],
        max_length=loudspeaker.NAME_LENGTH[1],
    )


class LanguagesForm(forms.Form):
    """Which languages a village reads."""

    languages = forms.MultipleChoiceField(
        label=_("Which languages do people in the village read?"),
        help_text=_("Up to five. For each of them you can type what you say; nobody translates it for you."),
        choices=list(languages.NAMES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class HouseholdForm(forms.Form):
    """Who has no account."""

    name = forms.CharField(
        label=_("Whose telephone is it?"),
        help_text=_("One name, or both of two who share it."),
        min_length=households.NAME_LENGTH[0],
        max_length=households.NAME_LENGTH[1],
    )
    telephone = forms.CharField(
        label=_("Which number?"),
        help_text=_("With the area code. Ask them first: they are called by day and say yes themselves."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


class ParentForm(forms.Form):
    """A parent without an account, for whom a child asks."""

    name = forms.CharField(
        label=_("What are they called?"),
        help_text=_("As the village head knows them; both names of two who share a telephone."),
        min_length=households.NAME_LENGTH[0],
        max_length=households.NAME_LENGTH[1],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    telephone = forms.CharField(
        label=_("What is their number?"),
        help_text=_("A land line with its area code, or a mobile telephone. Who speaks to the village sees it."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


class NumberForm(forms.Form):
    """The number of a village."""

    number = forms.CharField(
        label=_("Six digits"),
        help_text=_("Not a birthday, not a telephone number. We keep only what is needed to recognise it."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class HandOverForm(forms.Form):
    """Who follows, and from when on."""

    person = forms.ChoiceField(label=_("Who follows you?"), help_text=_("Of those who listen to the village."))
    on = forms.DateField(
        label=_("From which day on?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, people: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = list(people)  # type: ignore[attr-defined]  # a choice field


class OfficeForm(forms.Form):
    """Who becomes head or deputy."""

    person = forms.ChoiceField(label=_("Who?"))
    office = forms.ChoiceField(label=_("As what?"), choices=[(one.value, words) for one, words in OFFICES.items()])

    def __init__(self, people: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = list(people)  # type: ignore[attr-defined]  # a choice field


def typed_of(found: Announcement) -> dict[str, Any]:
    """A draft as it was typed."""
    parts = dict(part.split("=") for part in found.repeats.split(";")) if found.repeats else {}
    return {
        "words": found.words,
        "villages": [str(one.id) for one in found.villages],
        "kind": found.kind.value,
        "airs": clock.local(found.airs) if found.airs else None,
        "repeats": parts.get("FREQ", ""),
        "until": datetime.strptime(parts["UNTIL"], "%Y%m%d").replace(tzinfo=clock.SEOUL).date() if parts else None,
    }

"""The form of an alert. It takes what was typed; the rules and the standard decide."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from dure.base import clock
from dure.base.actors import OrganisationId
from dure.foundations.places import queries as places
from dure.services.forecasts.names import CERTAINTIES, SEVERITIES, STATUSES, URGENCIES
from dure.services.forecasts.rules.cap import desk, keeping, korea, shapes
from dure.services.forecasts.rules.cap.checks import HEADLINE_LETTERS_MAX
from dure.services.forecasts.types import (
    Alert,
    AlertId,
    Certainty,
    DeskKind,
    KeptAlert,
    NewIssue,
    Segment,
    Severity,
    Status,
    Translation,
    Urgency,
)

from .forms import SUGGESTED, codes_of

LOCAL: Final = "%Y-%m-%dT%H:%M"
ENDED: Final = (DeskKind.CANCEL, DeskKind.ALL_CLEAR)
_ENDS: Final = {
    DeskKind.ALL_CLEAR: pgettext_lazy("headline of an alert", "Over: {headline}"),
    DeskKind.CANCEL: pgettext_lazy("headline of an alert", "Taken back: {headline}"),
}
NOT_WHEN_OVER: Final = ("severity", "urgency", "certainty", "instruction", "instruction_en", "polygon", "onset")


def _moment(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
    return forms.DateTimeField(
        label=label, help_text=help_text, required=required, widget=widget, input_formats=[LOCAL, "%Y-%m-%dT%H:%M:%S"]
    )


def _text(label: Any, help_text: Any = "", *, rows: int = 4, most: int = desk.TEXT_LENGTH_MAX) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=most, widget=area)


class IssueForm(forms.Form):
    """An alert, an update, a cancellation, the all-clear; each asks for what it needs."""

    organisation = forms.ChoiceField(label=_("In whose name?"))
    status = forms.ChoiceField(
        label=_("Is it real?"),
        choices=[(one.value, STATUSES[one]) for one in desk.STATUSES],
        help_text=_("Nobody is told of an exercise or a test."),
    )
    event = forms.ChoiceField(label=_("What is happening?"), choices=list(korea.EVENTS.items()))
    severity = forms.ChoiceField(
        label=_("How bad?"), choices=[(one.value, SEVERITIES[one]) for one in Severity], initial=Severity.SEVERE.value
    )
    urgency = forms.ChoiceField(
        label=_("How soon do people have to act?"),
        choices=[(one.value, URGENCIES[one]) for one in Urgency],
        initial=Urgency.EXPECTED.value,
    )
    certainty = forms.ChoiceField(
        label=_("How sure is it?"),
        choices=[(one.value, CERTAINTIES[one]) for one in Certainty],
        initial=Certainty.LIKELY,
    )
    headline = forms.CharField(label=_("Headline"), max_length=140, help_text=_("What and where, in 140 letters."))
    description = _text(_("What happens"), _("What people see, hear, can expect."))
    instruction = _text(_("What people should do"), _("One thing a line, the most important first."))
    region_names = forms.CharField(
        label=_("Which regions?"),
        max_length=2_000,
        help_text=_("One a line: a village, town, county or city."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    polygon = _text(
        _("Shape on the map"),
        _(
            "Pairs of latitude and longitude: 37.1,127.1 37.1,127.2 37.2,127.2. Or a point and kilometres around it: 37.1,127.1 3"
        ),
        rows=2,
        most=desk.POLYGON_LENGTH_MAX,
    )
    onset = _moment(pgettext_lazy("alert", "When does it begin?"), required=False)
    expires = _moment(_("Until when does it hold?"), _("A week at most. It is never sent after that."))
    contact = forms.CharField(label=_("Whom can people ask?"), max_length=100, required=False)
    note = _text(_("Note (for an exercise: what is practised)"), rows=2)
    headline_en = forms.CharField(
        label=_("Headline in English"),
        max_length=140,
        required=False,
        help_text=_("For people who read no Korean. What stays empty here is not said in English."),
    )
    description_en = _text(_("What happens, in English"), rows=3)
    instruction_en = _text(_("What people should do, in English"), rows=3)

    def __init__(self, kind: DeskKind, bodies: Sequence[tuple[str, str]], *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.kind = kind
        self.fields["organisation"].choices = bodies  # type: ignore[attr-defined]  # a field of choices
        if kind in ENDED:
            for name in NOT_WHEN_OVER:
                del self.fields[name]
        if kind is not DeskKind.ALERT:
            del self.fields["status"]  # an exercise ends exercises, and nothing else
            del self.fields["event"]
        if kind is DeskKind.CANCEL:
            self.fields["note"].label = _("Why is it taken back?")
            self.fields["note"].required = True

    def clean_region_names(self) -> tuple[str, ...]:
        """The codes of the regions that were meant; several of one name are listed, never guessed."""
        return codes_of(str(self.cleaned_data["region_names"]))

    def issue(self, replaces: AlertId | None) -> NewIssue:
        """What was typed."""
        said = {**self.initial, **self.cleaned_data}
        return NewIssue(
            organisation=OrganisationId(UUID(said["organisation"])),
            kind=self.kind,
            replaces=replaces,
            status=Status(said["status"]),
            event=str(said["event"]),
            severity=Severity(said["severity"]),
            urgency=Urgency(said["urgency"]),
            certainty=Certainty(said["certainty"]),
            headline=said["headline"],
            description=said["description"],
            instruction=said["instruction"] if self.kind not in ENDED else "",
            regions=said["region_names"],
            polygon=said["polygon"] if self.kind not in ENDED else "",
            onset=_aware(said.get("onset")) if self.kind not in ENDED else None,
            expires=_aware(said["expires"]) or clock.now(),
            contact=said["contact"],
            note=said["note"],
            translations=self._translations(said),
        )

    def _translations(self, said: Mapping[str, Any]) -> tuple[Translation, ...]:
        """What was typed in English; without a word of it there is none."""
        texts = (said["headline_en"], said["description_en"], said["instruction_en"] if self.kind not in ENDED else "")
        return (Translation(desk.ENGLISH, *texts),) if any(text.strip() for text in texts) else ()

    def suggested(self) -> list[str]:
        """Names of regions to begin with."""
        return [one.path for one in places.widest(SUGGESTED)]


def typed_of(
    draft: NewIssue | None, replaced: KeptAlert | None, until: datetime, kind: DeskKind = DeskKind.ALERT
) -> Mapping[str, Any]:
    """What stands in the form at first: the draft; else what the alert said that is replaced; else as little as possible. An end
    does not say again what happens: its headline alone, as an end.
    """
    if draft is not None:
        return {
            **{
                name: getattr(draft, name)
                for name in ("headline", "description", "instruction", "polygon", "contact", "note")
            },
            **{name: getattr(draft, name).value for name in ("status", "severity", "urgency", "certainty")},
            "organisation": str(draft.organisation),
            "event": draft.event,
            "region_names": "\n".join(places.label(code) for code in draft.regions),
            "onset": _local(draft.onset),
            "expires": _local(draft.expires),
            **_in_english(next(iter(draft.translations), None)),
        }
    blank = {"status": Status.ACTUAL.value, "instruction": "", "polygon": "", "certainty": Certainty.LIKELY.value}
    blank |= _in_english(None)
    common = blank | {"severity": Severity.SEVERE.value, "urgency": Urgency.EXPECTED.value, "expires": _local(until)}
    if replaced is None:
        return common
    said = keeping.segment_for(replaced.alert, "ko") or Segment()
    codes = [code.value for area in said.areas for code in area.geocodes if code.value_name == korea.GEOCODE]
    found = common | {
        "status": replaced.alert.status or Status.ACTUAL.value,
        "event": next((one.value for one in said.event_codes if one.value_name == korea.EVENT_CODE), "ADR"),
        "severity": said.severity or Severity.SEVERE.value,
        "urgency": said.urgency or Urgency.EXPECTED.value,
        "certainty": said.certainty or Certainty.LIKELY.value,
        "headline": said.headline or "",
        "description": said.description or "",
        "instruction": said.instruction or "",
        "contact": said.contact or "",
        "polygon": _drawn(said),
        "region_names": "\n".join(places.label(code) for code in codes),
        **_in_english(_english_of(replaced.alert)),
    }
    return {**found, **_as_end(kind, said, _english_of(replaced.alert))} if kind in ENDED else found


def _as_end(kind: DeskKind, said: Segment, english: Translation | None) -> Mapping[str, str]:
    """The texts of an end, as far as they follow from what ends."""
    in_english = Translation(desk.ENGLISH, _ended("en", kind, english.headline) if english else "", "", "")
    headline = _ended("ko", kind, said.headline or said.event or "")
    return {"headline": headline, "description": "", "instruction": "", "polygon": "", **_in_english(in_english)}


def _ended(language: str, kind: DeskKind, headline: str) -> str:
    with override(language):
        return str(_ENDS[kind]).format(headline=headline)[:HEADLINE_LETTERS_MAX]


def _english_of(alert: Alert) -> Translation | None:
    """What an alert says in English, when it does."""
    found = next((one for one in alert.segments if (one.language or "").startswith("en")), None)
    if found is None:
        return None
    return Translation(desk.ENGLISH, found.headline or "", found.description or "", found.instruction or "")


def _in_english(said: Translation | None) -> Mapping[str, str]:
    one = said or Translation(desk.ENGLISH, "", "", "")
    return {"headline_en": one.headline, "description_en": one.description, "instruction_en": one.instruction}


def _drawn(said: Segment) -> str:
    """The shape of an alert, as it is typed."""
    found = [*(shapes.POLYGON.write(one) for area in said.areas for one in area.polygons)]
    found += [shapes.CIRCLE.write(one) for area in said.areas for one in area.circles]
    return next(iter(found), "")


def _aware(said: datetime | None) -> datetime | None:
    """A moment on the clock of Seoul, as it was typed."""
    return None if said is None else said.replace(tzinfo=clock.SEOUL)


def _local(at: datetime | None) -> str:
    return "" if at is None else clock.local(at).strftime(LOCAL)

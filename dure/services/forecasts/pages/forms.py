"""Forms of forecasts. They take what was typed; the rules decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.foundations.places import queries as places
from dure.services.forecasts.names import FIELDS, LEVELS
from dure.services.forecasts.rules import permits
from dure.services.forecasts.types import Field, ImpactLevel, NewPlace, NewWatch

from .common import hours

NAMES_MAX = 8
SUGGESTED = 300
CHOOSABLE = (ImpactLevel.ATTENTION, ImpactLevel.CAUTION, ImpactLevel.WARNING, ImpactLevel.DANGER)
ABROAD = (
    ("Asia/Seoul", _("Korea")),
    ("Asia/Tokyo", _("Japan")),
    ("Asia/Shanghai", _("China")),
    ("Asia/Ho_Chi_Minh", _("Vietnam")),
    ("Asia/Dubai", _("United Arab Emirates")),
    ("Europe/Berlin", _("Central Europe")),
    ("Europe/London", _("United Kingdom")),
    ("America/New_York", _("Eastern America")),
    ("America/Chicago", _("Central America (US)")),
    ("America/Los_Angeles", _("Western America")),
    ("Australia/Sydney", _("Eastern Australia")),
)


class RegionForm(forms.Form):
    """A place that somebody types. Several of one name are listed, never guessed."""

    region_name = forms.CharField(
        label=_("Where?"),
        max_length=60,
        help_text=_("A village, town, county or city."),
        widget=forms.TextInput(attrs={"list": "regions", "autocomplete": "off"}),
    )
    field = forms.ChoiceField(
        label=_("What about?"),
        choices=[(one.value, word) for one, word in FIELDS.items()],
        initial=Field.HEALTH.value,
    )
    level = forms.ChoiceField(
        label=_("From which level on?"),
        choices=[(str(one.value), LEVELS[one]) for one in CHOOSABLE],
        initial=str(ImpactLevel.CAUTION.value),
        help_text=_("When it gets better again you hear that, too."),
    )

    def clean_region_name(self) -> str:
        """The code of the region that was meant."""
        typed = str(self.cleaned_data["region_name"]).strip()
        found = places.find(typed).regions
        exact = [one for one in found if typed in (one.path, one.name)]
        fitting = exact or list(found)
        if not fitting:
            raise forms.ValidationError(gettext("We know no region of this name."))
        if len(fitting) > 1:
            names = ", ".join(one.path for one in fitting[:NAMES_MAX])
            raise forms.ValidationError(
                gettext("There are several: {names}. Write the whole name.").format(names=names)
            )
        return fitting[0].code

    def place(self) -> NewPlace:
        """The wish as a value."""
        said = self.cleaned_data
        return NewPlace(said["region_name"], Field(said["field"]), ImpactLevel(int(said["level"])))


class HourForm(forms.Form):
    """At which hour, on whose clocks."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["hour"] = forms.ChoiceField(
            label=gettext("At which hour shall ordinary forecasts come?"),
            choices=hours(),
            help_text=gettext("A warning about life and death comes at once, also at night."),
        )
        chosen = str((more.get("initial") or {}).get("time_zone", ""))
        zones = list(ABROAD) + ([(chosen, chosen)] if chosen and chosen not in dict(ABROAD) else [])
        self.fields["time_zone"] = forms.ChoiceField(label=gettext("Where are you?"), choices=zones)


class WatchForm(RegionForm):
    """Whom a child wants to look after."""

    field_order = ("called", "region_name", "field", "level", "reads_at", "calls_at", "phone")
    called = forms.CharField(
        label=_("What do you call them?"), max_length=permits.CALLED_LENGTH[1], help_text=_("Mother, grandfather …")
    )
    phone = forms.CharField(
        label=_("Their telephone number, for the call button"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("Only you see it."),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["reads_at"] = forms.ChoiceField(
            label=gettext("When shall forecasts come to them?"), choices=hours(), initial="8"
        )
        self.fields["calls_at"] = forms.ChoiceField(
            label=gettext("By when shall they have read it? After that you are asked to call."),
            choices=hours(),
            initial="13",
        )
        self.fields["region_name"].label = gettext("Where do they live?")
        self.order_fields(self.field_order)

    def watch(self) -> NewWatch:
        """What is asked, as a value."""
        said = self.cleaned_data
        return NewWatch(said["called"], self.place(), int(said["reads_at"]), int(said["calls_at"]), said["phone"])


def codes_of(typed: str) -> tuple[str, ...]:
    """The codes of the regions that were meant, one a line; several of one name are listed, never guessed."""
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    return tuple(dict.fromkeys(_code_of(line) for line in lines))


def _code_of(line: str) -> str:
    found = places.find(line).regions
    exact = [one for one in found if line in (one.path, one.name)]
    fitting = exact or list(found)
    if not fitting:
        raise forms.ValidationError(gettext("We know no region called “{name}”.").format(name=line))
    if len(fitting) > 1:
        names = ", ".join(one.path for one in fitting[:NAMES_MAX])
        raise forms.ValidationError(gettext("There are several: {names}. Write the whole name.").format(names=names))
    return fitting[0].code

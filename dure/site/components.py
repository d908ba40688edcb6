"""The component gallery: every component with plain values of its own, to look at and to test. Never real data."""

import re
from datetime import timedelta
from pathlib import Path

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from dure.base import clock
from dure.base.refusals import Busy
from dure.kit import faces, show
from dure.kit.ui.pictures import Share

SPRITE = Path(__file__).resolve().parents[1] / "kit" / "ui" / "static" / "dure" / "icons.svg"
ICONS = tuple(re.findall(r'id="([a-z]+)"', SPRITE.read_text(encoding="utf-8")))
PAGES = 9


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=40, help_text=gettext_lazy("As neighbours call you."))
    amount = forms.IntegerField(label=gettext_lazy("Amount in won"), min_value=100, max_value=1_000_000)
    day = forms.DateField(
        label=gettext_lazy("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    topic = forms.ChoiceField(
        label=gettext_lazy("Topic"), choices=[("warm", gettext_lazy("Warmth")), ("food", gettext_lazy("Food"))]
    )
    shown = forms.ChoiceField(
        label=gettext_lazy("Your name"),
        widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("Show it")), ("no", gettext_lazy("Hide it"))],
    )
    story = forms.CharField(label=gettext_lazy("Story"), required=False, widget=forms.Textarea)
    picture = forms.FileField(label=gettext_lazy("Picture"), required=False)
    agree = forms.BooleanField(label=gettext_lazy("I have read what happens to my name."))


def page(request: HttpRequest) -> HttpResponse:
    """The gallery; ?desk=1 in the desk's layout, ?refusal=1 a refusal that no page handled. A post shows a form turned back."""
    if request.GET.get("refusal"):
        raise Busy(retry_seconds=30)
    form = SampleForm(request.POST or None)
    if form.is_valid():
        faces.form_key(request)
        return faces.hx_redirect(request, "gallery", toast=gettext("Saved."), undo=reverse("gallery"))
    layout = "site/gallery_desk.html" if request.GET.get("desk") else "site/gallery.html"
    return faces.form_page(request, layout, form, **_values(request))


def _values(request: HttpRequest) -> dict[str, object]:
    now = clock.now()
    neighbours, matched = 7_932_100, 500_000
    return {
        "now": now,
        "until": clock.today() + timedelta(days=9),
        "icons": ICONS,
        "sources": [Share(gettext("1,204 neighbours"), neighbours), Share(gettext("Matched cheers"), matched)],
        "uses": [
            Share(gettext("Heating oil, 42 homes"), 6_300_000),
            Share(gettext("Boiler repairs"), 1_700_000),
            Share(gettext("Not spent yet"), 432_100, rest=True),
        ],
        "chips": [(gettext("All"), ""), (gettext("Warmth"), "warm"), (gettext("Food"), "food")],
        "listed": Paginator(range(PAGES * 10), 10).get_page(request.GET.get("page")),
        "bars": [
            (gettext("Alert"), 131),
            (gettext("Text message"), 29),
            (gettext("Phone call"), 21),
            (gettext("Visit"), 3),
        ],
        "line": [(show.day(clock.today() - timedelta(days=13 - step)), step * step * 3 + 20) for step in range(14)],
        "steps": [
            {"title": gettext("Proposed"), "when": now - timedelta(days=50), "state": "done"},
            {"title": gettext("500 people agreed"), "when": now - timedelta(days=40), "state": "done"},
            {"title": gettext("The box is open"), "note": gettext("9 days left"), "state": "now"},
            {"title": gettext("Paid out and reported"), "state": "next"},
        ],
        "headers": [gettext("Payee"), gettext("Purpose"), gettext("Day"), gettext("Sum")],
        "rows": [
            [gettext("Sample Oil"), gettext("Heating oil, 42 homes"), show.day(clock.today()), show.money(6_300_000)],
            [gettext("Sample Boilers"), gettext("Boiler repairs"), show.day(clock.today()), show.money(1_700_000)],
        ],
    }

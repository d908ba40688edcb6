"""How forms are drawn: our own templates for a whole form and for a field; widgets stay Django's. And a field for money."""

import re
from contextlib import suppress
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.kit import show

WON_MAX = 10_000_000_000_000
ANY_YEAR = 2000  # a leap year
DAY_LENGTH_MAX = 20
MONTH_AND_DAY = re.compile(r"(?:\d{4}\D+)?(\d{1,2})\D+(\d{1,2})\D*|(\d{2})(\d{2})")
_won = lazy(show.money, str)


class DureRenderer(TemplatesSetting):
    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"


class WonField(forms.IntegerField):
    """Whole won. Takes what people paste ("1,000,000원"), and says its limits as money."""

    def __init__(self, *, min_value: int = 1, max_value: int = WON_MAX, **more: Any) -> None:
        attrs = {"inputmode": "numeric", "step": 1, **more.pop("attrs", {})}
        super().__init__(min_value=min_value, max_value=max_value, widget=forms.NumberInput(attrs=attrs), **more)
        limits = {
            "min_value": format_lazy(_("It must be {won} or more."), won=_won(min_value)),
            "max_value": format_lazy(_("It must be {won} or less."), won=_won(max_value)),
            "invalid": _("Please write the sum in digits."),
        }
        self.error_messages = {**self.error_messages, **limits}

    def to_python(self, value: object) -> int | None:
        said = str(value).replace(",", "").replace(" ", "").removeprefix("₩").removesuffix("원") if value else value
        number: int | None = super().to_python(said)
        return number


class DayOfYearField(forms.CharField):
    """A day of every year, as people write it: 3월 15일, 3/15, 0315. Its value is that day in ANY_YEAR, or None."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            max_length=DAY_LENGTH_MAX,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            help_text=more.pop("help_text", _("Month and day, for example 3/15. Leave it empty to take it back.")),
            **more,
        )

    def clean(self, value: object) -> date | None:
        said = super().clean(value)
        if not said:
            return None
        found = MONTH_AND_DAY.fullmatch(said)
        if found:
            month, day = (int(part) for part in found.groups() if part)
            with suppress(ValueError):
                return date(ANY_YEAR, month, day)
        raise ValidationError(_("Please write a month and a day, for example 3/15."), code="invalid")

    def prepare_value(self, value: object) -> object:
        if isinstance(value, date):
            return gettext("{month}/{day}").format(month=value.month, day=value.day)
        return value

"""How forms are drawn: our own templates for a whole form and for a field; widgets stay Django's. And a field for money."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dure.kit import show

WON_MAX = 10_000_000_000_000
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

"""Forms of giving. They take what was typed; the rules decide."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from dure.foundations.places import queries as places
from dure.kit import show
from dure.kit.faces import Fault
from dure.kit.ui.forms import WonField
from dure.services.giving import queries
from dure.services.giving.names import TOPICS
from dure.services.giving.rules import AGREED, GIFT_MAX
from dure.services.giving.rules.money import DEPOSIT_MAX, REFERENCE_LENGTH
from dure.services.giving.rules.permits import (
    BENEFICIARY_LENGTH,
    COLLECTION_NUMBER_LENGTH,
    DAYS_OPEN_MAX,
    DAYS_OPEN_MIN,
    GOAL_MAX,
    GOAL_MIN,
    STORY_LENGTH,
    TITLE_LENGTH,
)
from dure.services.giving.types import BudgetLine, CauseDraft, LineKind, PartnerChoices, Topic, VettingMark

from .words import MARKS, WAYS

LINES_SHOWN = 3
LINES_DIGITS_MAX = 4
LINES_MORE = 3
LINES_MAX = 50
SEARCH = "find_partner"
MORE_LINES = "more_lines"
SUMS = (1_000, 5_000, 10_000, 30_000, 50_000)


class PartnerSearch(forms.TextInput):
    """A field with a button that asks for the page again with those that fit; with scripts while one types."""

    template_name = "giving/partner_search.html"
    input_type = "search"
    found = ""  # how many there are, in words

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "found": self.found}


class DraftForm(forms.Form):
    title = forms.CharField(
        label=_("What is it, in one line?"),
        min_length=TITLE_LENGTH[0],
        max_length=TITLE_LENGTH[1],
        help_text=_("For example: a warm winter for the elders of our village"),
        widget=forms.TextInput(
            attrs={
                "hx-get": reverse_lazy("giving:similar"),  # what is alike already, while the title is being typed
                "hx-trigger": "input changed delay:600ms",
                "hx-target": "#similar",
                "hx-sync": "this:replace",
            }
        ),
    )
    beneficiary = forms.CharField(
        label=_("Whom does it help?"), min_length=BENEFICIARY_LENGTH[0], max_length=BENEFICIARY_LENGTH[1]
    )
    story = forms.CharField(
        label=_("Tell the story"),
        min_length=STORY_LENGTH[0],
        max_length=STORY_LENGTH[1],
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_("What is wrong now, what will be done, by when, and how will everyone see that it was done?"),
    )
    topic = forms.ChoiceField(
        label=_("Topic"), choices=[("", _("Choose")), *((one.value, TOPICS[one]) for one in Topic)]
    )
    region_name = forms.CharField(
        label=_("Where?"),
        max_length=100,
        widget=forms.TextInput(attrs={"list": "regions", "autocomplete": "off"}),
        help_text=_("Town, township or village; write the whole name when there are several."),
    )
    partner_words = forms.CharField(
        label=_("Find the organisation"),
        required=False,
        max_length=100,
        help_text=_("Part of its name, or its registration number. Then choose it below."),
        widget=PartnerSearch(
            attrs={
                "hx-get": reverse_lazy("giving:partners"),
                "hx-trigger": "input changed delay:400ms",
                "hx-target": "#id_partner",
                "hx-include": "#id_partner",
                "hx-sync": "this:replace",
                "autocomplete": "off",
            }
        ),
    )
    partner = forms.ChoiceField(
        label=_("Which organisation will carry it out?"),
        help_text=_("It is asked and must say yes. It receives the money, reports its use and issues receipts."),
    )
    goal = WonField(label=_("How much is needed, in won?"), min_value=GOAL_MIN, max_value=GOAL_MAX)
    days_open = forms.IntegerField(
        label=_("For how many days should the box be open?"),
        min_value=DAYS_OPEN_MIN,
        max_value=DAYS_OPEN_MAX,
        initial=60,
    )
    emergency = forms.BooleanField(
        label=_("This is an emergency (a fire, a flood): each cheer counts ten times"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = str(self["partner_words"].value() or "")
        found = queries.partner_choices(words, uuid_or_none(str(self["partner"].value() or "")))
        choice = self.fields["partner"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - narrows the type; the field stands above
        choice.choices = partner_options(found)
        search = self.fields["partner_words"].widget
        assert isinstance(search, PartnerSearch)  # noqa: S101 - narrows the type; the field stands above
        search.found = found_said(found) if words or found.more else ""

    def keep_agreed(self, partner: tuple[str, str]) -> None:
        """Past the gate what people agreed to stays as it is; it is shown, and cannot be typed over."""
        for field in AGREED:
            self.fields["region_name" if field == "region" else field].disabled = True
        choice = self.fields["partner"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - narrows the type; the field stands above
        choice.choices = [partner]
        del self.fields["partner_words"]

    def clean_region_name(self) -> str:
        """The code of the region that was meant; several of one name are listed, never guessed."""
        typed = self.cleaned_data["region_name"].strip()
        found = places.find(typed).regions
        exact = [one for one in found if typed in (one.path, one.name)]
        fitting = exact or list(found)
        if not fitting:
            raise forms.ValidationError(gettext("We know no region of this name."))
        if len(fitting) > 1:
            names = ", ".join(one.path for one in fitting[:8])
            raise forms.ValidationError(
                gettext("There are several: {names}. Write the whole name.").format(names=names)
            )
        return fitting[0].code

    def content(self, lines: tuple[BudgetLine, ...]) -> CauseDraft:
        """The form as a value for the actions."""
        said = self.cleaned_data
        return CauseDraft(
            title=said["title"],
            story=said["story"],
            beneficiary=said["beneficiary"],
            topic=Topic(said["topic"]),
            region=said["region_name"],
            goal=said["goal"],
            days_open=said["days_open"],
            partner=forms.UUIDField().clean(said["partner"]),
            lines=lines,
            emergency=said["emergency"],
        )


def partner_options(found: PartnerChoices) -> list[tuple[str, str]]:
    """Partners to choose from; those of one name are told apart by their numbers."""
    names = Counter(one.name for one in found.partners)
    return [
        ("", gettext("Choose")),
        *(
            (str(one.id), one.name if names[one.name] == 1 else f"{one.name} · {one.registration_number}")
            for one in found.partners
        ),
    ]


def found_said(found: PartnerChoices) -> str:
    """How many there are to choose from, and what to do when they are too many or none."""
    if found.more:
        return gettext("There are more than these {n}: write more of the name.").format(n=len(found.partners))
    if not found.partners:
        return gettext("None fits. Try another part of the name.")
    return ngettext("{n} organisation fits", "{n} organisations fit", len(found.partners)).format(n=len(found.partners))


def uuid_or_none(text: str) -> UUID | None:
    """The id in a text that anybody may have written."""
    try:
        return UUID(text)
    except ValueError:
        return None


class LineForm(forms.Form):
    label = forms.CharField(label=_("For what?"), max_length=100, required=False)
    amount = WonField(label=_("Won"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            (LineKind.DIRECT.value, _("reaches the cause")),
            (LineKind.COST.value, _("cost of raising and running")),
        ],
        required=False,
    )

    def clean(self) -> dict[str, Any] | None:
        said = self.cleaned_data
        if bool(said.get("label")) != bool(said.get("amount")) and not self.errors:
            self.add_error("amount" if said.get("label") else "label", gettext("A line needs both words and a sum."))
        return said


class Lines:
    """A few budget lines, with room for more; empty lines are left out. Works without any script."""

    def __init__(self, posted: Any = None, initial: Sequence[BudgetLine] = ()) -> None:
        shown = max(LINES_SHOWN, len(initial))
        if posted is not None:
            typed = posted.get("lines-TOTAL", "")
            fits = typed.isascii() and typed.isdigit() and len(typed) <= LINES_DIGITS_MAX
            shown = min(int(typed), LINES_MAX) if fits else shown
        more = posted is not None and MORE_LINES in posted
        self.more_wanted = more or (posted is not None and SEARCH in posted)  # nothing is handed in yet
        self.total = min(shown + LINES_MORE, LINES_MAX) if more else shown
        starts = [{"label": one.label, "amount": one.amount, "kind": one.kind.value} for one in initial]
        self.forms = [
            LineForm(
                posted if index < shown else None,
                prefix=f"line{index}",
                initial=starts[index] if index < len(starts) else {},
            )
            for index in range(self.total)
        ]

    def is_valid(self) -> bool:
        valid = [form.is_valid() for form in self.forms if form.is_bound]  # every form says what is wrong with it
        return all(valid)

    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with which field, for the one summary of the page."""
        return tuple(
            Fault(form[name].id_for_label, gettext("Line {n}: {error}").format(n=number, error=error))
            for number, form in enumerate(self.forms, 1)
            if form.is_bound
            for name, errors in form.errors.items()
            for error in errors
        )

    def lines(self) -> tuple[BudgetLine, ...]:
        """The lines that were filled in."""
        return tuple(
            BudgetLine(
                label=form.cleaned_data["label"],
                amount=form.cleaned_data["amount"],
                kind=LineKind(form.cleaned_data.get("kind") or LineKind.DIRECT),
            )
            for form in self.forms
            if form.is_bound and form.cleaned_data.get("amount")
        )


class PictureForm(forms.Form):
    picture = forms.FileField(label=_("Picture"), widget=forms.ClearableFileInput(attrs={"accept": "image/*"}))
    alt = forms.CharField(
        label=_("What does it show?"), max_length=200, help_text=_("Read out to those who cannot see it.")
    )


class PayingForm(forms.Form):
    """A form that ends with the ways to pay, where there is more than one."""

    provider = forms.ChoiceField(label=_("How do you want to pay?"), widget=forms.RadioSelect)

    def __init__(self, ways: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.pop("provider")
        if len(ways) > 1 and isinstance(field, forms.ChoiceField):
            self.fields["provider"] = field  # after what the form itself asks
            field.choices = [(one, WAYS.get(one, one)) for one in ways]
            field.initial = ways[0]


class GiveForm(PayingForm):
    amount = WonField(  # the rules say what the least is: what fills the box may be less than GIFT_MIN
        label=_("How much, in won?"),
        error_messages={"required": _("Write down or press the sum you want to give.")},
        max_value=GIFT_MAX,
    )
    message = forms.CharField(
        label=_("A few words"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    name_shown = forms.ChoiceField(
        label=_("Your name on the wall"),
        choices=[("yes", _("Show my name")), ("no", _("A neighbour without a name"))],
        widget=forms.RadioSelect,
        initial="no",  # a name is shown only by who wants it
    )


class CommentForm(forms.Form):
    text = forms.CharField(label=_("A word of cheer"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class PlanForm(forms.Form):
    """No field of its own: the lines stand beside it, it carries what the rules say about them."""


class WithdrawForm(forms.Form):
    why = forms.CharField(label=_("Why?"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class WhyForm(forms.Form):
    why = forms.CharField(label=_("Why?"), min_length=5, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class VettingForm(forms.Form):
    marks = forms.MultipleChoiceField(
        label=_("Checklist"),
        choices=[(one.value, MARKS[one]) for one in VettingMark],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Every point of the checklist must be ticked before a box opens.")},
    )
    comment = forms.CharField(
        label=_("Comment"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    emergency = forms.BooleanField(
        label=_("It is an emergency: each cheer counts ten times"),
        required=False,
        help_text=_("Without this tick the box opens as an ordinary one. Where two decide, both must tick it."),
    )

    def __init__(self, *args: Any, claimed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not claimed:
            del self.fields["emergency"]


class CollectionForm(forms.Form):
    number = forms.CharField(
        label=_("Registration number of this collection"),
        min_length=COLLECTION_NUMBER_LENGTH[0],
        max_length=COLLECTION_NUMBER_LENGTH[1],
        help_text=_("As in the letter of the authority. Each collection has its own."),
    )


class ExtendForm(forms.Form):
    until = forms.DateField(
        label=_("Open until (this day included)"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, last: date | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if last:
            self.fields["until"].help_text = gettext("{day} at the latest.").format(day=show.day(last))
            self.fields["until"].widget.attrs["max"] = last.isoformat()


class ReportLineForm(forms.Form):
    spent_on = forms.DateField(
        label=_("On which day was it paid?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    payee = forms.CharField(
        label=_("Paid to whom?"), max_length=100, help_text=_("The name of the shop or firm, as on the receipt.")
    )
    purpose = forms.CharField(label=_("What was bought or done?"), min_length=2, max_length=200)
    amount = WonField(label=_("Won"))
    proof = forms.FileField(
        label=_("Proof (PDF or picture, up to 10 MB)"),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )


class FundForm(forms.Form):
    name = forms.CharField(label=_("Name of the matching fund"), min_length=2, max_length=60)


class TopUpForm(forms.Form):
    amount = WonField(label=_("Deposit in won"), max_value=DEPOSIT_MAX)
    reference = forms.CharField(
        label=_("Reference of the bank"),
        min_length=REFERENCE_LENGTH[0],
        max_length=REFERENCE_LENGTH[1],
        help_text=_(
            "As on the statement of the account. Each is taken once; from 10,000,000 won on a second steward confirms."
        ),
    )

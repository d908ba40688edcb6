"""Forms of pledges. They take what was typed; the rules decide."""

from collections.abc import Sequence
from datetime import time
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.base.actors import OrganisationId
from dure.foundations.people.types import OrganisationCard
from dure.kit import show
from dure.kit.photos import PICTURE_BYTES_MAX
from dure.kit.ui.forms import WonField
from dure.services.pledges.names import KINDS
from dure.services.pledges.rules import permits, settling
from dure.services.pledges.types import (
    Consent,
    NewProject,
    NewProof,
    NewSeason,
    OpenBox,
    PledgeId,
    Project,
    ProofKind,
    ReceiverId,
    Season,
    SeasonId,
    Window,
)

from .words import WAYS

DAY_END = 1_440
MINUTES = 60
MANY = 2  # receivers, to vote on
BOXED = _(
    "A donation box gets it about a month after the season is settled. "
    "If it is closed by then, or fewer than five people gave to it, its organisation gets it."
)


class ConsentForm(forms.Form):
    """Whether what is not returned is given, and to whom."""

    GIVES = (
        ("yes", _("It is given")),
        ("group", _("It is given; our group votes on to whom")),
        ("no", _("All of it comes back to me in any case")),
    )
    gives = forms.ChoiceField(
        label=_("What becomes of the part that you do not earn back?"),
        choices=GIVES,
        widget=forms.RadioSelect,
    )

    def __init__(self, season: Season, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        named = [(str(one.id), one.name) for one in season.receivers]
        boxed = any(one.box for one in season.receivers)
        self.fields["receiver"] = forms.ChoiceField(
            label=_("To whom?"), required=False, choices=named, help_text=BOXED if boxed else ""
        )
        if len(named) < MANY:
            self.fields["gives"].choices = [one for one in ConsentForm.GIVES if one[0] != "group"]  # type: ignore[attr-defined]  # a choice field has them

    def consent(self) -> Consent:
        """The consent as it was said."""
        chosen = self.cleaned_data["receiver"]
        said = self.cleaned_data["gives"]
        if said != "yes":
            return Consent(said == "group", by_vote=said == "group")
        return Consent(gives=True, receiver=ReceiverId(forms.UUIDField().clean(chosen)) if chosen else None)


class JoinForm(ConsentForm):
    """The same, and how one pays."""

    def __init__(self, season: Season, ways: Sequence[str], *args: Any, **more: Any) -> None:
        super().__init__(season, *args, **more)
        if len(ways) > 1:
            self.fields["provider"] = forms.ChoiceField(
                label=_("How do you want to pay?"),
                choices=[(one, WAYS.get(one, one)) for one in ways],
                initial=ways[0],
                widget=forms.RadioSelect,
            )


class ProofForm(forms.Form):
    """A day's proof: the field that the project asks for, and always a few words."""

    def __init__(self, project: Project, days: Sequence[tuple[int, str]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._kind = project.proof
        if len(days) > 1:
            self.fields["day"] = forms.TypedChoiceField(
                label=_("For which day?"), choices=list(days), coerce=int, initial=days[0][0], widget=forms.RadioSelect
            )
        self._only = days[0][0] if len(days) == 1 else 0
        if project.proof is ProofKind.PHOTO:
            self.fields["picture"] = forms.FileField(
                label=_("Photo"), widget=forms.ClearableFileInput(attrs={"accept": "image/*"}), required=False
            )
        if project.proof is ProofKind.NUMBER:
            self.fields["number"] = forms.IntegerField(
                label=gettext("How many? ({unit})").format(unit=project.unit),
                min_value=0,
                max_value=permits.NUMBER_MAX,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
        self.fields["text"] = forms.CharField(
            label=_("A few words"),
            required=project.proof is ProofKind.TEXT,
            max_length=permits.TEXT_LENGTH_MAX,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def proof(self, pledge: PledgeId) -> NewProof:
        """The proof as it was sent."""
        said, picture = self.cleaned_data, self.cleaned_data.get("picture")
        return NewProof(
            pledge=pledge,
            day=said.get("day", self._only),
            text=said["text"],
            number=said.get("number"),
            picture=picture.read(PICTURE_BYTES_MAX + 1) if picture else b"",
        )


class WhyForm(forms.Form):
    why = forms.CharField(
        label=_("Why should it count?"),
        min_length=permits.WHY_LENGTH[0],
        max_length=permits.WHY_LENGTH[1],
        widget=forms.Textarea,
    )


class ProjectForm(forms.Form):
    title = forms.CharField(
        label=_("What do you call it?"), min_length=permits.TITLE_LENGTH[0], max_length=permits.TITLE_LENGTH[1]
    )
    promise = forms.CharField(
        label=_("What do you promise each other?"),
        min_length=permits.PROMISE_LENGTH[0],
        max_length=permits.PROMISE_LENGTH[1],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    proof = forms.ChoiceField(
        label=_("With what is a day proved?"),
        choices=[(one.value, word) for one, word in KINDS.items()],
        widget=forms.RadioSelect,
    )
    unit = forms.CharField(
        label=_("Unit of the number"),
        required=False,
        max_length=permits.UNIT_LENGTH_MAX,
        help_text=_("Only for a number. For example: pages, steps"),
    )
    how = forms.CharField(
        label=_("How is a day proved?"),
        min_length=permits.HOW_LENGTH[0],
        max_length=permits.HOW_LENGTH[1],
        help_text=_("For example: a photo of the path that you walked"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    days_a_week = forms.IntegerField(
        label=_("On how many days a week?"),
        min_value=1,
        max_value=7,
        initial=7,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    start = forms.TimeField(
        label=_("From what time on?"),
        required=False,
        help_text=_("Leave both times empty for the whole day."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    end = forms.TimeField(
        label=_("Until what time?"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    capacity = forms.IntegerField(
        label=_("How many places?"),
        min_value=permits.CAPACITY[0],
        max_value=permits.CAPACITY[1],
        initial=30,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def said(self, season: SeasonId) -> NewProject:
        """The project as it was typed."""
        typed = self.cleaned_data
        return NewProject(
            season=season,
            title=typed["title"],
            promise=typed["promise"],
            how=typed["how"],
            proof=ProofKind(typed["proof"]),
            capacity=typed["capacity"],
            unit=typed["unit"] if typed["proof"] == ProofKind.NUMBER else "",
            days_a_week=typed["days_a_week"],
            window=Window(_minutes(typed["start"]) or 0, _minutes(typed["end"]) or DAY_END),
        )


class SeasonForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the season"), min_length=permits.NAME_LENGTH[0], max_length=permits.NAME_LENGTH[1]
    )
    propose_until = forms.DateField(
        label=_("Projects are proposed until"), widget=forms.DateInput(attrs={"type": "date"})
    )
    join_until = forms.DateField(label=_("One joins until"), widget=forms.DateInput(attrs={"type": "date"}))
    starts_on = forms.DateField(label=_("First of the hundred days"), widget=forms.DateInput(attrs={"type": "date"}))
    deposit = WonField(
        label=_("How much is the deposit, in won?"),
        min_value=permits.DEPOSIT[0],
        max_value=permits.DEPOSIT[1],
        initial=10_000,
    )
    grace_minutes = forms.IntegerField(
        label=_("Minutes of grace after a day"), min_value=0, max_value=permits.GRACE_MINUTES_MAX, initial=60
    )
    fee_percent = forms.IntegerField(
        label=_("Fee in percent of what is given"), min_value=0, max_value=settling.FEE_PERCENT_MAX, initial=0
    )

    def __init__(
        self, organisations: Sequence[OrganisationCard], boxes: Sequence[OpenBox], *args: Any, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self._boxes = {str(one.id) for one in boxes}
        until = gettext("Donation box “{title}”, open until {day}")
        self.fields["receivers"] = forms.MultipleChoiceField(
            label=_("Who may receive what is not returned?"),
            widget=forms.CheckboxSelectMultiple,
            choices=[
                *((str(one.id), one.name) for one in organisations),
                *((str(one.id), until.format(title=one.title, day=show.day(one.closes_at))) for one in boxes),
            ],
        )

    def said(self) -> NewSeason:
        """The season as it was typed."""
        typed = dict(self.cleaned_data)
        named = typed.pop("receivers")
        receivers = tuple(OrganisationId(UUID(one)) for one in named if one not in self._boxes)
        return NewSeason(**typed, receivers=receivers, boxes=tuple(UUID(one) for one in named if one in self._boxes))


def _minutes(at: time | None) -> int:
    return at.hour * MINUTES + at.minute if at else 0

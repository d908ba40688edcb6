"""Forms of the studio. They bound and name the input; rules decide."""

from dataclasses import replace
from datetime import datetime, time
from types import TracebackType
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from dure.base import clock
from dure.foundations.channels.names import AD_RULES, EXPECTED, PURPOSES
from dure.foundations.channels.rules import broadcasts, channels, content, segments
from dure.foundations.channels.rules import friends as friend_rules
from dure.foundations.channels.rules import templates_of as templates
from dure.foundations.channels.types import (
    AdFormWrong,
    Attachment,
    Broadcast,
    Button,
    ButtonKind,
    CarriedCoupon,
    Channel,
    ChannelId,
    Content,
    CouponCard,
    FriendDate,
    FriendNote,
    NewBroadcast,
    NewChannel,
    NewTemplate,
    Part,
    Picture,
    Purpose,
    SegmentUnreadable,
    Text,
)
from dure.foundations.people.types import OrganisationId
from dure.kit import faces
from dure.kit.ui.forms import DayOfYearField

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
_ = gettext_lazy


class refusals_on(faces.refusals_on):
    """As in the kit; what cannot be read in a condition, and what is wrong with an ad, is said in words at its field."""

    def __init__(self, form: forms.BaseForm) -> None:
        super().__init__(form)
        self._sheet = form

    def __exit__(
        self, kind: type[BaseException] | None, refusal: BaseException | None, trace: TracebackType | None
    ) -> bool:
        said = words_for(refusal)
        if said and isinstance(refusal, SegmentUnreadable | AdFormWrong):
            field = "segment" if isinstance(refusal, SegmentUnreadable) else "text"
            self._sheet.add_error(field if field in self._sheet.fields else None, said)
            return True
        return super().__exit__(kind, refusal, trace)


def words_for(refusal: BaseException | None) -> str:
    """Words for the two refusals that carry a code for what is wrong; empty for others."""
    if isinstance(refusal, SegmentUnreadable):
        text = gettext("The condition cannot be read at character {at}: there could stand {expected}.")
        return text.format(at=refusal.at + 1, expected=EXPECTED[refusal.expected])
    if isinstance(refusal, AdFormWrong):
        return str(AD_RULES[refusal.rule])
    return ""


class ChannelForm(forms.Form):
    """What a channel says of itself."""

    name = forms.CharField(label=_("Name of the channel"), max_length=channels.NAME_LENGTH_MAX)
    about = forms.CharField(
        label=_("What it is about"),
        max_length=channels.ABOUT_LENGTH_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    contact = forms.CharField(
        label=_("Telephone or e-mail"),
        max_length=channels.CONTACT_LENGTH[1],
        help_text=_("Stands on the page of the channel, and in every ad, because the law asks for it."),
    )


class ProfileForm(ChannelForm):
    """The same of a channel that is there, and how much of it may stand outside the inbox."""

    discreet = forms.BooleanField(
        label=_("Answers are nobody else's"),
        required=False,
        help_text=_("Who is told by mail or telephone that you answered reads not even the first line there."),
    )

    @staticmethod
    def said(channel: Channel) -> dict[str, object]:
        """The channel as it is."""
        return {
            "name": channel.name,
            "about": channel.about,
            "contact": channel.contact,
            "discreet": channel.discreet,
        }


class OpeningForm(ChannelForm):
    """The same, with the handle: it stands in the QR code and never changes."""

    handle = forms.CharField(
        label=_("Handle"),
        max_length=channels.HANDLE_LENGTH[1] + 1,
        help_text=_("Short and easy to say, for example 두부집. It stands on the poster and never changes."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    field_order = ("name", "handle", "about", "contact")

    def entry(self, organisation: OrganisationId) -> NewChannel:
        """What was typed, as the action takes it."""
        said: dict[str, Any] = self.cleaned_data
        return NewChannel(organisation, said["handle"], said["name"], said["about"], said["contact"])


class FilterForm(forms.Form):
    """Which friends to list."""

    segment = forms.CharField(label=_("Condition"), max_length=segments.TEXT_LENGTH_MAX, required=False)


class NoteForm(forms.Form):
    """What the channel notes about a friend."""

    tags = forms.CharField(
        label=_("Tags"), max_length=400, required=False, help_text=_("With commas between them: regular, delivery")
    )
    note = forms.CharField(
        label=pgettext_lazy("about a friend", "Note"),
        max_length=friend_rules.NOTE_LENGTH_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The friend can read it in the export of their own records."),
    )
    visited = forms.DateField(
        label=_("Last visit"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    birthday = DayOfYearField(label=_("Birthday"), required=False)

    def forgotten(self) -> list[str]:
        """The names of the days that were left empty."""
        return [name for name in ("visited", "birthday") if not self.cleaned_data[name]]

    def tag_list(self) -> list[str]:
        """The tags that were typed."""
        return [tag.strip() for tag in self.cleaned_data["tags"].split(",") if tag.strip()]

    def dates(self) -> list[FriendDate]:
        """The days that were typed."""
        return [
            FriendDate(name, self.cleaned_data[name]) for name in ("visited", "birthday") if self.cleaned_data[name]
        ]

    @staticmethod
    def said(noted: FriendNote) -> dict[str, Any]:
        """What is noted so far."""
        return {"tags": ", ".join(noted.tags), "note": noted.note} | {one.name: one.on for one in noted.dates}


class ContentForm(forms.Form):
    """One text and perhaps a button: what most messages are."""

    text = forms.CharField(
        label=pgettext_lazy("of a message", "Text"),
        max_length=content.TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    button_label = forms.CharField(label=_("Label of a button"), max_length=content.LABEL_MAX, required=False)
    button_link = forms.CharField(
        label=_("Where the button leads"),
        max_length=content.LINK_MAX,
        required=False,
        help_text=_("An address that begins with https://"),
    )

    def content(self) -> Content:
        """What was typed, as a message."""
        said: dict[str, Any] = self.cleaned_data
        text = Text(said["text"].replace("\r\n", "\n").strip())
        if not (said["button_label"] or said["button_link"]):
            return Content((text, *self.more()))
        return Content((text, *self.more()), (Button(said["button_label"], ButtonKind.LINK, said["button_link"]),))

    def more(self) -> tuple[Part, ...]:
        """What stands below the words."""
        return ()

    @staticmethod
    def said_of(kept: Content) -> dict[str, str]:
        """A message, as it was typed."""
        first = kept.parts[0]
        said = {"text": first.text if isinstance(first, Text) else ""}
        if kept.buttons:
            said |= {"button_label": kept.buttons[0].label, "button_link": kept.buttons[0].target}
        return said


class MessageForm(ContentForm):
    """A message to friends."""

    purpose = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(str(one), PURPOSES[one]) for one in broadcasts.STUDIO_PURPOSES],
        widget=forms.RadioSelect,
        initial=Purpose.INFO,
        help_text=_("Whatever offers something is an ad. Ads go only to friends who agreed to them."),
    )
    title = forms.CharField(
        label=_("Title for yourselves"), max_length=broadcasts.TITLE_LENGTH_MAX, help_text=_("Nobody else sees it.")
    )
    segment = forms.CharField(
        label=_("To whom"),
        max_length=segments.TEXT_LENGTH_MAX,
        required=False,
        help_text=_("Empty: all friends. Or a condition: 꼬리표:단골 그리고 방문 > 30"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    picture = forms.FileField(
        label=_("Picture"), required=False, widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})
    )
    picture_says = forms.CharField(
        label=_("What the picture shows"),
        max_length=content.ALT_MAX,
        required=False,
        help_text=_("Who cannot see it hears this."),
    )
    picture_kept = forms.CharField(max_length=content.FILE_MAX, required=False, widget=forms.HiddenInput)
    picture_off = forms.BooleanField(label=_("Leave the picture out"), required=False)
    coupon = forms.ChoiceField(
        label=_("Coupon"), required=False, help_text=_("Each friend takes their own by one tap. It makes this an ad.")
    )
    free_only = forms.BooleanField(
        label=_("Only by ways that cost nothing"),
        required=False,
        help_text=_("In the inbox and as a notification, without text messages."),
    )
    day = forms.DateField(
        label=_("On which day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    hour = forms.TypedChoiceField(label=_("At what time"), choices=HOURS, coerce=int, required=False, initial=10)
    field_order = (
        *("purpose", "text", "picture", "picture_says", "picture_off", "picture_kept", "coupon"),
        *("button_label", "button_link", "segment", "free_only", "day", "hour", "title"),
    )
    kept: Attachment | None = None  # the picture that is stored already

    def __init__(self, *args: Any, coupons: tuple[CarriedCoupon, ...] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self._coupons = {one.card.code: one.card for one in coupons}
        lines = [(one.card.code, f"{one.card.title} · {one.card.text}") for one in coupons if one.left]
        self.fields["coupon"].choices = [("", _("None")), *lines]  # type: ignore[attr-defined]  # it is a field with choices
        if not lines:
            del self.fields["coupon"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if self.kept and not said.get("picture_off") and not said.get("picture_says"):
            self.add_error("picture_says", gettext("Say in a few words what the picture shows."))
        return said

    def more(self) -> tuple[Part, ...]:
        said: dict[str, Any] = self.cleaned_data
        parts: list[Part] = []
        if self.kept and not said.get("picture_off"):
            parts.append(Picture(str(self.kept.id), said.get("picture_says", ""), self.kept.width, self.kept.height))
        if said.get("coupon") in self._coupons:
            parts.append(self._coupons[said["coupon"]])
        return tuple(parts)

    def entry(self, channel: ChannelId) -> NewBroadcast:
        """What was typed, as the action takes it."""
        said: dict[str, Any] = self.cleaned_data
        purpose = Purpose(said["purpose"])
        new = NewBroadcast(channel, purpose, said["title"], self.content(), said["segment"], self.at())
        return replace(new, free_only=said["free_only"])

    def at(self) -> datetime | None:
        """When it is to go out; None: at once."""
        day = self.cleaned_data.get("day")
        hour = self.cleaned_data.get("hour") or 0
        return datetime.combine(day, time(hour), tzinfo=clock.SEOUL) if day else None

    @staticmethod
    def said(kept: Broadcast) -> dict[str, Any]:
        """A draft, as it was typed."""
        at = clock.local(kept.at) if kept.at else None
        return ContentForm.said_of(kept.content) | {
            "purpose": kept.purpose.value,
            "title": kept.title,
            "segment": kept.segment,
            "day": at.date() if at else None,
            "hour": at.hour if at else 10,
            "free_only": kept.free_only,
            **MessageForm._said_more(kept.content),
        }

    @staticmethod
    def _said_more(kept: Content) -> dict[str, str]:
        said: dict[str, str] = {}
        for part in kept.parts:
            if isinstance(part, Picture):
                said |= {"picture_kept": part.file, "picture_says": part.says}
            if isinstance(part, CouponCard):
                said["coupon"] = part.code
        return said


class TemplateForm(ContentForm):
    """A template: the same, with a name and variables."""

    name = forms.CharField(
        label=_("Name of the template"),
        max_length=templates.NAME_LENGTH_MAX,
        help_text=_("A name that is there already gets its next version."),
    )
    purpose = forms.ChoiceField(
        label=_("What is it?"), choices=[(str(one), PURPOSES[one]) for one in broadcasts.STUDIO_PURPOSES]
    )
    field_order = ("name", "purpose", "text", "button_label", "button_link")

    def entry(self, channel: ChannelId) -> NewTemplate:
        """What was typed, as the action takes it."""
        return NewTemplate(channel, self.cleaned_data["name"], Purpose(self.cleaned_data["purpose"]), self.content())


class WhyForm(forms.Form):
    """A reason that the other side can act on."""

    why = forms.CharField(label=_("Reason"), max_length=channels.WHY_LENGTH_MAX)

"""What a conversation looks like: its entries by day, its parts ready to be drawn, and what a writing box hands over."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from dure.base import ids
from dure.base.actors import Actor
from dure.base.refusals import BadValue
from dure.foundations.channels import actions
from dure.foundations.channels.rules import showing
from dure.foundations.channels.rules.files import SOUND_BYTES_MAX, SOUND_SECONDS_MAX
from dure.foundations.channels.types import (
    Audio,
    Button,
    ButtonKind,
    Card,
    Content,
    ConversationId,
    CouponCard,
    ListCard,
    Message,
    Part,
    Picture,
    Speaker,
    Text,
)
from dure.kit import show
from dure.kit.photos import PICTURE_BYTES_MAX

TEXT_LENGTH_MAX = 1_000
type Way = Callable[[str], str]  # the address by which one gets to another
QUEUE_HEADER = "X-Dure-Queue"  # a page that sends from its own queue wants a word, not a page
SPEAKERS = {
    Speaker.BOT: gettext_lazy("Automatic answer"),
    Speaker.STAFF: gettext_lazy("Staff"),
    Speaker.CHANNEL: gettext_lazy("Message"),
}


class TalkForm(forms.Form):
    """The writing box, and what a pressed button says."""

    text = forms.CharField(max_length=TEXT_LENGTH_MAX, required=False, strip=True, label=gettext_lazy("Your words"))
    picture = forms.FileField(required=False, label=gettext_lazy("Picture"))
    says = forms.CharField(max_length=200, required=False, label=gettext_lazy("What the picture shows"))
    sound = forms.FileField(required=False, label=gettext_lazy("Sound"))
    seconds = forms.IntegerField(min_value=0, max_value=SOUND_SECONDS_MAX, required=False)
    press = forms.CharField(max_length=300, required=False)
    client_id = forms.CharField(max_length=40)

    def clean_picture(self) -> UploadedFile[bytes] | None:
        return _small_enough(self.cleaned_data["picture"], PICTURE_BYTES_MAX)

    def clean_sound(self) -> UploadedFile[bytes] | None:
        return _small_enough(self.cleaned_data["sound"], SOUND_BYTES_MAX)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not self.errors and not any(said.get(name) for name in ("text", "picture", "sound", "press")):
            self.add_error("text", gettext("Write something, or add a picture or a sound."))
        return said


def _small_enough(file: UploadedFile[bytes] | None, most: int) -> UploadedFile[bytes] | None:
    if file is not None and (file.size or 0) > most:
        raise forms.ValidationError(
            gettext("This file is too large. At most {size} MB.").format(size=most // 1_000_000)
        )
    return file


def content_of(by: Actor, conversation: ConversationId, said: Mapping[str, Any]) -> Content:
    """What the writing box holds as content; files are stored on the way. Raises BadValue, AttachmentUnfit."""
    if said["press"]:
        label, _, action = str(said["press"]).partition("|")
        if not showing.ACTION.fullmatch(action) or not label.strip():
            raise BadValue(field="press", reason="malformed")
        return Content((Text(label.strip()),), (Button(label.strip(), ButtonKind.ACTION, action),))
    parts: list[Part] = []
    client_id = str(said["client_id"])
    if said["picture"]:
        kept = actions.attach(by, conversation, said["picture"].read(), f"{client_id}-p")
        if kept.kind != "picture":
            raise BadValue(field="picture", reason="kind")
        parts.append(Picture(str(kept.id), said["says"].strip() or gettext("A picture"), kept.width, kept.height))
    if said["sound"]:
        seconds = said["seconds"] or 1
        kept = actions.attach(by, conversation, said["sound"].read(), f"{client_id}-s", seconds)
        if kept.kind != "audio":
            raise BadValue(field="sound", reason="kind")
        parts.append(Audio(str(kept.id), seconds, gettext("Spoken words; nobody has written them down.")))
    if said["text"]:
        parts.append(Text(said["text"]))
    return Content(tuple(parts))


def new_client_id() -> str:
    """For a form that nobody has sent yet."""
    return ids.new().hex


def entries(messages: Sequence[Message], *, staff: bool, before: Message | None = None) -> list[Mapping[str, Any]]:
    """Messages ready to be drawn, each new day with its line. `before`: what stands above the first."""
    found: list[Mapping[str, Any]] = []
    for above, message in pairwise((before, *messages)):
        assert message is not None  # noqa: S101 - narrows the type; only the first of all may be missing
        on = _day(message)
        own = (message.speaker is Speaker.PERSON) != staff
        found.append(
            {
                "message": message,
                "day": show.day(on, weekday=True) if above is None or _day(above) != on else "",
                "own": own,
                "by": "" if message.speaker is Speaker.PERSON else SPEAKERS[message.speaker],
                "parts": [
                    _placed(message, place, part, staff=staff) for place, part in enumerate(message.content.parts)
                ],
                "buttons": ()
                if message.speaker is Speaker.PERSON
                else buttons(message.content.buttons, _way(message, staff=staff)),
                "says": showing.words_of(message.content),
            }
        )
    return found


def quick_replies(messages: Sequence[Message]) -> Sequence[Any]:
    """The suggestions below the last message, when it is not the person's own."""
    if not messages or messages[-1].speaker is Speaker.PERSON:
        return ()
    return messages[-1].content.quick_replies


def _placed(message: Message, place: int, part: Part, *, staff: bool) -> Mapping[str, Any]:
    """A part where it stands; below a coupon that a broadcast brought, the one tap that takes it."""
    shown = drawn(part, _way(message, staff=staff))
    if isinstance(part, CouponCard) and part.take and message.speaker is Speaker.CHANNEL and not staff:
        return {**shown, "take": reverse("channels:take_coupon", args=[message.id, place])}
    return shown


def _way(message: Message, *, staff: bool) -> Way:
    """How the links of a message lead on: of what a channel sent, by a page that notes that somebody went."""
    if message.speaker is not Speaker.CHANNEL or staff:
        return _straight
    address = reverse("channels:go", args=[message.id])
    return lambda target: f"{address}?{urlencode({'to': target})}"


def _straight(target: str) -> str:
    return target


def drawn(part: Part, way: Way = _straight) -> Mapping[str, Any]:
    """One part as the template draws it; its links lead by `way`."""
    match part:
        case Text():
            return {"kind": "text", "text": part.text}
        case Picture():
            return {"kind": "picture", **_picture(part)}
        case Audio():
            return {
                "kind": "audio",
                "address": file_address(part.file),
                "seconds": part.seconds,
                "transcript": part.transcript,
            }
        case Card():
            return {
                "kind": "card",
                "title": part.title,
                "text": part.text,
                "picture": _picture(part.picture) if part.picture else None,
                "buttons": buttons(part.buttons, way),
            }
        case ListCard():
            items = [
                {
                    "title": one.title,
                    "text": one.text,
                    "href": way(one.target) if showing.is_address(one.target) else "",
                }
                for one in part.items
            ]
            return {"kind": "list", "title": part.title, "items": items, "buttons": buttons(part.buttons, way)}
        case CouponCard():
            return {"kind": "coupon", "title": part.title, "text": part.text, "until": _until(part.until)}


def _picture(picture: Picture) -> Mapping[str, Any]:
    return {
        "address": file_address(picture.file),
        "alt": picture.says,
        "width": picture.width,
        "height": picture.height,
    }


def file_address(file: str) -> str:
    """Where a stored file is shown; a page of ours is its own address; anything else is nowhere."""
    try:
        return reverse("channels:file", args=[UUID(file)])
    except ValueError:
        return file if file.startswith("/") and showing.is_address(file) else ""


def buttons(given: Sequence[Button], way: Way = _straight) -> list[Mapping[str, str]]:
    """Buttons as the template draws them: a link leads by `way`, the others say something."""
    return list(_buttons(given, way))


def _buttons(given: Sequence[Button], way: Way) -> Iterator[Mapping[str, str]]:
    for one in given:
        if one.kind is ButtonKind.LINK and showing.is_address(one.target):
            away = not one.target.startswith("/")
            yield {"label": one.label, "href": way(one.target), "away": "1" if away else ""}
        elif one.kind is ButtonKind.CALL and showing.PHONE.fullmatch(one.target):
            yield {"label": one.label, "href": f"tel:{one.target}"}
        elif one.kind is ButtonKind.MESSAGE:
            yield {"label": one.label, "name": "text", "value": one.target}
        elif one.kind is ButtonKind.ACTION and showing.ACTION.fullmatch(one.target):
            yield {"label": one.label, "name": "press", "value": f"{one.label}|{one.target}"}


def wants_a_word(request: HttpRequest) -> bool:
    """Whether the page's own queue sends this."""
    return QUEUE_HEADER in request.headers


def _day(message: Message) -> date:
    return timezone.localtime(message.at).date()


def _until(day: str) -> date | None:
    try:
        return date.fromisoformat(day) if day else None
    except ValueError:
        return None

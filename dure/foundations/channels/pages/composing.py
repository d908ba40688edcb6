"""Writing a message with what it carries: a picture that is kept as soon as it is sent in, a coupon of one's own shop."""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext

from dure.base.refusals import NotFound, Refusal
from dure.foundations.channels import actions, queries
from dure.foundations.channels.types import (
    Attachment,
    AttachmentUnfit,
    Broadcast,
    CarriedCoupon,
    ChannelId,
    Content,
    CouponCard,
    Estimate,
    Picture,
)
from dure.foundations.people.types import Actor
from dure.kit import faces, show, tx
from dure.kit.photos import PICTURE_BYTES_MAX

from . import talking
from .forms import MessageForm


def message_form(request: HttpRequest, by: Actor, channel: ChannelId, kept: Broadcast | None = None) -> MessageForm:
    """The form as it was sent, or empty, or as `kept` says. A picture that came with it is stored first: whatever else is wrong
    with the form, nobody has to choose it again.
    """
    coupons = queries.carriable_coupons(by, channel)
    if request.method != "POST":
        initial = MessageForm.said(kept) if kept else {"segment": request.GET.get("segment", "")[:500]}
        form = MessageForm(None, initial=initial, coupons=coupons)
        form.kept = _picture_of(by, kept.content) if kept else None
        return form
    said = request.POST.copy()
    upload, wrong = request.FILES.get("picture"), ""
    if isinstance(upload, UploadedFile):
        try:
            said["picture_kept"] = str(_stored(by, channel, upload).id)
        except Refusal as refusal:
            wrong = faces.says(refusal).text
    form = MessageForm(said, coupons=coupons)
    form.kept = _kept(by, said.get("picture_kept", ""))
    if wrong:
        form.is_valid()  # an error is added to what has been looked at
        form.add_error("picture", wrong)
    return form


def drawn(content: Content) -> list[dict[str, Any]]:
    """The parts of a message as a phone shows them."""
    return [dict(talking.drawn(part)) for part in content.parts]


def coupon_words(kept: Content, coupons: tuple[CarriedCoupon, ...], estimate: Estimate | None) -> list[str]:
    """What the receivers of a coupon will meet, said before anything is sent."""
    card = next((part for part in kept.parts if isinstance(part, CouponCard)), None)
    found = next((one for one in coupons if one.card == card), None)
    if card is None or found is None:
        return [gettext("The coupon in it can no longer be taken. Choose another one.")] if card else []
    lines = [gettext("Coupon “{coupon}”: {left} left.").format(coupon=card.title, left=show.count(found.left))]
    reached = estimate.reached or estimate.friends if estimate else None
    if reached is not None and reached > found.left:
        lines.append(
            gettext(
                "About {people} people get the message, so not everybody gets a coupon: who is first, takes one."
            ).format(people=show.count(reached))
        )
    lines.append(gettext("Each person takes at most {n}.").format(n=found.per_person))
    if found.friends_only:
        lines.append(gettext("Only friends of {issuer} can take it.").format(issuer=found.issuer))
    lines.append(gettext("It is good until {day}.").format(day=card.until))
    return lines


def _stored(by: Actor, channel: ChannelId, upload: "UploadedFile[bytes]") -> Attachment:
    if (upload.size or 0) > PICTURE_BYTES_MAX:
        raise AttachmentUnfit(why="size", limit=PICTURE_BYTES_MAX)
    with tx.durable():
        return actions.keep_picture(by, channel, upload.read())


def _kept(by: Actor, said: str) -> Attachment | None:
    try:
        return queries.picture(by, UUID(said)) if said else None
    except (ValueError, NotFound):
        return None


def _picture_of(by: Actor, content: Content) -> Attachment | None:
    files = [part.file for part in content.parts if isinstance(part, Picture)]
    return _kept(by, files[0]) if files else None

"""Coupons of the house that gives them, as messages carry them; and pictures of a channel."""

from datetime import datetime
from uuid import UUID

import msgspec

from dure.base.refusals import NotFound
from dure.foundations.channels import models
from dure.foundations.channels.rules import carrying as rules
from dure.foundations.channels.rules import channels as permits
from dure.foundations.channels.types import (
    Attachment,
    BroadcastId,
    CarriedCoupon,
    ChannelId,
    Content,
    CouponCard,
    CouponGone,
    CouponSource,
    CouponUse,
    Speaker,
)
from dure.foundations.people.types import Actor

from .channels import led

__all__ = ["brought", "carriable_coupons", "check_carried", "check_pictures", "coupon_use", "offer_coupons", "picture"]

_sources: list[CouponSource] = []


def offer_coupons(source: CouponSource) -> None:
    """Let messages of channels carry the coupons of a house. Once, in the `ready` of its apps.py."""
    _sources[:] = [source]


def coupon_source() -> CouponSource:
    """The house that gives coupons. Raises NotFound where there is none."""
    if not _sources:
        raise NotFound(what="coupon")
    return _sources[0]


def carriable_coupons(by: Actor, channel: UUID) -> tuple[CarriedCoupon, ...]:
    """The coupons that a message of this channel can carry now, for who works there. Raises NotAllowed, NotFound."""
    known = led(channel)
    permits.may_work(by, known)
    return _sources[0].carriable(known.id) if _sources else ()


def check_carried(channel: ChannelId, content: Content, at: datetime | None) -> tuple[CarriedCoupon, ...]:
    """The coupons that `content` carries; each must say what its house says of it, and be there when the message goes out.

    Raises CouponGone.
    """
    cards = [part for part in content.parts if isinstance(part, CouponCard)]
    if not cards:
        return ()
    known = _sources[0].carriable(channel) if _sources else ()
    return tuple(rules.carried(card, known, at) for card in cards)


def check_pictures(channel: ChannelId, content: Content) -> None:
    """That every picture in it is one of the channel's own. Raises NotFound."""
    files = rules.files_of(content)
    if files:
        rows = models.ChannelPicture.objects.filter(channel_id=channel, id__in=rules.ids_of(files))
        if not files <= {str(one) for one in rows.values_list("id", flat=True)}:
            raise NotFound(what="picture")


def picture(by: Actor, picture: UUID) -> Attachment:
    """A picture of a channel, for who works there, for stewards, and for who has messages of the channel. Raises NotFound."""
    row = models.ChannelPicture.objects.filter(id=picture).first()
    if row is None or by.person is None:
        raise NotFound(what="attachment")
    here = models.Conversation.objects.filter(channel_id=row.channel_id, person_id=by.person)
    if not (by.is_steward or by.works_for(led(row.channel_id).organisation) or here.exists()):
        raise NotFound(what="attachment")
    return Attachment(row.id, "picture", "image/webp", row.file.name or "", row.width, row.height)


def brought(by: Actor, message: UUID, place: int) -> tuple[ChannelId, CouponCard, BroadcastId]:
    """The coupon at this place of a message that a broadcast brought into one's own inbox. Raises NotFound, CouponGone."""
    rows = models.Message.objects.select_related("body", "dispatch__sending", "conversation")
    if by.person is None:
        raise NotFound(what="message")
    row = rows.filter(id=message, conversation__person_id=by.person, speaker=Speaker.CHANNEL).first()
    if row is None:
        raise NotFound(what="message")
    parts = msgspec.json.decode(bytes(row.body.content), type=Content).parts
    part = parts[place] if 0 <= place < len(parts) else None
    if not isinstance(part, CouponCard) or not part.take:
        raise NotFound(what="coupon")
    if (
        row.dispatch is None or row.dispatch.sending.about is None
    ):  # somebody tried it on themselves, or it is long over
        raise CouponGone(why="trial")
    return ChannelId(row.conversation.channel_id), part, BroadcastId(row.dispatch.sending.about)


def coupon_use(broadcast: BroadcastId, content: Content) -> CouponUse | None:
    """What became of the coupons that a broadcast brought; None: it carries none."""
    if not _sources or not any(isinstance(part, CouponCard) for part in content.parts):
        return None
    return _sources[0].use_of(broadcast)

"""What a message carries besides words: a channel keeps a picture for it; a receiver takes its coupon by one tap."""

import hashlib
from uuid import UUID

from django.core.files.base import ContentFile

from dure.base import clock, ids
from dure.foundations.channels import models, queries
from dure.foundations.channels.queries.carrying import coupon_source
from dure.foundations.channels.rules import channels as permits
from dure.foundations.channels.rules.files import A_DAY_MAX, WINDOW
from dure.foundations.channels.types import Attachment, AttachmentUnfit, ChannelId, Tap
from dure.foundations.people.types import Actor
from dure.kit import photos, tx

__all__ = ["keep_picture", "take_carried"]


def keep_picture(by: Actor, channel: ChannelId, content: bytes) -> Attachment:
    """Keep a picture for messages of a channel: written anew, without what a camera hides in it. The same picture again is the
    same file. Raises NotAllowed, NotFound, ChannelClosed, ChannelPaused, BadValue, AttachmentUnfit.
    """
    tx.demand()
    led = queries.led(channel)
    me = permits.may_work(by, led)
    permits.check_speaks(led)
    digest = hashlib.sha256(content).digest()
    known = models.ChannelPicture.objects.filter(channel_id=channel, digest=digest).first()
    if known is None:
        today = models.ChannelPicture.objects.filter(channel_id=channel, at__gte=clock.now() - WINDOW)
        if today.count() >= A_DAY_MAX:
            raise AttachmentUnfit(why="count", limit=A_DAY_MAX)
        kept, width, height = photos.small_webp(content)
        made = models.ChannelPicture(id=ids.new(), channel_id=channel, by=me, digest=digest, bytes=len(kept))
        made.width, made.height, made.at = width, height, clock.now()
        made.file.save(f"{made.id}.webp", ContentFile(kept), save=False)
        store, name = made.file.storage, str(made.file.name)
        tx.if_undone(lambda: store.delete(name))
        models.ChannelPicture.objects.bulk_create([made], ignore_conflicts=True)
        known = models.ChannelPicture.objects.get(channel_id=channel, digest=digest)
        if known.id != made.id:  # somebody else kept the same one at the same time
            store.delete(name)
    return queries.picture(by, known.id)


def take_carried(by: Actor, message: UUID, place: int) -> str:
    """Take the coupon that a broadcast brought in this message of one's own; answers the page on which it is shown. The same tap
    again shows the same coupon. Opens the transaction of the house that gives it.

    Raises NotAllowed, NotFound, CouponGone, and what that house refuses.
    """
    permits.somebody(by)
    channel, card, broadcast = queries.brought(by, message, place)
    return coupon_source().take(by, Tap(channel, card, broadcast, f"{message.hex}.{place}"))

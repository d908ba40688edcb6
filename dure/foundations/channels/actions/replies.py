"""Let the outbox tell a person that the staff answered."""

from dure.base import clock
from dure.base.actors import Actor, OrganisationId
from dure.base.refusals import NotAllowed
from dure.foundations.channels import models
from dure.foundations.channels.rules import replies as rules
from dure.foundations.channels.types import Content, Lane, NewSending, Purpose, SendingId, Unheard
from dure.kit import tx

from .paying import hold_for_one
from .sending import queue_sending

__all__ = ["send_reply_notice"]


def send_reply_notice(by: Actor, unheard: Unheard, content: Content) -> SendingId | None:
    """Queue the notice of an answer, once for each stretch that its person has not read; None when they have read it meanwhile.

    It hangs on the answer: who reads that in the inbox has opened it, and no further step is taken. Raises NotAllowed,
    ChannelClosed, ChannelPaused, AdFormWrong, AdLooksLikeInfo.

    Who pays for it is settled here: `hold_for_one`.
    """
    tx.demand()
    if not by.is_system:
        raise NotAllowed(needs="system")
    rows = models.Conversation.objects.select_for_update(of=("self",)).select_related("channel")
    row = rows.get(id=unheard.conversation)
    key = rules.notice_key(unheard.conversation, unheard.seen)
    if row.read_by_person != unheard.seen or row.muted or models.Sending.objects.filter(key=key).exists():
        return None
    new = NewSending(
        channel=unheard.channel,
        purpose=Purpose.CARE,
        content=content,
        key=key,
        persons=(unheard.person,),
        lane=Lane.REPLY,
        not_before=clock.now() + rules.NOTICE_WAITS,
        in_inbox=True,
    )
    sending = queue_sending(by, new)
    hold_for_one(by, OrganisationId(row.channel.organisation), sending, content)
    dispatch = models.Dispatch.objects.get(sending=sending, person=unheard.person)
    models.Message.objects.filter(id=unheard.message).update(dispatch=dispatch)
    return sending

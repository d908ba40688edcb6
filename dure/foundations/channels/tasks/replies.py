"""An answer of the staff reaches a person who is not there: the ladder of care begins where the inbox ends."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from dure.foundations.channels import actions, queries
from dure.foundations.channels.types import AdFormWrong, AdLooksLikeInfo, Content, MessageSaid, Text, Unheard
from dure.foundations.people import queries as people
from dure.foundations.people.types import system

__all__ = ["tell_reply"]

BY = system("channels.replies")


def tell_reply(news: MessageSaid, news_id: UUID) -> None:
    """Let a person know that the staff answered, once for each time in which they have not looked: a minute later, if they have
    not looked by then. The first line of the answer goes along, unless the channel is one whose words are nobody else's.
    """
    if news.by_staff is None:
        return
    unheard = queries.unheard(news.message)
    if unheard is None:
        return
    try:
        actions.send_reply_notice(BY, unheard, _words(unheard, unheard.line))
    except (AdLooksLikeInfo, AdFormWrong):  # an answer may name a price; a notice outside the inbox may not
        actions.send_reply_notice(BY, unheard, _words(unheard, ""))


def _words(unheard: Unheard, line: str) -> Content:
    with translation.override(people.profile(unheard.person).language):
        said = [gettext("{channel} has answered you.").format(channel=unheard.channel_name)]
        if line:
            said.append(f"“{line}”")
        address = settings.DURE.origin + reverse("channels:talk", args=[unheard.handle])
        said.append(gettext("Read it and answer: {address}").format(address=address))
        return Content((Text("\n".join(said)),))

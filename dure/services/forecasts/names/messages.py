"""What people read and hear of disaster messages."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dure.kit.faces import Words
from dure.services.forecasts.types import FeedHealth, Grade, KeptMessage, SenderRole

from .forecasts import ROLES, spoken_moment

__all__ = ["GRADES", "MESSAGE_SOURCES", "message_aloud", "message_silence"]

GRADES: Mapping[Grade, Words] = {
    Grade.CRITICAL: pgettext_lazy("disaster message", "Critical disaster"),
    Grade.URGENT: pgettext_lazy("disaster message", "Urgent disaster"),
    Grade.ADVICE: pgettext_lazy("disaster message", "Safety advice"),
}
MESSAGE_SOURCES: Mapping[SenderRole, Words] = {
    **ROLES,
    SenderRole.AUTHORITY: gettext_lazy("Ministry of the Interior and Safety"),
}


def message_aloud(kept: KeptMessage) -> str:
    """A message in sentences to be spoken, with who passes it on and when it was sent."""
    one, parts = kept.message, [kept.message.text]
    if one.grade:
        parts.insert(0, f"{GRADES[one.grade]}.")
    source, moment = MESSAGE_SOURCES[kept.role], spoken_moment(one.created)
    return " ".join((*parts, _("Source: {source}, {moment}.").format(source=source, moment=moment)))


def message_silence(health: FeedHealth) -> str:
    """What stands where the list is silent: never that nothing was sent."""
    moment = spoken_moment(health.last) if health.last else ""
    return _("No data on disaster messages since {moment}. This does not mean that none was sent.").format(
        moment=moment
    )

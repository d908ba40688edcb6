"""An answer of a bot in the chatbot's protocol, with our few words: for the face that answers and the task that calls back."""

from datetime import date

import structlog
from django.conf import settings
from django.utils.translation import gettext

from dure.base.refusals import BadValue, Refusal
from dure.foundations.channels.rules import skill
from dure.foundations.channels.rules.skill import Shape, Wording
from dure.foundations.channels.rules.skill_limits import violations
from dure.foundations.channels.types import Answer
from dure.kit import show

CALLBACK_HOSTS = frozenset({"bot-api.kakao.com"})  # where slow answers may be sent
log = structlog.get_logger(__name__)


def shaped(found: Answer | None) -> Shape:
    """An answer as it is sent: within every limit, or words of ours in its place."""
    if found is None:
        return skill.plain(gettext("I did not understand that."))
    try:
        made = skill.answer_of(found, wording())
    except Refusal as refusal:
        log.warning("skill_answer_refused", code=refusal.code, field=refusal.values().get("field"))
        return skill.plain(gettext("This answer does not fit here. Please ask in the app."))
    assert not violations(made)  # noqa: S101 - what does not fit is refused above; this is a bug, not an answer
    return made


def wording() -> Wording:
    """Addresses as the world outside reaches them, and our few words."""

    def page(target: str) -> str:
        return f"{settings.DURE.origin}{target}" if target.startswith("/") else target

    def file(name: str) -> str:
        if not name.startswith("/"):
            raise BadValue(field="file", reason="unknown")  # files of conversations are not for the world
        return page(name)

    def until(day: str) -> str:
        return gettext("until {day}").format(day=show.day(date.fromisoformat(day)))

    return Wording(file=file, page=page, until=until, listen=gettext("Listen"))

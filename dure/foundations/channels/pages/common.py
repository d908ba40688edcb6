"""What every page of channels begins with: who asks, which channel, and how one is shown."""

from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language

from dure.foundations.channels import queries
from dure.foundations.channels.names import CHANNEL_STATES
from dure.foundations.channels.rules.channels import somebody
from dure.foundations.channels.rules.friends import WORDS
from dure.foundations.channels.types import Channel, ChannelId, ConsentKind
from dure.foundations.people.types import Actor

WRITES_PER_MINUTE = 60


def visiting(request: HttpRequest) -> Actor:
    """Who asks, logged in or not."""
    return cast(Actor, vars(request)["actor"])


def acting(request: HttpRequest) -> Actor:
    """Who asks: somebody who is logged in. Raises NotAllowed, which leads to the log-in page and back."""
    by = visiting(request)
    somebody(by)
    return by


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, for a form; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def worked_on(request: HttpRequest, channel: UUID) -> tuple[Actor, ChannelId, dict[str, Any]]:
    """Who works on which channel, and what every page of its studio shows. Raises NotAllowed, NotFound."""
    by = acting(request)
    queries.tags_of(by, channel)  # asks whether they may
    shown = queries.channel(channel)
    return by, shown.id, {"channel": shown, "state": CHANNEL_STATES[shown.state], "owns": by.owns(shown.organisation)}


def words_of(kind: ConsentKind, channel: Channel) -> dict[str, Any]:
    """What somebody agrees to, in the reader's language."""
    language = "ko" if (get_language() or "ko").startswith("ko") else "en"
    words = WORDS[kind]
    return {
        "kind": kind.value,
        "title": words.title[language],
        "body": words.body[language].format(channel=channel.name),
        "version": words.version,
    }

"""The Kakao chatbot skill protocol v2.0: POST /api/v1/channels/bot/skill/{handle}.

The guide defines no signature, so the operator's bot sends a secret header; it is the channel's own, shown at its desk. A slow
answer follows by the callback, once, to hosts that the installation lists (rules.skill.may_call_back); without a callback the bot
says so.
"""

import hmac
from typing import Annotated, Any

import msgspec
from django.db import OperationalError
from django.utils.translation import gettext
from django_bolt import Request
from django_bolt.param_functions import Header
from procrastinate.contrib.django import app

from dure.base.refusals import NotAllowed
from dure.foundations.channels import actions, queries
from dure.foundations.channels.names.skill import CALLBACK_HOSTS, shaped
from dure.foundations.channels.rules import skill
from dure.foundations.channels.rules.skill import Shape
from dure.foundations.channels.types import AskedIn, Said
from dure.foundations.people.types import system
from dure.kit import limits, tx
from dure.kit.routes import Routes

routes = Routes("/api/v1/channels/bot", tags=["bot"])
BY = system("channels.skill")
ASKS_A_MINUTE_MAX = 600  # of one channel
_CANCELED = "57014"


class User(msgspec.Struct, frozen=True):
    """Who asks, as the messenger knows them."""

    id: Annotated[str, msgspec.Meta(max_length=70)] = ""


class UserRequest(msgspec.Struct, frozen=True, rename="camel"):
    """What was said."""

    utterance: Annotated[str, msgspec.Meta(max_length=1_000)] = ""
    callback_url: Annotated[str, msgspec.Meta(max_length=1_000)] | None = None
    user: User = msgspec.field(default_factory=User)


class Action(msgspec.Struct, frozen=True, rename="camel"):
    """What a button of ours brought back."""

    client_extra: dict[str, Any] | None = None


class SkillRequest(msgspec.Struct, frozen=True, rename="camel"):
    """A request of the messenger, as far as it is read here; what else it says is let be."""

    user_request: UserRequest
    action: Action = msgspec.field(default_factory=Action)


@routes.post("/skill/{handle}", also={"401", "403", "404"})
def answer(
    request: Request,
    handle: Annotated[str, msgspec.Meta(max_length=20)],
    body: SkillRequest,
    secret: Annotated[str, Header(alias="X-Dure-Skill", description="The channel's own secret, from its desk.")] = "",
) -> Shape:
    """What the channel's bot says, in the chatbot skill protocol v2.0. The same content answers in our own inbox."""
    channel = queries.channel_by_handle(handle)
    if not hmac.compare_digest(secret.encode(), queries.skill_secret(channel.id).encode()):
        raise NotAllowed(needs="skill_secret")
    limits.count(f"skill:{channel.id}", ASKS_A_MINUTE_MAX, 60)
    said = Said(channel.id, None, body.user_request.utterance, _pressed(body.action), AskedIn.SKILL)
    return _answered(said, body.user_request.callback_url)


def _answered(said: Said, callback: str | None) -> Shape:
    if queries.slow_command(said, queries.commands_of(said.channel)) is not None:
        if not callback:
            return skill.plain(gettext("This takes a little while. Please ask in the app."))
        skill.may_call_back(callback, CALLBACK_HOSTS)
        later = {"channel": str(said.channel), "words": said.words, "action": said.action, "callback": callback}
        app.configure_task("channels.call_back").defer(**later)
        return skill.later(gettext("One moment please. The answer follows."))
    try:
        with tx.durable():
            found = actions.ask_bot(BY, said)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != _CANCELED:
            raise
        return skill.plain(gettext("That took too long. Please ask again in a minute."))
    return shaped(found)


def _pressed(action: Action) -> str:
    found = (action.client_extra or {}).get("action", "")
    return found if isinstance(found, str) and len(found) <= 300 else ""

"""The bot's turn: it answers what a person said, once, and only while nobody else has the word."""

from uuid import UUID

from django.db import transaction
from django.utils import translation

from dure.base import ids
from dure.base.actors import Actor, PersonId
from dure.base.refusals import BadValue, NotAllowed, NotFound
from dure.foundations.channels import models
from dure.foundations.channels.queries import bots as reading
from dure.foundations.channels.queries import inbox as reads
from dure.foundations.channels.rules import bots as rules
from dure.foundations.channels.rules import inbox as inbox_rules
from dure.foundations.channels.types import (
    Answer,
    ButtonKind,
    ChannelId,
    Command,
    Message,
    MessageId,
    Said,
    Speaker,
    Turn,
)
from dure.foundations.people import queries as people
from dure.kit import tx

from .inbox import append, locked, turn

__all__ = [
    "answer_by_bot",
    "ask_bot",
    "edit_canned_text",
    "edit_own_answer",
    "remove_canned_text",
    "remove_own_answer",
]

ANSWER_SECONDS_MAX = 4  # the messenger waits five
OWN_MAX = 100


def answer_by_bot(by: Actor, message: MessageId) -> Message | None:
    """Let the bot answer a person's message; None when it has nothing to say or not the word. Safe to run again.

    What the houses' commands read, they read before the conversation is locked; whoever took it over meanwhile keeps it.
    """
    tx.demand()
    if not by.is_system:
        raise NotAllowed(needs="system")
    found = models.Message.objects.select_related("body", "dispatch", "conversation").filter(id=message).first()
    if found is None or found.speaker != Speaker.PERSON:
        raise NotFound(what="message")
    if not inbox_rules.bot_answers(reads.attended_of(found.conversation)):
        return None
    said = said_in(
        reads.message_of(found), ChannelId(found.conversation.channel_id), PersonId(found.conversation.person_id)
    )
    commands = reading.commands_of(said.channel)
    answer = _worded(said, commands)
    row, _ = locked(found.conversation_id)
    client_id = f"bot-{found.id.hex}"
    if models.Message.objects.filter(conversation=row, client_id=client_id).exists():
        return None
    if answer is None or not inbox_rules.bot_answers(reads.attended_of(row)):
        return None
    if rules.asks_for_person(commands, said):
        turn(row, Turn.ASK_PERSON, None)
    return append(row, Speaker.BOT, answer, by=None, client_id=client_id)


def ask_bot(by: Actor, said: Said) -> Answer | None:
    """What a channel's bot answers, without a conversation: for messengers that keep their own. Bounded in time: a house that
    takes longer than ANSWER_SECONDS_MAX is interrupted (the database's QueryCanceled).
    """
    tx.demand()
    if not by.is_system:
        raise NotAllowed(needs="system")
    with transaction.atomic():
        tx.limit_statements(ANSWER_SECONDS_MAX)
        return reading.bot_answer(said, reading.commands_of(said.channel))


def said_in(message: Message, channel: ChannelId, person: PersonId) -> Said:
    """What a message says to the bot: its words, and the button that was pressed."""
    pressed = next((one.target for one in message.content.buttons if one.kind is ButtonKind.ACTION), "")
    words = next((part.text for part in message.content.parts if hasattr(part, "text")), "")
    return Said(channel=channel, person=person, words=words, action=pressed)


def edit_own_answer(by: Actor, channel: ChannelId, title: str, phrases: tuple[str, ...], text: str) -> UUID:
    """Teach the channel's bot a question, or its answer anew. Raises NotAllowed, NotFound, BadValue."""
    tx.demand()
    inbox_rules.may_serve(by, reads.organisation_of(channel))
    clean = rules.clean_question(title, phrases, text)
    rows = models.OwnAnswer.objects.filter(channel=channel)
    if rows.count() >= OWN_MAX and not rows.filter(title=clean[0]).exists():
        raise BadValue(field="title", reason="too_many")
    row, _ = models.OwnAnswer.objects.update_or_create(
        channel_id=channel,
        title=clean[0],
        defaults={"phrases": list(clean[1]), "text": clean[2]},
        create_defaults={"id": ids.new(), "phrases": list(clean[1]), "text": clean[2]},
    )
    return row.id


def remove_own_answer(by: Actor, answer: UUID) -> None:
    """Let the bot forget a question. Raises NotAllowed, NotFound."""
    tx.demand()
    row = models.OwnAnswer.objects.filter(id=answer).first()
    if row is None:
        raise NotFound(what="own_answer")
    inbox_rules.may_serve(by, reads.organisation_of(row.channel_id))
    row.delete()


def edit_canned_text(by: Actor, channel: ChannelId, title: str, text: str) -> UUID:
    """Keep a text that staff pick from, or its words anew. Raises NotAllowed, NotFound, BadValue."""
    tx.demand()
    inbox_rules.may_serve(by, reads.organisation_of(channel))
    title, _, text = rules.clean_question(title, (), text)
    rows = models.CannedText.objects.filter(channel=channel)
    if rows.count() >= inbox_rules.CANNED_MAX and not rows.filter(title=title).exists():
        raise BadValue(field="title", reason="too_many")
    row, _ = models.CannedText.objects.update_or_create(
        channel_id=channel, title=title, defaults={"text": text}, create_defaults={"id": ids.new(), "text": text}
    )
    return row.id


def remove_canned_text(by: Actor, text: UUID) -> None:
    """Take a text away from those to pick from. Raises NotAllowed, NotFound."""
    tx.demand()
    row = models.CannedText.objects.filter(id=text).first()
    if row is None:
        raise NotFound(what="canned_text")
    inbox_rules.may_serve(by, reads.organisation_of(row.channel_id))
    row.delete()


def _worded(said: Said, commands: tuple[Command, ...]) -> Answer | None:
    """The answer in the person's language."""
    language = people.profile(said.person).language if said.person else ""
    with translation.override(language or translation.get_language() or "ko"):
        return reading.bot_answer(said, commands)

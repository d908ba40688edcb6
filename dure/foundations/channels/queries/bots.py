"""What bots can answer: the commands that houses offer, and a channel's own questions."""

from dure.foundations.channels import models
from dure.foundations.channels.rules import bots as rules
from dure.foundations.channels.types import Answer, ChannelId, Command, Content, Said, Text
from dure.kit import keys

__all__ = [
    "bot_answer",
    "commands_of",
    "offer_commands",
    "skill_secret",
    "slow_command",
]

OWN_MAX = 100
SECRET_LENGTH = 40
_offered: dict[str, tuple[Command, ...]] = {}


def offer_commands(house: str, commands: tuple[Command, ...]) -> None:
    """Let the bots of all channels answer what `house` knows. Once, in the `ready` of its apps.py.

    A command whose answer is None has nothing to say in that channel, or to that person, and the next one is asked.
    """
    for command in commands:
        if not command.name.startswith(f"{house}."):
            raise ValueError(f"{command.name} is not a command of {house}")
    _offered[house] = commands


def commands_of(channel: ChannelId) -> tuple[Command, ...]:
    """Everything that a channel's bot answers: its own questions first, then what the houses offer."""
    own = models.OwnAnswer.objects.filter(channel=channel).order_by("title", "pk")[:OWN_MAX]
    return (*(_own(row) for row in own), *(one for commands in _offered.values() for one in commands))


def bot_answer(said: Said, commands: tuple[Command, ...]) -> Answer | None:
    """What the first command that knows something answers; the fallback's words when none does. None: nobody knows anything.

    A slow command is not waited for: it is `slow_command`'s.
    """
    for command in rules.asked(commands, said):
        if not command.slow and (answer := command.answering(said)) is not None:
            return answer
    fallback = next((one for one in commands if one.name == rules.FALLBACK), None)
    answer = fallback.answering(said) if fallback else None
    return rules.suggesting(answer, commands) if answer is not None else None


def slow_command(said: Said, commands: tuple[Command, ...]) -> Command | None:
    """The slow command that is asked, when it is the likeliest."""
    found = rules.asked(commands, said)
    return found[0] if found and found[0].slow else None


def skill_secret(channel: ChannelId) -> str:
    """What the chatbot of another messenger sends with every request for this channel: derived, so that it is nowhere kept."""
    return keys.derived(f"channels.skill.v1:{channel}").hex()[:SECRET_LENGTH]


def _own(row: models.OwnAnswer) -> Command:
    text = row.text
    return Command(
        name="channels.own",
        answering=lambda said: Content((Text(text),)),
        phrases=(row.title, *row.phrases),
        label=rules.label_of(row.title),
    )

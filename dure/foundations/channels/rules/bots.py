"""Which command answers what somebody said. Pure."""

import re
import unicodedata
from collections.abc import Iterable

from dure.base.refusals import BadValue
from dure.foundations.channels.types import Command, Content, QuickReply, Said

from .showing import LABEL_LENGTH_MAX, length

FALLBACK = "channels.fallback"  # what is said when nobody knows an answer
ASK_PERSON = "channels.person"  # the wish for a human being
PHRASE_LENGTH_MIN = 2  # of a phrase that is looked for inside a sentence
WORDS_LENGTH_MAX = 1_000
TITLE_LENGTH_MAX = 40
TEXT_LENGTH_MAX = 1_000
PHRASES_MAX = 12
QUICK_REPLIES_MAX = 10
_NOT_SPOKEN = re.compile(r"[\W_]+")


def spoken(words: str) -> str:
    """Words as they are compared: one spelling, no spaces, no signs ("영업 시간이요?" and "영업시간이요" are the same)."""
    return _NOT_SPOKEN.sub("", unicodedata.normalize("NFKC", words[:WORDS_LENGTH_MAX])).casefold()


def asked(commands: Iterable[Command], said: Said) -> tuple[Command, ...]:
    """The commands that `said` may ask for, the likeliest first.

    A pressed button names its command. Else the command whose phrase was said whole, then those whose phrase is in the
    sentence, the longer phrase first: "점심 영업시간" is asked before "영업시간".
    """
    commands = tuple(commands)
    if said.action:
        wanted = said.action.partition(":")[0]
        return tuple(one for one in commands if one.name == wanted)
    heard = spoken(said.words)
    if not heard:
        return ()
    fits = [(fit, place) for place, one in enumerate(commands) if (fit := fitting(one.phrases, heard))]
    return tuple(commands[place] for fit, place in sorted(fits, key=lambda pair: (-pair[0], pair[1])))


def fitting(phrases: Iterable[str], heard: str) -> int:
    """How well any of the phrases fits what was heard: 0 not at all, else the length of the phrase, more when it was all."""
    best = 0
    for phrase in phrases:
        wanted = spoken(phrase)
        if wanted and wanted == heard:
            best = max(best, WORDS_LENGTH_MAX + len(wanted))
        elif len(wanted) >= PHRASE_LENGTH_MIN and wanted in heard:
            best = max(best, len(wanted))
    return best


def suggesting(answer: Content, commands: Iterable[Command]) -> Content:
    """The answer with the other commands suggested below it, as far as there is room."""
    replies = list(answer.quick_replies)
    known = {reply.label for reply in replies}
    for one in commands:
        if one.label and one.label not in known and length(one.label) <= LABEL_LENGTH_MAX:
            replies.append(QuickReply(one.label, one.phrases[0] if one.phrases else one.label))
            known.add(one.label)
    return Content(answer.parts, answer.buttons, tuple(replies[:QUICK_REPLIES_MAX]))


def label_of(title: str) -> str:
    """A title as what a suggestion says: cut at a word where it is too long."""
    if length(title) <= LABEL_LENGTH_MAX:
        return title
    cut = title[: LABEL_LENGTH_MAX - 1]
    while length(cut) > LABEL_LENGTH_MAX - 1:
        cut = cut[:-1]
    return f"{cut.rstrip()}…"


def asks_for_person(commands: Iterable[Command], said: Said) -> bool:
    """Whether the likeliest command is the wish for a human being."""
    found = asked(commands, said)
    return bool(found) and found[0].name == ASK_PERSON


def clean_question(title: str, phrases: Iterable[str], text: str) -> tuple[str, tuple[str, ...], str]:
    """(title, phrases, text) of a question and its answer as they are kept. Raises BadValue."""
    title, text = " ".join(title.split()), text.strip()
    kept = tuple(dict.fromkeys(clean for phrase in phrases if (clean := " ".join(phrase.split()))))
    if not 1 <= len(title) <= TITLE_LENGTH_MAX:
        raise BadValue(field="title", reason="length")
    if not 1 <= len(text) <= TEXT_LENGTH_MAX:
        raise BadValue(field="text", reason="length")
    if len(kept) > PHRASES_MAX or any(len(phrase) > TITLE_LENGTH_MAX for phrase in kept):
        raise BadValue(field="phrases", reason="length")
    return title, kept, text

"""Other people's machines, asked politely: the weather authority's, the ministry's, and those that publish alerts."""

from collections.abc import Mapping

from dure.services.forecasts.types import Answer, FeedName, Question

from . import messages, weather
from .alerts import ask_alert, ask_source
from .asking import is_twin
from .weather import Source, source

__all__ = ["Source", "ask", "ask_alert", "ask_source", "is_twin", "source", "source_of"]


def source_of(feed: FeedName) -> Source | None:
    """Where a feed is asked for; None: nowhere, for no key is set up."""
    return messages.source() if feed is FeedName.MESSAGES else source()


def ask(where: Source, question: Question, query: Mapping[str, str]) -> Answer:
    """What a feed answers; never an exception for what is theirs to get wrong."""
    asked = messages.ask if question.feed is FeedName.MESSAGES else weather.ask
    return asked(where, question, query)

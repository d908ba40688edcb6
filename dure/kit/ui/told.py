"""What entries of public logs say, in words. A house names its kinds in its `pages`: `LOG_WORDS = {"venue.listed": words}`."""

from collections.abc import Callable, Mapping
from typing import Any

type Words = Callable[[Mapping[str, Any]], str]
"""Given what an entry tells: a sentence. KeyError, TypeError, ValueError when it is not what its kind says."""

_registered: dict[str, Words] = {}


def register(words: Mapping[str, Words]) -> None:
    """Make a house's kinds of entries known to the pages of the logs. A kind that nobody named is shown as it stands."""
    _registered.update(words)


def said(kind: object, told: Mapping[str, Any]) -> str:
    """The sentence for an entry; nothing when nobody knows the kind, or the entry is not what its kind says."""
    words = _registered.get(kind) if isinstance(kind, str) else None
    try:
        return "" if words is None else words(told)
    except (KeyError, TypeError, ValueError):
        return ""

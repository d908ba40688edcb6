"""What the logs of the parties that are asked say of a query that they answered."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext

from dure.kit.ui import told


def _answered(said: Mapping[str, Any]) -> str:
    text = gettext("This party answered query {query}, after it saw entry {entry} of the authority's log.")
    return text.format(query=str(said["query"])[:8], entry=int(said["entry"]))


ANSWERED_WORDS: Final[Mapping[str, told.Words]] = {"query.answered": _answered}

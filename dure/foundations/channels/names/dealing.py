"""How reviews at dealers are called."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from dure.foundations.channels.types import ReviewState

__all__ = ["DEALERS", "REVIEW_STATES"]

DEALERS: Mapping[str, str] = {"solapi": "SOLAPI", "nhn": "NHN Cloud"}
REVIEW_STATES: Mapping[ReviewState, tuple[Promise, str]] = {
    ReviewState.WANTED: (pgettext_lazy("review at a dealer", "Goes to the dealer in a few minutes"), "sun"),
    ReviewState.ASKED: (pgettext_lazy("review at a dealer", "They look at it"), "sun"),
    ReviewState.APPROVED: (pgettext_lazy("review at a dealer", "May be sent as AlimTalk"), ""),
    ReviewState.REJECTED: (pgettext_lazy("review at a dealer", "They said no"), "warn"),
    ReviewState.RETIRED: (pgettext_lazy("review at a dealer", "Stopped there"), "grey"),
}

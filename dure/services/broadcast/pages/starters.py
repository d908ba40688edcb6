"""Sentences that villages hear again and again, ready to be sent once their blanks are filled."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from dure.kit.faces import Words

BLANK: Final = "___"  # nobody's name is written so, as 김○○ is


class Starter(NamedTuple):
    """`label`: what it is about, in the reader's language; `words`: what the village will read, in the language of the place."""

    label: Words
    words: str


ABOUT: Final[Sequence[tuple[Words, Words]]] = (
    (_("Village meeting"), _("This afternoon at ___ o'clock there is a meeting at the village hall. Please come.")),
    (_("No water"), _("This afternoon there is no water from ___ to ___ o'clock. Please draw some before.")),
    (_("No electricity"), _("This afternoon there is no electricity from ___ to ___ o'clock. Please be prepared.")),
    (
        _("Health centre"),
        _("Tomorrow morning at ___ o'clock the health centre comes to the village hall. Please bring your papers."),
    ),
    (
        _("Spraying"),
        _("Tomorrow morning from ___ o'clock the village is sprayed against insects. Please close windows and lids."),
    ),
    (_("Road closed"), _("The road at ___ is closed. Please take another way.")),
    (_("Mourning"), _("___ has passed away. The wake is at ___.")),
    (_("Somebody is missing"), _("We are looking for ___. Whoever sees them, please call the village head.")),
)


def starters() -> Sequence[Starter]:
    """All of them, as a page shows them now."""
    with translation.override(settings.LANGUAGE_CODE):
        said = [str(words) for _label, words in ABOUT]
    return [Starter(label, words) for (label, _words), words in zip(ABOUT, said, strict=True)]

"""How much text is read aloud at once."""

from dure.base.refusals import Refusal

TEXT_LETTERS_MAX = 10_000  # half an hour of speech
WORDS_LETTERS_MAX = 20 * TEXT_LETTERS_MAX  # no character becomes that many syllables: what was normalised is pronounced


class TextTooLong(Refusal):
    """The text has more letters than are read at once."""

    letters: int
    letters_max: int


def refuse_long(text: str, letters_max: int = TEXT_LETTERS_MAX) -> None:
    """Refuse a text of more than `letters_max` letters."""
    if len(text) > letters_max:
        raise TextTooLong(letters=len(text), letters_max=letters_max)

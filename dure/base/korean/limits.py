"""How much text is read aloud at once."""

from dure.base.refusals import Refusal

TEXT_LETTERS_MAX = 10_000  # half an hour of speech


class TextTooLong(Refusal):
    """The text has more letters than are read at once."""

    letters: int
    letters_max: int


def refuse_long(text: str) -> None:
    """Refuse a text of more than TEXT_LETTERS_MAX letters."""
    if len(text) > TEXT_LETTERS_MAX:
        raise TextTooLong(letters=len(text), letters_max=TEXT_LETTERS_MAX)

"""Canaries: what must not stand where it has no business, made so that it is found wherever it does.

Words begin with a mark of their kind that nothing else has. Secret bytes are looked for as they are and in hexadecimal digits.
"""

from collections.abc import Iterable, Mapping
from typing import Final

NAME, MAIL, BROWSER, SCANNER = "캐너리이름", "kanari-post", "KanariTelephone", "KanariScanner"
PLACE, ORGANISATION = "캐너리가게", "캐너리상인회"
ADDRESSES, GATES = "203.0.113.", "198.51.100."  # of telephones, of scanners: nets for documents, nobody's own
WORD: Final = 8
LENGTH_MIN: Final = 2 * WORD - 1  # so long that a whole word of it stands at an even place, wherever it begins

type Secrets = Mapping[bytes, str]
"""What is looked for -> what it is."""


def words(material: bytes, wanted: Iterable[str]) -> set[str]:
    """Which of these words stand in the material: as UTF-8, and as databases and JSON write it."""
    found = set()
    for word in wanted:
        forms = {word.encode(), word.encode().hex().encode(), word.encode("unicode_escape")}
        if any(form in material for form in forms):
            found.add(word)
    return found


class Net:
    """Looks for very many secrets at once: each eighth byte of the material begins a word, and it knows all of all secrets."""

    def __init__(self, secrets: Secrets) -> None:
        self._words: dict[int, list[tuple[bytes, str]]] = {}
        for secret, what in secrets.items():
            for form in (secret, secret.hex().encode()):
                if len(form) < LENGTH_MIN:
                    raise ValueError("too short to be found")
                for at in range(WORD):
                    self._words.setdefault(int.from_bytes(form[at : at + WORD], "little"), []).append((form, what))

    def caught(self, material: bytes) -> set[str]:
        """What stands in it."""
        view = memoryview(material)[: len(material) // WORD * WORD].cast("Q")
        if self._words.keys().isdisjoint(view):
            return set()
        hit = {word for word in view if word in self._words}
        return {what for word in hit for form, what in self._words[word] if form in material}

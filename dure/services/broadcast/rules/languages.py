"""Languages of people in a village beside Korean, each under its own name, and which of its words somebody reads. Pure."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from dure.base.refusals import BadValue
from dure.services.broadcast.types import Part

KOREAN: Final = "ko"
NAMES: Final[Mapping[str, str]] = {
    "en": "English",
    "vi": "Tiếng Việt",
    "zh": "中文",
    "th": "ภาษาไทย",
    "km": "ភាសាខ្មែរ",
    "tl": "Filipino",
    "id": "Bahasa Indonesia",
    "ne": "नेपाली",
    "mn": "Монгол",
    "uz": "Oʻzbekcha",
    "ru": "Русский",
    "ja": "日本語",
    "my": "မြန်မာဘာသာ",
}
LANGUAGES_MAX: Final = 5  # of one village: each is typed by somebody for every announcement


def check_languages(languages: Collection[str]) -> tuple[str, ...]:
    """The languages of a village, in our order. Raises BadValue."""
    if not set(languages) <= set(NAMES):
        raise BadValue(field="languages", reason="unknown")
    if len(set(languages)) > LANGUAGES_MAX:
        raise BadValue(field="languages", reason="too_many")
    return tuple(one for one in NAMES if one in set(languages))


def check_language(language: str) -> str:
    """A language in which somebody reads; Korean is one. Raises BadValue."""
    if language != KOREAN and language not in NAMES:
        raise BadValue(field="language", reason="unknown")
    return language


def read_in(wished: Sequence[str], translations: Mapping[str, str]) -> tuple[str, str]:
    """(in which language it is shown, which was wished and is not there): the first wish that there is, else Korean."""
    missing = ""
    for language in wished:
        if language == KOREAN or translations.get(language):
            return language, missing
        missing = missing or language
    return KOREAN, missing


def of_original(parts: Sequence[Part], translated: int, original: float) -> tuple[Part, ...]:
    """Parts of a translation, in its letters, as parts of the original. Raises BadValue."""
    if any(not 0 <= part.begins <= part.ends <= translated for part in parts):  # also what is no number
        raise BadValue(field="parts", reason="range")
    scale = original / translated
    return tuple(Part(part.begins * scale, min(original, part.ends * scale)) for part in parts)

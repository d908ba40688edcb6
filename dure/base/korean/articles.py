"""The articles of the Standard Pronunciation (표준 발음법), each a small function over one meeting of two syllables.

A meeting has the final of one syllable, the head and vowel of the next, and what stands between them. No article touches
anything else, so that the meetings of a text can be settled one after another, in linear time. The order is that of `ORDER`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from dure.base.korean.letters import NO_HEAD

_TENSE = {"ㄱ": "ㄲ", "ㄷ": "ㄸ", "ㅂ": "ㅃ", "ㅅ": "ㅆ", "ㅈ": "ㅉ"}
_BREATHED = {"ㄱ": "ㅋ", "ㄷ": "ㅌ", "ㅂ": "ㅍ", "ㅈ": "ㅊ"}
_NASAL = {"ㄱ": "ㅇ", "ㄷ": "ㄴ", "ㅂ": "ㅁ"}
_STOPS = "ㄱㄷㅂ"
END = "."  # the head, and the vowel, where nothing follows: no letter, and in no list of letters
# Article 9 (one letter) and articles 10 and 11 (two): what is left of a final that does not move on.
_LEFT = {
    **dict.fromkeys(("ㄲ", "ㅋ"), ("ㄱ", "9")),
    **dict.fromkeys(("ㅅ", "ㅆ", "ㅈ", "ㅊ", "ㅌ"), ("ㄷ", "9")),
    "ㅎ": ("ㄷ", "9"),
    "ㅍ": ("ㅂ", "9"),
    "ㄳ": ("ㄱ", "10"),
    "ㄵ": ("ㄴ", "10"),
    "ㄶ": ("ㄴ", "12"),
    **dict.fromkeys(("ㄼ", "ㄽ", "ㄾ"), ("ㄹ", "10")),
    "ㅀ": ("ㄹ", "12"),
    "ㅄ": ("ㅂ", "10"),
    "ㄺ": ("ㄱ", "11"),
    "ㄻ": ("ㅁ", "11"),
    "ㄿ": ("ㅂ", "11"),
}
# Articles 13 and 14: what stays and what moves on before a vowel that leans on the syllable.
_MOVES = {
    "ㄳ": ("ㄱ", "ㅆ"),
    "ㄵ": ("ㄴ", "ㅈ"),
    "ㄺ": ("ㄹ", "ㄱ"),
    "ㄻ": ("ㄹ", "ㅁ"),
    "ㄼ": ("ㄹ", "ㅂ"),
    "ㄽ": ("ㄹ", "ㅆ"),
    "ㄾ": ("ㄹ", "ㅌ"),
    "ㄿ": ("ㄹ", "ㅍ"),
    "ㅄ": ("ㅂ", "ㅆ"),
}
_Y_VOWELS = "ㅣㅑㅕㅛㅠㅒㅖ"
_RIEUL_NOUNS = "닭흙칡삵갉"  # nouns in ㄺ; the rest are stems of verbs
_LETTER_NAMES = {"디귿": "ㅅ", "지읒": "ㅅ", "치읓": "ㅅ", "키읔": "ㄱ", "티읕": "ㅅ", "피읖": "ㅂ", "히읗": "ㅅ"}
_NOUN_SALM = "과도만"  # after these 삶 is the noun, and nothing is tensed


class Join(Enum):
    """How close two syllables are."""

    INSIDE = "one word"
    CONTENT = "another content morpheme begins"
    LINKED = "two words spoken as one"
    SPACE = "two words in one breath"


@dataclass(slots=True)
class Meeting:
    """Two syllables that meet; `final` and `head` are changed by the articles. `before`, `after`: the word parts as written."""

    final: str
    head: str
    vowel: str
    join: Join = Join.INSIDE
    mark: str = ""
    article: str = ""
    before: str = ""
    after: str = ""
    fired: list[str] = field(default_factory=list)

    def set(self, article: str, final: str, head: str) -> None:
        """Write what `article` makes of the two; remember it where it changed anything."""
        if (final, head) != (self.final, self.head):
            self.final, self.head = final, head
            self.fired.append(article)

    @property
    def inside(self) -> bool:
        """Whether both belong to one morpheme or to a word and its ending."""
        return self.join is Join.INSIDE


def names_of_letters(at: Meeting) -> None:
    """Article 16: before a vowel the names of letters end as people say them: 디귿이 [디그시], 키읔이 [키으기]."""
    plain = _LETTER_NAMES.get(at.before[-2:])
    if plain and at.inside and at.head == NO_HEAD:
        at.set("16", plain, at.head)


def sai_siot(at: Meeting) -> None:
    """Article 30: the ㅅ between the parts of a compound: 냇가 [내까], 콧날 [콘날], 나뭇잎 [나문닙]."""
    if at.mark != "_" or at.final != "ㅅ":
        return
    if at.head in _TENSE:
        at.set("30", "", _TENSE[at.head])
    elif at.head in "ㄴㅁ":
        at.set("30", "ㄴ", at.head)
    elif at.head == NO_HEAD and at.vowel in _Y_VOWELS:
        at.set("30", "ㄴ", "ㄴ")


def inserted_nieun(at: Meeting) -> None:
    """Article 29: between the parts of a compound an ㄴ before 이, 야, 여, 요, 유: 솜이불 [솜니불], 옷 입다 [온닙따]."""
    if at.mark == "+" and at.final and at.head == NO_HEAD and at.vowel in _Y_VOWELS:
        at.set("29", at.final, "ㄴ")


def palatal(at: Meeting) -> None:
    """Article 17: before 이 (and 여 made of 이어) ㄷ and ㅌ are ㅈ and ㅊ; ㄷ with 히 is 치: 굳이 [구지], 닫히다 [다치다]."""
    if not at.inside or at.vowel not in "ㅣㅕ":
        return
    if at.head == "ㅎ" and at.final in ("ㄷ", "ㄵ"):
        at.set("17" if at.final == "ㄷ" else "12", "" if at.final == "ㄷ" else "ㄴ", "ㅊ")
    elif at.head == NO_HEAD and at.final in ("ㄷ", "ㅌ", "ㄾ"):
        at.set("17", "ㄹ" if at.final == "ㄾ" else "", "ㅈ" if at.final == "ㄷ" else "ㅊ")


def final_hieut(at: Meeting) -> None:
    """Article 12.1-12.4: a final ㅎ joins ㄱ, ㄷ, ㅈ, tenses ㅅ, is ㄴ before ㄴ, falls before vowels: 놓고 [노코]."""
    rest = {"ㅎ": "", "ㄶ": "ㄴ", "ㅀ": "ㄹ"}.get(at.final)
    if rest is None:
        return
    if at.head in "ㄱㄷㅈ":
        at.set("12", rest, _BREATHED[at.head])
    elif at.head == "ㅅ":
        at.set("12", rest, "ㅆ")
    elif at.head == "ㄴ":
        at.set("12", rest or "ㄴ", "ㄴ")
    elif at.head == NO_HEAD and at.inside:
        at.set("12", rest, NO_HEAD)


def head_hieut(at: Meeting) -> None:
    """Article 12.1, note 1: a stop and the ㅎ after it become one: 각하 [가카], 꽂히다 [꼬치다], 옷 한 벌 [오탄벌]."""
    if at.head != "ㅎ" or at.join is Join.SPACE:
        return
    final = at.final
    if final == "ㄺ" and at.before[-1:] not in _RIEUL_NOUNS:
        at.set("12", "ㄹ", "ㅋ")
    elif final == "ㄼ":
        at.set("12", "ㄹ", "ㅍ")
    elif final in ("ㅈ", "ㄵ") and at.inside:
        at.set("12", "" if final == "ㅈ" else "ㄴ", "ㅊ")
    else:
        stop = _LEFT.get(final, (final, ""))[0]
        if stop in _BREATHED and final not in ("ㅎ", "ㄶ", "ㅀ"):
            at.set("12", "", _BREATHED[stop])


def content_morpheme(at: Meeting) -> None:
    """Article 15: before a content morpheme with a vowel the final is first as if alone: 밭 아래 [바다래], 값어치 [가버치]."""
    if at.join not in (Join.CONTENT, Join.LINKED) or at.head != NO_HEAD:
        return
    alone = _LEFT.get(at.final, (at.final, ""))[0]
    if alone and alone != "ㅇ":
        at.set("15", "", alone)


def moving_on(at: Meeting) -> None:
    """Articles 13 and 14: a final moves on to a vowel that leans on it: 옷이 [오시], 닭을 [달글], 값을 [갑쓸]."""
    if not at.inside or at.head != NO_HEAD or at.final in ("", "ㅇ"):
        return
    if at.final in _MOVES:
        at.set("14", *_MOVES[at.final])
    elif at.final not in ("ㅎ", "ㄶ", "ㅀ"):
        at.set("13", "", at.final)


def tense_after_stems(at: Meeting) -> None:
    """Articles 24 and 25: endings are tensed after stems in ㄵ, ㄻ, ㄼ, ㄾ: 앉고 [안꼬], 넓게 [널께]; 굶기다 [굼기다] is not."""
    if not at.inside or at.head not in "ㄱㄷㅅㅈ":
        return
    causes = at.final == "ㄻ" and at.head == "ㄱ" and at.vowel in "ㅣㅕ"
    noun = (at.before.endswith("삶") and at.after[:1] in tuple(_NOUN_SALM)) or at.before.endswith("여덟")
    if causes or noun:
        return
    if at.final in ("ㄵ", "ㄻ"):
        at.set("24", at.final, _TENSE[at.head])
    elif at.final in ("ㄼ", "ㄾ") and not _is_balp(at):
        at.set("25", at.final, _TENSE[at.head])


def _is_balp(at: Meeting) -> bool:
    """밟- before any consonant, and 넓- in 넓죽하다 and 넓둥글다, end in ㅂ (article 10, exceptions)."""
    return at.before.endswith("밟") or (at.before.endswith("넓") and at.after[:1] in ("죽", "둥", "적"))


def tense_by_lexicon(at: Meeting) -> None:
    """Articles 26 to 28, and the verbs of 24: what the spelling does not show: 갈등 [갈뜽], 할 것을 [할꺼슬], 문고리 [문꼬리]."""
    if at.mark == "*" and at.head in _TENSE:
        at.set(at.article, at.final, _TENSE[at.head])


def tense_after_stops(at: Meeting) -> None:
    """Article 23: ㄱ, ㄷ, ㅂ, ㅅ, ㅈ are tensed after a stop: 국밥 [국빱], 옆집 [엽찝]."""
    if at.head not in _TENSE:
        return
    alone = "ㅂ" if at.final == "ㄼ" and _is_balp(at) else _LEFT.get(at.final, (at.final, ""))[0]
    if alone and alone in _STOPS and at.final != "ㅎ":
        at.set("23", at.final, _TENSE[at.head])


def final_alone(at: Meeting) -> None:
    """Articles 9 to 11: one of seven sounds is left at the end: 옷 [옫], 넋 [넉], 닭 [닥]; 밟다 [밥따], 맑게 [말께]."""
    final = at.final
    if final == "ㄼ" and _is_balp(at) and at.head not in (NO_HEAD, END):
        at.set("10", "ㅂ", at.head)
    elif final == "ㄺ" and at.inside and at.head == "ㄲ" and at.before[-1:] not in _RIEUL_NOUNS:
        at.set("11", "ㄹ", at.head)
    elif final in _LEFT:
        left, article = _LEFT[final]
        at.set(article, left, at.head)


def rieul_to_nieun(at: Meeting) -> None:
    """Article 19: ㄹ becomes ㄴ after ㅁ, ㅇ and after stops: 담력 [담녁], 협력 [혐녁]."""
    if at.head == "ㄹ" and at.join is not Join.SPACE and at.final in ("ㅁ", "ㅇ", *_STOPS):
        at.set("19", at.final, "ㄴ")


def nasal(at: Meeting) -> None:
    """Article 18: stops become ㅇ, ㄴ, ㅁ before ㄴ and ㅁ: 국물 [궁물], 합니다 [함니다]."""
    if at.head in "ㄴㅁ" and at.final in _NASAL:
        at.set("18", _NASAL[at.final], at.head)


def lateral(at: Meeting) -> None:
    """Article 20: ㄴ beside ㄹ becomes ㄹ: 신라 [실라], 칼날 [칼랄]; in some words ㄹ becomes ㄴ: 의견란 [의견난]."""
    if at.final == "ㄴ" and at.head == "ㄹ" and at.join is not Join.SPACE:
        if at.mark == "~":
            at.set("20", "ㄴ", "ㄴ")
        else:
            at.set("20", "ㄹ", "ㄹ")
    elif at.final == "ㄹ" and at.head == "ㄴ":
        at.set("20", "ㄹ", "ㄹ")


def vowel(head: str, written_head: str, sound: str) -> str:
    """Article 5: 져, 쪄, 쳐 are 저, 쩌, 처; ㅢ after a written consonant is ㅣ: 가져 [가저], 희망 [히망]. Answers the vowel."""
    if sound == "ㅕ" and head in ("ㅈ", "ㅉ", "ㅊ"):
        return "ㅓ"
    if sound == "ㅢ" and written_head != NO_HEAD:
        return "ㅣ"
    return sound


ORDER: tuple[Callable[[Meeting], None], ...] = (
    names_of_letters,
    sai_siot,
    inserted_nieun,
    palatal,
    final_hieut,
    head_hieut,
    content_morpheme,
    moving_on,
    tense_after_stems,
    tense_by_lexicon,
    tense_after_stops,
    final_alone,
    rieul_to_nieun,
    nasal,
    lateral,
)

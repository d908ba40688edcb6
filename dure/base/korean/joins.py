"""How two written words meet in one breath: spoken as one, or side by side; and what an ending tenses.

A word of one syllable leans on the next one (못 온다, 밭 아래), a number on what it counts (십육 일), a verb in -(으)ㄹ on
what it goes with (할 일). Others keep apart: their vowels do not link, though their consonants still touch (책 넣는다).
"""

from dataclasses import dataclass

from dure.base.korean import tables
from dure.base.korean.articles import Join
from dure.base.korean.letters import NO_HEAD, final_of, is_syllable, split

SINO = frozenset("일이삼사오육칠팔구십백천만억조영공")
_DIGITS = frozenset("일이삼사오육칠팔구공영")
NATIVE = frozenset(tables.listed("words", "native_numbers"))
_Y_VOWELS = "ㅣㅑㅕㅛㅠㅒㅖ"
_NO_NIEUN = ("있", "이런", "이렇", "이었", "이에", "인", "원", "이십", "이백", "이천", "이만", "일월", "이월")
_PLACES = ("위", "안", "앞", "아래")
_OPEN_FINALS = ("", "ㄴ", "ㄹ", "ㅁ", "ㅇ")
_LEANING_NOUNS = ("역", "옆", "약", "잎", "엿", "윷")
_AFTER_LEANING = ("", "에", "은", "이", "을", "으로", "에서", "의", "도", "까지", "부터", "과", "입니다")
# A verb in -(으)ㄹ: its last syllable, alone or at the end of a longer word; and the stems before 을.
_FUTURE_ALONE = frozenset("할갈올볼줄될쓸낼잘설알살놀들탈걸팔열둘필킬날칠")
_FUTURE_ENDS = frozenset("할될릴킬낼올갈볼줄쓸날힐")
_FUTURE_TWO = tables.listed("words", "future_ends")
_NOT_FUTURE = tables.listed("words", "not_future")
_CAN = ("수", "수가", "수는", "수도", "수밖에", "수야")
_STEMS = frozenset(
    "있없먹받입앉찾읽넣놓남참않많좋같걷닫묻씻벗잡막적뽑심맞잊늦높낮깊짧넓얇얻믿웃익죽녹볶닦깎묶섞겪쫓찢잃끓싫옳"
)
_STEMS |= frozenset("겠았었했갔왔됐줬렸졌셨냈썼")
_BOUND = tables.listed("words", "bound")
_SHORT_BOUND = (
    "수",
    "바",
    "줄",
    "적",
    "데",
    "분",
    "건",
    "거",
    "걸",
)  # only alone or with a particle: 할 수도, not 할 수도관
_PARTICLES = frozenset(("", *tables.listed("words", "particles")))
_TENSING_ENDINGS = ("수록", "지라도", "지언정", "진대", "세라")
_COUNTED_TENSE = ("등", "점", "세", "조", "주", "단계", "종")  # after 일, 칠, 팔 (article 26)


@dataclass(frozen=True, slots=True)
class Meet:
    """How one word meets the next: closeness, and a mark with its article as in the lexicon."""

    join: Join
    mark: str = ""
    article: str = ""


_APART = Meet(Join.SPACE)
_AS_ONE = Meet(Join.LINKED)
_WITH_NIEUN = Meet(Join.LINKED, "+", "29")


def is_sino(word: str) -> bool:
    """Whether a word is nothing but a Sino-Korean number."""
    return bool(word) and all(char in SINO for char in word)


def is_number(word: str) -> bool:
    """Whether a word is a number: Sino-Korean, or native up to 99."""
    if is_sino(word) or word in NATIVE:
        return True
    return any(word.startswith(tens) and word[len(tens) :] in NATIVE for tens in NATIVE if len(tens) < len(word))


def meet(before: str, after: str, then: str = "", *, counter: bool = False) -> Meet:
    """How two written words of one breath meet, before a third, `then`; a `counter` leans on the number before it alone."""
    if counter and (before == "일" or not is_number(before)):
        return _APART
    future = is_future(before)
    first = split(after[0])
    if first.head == NO_HEAD:
        return _before_vowel(before, after, first.vowel, future=future)
    if (future and _is_bound(after)) or _must_be_future(before, after, then):
        return Meet(Join.LINKED, "*", "27")
    if is_number(before):
        return Meet(Join.LINKED, *_tensed_count(before, after))
    return _AS_ONE if len(before) == 1 else _APART


def _before_vowel(before: str, after: str, vowel: str, *, future: bool) -> Meet:
    plain = vowel not in _Y_VOWELS
    if is_number(after) and not (future or is_number(before)):
        return _APART  # a number is said clearly: 쌀 이십 킬로그램
    if is_number(before):
        sino = is_sino(before)  # six days are 육 일 [유길], but one piece of work is 한 일 [한닐]
        nieun = not plain and (after[0] in "육여열연역" or not (sino or after.startswith(_NO_NIEUN)))
        return _WITH_NIEUN if nieun else _AS_ONE
    if not plain and after.startswith(_LEANING_NOUNS) and after[1:] in _AFTER_LEANING:
        return _WITH_NIEUN
    if len(before) > 1 and not future:
        beside = after.startswith(_PLACES) and final_of(before[-1]) not in _OPEN_FINALS  # 무릎 위 [무르뷔]
        return _AS_ONE if beside else _APART
    if plain or after.startswith(_NO_NIEUN) or (is_sino(after) and len(after) > 1 and after[0] != "육"):
        return _AS_ONE
    return _WITH_NIEUN


def _tensed_count(before: str, after: str) -> tuple[str, str]:
    if before.endswith(("열", "여덟")) and not is_number(after):
        return "*", "28"
    if is_sino(before) and before[-1] in "일칠팔" and after.startswith(_COUNTED_TENSE):
        return "*", "26"
    return "", ""


def _must_be_future(before: str, after: str, then: str) -> bool:
    """Whether what follows leaves no choice: -ㄹ 수 있다, -ㄹ 수 없다, and -ㄹ 것 behind what is no noun."""
    if final_of(before[-1]) != "ㄹ" or len(before) == 1:
        return False
    if after in _CAN:
        return then.startswith(("있", "없"))
    return after.startswith(("것", "겁", "거예요", "거야")) and not before.endswith(_NOT_FUTURE)


def _is_bound(word: str) -> bool:
    """Whether a word is a noun that leans on a verb in -(으)ㄹ: 것, 수, 데, 바, 분, 사람 and their like."""
    for noun in _BOUND:
        if word.startswith(noun):
            return noun not in _SHORT_BOUND or word[len(noun) :] in _PARTICLES
    return False


def is_future(word: str) -> bool:
    """Whether a word looks like a verb in -(으)ㄹ (관형사형): 할, 있을, 참석하실; not 마을, 역할, 오늘."""
    if not word or final_of(word[-1]) != "ㄹ" or word.endswith(_NOT_FUTURE):
        return False
    if len(word) == 1:
        return word in _FUTURE_ALONE
    if word[-1] == "을":
        return word[-2] in _STEMS
    return word[-1] in _FUTURE_ENDS or word.endswith(_FUTURE_TWO)


def tensed_ending(word: str, at: int) -> bool:
    """Whether an ending that is tensed after ㄹ (article 27) begins at syllable `at`: 할수록, 할지라도."""
    return at > 0 and final_of(word[at - 1]) == "ㄹ" and word.startswith(_TENSING_ENDINGS, at)


def digits_said(word: str) -> bool:
    """Whether a word is digits said one by one, in which 육 after a vowel is 륙: 사오육칠 [사오륙칠]."""
    return len(word) > 2 and all(char in _DIGITS for char in word) and all(map(is_syllable, word))

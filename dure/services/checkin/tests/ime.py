"""A Korean keyboard in Hangul mode (two-set layout): how its input method puts letters together. Written from the layout."""

LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
TAILS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
KEYS = dict(zip("qwertyuiopasdfghjklzxcvbnm", "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ", strict=True))
SHIFTED = {"Q": "ㅃ", "W": "ㅉ", "E": "ㄸ", "R": "ㄲ", "T": "ㅆ", "O": "ㅒ", "P": "ㅖ"}
JOINED_VOWELS = {"ㅗㅏ": "ㅘ", "ㅗㅐ": "ㅙ", "ㅗㅣ": "ㅚ", "ㅜㅓ": "ㅝ", "ㅜㅔ": "ㅞ", "ㅜㅣ": "ㅟ", "ㅡㅣ": "ㅢ"}
JOINED_TAILS = {
    "ㄱㅅ": "ㄳ",
    "ㄴㅈ": "ㄵ",
    "ㄴㅎ": "ㄶ",
    "ㄹㄱ": "ㄺ",
    "ㄹㅁ": "ㄻ",
    "ㄹㅂ": "ㄼ",
    "ㄹㅅ": "ㄽ",
    "ㄹㅌ": "ㄾ",
    "ㄹㅍ": "ㄿ",
    "ㄹㅎ": "ㅀ",
    "ㅂㅅ": "ㅄ",
}


class _Syllable:
    """What the input method still has under its cursor."""

    def __init__(self) -> None:
        self.lead, self.vowel, self.tail = "", "", ""

    def text(self) -> str:
        if self.lead and self.vowel:
            at = (LEADS.index(self.lead) * 21 + VOWELS.index(self.vowel)) * 28 + TAILS.index(self.tail or " ")
            return chr(0xAC00 + at)
        return self.lead + self.vowel


def typed_in_hangul(keys: str) -> str:
    """What stands in the field after these keys were typed."""
    out, now = "", _Syllable()
    for key in keys:
        jamo = SHIFTED.get(key) or KEYS.get(key.lower(), key)
        if jamo in VOWELS:
            out, now = _vowel(out, now, jamo)
        elif jamo in LEADS:
            out, now = _consonant(out, now, jamo)
        else:
            out, now = out + now.text() + jamo, _Syllable()
    return out + now.text()


def _vowel(out: str, now: _Syllable, jamo: str) -> tuple[str, _Syllable]:
    fresh = _Syllable()
    if now.tail:  # the last consonant moves to the new syllable
        parts = next((pair for pair, joined in JOINED_TAILS.items() if joined == now.tail), now.tail)
        now.tail, fresh.lead = (parts[0] if len(parts) > 1 else ""), parts[-1]
        fresh.vowel = jamo
        return out + now.text(), fresh
    if now.vowel:
        joined = JOINED_VOWELS.get(now.vowel + jamo)
        if joined:
            now.vowel = joined
            return out, now
        fresh.vowel = jamo
        return out + now.text(), fresh
    now.vowel = jamo
    return out, now


def _consonant(out: str, now: _Syllable, jamo: str) -> tuple[str, _Syllable]:
    if now.lead and now.vowel:
        if not now.tail and jamo in TAILS:
            now.tail = jamo
            return out, now
        joined = JOINED_TAILS.get(now.tail + jamo)
        if joined:
            now.tail = joined
            return out, now
    fresh = _Syllable()
    fresh.lead = jamo
    return out + now.text(), fresh

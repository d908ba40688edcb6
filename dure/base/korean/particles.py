"""Particles by the last sound, and sums in short. Pure."""

_WITH_FINAL = {
    "이/가": ("이", "가"),
    "은/는": ("은", "는"),
    "을/를": ("을", "를"),
    "과/와": ("과", "와"),
    "으로/로": ("으로", "로"),
}
_DIGIT_FINAL = {
    "0": 21,
    "1": 8,
    "2": 0,
    "3": 16,
    "4": 0,
    "5": 0,
    "6": 1,
    "7": 8,
    "8": 8,
    "9": 0,
}  # 영 일 이 삼 사 오 육 칠 팔 구
_RIEUL = 8


def final_sound(word: str) -> int:
    """Index of the last syllable's final consonant (0 = none, 8 = rieul); for a digit, that of its Korean reading."""
    for char in reversed(word):
        if "가" <= char <= "힣":
            return (ord(char) - 0xAC00) % 28
        if char in _DIGIT_FINAL:
            return _DIGIT_FINAL[char]
        if char.isalpha():
            return 0
    return 0


def with_particle(word: str, pair: str) -> str:
    """`word` with the particle of `pair` (written "이/가", "은/는", "을/를", "과/와", "으로/로") that its last sound asks for."""
    closed, opened = _WITH_FINAL[pair]
    final = final_sound(word)
    if pair == "으로/로" and final == _RIEUL:
        return word + opened
    return word + (closed if final else opened)


def won_short(amount: int) -> str:
    """A sum as people say it: 8,432,100 -> '843만', 120,000,000 -> '1.2억'. Floors, so that it never promises too much."""
    if amount < 0:
        return "-" + won_short(-amount)
    if amount >= 100_000_000:
        tenths = amount // 10_000_000
        return f"{tenths // 10:,}.{tenths % 10}억" if tenths % 10 else f"{tenths // 10:,}억"
    if amount >= 10_000:
        return f"{amount // 10_000:,}만"
    return f"{amount:,}"

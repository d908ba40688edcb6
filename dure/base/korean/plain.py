"""Any text to plain characters: one form of each dash, wave, digit and unit sign; composed Hangul; no marks that only combine."""

import unicodedata

ATTACH = "\x01"  # between words that are put together: what follows leans on what stands before
_SAME = {
    **dict.fromkeys("∼〜～˜∽", "~"),
    **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
    **dict.fromkeys("·ㆍ・‧∙•⋅･", "·"),
    **dict.fromkeys("‘’‚‛“”„‟«»‹›「」『』《》〈〉【】〔〕'`´", '"'),
    **dict.fromkeys("→⇒➡⟶", ","),
    "⁄": "/",
    "∶": ":",
    "﹕": ":",
    "℃": "°C",
    "º": "°",
    "µ": "μ",
    "☎": " 전화 ",
    "☏": " 전화 ",
    "✆": " 전화 ",
    "…": ",",
    "￦": "₩",
    "α": " 알파 ",
    "β": " 베타 ",
    "γ": " 감마 ",
    "Ω": " 옴 ",
}
_HANJA = dict(
    zip(
        "月火水木金土日一二三四五六七八九十百千萬年時分男女父母子孫兄弟大中小上下左右前後新舊無有全內外東西南北故喪忌祝吉",
        "월화수목금토일일이삼사오육칠팔구십백천만년시분남여부모자손형제대중소상하좌우전후신구무유전내외동서남북고상기축길",
        strict=True,
    )
)
_JAMO_FIRST, _JAMO_LAST = "\u3131", "\u3163"


def plain(text: str) -> str:
    """`text` in plain characters. Each character becomes at most a few, so the work grows with the length alone."""
    bare = "".join(char for char in text if unicodedata.category(char)[0] != "M")
    return "".join(map(_plain, unicodedata.normalize("NFC", bare)))


def _plain(char: str) -> str:
    if char in _SAME:
        return _SAME[char]
    if char in _HANJA:
        return _HANJA[char]
    if char < "\x7f" and char >= " ":
        return char
    if char in "\n\r\u2028\u2029\x0b\x0c\x85":
        return "\n"
    category = unicodedata.category(char)
    if category in ("Cf", "Cn", "Co", "Cs"):
        return ""
    if category[0] in "CZ":
        return " "
    if _JAMO_FIRST <= char <= _JAMO_LAST or "가" <= char <= "힣":
        return char
    return _folded(char)


def _folded(char: str) -> str:
    folded = "".join(_SAME.get(part, part) for part in unicodedata.normalize("NFKC", char))
    if unicodedata.category(char) == "No":
        if "/" in folded:
            return " " + folded  # ½
        if "①" <= char <= "⒛":
            return folded.strip("().") + ", "  # a circled number numbers something
    if char.isalpha() and not folded.isascii():
        letters = unicodedata.normalize("NFKD", char)
        if letters[0].isascii():
            return letters[0]
    if "Ⅰ" <= char <= "ⅿ" and char in _ROMAN:
        return f" {_ROMAN[char]} "
    return folded


_ROMAN = {char: index for start in ("Ⅰ", "ⅰ") for index, char in enumerate((chr(ord(start) + i) for i in range(12)), 1)}

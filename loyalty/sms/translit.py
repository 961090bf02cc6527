"""Russian in Latin letters, as people read it without a key; what that saves in parts. Pure.

By ГОСТ Р 52535.1 (passports), save that soft and hard signs fall out and й, ю, я are y, yu, ya. Signs that would
make the whole message UCS-2 (« » — … № ₽, no-break spaces) become plain ones; emoji stay as they are.
"""

import re

from loyalty.sms import parts

_LETTERS = {
    **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True)),
    "ё": "e", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "",
    "ю": "yu", "я": "ya",
    "і": "i", "ї": "yi", "є": "ye", "ґ": "g", "ў": "u",  # names of neighbours
    "ә": "a", "ө": "o", "ү": "u", "ұ": "u", "қ": "k", "ң": "n", "ғ": "g", "һ": "h", "җ": "zh",
}  # fmt: skip
_SIGNS = {
    **dict.fromkeys("«»“”„″", '"'),
    **dict.fromkeys("‘’‚`´′", "'"),
    **dict.fromkeys("—–‑‒−", "-"),
    **dict.fromkeys("\u00a0\u2009\u202f\t", " "),
    **dict.fromkeys("\u200b\u200d\ufeff\u00ad", ""),
    "…": "...", "№": "N", "₽": "rub.", "•": "-", "×": "x", "·": "-",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_SIGN = str.maketrans(_SIGNS)


def latin(text: str) -> str:
    """A text in Latin letters; what is Latin already stays."""
    return _WORD.sub(lambda found: _word(found[0]), text.translate(_SIGN))


def _word(word: str) -> str:
    is_loud = len(word) > 1 and word.isupper()  # «ЖАР» is «ZHAR», «Жар» is «Zhar»
    return "".join(_letter(letter, is_loud) for letter in word)


def _letter(letter: str, is_loud: bool) -> str:
    lower = letter.lower()
    if lower not in _LETTERS:
        return letter
    written = _LETTERS[lower]
    if letter == lower:
        return written
    return written.upper() if is_loud else written.capitalize()


def saves(text: str) -> int:
    """How many parts fewer a text is in Latin letters; 0 where it is no shorter."""
    return max(0, parts.count(text).parts - length(text).parts)


_AS_LONG = str.maketrans(_SIGNS | _LETTERS | {letter.upper(): written for letter, written in _LETTERS.items()})


def length(text: str) -> parts.Length:
    """How long `latin` of a text is, without its care for capital letters: much the faster."""
    return parts.count(text.translate(_AS_LONG))

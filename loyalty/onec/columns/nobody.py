"""What is no value is no identity: zeros, placeholders, rounded numbers and «Розничный покупатель» are nobody."""

import re
from typing import NamedTuple

from loyalty.customers.phones import BadPhone, normalise_phone
from loyalty.onec.columns.cells import clean, clean_code, is_error_mark

_ROUNDED = re.compile(r"[+-]?\d(?:[.,]\d+)?[eEеЕ]\+\d{1,3}")
_NO_CODE = re.compile(
    r"0+|(\d)\1{6,}|x+|х+|\?+|\*+|\.+|_+|нет|не указан\w*|неизвест\w*|отсутств\w*"
    r"|(?:без|нет) (?:карты|кода|номера|клиента|телефона)|пусто|none|no|n/?a|test|тест",
    re.IGNORECASE,
)
_RETAIL = re.compile(
    r"(?:розниц\w*|розн(?:ичн\w*)?\.? *(?:покупател\w*|клиент\w*|продаж\w*|торговл\w*)?"
    r"|розничн\w* (?:покупател|клиент)\w*\b.*|(?:розничн\w* )?продаж\w* (?:населению|в розницу)"
    r"|физ(?:ическ\w*)?\.? *лиц\w*|част\w* *(?:лиц\w*|клиент\w*)|покупател\w*|клиент\w*|аноним\w*|гость|население"
    r"|без (?:имени|клиента|карты)|прочие(?: *(?:покупатели|клиенты))?"
    r"|неизвестн\w*(?: *(?:покупател\w*|клиент\w*))?"
    r"|конечн\w* *(?:потребител\w*|покупател\w*)|не указан\w*|нет|тест\w*)",
    re.IGNORECASE,
)
_CODES = frozenset({"", "000", "123", "495", "800", "900", "999"})
_COUNTED = frozenset({"1234567", "12345678", "123456789", "1234567890"})
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
_SIGNS = re.compile(r"[^\w\s.]")
_HIDDEN = re.compile(r"\d[xхXХ#]{2,}")


def is_retail(name: str) -> bool:
    """1C's stand-in for a buyer nobody asked: «Розничный покупатель (основной)», «Физ. лицо», «Покупатели»."""
    plain = " ".join(_SIGNS.sub(" ", _BRACKETS.sub(" ", name)).split()).strip(" .")
    plain = plain.rstrip("0123456789").rstrip(" .")
    return bool(plain) and _RETAIL.fullmatch(plain) is not None


class Sign(NamedTuple):
    """A code, card or phone read: its value, and a word of what was wrong with the cell where it is none."""

    value: str | None
    trouble: str = ""
    is_broken: bool = False  # it was meant to be one, and can be mended


NONE = Sign(None)


def read_code(text: str) -> Sign:
    """A customer's code or card: not zeros, not a word for «none», not what Excel rounded."""
    if is_error_mark(clean(text)):
        return Sign(None, "в ячейке ошибка таблицы")
    code = clean_code(text)
    if not code or _NO_CODE.fullmatch(code):
        return NONE
    if _ROUNDED.fullmatch(code):
        return Sign(None, "Excel округлил номер; сделайте колонку текстовой и выгрузите файл заново")
    return Sign(code)


def read_phone(text: str) -> Sign:
    """A phone as +7XXXXXXXXXX. A mask, an e-mail, a placeholder is nobody's; a digit too few can be mended."""
    text = clean(text)
    digits = "".join(filter(str.isdigit, text))
    if is_error_mark(text) or not digits.strip("0"):
        return NONE if not text or set(text) <= set("0 +-()") else Sign(None, "это не телефон")
    if "@" in text or "*" in text or _HIDDEN.search(text):
        return Sign(None, "телефон скрыт или вместо него почта")
    if _is_placeholder(digits):
        return Sign(None, "это заглушка, а не телефон")
    try:
        return Sign(normalise_phone(text))
    except BadPhone as refusal:
        return Sign(None, str(refusal), is_broken=True)


def _is_placeholder(digits: str) -> bool:
    """+7 900 000-00-00, 1111111, 0000000000: typed to get past an obligatory field, shared by many people."""
    is_zeros = digits[-7:] == "0" * 7 and digits[-10:-7] in _CODES
    return len(set(digits[1:])) <= 1 or is_zeros or digits in _COUNTED

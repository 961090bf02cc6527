"""A phone as people write it becomes +7XXXXXXXXXX, or one Russian sentence saying why it cannot."""

import re
from functools import lru_cache

from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    PhoneNumberType,
    format_number,
    is_valid_number,
    number_type,
    parse,
)

from loyalty.errors import LoyaltyError

_PLAIN_MOBILE = re.compile(r"(?:\+?7|8)?(9\d{9})(?:\.0)?")
_WRITTEN = str.maketrans("", "", " ()-\u00a0\u2011")
_EXPONENT = re.compile(r"\d[.,]?\d*[eEеЕ]\+?\d{1,2}")
_EXTENSION = re.compile(r"(?:доб|вн|ext)\w*\.?.*", re.IGNORECASE)
_NOT_DIALLED = re.compile(r"[^\d+()\-.\s]")
_SEPARATORS = re.compile(r"[,;/|\n]")
_MOBILES = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


class BadPhone(LoyaltyError):
    """The text is no phone; str() says why."""


def normalise_phone(text: str) -> str | None:
    """The phone as +7XXXXXXXXXX (E.164), None for an empty text; raises BadPhone.

    Of several phones in one text the first mobile one is taken, else the first valid one.
    """
    text = text.strip()
    plain = _PLAIN_MOBILE.fullmatch(text.translate(_WRITTEN))  # nearly every phone of a shop; the library is slow
    if plain and not _is_placeholder(plain[1]):
        return "+7" + plain[1]
    if not any(symbol.isdigit() for symbol in text):
        if text.strip(" -–—.,;+()"):
            raise BadPhone("в телефоне нет цифр")
        return None
    if _EXPONENT.search(text):
        raise BadPhone("Excel округлил телефон; сделайте колонку текстовой и выгрузите файл заново")
    found = [one for part in _SEPARATORS.split(text) if (one := _one(part))]
    if not found:
        raise BadPhone("это не похоже на номер телефона")
    return next((phone for phone, mobile in found if mobile), found[0][0])


def _one(part: str) -> tuple[str, bool] | None:
    """One phone of a text with its being a mobile one; None when it isn't a phone."""
    part = _NOT_DIALLED.sub(" ", _EXTENSION.sub("", part)).strip()
    if part.endswith(".0"):
        part = part[:-2]
    if part.startswith("+8"):  # a common slip for +7
        part = part[1:]
    digits = re.sub(r"\D", "", part)
    if len(digits) == 10 and digits[0] != "8" and not part.startswith("+"):
        part = "+7" + digits
    elif part.startswith("+") or digits.startswith("810"):
        part = "+" + digits.removeprefix("810")
    try:
        number = parse(part, "RU")
    except NumberParseException:
        return None
    if not is_valid_number(number) or _is_placeholder(str(number.national_number)):
        return None
    return format_number(number, PhoneNumberFormat.E164), number_type(number) in _MOBILES


def _is_placeholder(national: str) -> bool:
    """999 999-99-99 and the like: typed to get past an obligatory field, shared by many people."""
    return len(set(national)) <= 1


@lru_cache(maxsize=10_000)
def _is_mobile_elsewhere(phone: str) -> bool:
    try:
        return number_type(parse(phone, "RU")) in _MOBILES
    except NumberParseException:
        return False


def is_mobile(phone: str) -> bool:
    """Whether a phone (E.164) takes SMS: a mobile one, a foreign one too; not a landline, not 8-800."""
    return bool(_PLAIN_MOBILE.fullmatch(phone)) or _is_mobile_elsewhere(phone)

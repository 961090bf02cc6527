"""How the card's form calls what is known of a person, and says what was changed in it."""

from collections.abc import Callable, Mapping
from typing import Any

from loyalty import wording

SEX = {"": "не указан", "f": "женский", "m": "мужской"}
CONSENT = {"": "не спрашивали", True: "есть", False: "отказ"}
RELATIVES = "relatives"
WORDS = {
    "last_name": "Фамилия", "first_name": "Имя", "middle_name": "Отчество", "email": "E-mail", "city": "Город",
    "street": "Улица", "house": "Дом", "card": "Карта", "external_id": "Код 1С", "source": "Откуда пришёл",
}  # fmt: skip
DAYS = {"birth_date": "Дата рождения", "registered_on": "Дата регистрации"}
OTHERS = {"phone": "Телефон", "sex": "Пол", "sms_consent": "Согласие на SMS", "comment": "Комментарий"}
LABELS = WORDS | DAYS | OTHERS
_SAY: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(DAYS, wording.day), "sex": SEX.__getitem__, "sms_consent": CONSENT.__getitem__,
}  # fmt: skip


def changed(values: Mapping[str, Any]) -> str:
    """What was typed, by field: it can be read and typed again, should it not be written."""
    typed = [f"{LABELS[name]} «{_said(name, value)}»" for name, value in values.items() if name in LABELS]
    return ", ".join([*typed, *(["близкие"] if RELATIVES in values else [])])


def _said(name: str, value: Any) -> str:
    return _SAY.get(name, lambda words: str(words or ""))(value)

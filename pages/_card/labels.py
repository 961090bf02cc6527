"""What the card's form calls its fields, and what was typed there in words."""

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
OTHERS = {"phone": "Телефон", "sex": "Пол", "sms_consent": "Согласие на рекламу по SMS", "comment": "Комментарий"}
LABELS = WORDS | DAYS | OTHERS


def in_words(changes: Mapping[str, Any]) -> str:
    """What was typed: it can be read and typed again, should it not be written."""
    say: dict[str, Callable[[Any], str]] = {
        **dict.fromkeys(DAYS, wording.day), "sex": SEX.__getitem__, "sms_consent": CONSENT.__getitem__,
    }  # fmt: skip
    typed = [
        f"{LABELS[name]} «{'' if value is None else say.get(name, str)(value)}»"
        for name, value in changes.items()
        if name in LABELS
    ]
    return ", ".join([*typed, *(["близкие"] if RELATIVES in changes else [])])

"""What a person may say on a customer's card: every mistake of it, a sentence a field, before anything is kept."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from loyalty.customers.phones import BadPhone, normalise_phone

LETTERS_MAX = {
    "last_name": 100, "first_name": 100, "middle_name": 100, "email": 200, "city": 100, "street": 200, "house": 50,
    "card": 100, "external_id": 100, "source": 200, "comment": 2000, "phone": 100,
}  # fmt: skip
"""The longest text of each field."""

RELATION_MAX = 60
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Kin(NamedTuple):
    """Somebody close to a customer: who it is to her, a name where known, the birthday."""

    relation: str
    name: str
    birth_date: date


def problems(changes: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the words themselves."""
    found = {
        name: f"Слишком длинно: помещается {LETTERS_MAX[name]} знаков"
        for name, value in changes.items()
        if name in LETTERS_MAX and value and len(value) > LETTERS_MAX[name]
    }
    try:
        normalise_phone(changes.get("phone") or "")
    except BadPhone as bad:
        found["phone"] = str(bad)
    if (email := changes.get("email")) and not _EMAIL.fullmatch(email):
        found["email"] = "Это не похоже на адрес e-mail: напишите, например, anna@mail.ru"
    return found | dict(_of_relatives(changes.get("relatives", ())))


def _of_relatives(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Rows with relation, name and birth_date; a field of one is named «relatives.0.name»."""
    for at, row in enumerate(rows):
        if not row.get("relation"):
            yield f"relatives.{at}.relation", "Напишите, кто это: муж, дочь, мама…"
        if not row.get("birth_date"):
            yield f"relatives.{at}.birth_date", "Укажите день рождения"
        for name in ("relation", "name"):
            if len(row.get(name) or "") > RELATION_MAX:
                yield f"relatives.{at}.{name}", f"Слишком длинно: помещается {RELATION_MAX} знаков"


def kin(rows: Sequence[Mapping[str, Any]]) -> list[Kin]:
    """Sound rows as relatives."""
    return [Kin(row["relation"], row.get("name") or "", row["birth_date"]) for row in rows]

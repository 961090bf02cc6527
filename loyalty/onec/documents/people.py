"""Rows of a customers file become CustomerDocuments: names, addresses and flags taken apart."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TypeVar

from loyalty.customers.names import split_name
from loyalty.onec.books.sheets import RawRow
from loyalty.onec.columns import values
from loyalty.onec.columns.catalogue import CUSTOMERS
from loyalty.onec.columns.headers import Mapping, normalised
from loyalty.onec.columns.values import Bad, Memo
from loyalty.onec.documents.reading import Reading, RowError
from loyalty.onec.documents.staging import Staging
from loyalty.sales.documents import CustomerDocument, CustomerRef
from loyalty.wording import sentence

Value = TypeVar("Value")

_REGION = re.compile(
    r"^\d{6}$|\b(?:обл|область|край|респ|республика|р-н|район|округ|АО)\b|^(?:Россия|РФ)$", re.IGNORECASE
)
_CITY = re.compile(
    r"^(?:г|гор|город|пос|посёлок|поселок|пгт|с|село|дер|деревня|ст-ца|д)\b\.?\s*(?P<name>\D.*)$", re.IGNORECASE
)
_CITY_AFTER = re.compile(r"^(?P<name>\D.+?)\s+(?:г|город)\.?$", re.IGNORECASE)
_STREET = re.compile(
    r"\b(?:ул|улица|пр-т|пр-кт|просп|проспект|пер|переулок|б-р|бульвар|ш|шоссе|наб|набережная|пл|площадь|проезд|пр|мкр|тракт|аллея)\b\.?",
    re.IGNORECASE,
)
_HOUSE = re.compile(
    r"^(?:(?:д|дом|корп|корпус|к|стр|строение|кв|квартира|оф|офис|влд|вл)\b\.?\s*)?№?\s*\d\S{0,6}(?:\s.*)?$",
    re.IGNORECASE,
)
_HOUSE_TAIL = re.compile(r"^(?P<street>.*\D)\s(?P<house>(?:д\.?\s*)?\d+\S{0,4})$")


def split_address(text: str) -> tuple[str | None, str | None, str | None]:
    """City, street and house of «г. Москва, ул. Ленина, д. 5, кв. 12»; the street takes the rest."""
    city: str | None = None
    street: list[str] = []
    house: list[str] = []
    for part in (piece.strip() for piece in text.split(",")):
        if not part or (_REGION.search(part) and not street and not _STREET.search(part)):
            continue
        if street and _HOUSE.match(part):
            house.append(part)
        elif _STREET.search(part):
            tail = _HOUSE_TAIL.match(part)
            street.append(tail["street"].strip() if tail else part)
            house += [tail["house"]] if tail else []
        elif city is None and (named := _CITY.match(part) or _CITY_AFTER.match(part)):
            city = named["name"].strip()
        elif city is None and not street and "," in text:
            city = part
        else:
            street.append(part)
    return city, ", ".join(street) or None, _house(house)


def _house(parts: list[str]) -> str | None:
    if parts:
        parts[0] = re.sub(r"^(?:д|дом)\b\.?\s*", "", parts[0], flags=re.IGNORECASE)
    return ", ".join(parts) or None


def _sex(text: str) -> str | Bad | None:
    word = values.clean(text).lower()
    if not word or word in ("не указан", "не указано", "неизвестен"):
        return None
    if word[0] in "жf":
        return "f"
    return "m" if word[0] == "м" or word in ("m", "male") else Bad("ожидался пол: «Женский» или «Мужской»")


class _BadCell(Exception):
    def __init__(self, field: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.value, self.reason = field, value, reason


class PeopleReader:
    """Reads a customers file row by row."""

    def __init__(self, mapping: Mapping, staging: Staging, report: Reading, today: date) -> None:
        self._fields, self._labels = mapping.fields, mapping.labels
        self._header = [normalised(label) for label in mapping.labels]
        self._staging, self._report, self._today = staging, report, today
        self._dates, self._phones = Memo(values.parse_date), Memo(values.parse_phone)

    def documents(self, rows: Iterable[RawRow]) -> Iterator[CustomerDocument]:
        for number, cells, _level in rows:
            texts = [cell.strip() for cell in cells]
            filled = [text for text in texts if text]
            if not filled or filled[0].lower().startswith(("итого", "всего")):
                continue
            if [normalised(text) for text in texts[: len(self._header)]] == self._header:
                continue
            try:
                person = self._person(number, cells)
            except _BadCell as bad:
                self._reject(number, bad)
                continue
            if person is not None:
                self._report.taken += 1
                yield person

    def _reject(self, row: int, bad: _BadCell) -> None:
        column = self._fields.get(bad.field)
        label = self._labels[column] if column is not None and column < len(self._labels) else ""
        reason = sentence(bad.reason)
        self._report.errors.add(RowError(row, label or CUSTOMERS[bad.field].label, bad.value, reason))
        self._report.taken += 1
        self._report.rejected += 1
        self._staging.reject([row], reason)

    def _text(self, cells: list[str], field: str) -> str:
        column = self._fields.get(field)
        return values.clean(cells[column]) if column is not None and column < len(cells) else ""

    def _person(self, number: int, cells: list[str]) -> CustomerDocument | None:
        if self._checked("deleted", values.parse_flag(self._text(cells, "deleted")), cells):
            self._report.warnings.add("deleted", "Клиенты, помеченные в 1С на удаление, пропущены.")
            return None
        full, last, first, middle, code = self._names(cells)
        code = values.clean_code(self._text(cells, "customer_code")) or code
        card = values.clean_code(self._text(cells, "card"))
        phone = self._phone(cells, bool(code or card))
        if not (code or card or phone):
            raise _BadCell("phone", "", "нет ни кода, ни карты, ни телефона: клиента не узнать")
        city, street, house = (self._text(cells, name) for name in ("city", "street", "house"))
        if (address := self._text(cells, "address")) and not (street or house):
            found = split_address(address)
            city, street, house = city or found[0] or "", found[1] or "", found[2] or ""
        return CustomerDocument(
            CustomerRef(code or None, card or None, phone, full or None),
            last or None, first or None, middle or None,
            self._day(cells, "birth_date"),
            self._checked("sex", _sex(self._text(cells, "sex")), cells),
            self._email(cells), city or None, street or None, house or None,
            self._day(cells, "registered_on"),
            self._text(cells, "comment") or None, self._text(cells, "source") or None,
            self._checked("consent", values.parse_flag(self._text(cells, "consent")), cells),
            [number],
        )  # fmt: skip

    def _names(self, cells: list[str]) -> tuple[str, str, str, str, str]:
        """Full, last, first and middle name, and the code of «Имя, КОД»."""
        last, first, middle = (self._text(cells, name) for name in ("last_name", "first_name", "middle_name"))
        full, code = self._text(cells, "full_name"), ""
        if full and "customer_code" not in self._fields:
            full, code = values.split_name_and_code(full)
        if full and not (last or first):
            last, first, middle = split_name(full)
        return full or " ".join(part for part in (last, first, middle) if part), last, first, middle, code

    def _phone(self, cells: list[str], known: bool) -> str | None:
        phone = self._phones[self._text(cells, "phone")]
        spare = self._phones[self._text(cells, "phone_spare")]
        if not isinstance(phone, str) and isinstance(spare, str):
            return spare
        if isinstance(phone, Bad) and known:
            shown = self._text(cells, "phone")
            self._report.warnings.add(
                "phone", f"Телефон «{shown}» не прочитан: {phone.reason}. Клиент принят без него."
            )
            return None
        return self._checked("phone", phone, cells)

    def _email(self, cells: list[str]) -> str | None:
        email = self._text(cells, "email")
        if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
            self._report.warnings.add("email", f"Адрес «{email}» не похож на электронную почту и пропущен.")
            return None
        return email or None

    def _day(self, cells: list[str], field: str) -> date | None:
        when = self._checked(field, self._dates[self._text(cells, field)], cells)
        if when is None:
            return None
        day = when.date() if isinstance(when, datetime) else None
        if day is not None and not date(1900, 1, 1) <= day <= self._today:
            raise _BadCell(field, self._text(cells, field), "такой даты здесь быть не может")
        return day

    def _checked(self, field: str, value: Value | Bad, cells: list[str]) -> Value:
        if isinstance(value, Bad):
            raise _BadCell(field, self._text(cells, field), value.reason)
        return value

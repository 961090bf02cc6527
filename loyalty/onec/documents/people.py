"""Rows of a customers file become CustomerDocuments: names, addresses and flags taken apart."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TypeVar

from loyalty.customers.names import split_name
from loyalty.onec.books.sheets import RawRow
from loyalty.onec.columns import cells as texts
from loyalty.onec.columns import values
from loyalty.onec.columns.catalogue import CUSTOMERS
from loyalty.onec.columns.cells import Bad
from loyalty.onec.columns.dates import date_parser
from loyalty.onec.columns.headers import normalised
from loyalty.onec.columns.nobody import is_retail, read_code, read_phone
from loyalty.onec.columns.plan import Plan
from loyalty.onec.columns.words import is_total
from loyalty.onec.documents.reading import Reading, RowError
from loyalty.onec.documents.staging import Staging
from loyalty.onec.memo import Memo
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
    word = text.lower()
    if word in _NO_SEX:
        return None
    if word[0] in "жf":
        return "f"
    return "m" if word[0] == "м" or word in ("m", "male") else Bad("ожидался пол: «Женский» или «Мужской»")


class _BadCell(Exception):
    def __init__(self, field: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.value, self.reason = field, value, reason


_NO_DAY = frozenset({(1899, 12, 30), (1899, 12, 31), (1900, 1, 1), (1753, 1, 1), (1970, 1, 1)})
_NO_SEX = frozenset({"", "не указан", "не указано", "неизвестен", "не определен", "не определён", "н", "-"})


class PeopleReader:
    """Reads a customers file row by row. What nobody is known by may be wrong: it is told, and stays empty."""

    def __init__(self, plan: Plan, staging: Staging, report: Reading, today: date, zone: str) -> None:
        self._fields, self._labels = plan.mapping.fields, plan.mapping.labels
        self._header = [normalised(label) for label in plan.mapping.labels]
        self._staging, self._report, self._today = staging, report, today
        self._days, self._births = (Memo(date_parser(plan.dates, zone, latest)) for latest in (None, today))
        self._phones, self._signs = Memo(read_phone), Memo(read_code)

    def documents(self, rows: Iterable[RawRow]) -> Iterator[CustomerDocument]:
        for number, cells, _level in rows:
            filled = [text for cell in cells if (text := cell.strip())]
            if not filled or is_total(filled[0]):
                continue
            if [normalised(text) for text in cells[: len(self._header)]] == self._header:
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

    def _cell(self, cells: list[str], field: str) -> str:
        column = self._fields.get(field)
        return cells[column].strip() if column is not None and column < len(cells) else ""

    def _text(self, cells: list[str], field: str) -> str:
        return texts.clean_text(self._cell(cells, field))

    def _person(self, number: int, cells: list[str]) -> CustomerDocument | None:
        if self._soft("deleted", values.parse_flag(self._text(cells, "deleted")), cells):
            self._report.warnings.add("deleted", "Клиенты, помеченные в 1С на удаление, пропущены.")
            return None
        full, last, first, middle, named = self._names(cells)
        if is_retail(full):
            self._report.warnings.add("retail", f"«{full}» — не клиент, а общее имя из 1С: строка пропущена.")
            return None
        code = self._sign(cells, "customer_code") or named.code or None
        card = self._sign(cells, "card")
        phone = self._phone(cells, bool(code or card)) or named.phone or None
        if not (code or card or phone):
            raise _BadCell(
                "phone", self._cell(cells, "phone"), "нет ни кода, ни карты, ни телефона: клиента не узнать"
            )
        city, street, house = (self._text(cells, name) for name in ("city", "street", "house"))
        if (address := self._text(cells, "address")) and not (street or house):
            found = split_address(address)
            city, street, house = city or found[0] or "", found[1] or "", found[2] or ""
        return CustomerDocument(
            CustomerRef(code, card, phone, full or None),
            last or None, first or None, middle or None,
            self._day(cells, "birth_date", self._births),
            self._soft("sex", _sex(self._text(cells, "sex")), cells),
            self._email(cells), city or None, street or None, house or None,
            self._day(cells, "registered_on", self._days),
            self._text(cells, "comment") or None, self._text(cells, "source") or None,
            *self._consent(cells),
            [number],
        )  # fmt: skip

    def _consent(self, cells: list[str]) -> tuple[bool | None, date | None, str]:
        """What was said, on which day where the cell tells, and in which column."""
        said = self._soft("consent", values.parse_consent(self._text(cells, "consent")), cells)
        if said is None:
            return None, None, ""
        if said[1] and said[1] > self._today:
            self._tell("consent", self._cell(cells, "consent"), "этот день ещё не настал")
            return None, None, ""
        return *said, self._labels[self._fields["consent"]]

    def _names(self, cells: list[str]) -> tuple[str, str, str, str, values.Named]:
        """Full, last, first and middle name, and what stood in the name's cell besides: a code, a phone."""
        last, first, middle = (self._text(cells, name) for name in ("last_name", "first_name", "middle_name"))
        named = values.Named(self._text(cells, "full_name"))
        if named.name and "customer_code" not in self._fields:
            named = values.parse_name(named.name)
        full = named.name
        if full and not (last or first):
            last, first, middle = split_name(full)
        return full or " ".join(part for part in (last, first, middle) if part), last, first, middle, named

    def _sign(self, cells: list[str], field: str) -> str | None:
        sign = self._signs[self._cell(cells, field)]
        if sign.trouble:
            self._tell(field, self._cell(cells, field), sign.trouble)
        return sign.value

    def _phone(self, cells: list[str], known: bool) -> str | None:
        main, spare = self._phones[self._cell(cells, "phone")], self._phones[self._cell(cells, "phone_spare")]
        if main.value or spare.value:
            return main.value or spare.value
        if main.is_broken and not known:
            raise _BadCell("phone", self._cell(cells, "phone"), main.trouble)
        if main.trouble:
            self._tell("phone", self._cell(cells, "phone"), main.trouble)
        return None

    def _email(self, cells: list[str]) -> str | None:
        email = self._text(cells, "email")
        if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
            self._tell("email", email, "это не похоже на электронную почту")
            return None
        return email or None

    def _day(self, cells: list[str], field: str, read: Memo[str, datetime | Bad | None]) -> date | None:
        text = self._text(cells, field)
        when = self._soft(field, read[text], cells)
        if not isinstance(when, datetime) or (when.year, when.month, when.day) in _NO_DAY:
            return None  # what programs write for an empty day
        if not date(1900, 1, 1) <= when.date() <= self._today:
            self._tell(field, text, "такой даты здесь быть не может")
            return None
        return when.date()

    def _soft(self, field: str, value: Value | Bad, cells: list[str]) -> Value | None:
        """The value, or None with a warning: nobody is known by it, and the person stays."""
        if isinstance(value, Bad):
            self._tell(field, self._cell(cells, field), value.reason)
            return None
        return value

    def _tell(self, field: str, value: str, reason: str) -> None:
        label = CUSTOMERS[field].label
        self._report.warnings.add(field, f"{label} «{value}» — {reason}: клиент принят без этого.")

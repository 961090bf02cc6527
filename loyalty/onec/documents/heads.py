"""What a row says of its document as a whole: kind, number, moment, shop, customer; parsed once a document."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, TypeAlias, TypeVar

from loyalty.onec.columns import cells, values
from loyalty.onec.columns.cells import Bad
from loyalty.onec.columns.dates import date_parser, parse_time
from loyalty.onec.columns.nobody import Sign, is_retail, read_code, read_phone
from loyalty.onec.columns.numbers import money_parser
from loyalty.onec.columns.plan import Plan
from loyalty.onec.columns.profile import Witness
from loyalty.onec.columns.values import Presentation
from loyalty.onec.columns.words import OTHER, RETURN, SALE, SHIFT, UNKNOWN, is_finished, kind_of
from loyalty.onec.documents.reading import Reading
from loyalty.onec.memo import Memo

BROKEN = "?"
SEPARATOR = "\x1f"
HEAD_FIELDS = (
    "date", "time", "number", "document_id", "document", "kind", "basis", "shop", "till", "shift", "place",
    "cashier", "customer_code", "customer", "phone", "phone_spare", "card", "payment", "posted", "deleted",
    "status", "total",
)  # fmt: skip
NAMING = tuple(HEAD_FIELDS.index(name) for name in ("date", "time", "number", "document_id", "document"))
"""Cells that tell which document a row is of: all empty, it goes on with the one above it."""
CUSTOMERS_KEPT = 100_000  # they come again for years, and each takes ten cells to read
_PERSON = slice(HEAD_FIELDS.index("customer_code"), HEAD_FIELDS.index("payment"))
_ANSWERED = {"sale": SALE, "return": RETURN, "other": OTHER}

Content: TypeAlias = tuple[Any, ...]
"""What a document says as a whole; its places are named below."""
AT, CUSTOMER, PLACE, CASHIER, PAYMENT, BASIS, BASIS_DAY, VOIDED, TOTAL = range(9)
Value = TypeVar("Value")
Problem: TypeAlias = tuple[str, str, str]
"""Field, value and reason."""


@dataclass(slots=True)
class Head:
    """A document's own cells, parsed; `problem` is (field, value, reason) where they can't be."""

    kind: str
    owners: tuple[str, ...] = ()  # kind, shop and number: what the bad row may belong to
    year: int = 0
    series: str = ""  # the day, where numbers start anew by it
    content: tuple[Any, ...] = ()  # by the places that assembling names: time as ISO text, total in kopecks
    problem: Problem | None = None
    empty: bool = False
    skipped: bool = False  # a known document that is no sale

    def key(self, kind: str) -> str:
        """Kind, shop, number, year (contract.md) and what else tells documents apart here."""
        return f"{kind}{self.owners[0][1:]}{SEPARATOR}{self.year}{SEPARATOR}{self.series}"


def picker(fields: dict[str, int], names: tuple[str, ...]) -> Callable[[list[str]], tuple[str, ...]]:
    """Takes those fields' cells out of a row whose last, added cell is empty and stands for absent columns."""
    return itemgetter(*(fields.get(name, -1) for name in names))


def heard(parse: Callable[[str], Value], look: Callable[[tuple[str]], None]) -> Callable[[str], Value]:
    """A parser that shows each cell to a witness first."""

    def told(text: str) -> Value:
        look((text,))
        return parse(text)

    return told


class HeadReader:
    """Turns a document's raw cells into a Head."""

    def __init__(self, plan: Plan, report: Reading, zone: str, witness: Witness) -> None:
        self._plan, self._report, self._witness = plan, report, witness
        fields = plan.mapping.fields
        self.pick = picker(fields, HEAD_FIELDS)
        self._dates = Memo(heard(date_parser(plan.dates, zone), witness.dates.look))
        self._phones, self._signs = Memo(read_phone), Memo(read_code)
        self._codes, self._texts, self._kinds = Memo(cells.clean_code), Memo(cells.clean_text), Memo(self._meaning)
        self._customers, self._states = Memo(self._customer, CUSTOMERS_KEPT), Memo(self._state)
        self._money = heard(money_parser(plan.money_mark), witness.money.look)
        self._has_code = "customer_code" in fields
        self._number_field = "number" if "number" in fields else "document"
        self._date_field = "date" if "date" in fields else "document"
        self._default = RETURN if plan.default_kind == "returns" else SALE

    def read(self, raw: tuple[str, ...]) -> Head:
        """The head of one document; `raw` as `pick` gives it."""
        date, time, number, document_id, document, kind_text, basis, shop, till, shift, place, cashier, *_ = raw
        presentation = values.parse_presentation(document) if document else None
        number = self._codes[number] or (presentation.number if presentation else "") or self._codes[document_id]
        when = self._moment(date, time, presentation)
        kind, problem = self._kind(kind_text, document, presentation, bool(number))
        if kind == OTHER:
            return Head(OTHER, skipped=True)
        shop, till = self._texts[shop], self._texts[till]
        if self._plan.till_is_shop:
            shop = till
        if problem is None and not isinstance(when, datetime):
            reason = when.reason if isinstance(when, Bad) else "нет даты документа"
            problem = (self._date_field, date or document, reason)
        if problem is None and not number:
            problem = (self._number_field, "", "нет номера документа")
        if problem is not None or not isinstance(when, datetime):
            kinds = (kind,) if kind in (SALE, RETURN) else (SALE, RETURN)
            owners = tuple(SEPARATOR.join((one, shop, number)) for one in kinds) if number else ()
            return Head(BROKEN, owners, problem=problem, empty=not number and when is None)
        if kind == SHIFT:
            return Head(SHIFT)
        finished, voided, total, problem = self._states[raw[-4:]]
        if not finished:
            return Head(OTHER, skipped=True)
        owner = SEPARATOR.join((kind, shop, number))
        customer, bad_customer = self._customers[raw[_PERSON]]
        if problem or bad_customer:
            return Head(BROKEN, (owner,), problem=problem or bad_customer)
        named, basis_day = self._basis(basis) if basis else ("", "")
        texts = self._texts
        content = (
            when.isoformat(), customer, texts[place] or ("" if shop == till else till), texts[cashier],
            texts[raw[_PERSON.stop]], named, basis_day, voided, total,
        )  # fmt: skip
        return Head(kind, (owner,), when.year, self._series(when, texts[shift]), content)

    def _series(self, when: datetime, shift: str) -> str:
        """What tells one number's documents apart where numbers start anew."""
        if not self._plan.numbering:
            return ""
        on = when.date().isoformat()
        return f"{on} {shift}".strip() if self._plan.numbering == "shift" else on

    def _basis(self, text: str) -> tuple[str, str]:
        """Number and day of the receipt a return refers to."""
        text = self._texts[text]
        named = values.parse_presentation(text)
        if named is None:
            return values.bare_number(text), ""
        return named.number, named.at.date().isoformat()

    def _moment(self, date: str, time: str, presentation: Presentation | None) -> datetime | Bad | None:
        when = self._dates[date]
        if presentation is None and not time:
            return when
        if when is None and presentation:
            when = presentation.at
        if not isinstance(when, datetime) or when.hour or when.minute or when.second:
            return when
        if presentation and when.date() == presentation.at.date():
            when = presentation.at
        told = parse_time(time)
        if isinstance(told, Bad):
            return told
        if told and not (when.hour or when.minute or when.second):
            when = when.replace(hour=told[0], minute=told[1], second=told[2])
        return when

    def _meaning(self, text: str) -> str:
        return _ANSWERED.get(self._plan.mapping.kinds.get(text, "")) or kind_of(text)

    def _kind(
        self, kind: str, document: str, presentation: Presentation | None, numbered: bool
    ) -> tuple[str, Problem | None]:
        told = [("kind", self._texts[kind])]
        if presentation:
            told.append(("document", presentation.kind))
        elif document and not numbered:
            told.append(("document", self._texts[document]))
        found = {self._kinds[text]: (field, text) for field, text in told if text}
        for special in (SHIFT, OTHER, RETURN):
            if special in found:
                if special == OTHER:
                    text = found[special][1]
                    self._report.warnings.add(
                        "other " + text, f"Пропущены строки документов «{text}»: это не продажа и не возврат."
                    )
                return special, None
        if UNKNOWN in found and SALE not in found:
            field, text = found[UNKNOWN]
            return BROKEN, (field, text, "непонятный вид документа: ожидалась «Продажа» или «Возврат»")
        return SALE if found else self._default, None

    def _state(self, raw: tuple[str, ...]) -> tuple[bool, bool, int | None, Problem | None]:
        """Whether the receipt is finished, whether it is void, its total; and the cell that can't be read."""
        posted, deleted = values.parse_flag(raw[0]), values.parse_flag(raw[1])
        total = self._money(raw[3])
        for field, text, value in (
            ("posted", raw[0], posted),
            ("deleted", raw[1], deleted),
            ("total", raw[3], total),
        ):
            if isinstance(value, Bad):
                return True, False, None, (field, text, value.reason)
        status = self._texts[raw[2]]
        finished = is_finished(status)
        if finished is None:
            return True, False, None, ("status", status, "непонятный статус: закончен этот чек или нет")
        if not finished:
            self._report.warnings.add(
                "status " + status, f"Пропущены чеки со статусом «{status}»: они ещё не закончены или отменены."
            )
        return finished, posted is False or deleted is True, total if isinstance(total, int) else None, None

    def _customer(self, raw: tuple[str, ...]) -> tuple[tuple[str | None, ...] | None, Problem | None]:
        """(code, card, phone, name), or None for a sale to nobody in particular."""
        named = values.Named(self._texts[raw[1]]) if self._has_code else values.parse_name(self._texts[raw[1]])
        code = self._sign("код", raw[0] or named.code)
        card = self._sign("карта", raw[4])
        name = named.name
        if name and is_retail(name):  # 1C's own stand-in: its code is nobody's, a card or phone is somebody's
            name, code = "", None
        phone = next(
            (one for one in (self._phones[raw[2]], self._phones[raw[3]]) if one.value), self._phones[raw[2]]
        )
        if phone.value is None and named.phone:
            phone = Sign(named.phone)
        if phone.is_broken and not code and not card:
            return None, ("phone", raw[2], phone.trouble)
        if phone.trouble:
            whose = "Покупатель узнан по коду или карте." if code or card else "Бонусы за такие чеки отдать некому."
            self._report.warnings.add("phone", f"Телефон «{raw[2].strip()}» не прочитан: {phone.trouble}. {whose}")
        if code or card or phone.value:
            return (code, card, phone.value, name or None), None
        if name:
            self._report.warnings.add(
                "only name",
                f"Покупатель «{name}» указан только по имени: без кода, карты и телефона не понять, кому бонусы.",
            )
        return None, None

    def _sign(self, what: str, text: str) -> str | None:
        sign = self._signs[text]
        if sign.trouble:
            self._report.warnings.add(
                "no " + what,
                f"Покупатель не узнан: {what} «{text.strip()}» — {sign.trouble}. Бонусы отдать некому.",
            )
        return sign.value

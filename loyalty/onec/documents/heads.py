"""What a row says of its document as a whole: kind, number, moment, shop, customer; parsed once a document."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, TypeAlias

from loyalty.onec.columns import values
from loyalty.onec.columns.values import Bad, Memo, Presentation
from loyalty.onec.documents.reading import Reading

SALE, RETURN, SHIFT, OTHER, BROKEN = "S", "R", "O", "-", "?"
SEPARATOR = "\x1f"
HEAD_FIELDS = (
    "date", "time", "number", "document_id", "document", "kind", "basis", "shop", "place", "cashier",
    "customer_code", "customer", "phone", "phone_spare", "card", "payment", "posted", "deleted", "status", "total",
)  # fmt: skip
ANONYMOUS = ("розничный покупатель", "физическое лицо", "частное лицо", "розничный клиент", "покупатель", "аноним")
_FINAL = frozenset({"", "архивный", "пробитый", "пробит", "закрыт", "закрытый", "оплачен", "проведен", "выполнен"})
_SALES = ("продаж", "чек", "реализац", "расходная", "отпуск", "приход", "sale", "комиссионер", "упд")
_NOT_SALES = (
    "корректир",
    "коррекц",
    "заказ",
    "поступлен",
    "перемещ",
    "списан",
    "оприход",
    "начислен",
    "сторно",
    "счет",
)


Problem: TypeAlias = tuple[str, str, str]
"""Field, value and reason."""


@dataclass(slots=True)
class Head:
    """A document's own cells, parsed; `problem` is (field, value, reason) where they can't be."""

    kind: str
    owners: tuple[str, ...] = ()  # kind, shop and number: what the bad row may belong to
    year: int = 0
    content: tuple[Any, ...] = ()
    problem: Problem | None = None
    empty: bool = False
    skipped: bool = False  # a known document that is no sale

    def key(self, kind: str) -> str:
        """Kind, shop, number and year (contract.md)."""
        return f"{kind}{self.owners[0][1:]}{SEPARATOR}{self.year}"


def kind_of(text: str) -> str:
    """SALE, RETURN, SHIFT (a whole shift's report), OTHER (no sale at all) or BROKEN (unknown words)."""
    text = text.lower().replace("ё", "е")
    if "розничн" in text and "отчет" in text:
        return SHIFT
    if "возврат" in text and "поставщик" not in text:
        return RETURN
    if "поставщик" in text or any(word in text for word in _NOT_SALES):
        return OTHER
    return SALE if any(word in text for word in _SALES) else BROKEN


def picker(fields: dict[str, int], names: tuple[str, ...]) -> Callable[[list[str]], tuple[str, ...]]:
    """Takes those fields' cells out of a row whose last, added cell is empty and stands for absent columns."""
    return itemgetter(*(fields.get(name, -1) for name in names))


class HeadReader:
    """Turns a document's raw cells into a Head."""

    def __init__(self, fields: dict[str, int], report: Reading) -> None:
        self.pick = picker(fields, HEAD_FIELDS)
        self._report = report
        self._dates, self._phones = Memo(values.parse_date), Memo(values.parse_phone)
        self._codes, self._texts, self._kinds = Memo(values.clean_code), Memo(values.clean), Memo(kind_of)
        self._customers, self._states = Memo(self._customer), Memo(self._state, 10_000)
        self._has_code = "customer_code" in fields
        self._number_field = "number" if "number" in fields else "document"
        self._date_field = "date" if "date" in fields else "document"

    def read(self, raw: tuple[str, ...]) -> Head:
        """The head of one document; `raw` as `pick` gives it."""
        date, time, number, document_id, document, kind_text, basis, shop, place, cashier, *_ = raw
        presentation = values.parse_presentation(document) if document else None
        number = self._codes[number] or (presentation.number if presentation else "") or self._codes[document_id]
        when = self._moment(date, time, presentation)
        kind, problem = self._kind(kind_text, document, presentation, bool(number))
        if kind == OTHER:
            return Head(OTHER, skipped=True)
        shop = self._texts[shop]
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
        customer, bad_customer = self._customers[raw[10:15]]
        if problem or bad_customer:
            return Head(BROKEN, (owner,), problem=problem or bad_customer)
        named, day = self._basis(basis) if basis else ("", "")
        texts = self._texts
        content = (
            when.isoformat(), customer, texts[place], texts[cashier], texts[raw[15]], named, day, voided, total,
        )  # fmt: skip
        return Head(kind, (owner,), when.year, content)

    def _basis(self, text: str) -> tuple[str, str]:
        """Number and day of the receipt a return refers to."""
        text = self._texts[text]
        named = values.parse_presentation(text)
        if named is None:
            return text, ""
        return named.number, named.at.date().isoformat() if named.at else ""

    def _moment(self, date: str, time: str, presentation: Presentation | None) -> datetime | Bad | None:
        when = self._dates[date]
        if presentation is None and not time:
            return when
        if when is None and presentation:
            when = presentation.at
        if not isinstance(when, datetime) or when.hour or when.minute or when.second:
            return when
        if presentation and presentation.at and when.date() == presentation.at.date():
            when = presentation.at
        told = values.parse_time(time)
        if isinstance(told, Bad):
            return told
        if told and not (when.hour or when.minute or when.second):
            when = when.replace(hour=told[0], minute=told[1], second=told[2])
        return when

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
        if BROKEN in found and SALE not in found:
            field, text = found[BROKEN]
            return BROKEN, (field, text, "непонятный вид документа: ожидалась «Продажа» или «Возврат»")
        return SALE, None

    def _state(self, raw: tuple[str, ...]) -> tuple[bool, bool, int | None, Problem | None]:
        """Whether the receipt is finished, whether it is void, its total; and the cell that can't be read."""
        posted, deleted = values.parse_flag(raw[0]), values.parse_flag(raw[1])
        total = values.parse_money(raw[3])
        for field, text, value in (
            ("posted", raw[0], posted),
            ("deleted", raw[1], deleted),
            ("total", raw[3], total),
        ):
            if isinstance(value, Bad):
                return True, False, None, (field, text, value.reason)
        status = self._texts[raw[2]]
        finished = status.lower().replace("ё", "е") in _FINAL
        if not finished:
            self._report.warnings.add(
                "status " + status, f"Пропущены чеки со статусом «{status}»: они ещё не закончены или отменены."
            )
        return finished, posted is False or deleted is True, total if isinstance(total, int) else None, None

    def _customer(self, raw: tuple[str, ...]) -> tuple[tuple[str | None, ...] | None, Problem | None]:
        """(code, card, phone, name), or None for a sale to nobody in particular."""
        code, card = self._codes[raw[0]], self._codes[raw[4]]
        name = self._texts[raw[1]]
        if name and not self._has_code:
            name, code = values.split_name_and_code(name)
        if name.lower() in ANONYMOUS:  # 1C's own stand-in: its code is nobody's, a card or phone is somebody's
            name = code = ""
        phone, spare = self._phones[raw[2]], self._phones[raw[3]]
        if not isinstance(phone, str) and isinstance(spare, str):
            phone = spare
        if isinstance(phone, Bad):
            if not code and not card:
                return None, ("phone", raw[2], phone.reason)
            text = f"Телефон «{raw[2].strip()}» не прочитан: {phone.reason}. Покупатель узнан по коду или карте."
            self._report.warnings.add("phone", text)
            phone = None
        if code or card or phone:
            return (code or None, card or None, phone, name or None), None
        if name:
            self._report.warnings.add(
                "only name",
                f"Покупатель «{name}» указан только по имени: без кода, карты и телефона его чек ничей.",
            )
        return None, None

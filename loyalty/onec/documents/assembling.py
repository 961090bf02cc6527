"""Staged runs of rows become whole sales and returns, or rows rejected with a reason each."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from loyalty.onec.columns.catalogue import SALES
from loyalty.onec.columns.headers import Mapping, normalised
from loyalty.onec.documents.heads import RETURN, SEPARATOR
from loyalty.onec.documents.lines import (
    AMOUNT,
    BONUS,
    COMPUTED,
    DIGEST,
    DISCOUNT,
    GROUP,
    LINE_NUMBER,
    NAME,
    PRICE,
    QUANTITY,
    ROW,
    SKU,
    Line,
    Stager,
)
from loyalty.onec.documents.reading import Reading, RowError
from loyalty.onec.documents.staging import Staging
from loyalty.sales.documents import CustomerRef, DocumentLine, ReturnDocument, SaleDocument
from loyalty.wording import sentence

Content = tuple[Any, ...]  # as HeadReader._content makes it
AT, CUSTOMER, PLACE, CASHIER, PAYMENT, BASIS, BASIS_DAY, VOIDED, TOTAL = range(9)
_AFTER_BONUSES_HEADERS = frozenset({"сумма скидки оплаты бонусом", "сумма бонус"})


class Refusal(Exception):
    """This document can't be taken: row, column, value and reason. Never leaves this room."""

    def __init__(self, reason: str, row: int | None = None, column: str = "", value: str = "") -> None:
        super().__init__(reason)
        self.reason, self.row, self.column, self.value = reason, row, column, value


def amounts_are_after_bonuses(mapping: Mapping, votes: Counter[str]) -> bool:
    """Whether «Сумма» is what was left to pay: the mapping says, else the file's arithmetic and its header.

    `votes` count rows: price × quantity − discount is the sum (`before`), or the sum with the bonuses (`after`), or
    more than the sum although no bonuses were paid (`gaps`: this shop doesn't write its discounts, so `after` rows
    may be discounted ones). A column that 1C names so is after bonuses unless the arithmetic denies it; the plain
    «Бонусы» only if more than one row proves it.
    """
    if mapping.amount_after_bonuses is not None:
        return mapping.amount_after_bonuses
    column = mapping.fields.get("bonuses")
    named = column is not None and column < len(mapping.labels) and normalised(mapping.labels[column])
    if named in _AFTER_BONUSES_HEADERS:
        return votes["after"] >= votes["before"]
    return votes["after"] > max(votes["before"], 1, 10 * votes["gaps"])


class Assembler:
    """Yields sound documents, sales before returns, and rejects the others in the report.

    A return after its receipt can be checked against what the receipt has left, wherever it stands in the file.
    """

    def __init__(self, mapping: Mapping, staging: Staging, report: Reading, today: date, stager: Stager) -> None:
        self._mapping, self._staging, self._report, self._today = mapping, staging, report, today
        self._after = amounts_are_after_bonuses(mapping, stager.votes)
        self._orphans = staging.orphans_count() > 0
        self._customers: dict[tuple[str | None, ...], CustomerRef] = {}

    def documents(self) -> Iterator[SaleDocument | ReturnDocument]:
        for key, runs in self._staging.documents(last=RETURN + SEPARATOR):
            kind, shop, number, _year = key.split(SEPARATOR)
            lines = runs[0][1] if len(runs) == 1 else [line for run in runs for line in run[1]]
            errors = runs[0][2] if len(runs) == 1 else [error for run in runs for error in run[2]]
            try:
                if errors:
                    row, column, value, reason = errors[0]
                    raise Refusal(reason, row, column, value)
                self._check_orphans(kind, shop, number)
                lines = self._without_repeats(number, lines, runs)
                content = runs[0][0] if len(runs) == 1 else self._merged(kind, runs)
                document = self._built(kind, shop, number, content, lines)
            except Refusal as refusal:
                self._reject(kind, number, refusal, lines, errors)
                continue
            self._report.taken += len(lines)
            yield document

    def _reject(self, kind: str, number: str, refusal: Refusal, lines: list[Line], errors: list[Any]) -> None:
        rows = sorted({line[ROW] for line in lines} | {error[0] for error in errors})
        self._report.taken += len(rows)
        bad_row = refusal.row or rows[0]
        told = {row: (column, value, reason) for row, column, value, reason in reversed(errors)}
        if refusal.row is None or refusal.row in rows:
            told.setdefault(bad_row, (refusal.column, refusal.value, refusal.reason))
        reject_rows(self._report, self._staging, kind, number, rows, bad_row, told)

    def _check_orphans(self, kind: str, shop: str, number: str) -> None:
        if not self._orphans:
            return
        row = self._staging.orphan_row(SEPARATOR.join((kind, shop, number)))
        if row is not None:
            raise Refusal("", row)

    def _merged(self, kind: str, runs: list[Any]) -> Content:
        """One document's own cells from runs that may differ; two dates or two customers are an error."""
        merged = list(runs[0][0])
        column = {AT: "date", CUSTOMER: "customer_code", BASIS: "basis", VOIDED: "posted", TOTAL: "total"}
        for content, lines, _errors in runs[1:]:
            for place, value in enumerate(content):
                old = merged[place]
                if value == old or value in (None, ""):
                    continue
                if old in (None, ""):
                    merged[place] = value
                elif place == CUSTOMER:
                    merged[place] = _same_customer(old, value, lines)
                elif place in column and not (place == BASIS and kind != RETURN):
                    what = SALES[column[place]].label
                    shown = _shown(place, old), _shown(place, value)
                    raise Refusal(
                        f"в одном документе «{what}» разная: {shown[0]} и {shown[1]}", lines[0][ROW], what, shown[1]
                    )
        return tuple(merged)

    def _without_repeats(self, number: str, lines: list[Line], runs: list[Any]) -> list[Line]:
        """Lines without repeated rows: by line number, else by every cell, unless the total says both are real."""
        if len(lines) == 1:
            return lines
        if "line_number" in self._mapping.fields and all(line[LINE_NUMBER] for line in lines):
            return self._by_line_number(number, lines)
        first: dict[tuple[Any, ...], Line] = {}
        repeats = []
        for line in lines:
            seen = first.setdefault(line[1:], line)
            if seen is not line:
                repeats.append((line, seen))
        if not repeats or self._total_proves(lines, runs):
            return lines
        for line, seen in repeats:
            self._warn_repeat(number, line, seen)
        return list(first.values())

    def _by_line_number(self, number: str, lines: list[Line]) -> list[Line]:
        first: dict[str, Line] = {}
        for line in lines:
            seen = first.setdefault(line[LINE_NUMBER], line)
            if seen is line:
                continue
            if seen[DIGEST] != line[DIGEST]:
                raise Refusal(
                    f"номер строки {line[LINE_NUMBER]} уже был в этом чеке в строке {seen[ROW]} с другими данными",
                    line[ROW], SALES["line_number"].label, line[LINE_NUMBER],
                )  # fmt: skip
            self._warn_repeat(number, line, seen)
        return list(first.values())

    def _warn_repeat(self, number: str, line: Line, seen: Line) -> None:
        text = f"Строка {line[ROW]} во всём повторяет строку {seen[ROW]} чека {number} и учтена один раз."
        self._report.warnings.add("repeat", text)

    def _total_proves(self, lines: list[Line], runs: list[Any]) -> bool:
        total = runs[0][0][TOTAL]
        if not total:
            return False
        amounts, bonuses = sum(abs(line[AMOUNT] or 0) for line in lines), sum(line[BONUS] for line in lines)
        return abs(total) in (amounts, amounts + bonuses, amounts - bonuses)

    def _built(
        self, kind: str, shop: str, number: str, content: Content, lines: list[Line]
    ) -> SaleDocument | ReturnDocument:
        at, customer, place, cashier, payment, basis, basis_day, voided, _total = content
        when = datetime.fromisoformat(at)
        if when.date() > self._today:
            raise Refusal(
                "дата документа позже сегодняшнего дня", column=SALES["date"].label, value=f"{when:%d.%m.%Y}"
            )
        rows = [line[ROW] for line in lines]
        who = self._customer(customer)
        if kind == RETURN:
            return ReturnDocument(
                number, shop, when, self._return_lines(lines), basis,
                date.fromisoformat(basis_day) if basis_day else None, who, place, cashier, payment, voided, rows,
            )  # fmt: skip
        built, total, redeemed = [], 0, 0
        for line in lines:
            (_row, _digest, _no, sku, name, group, quantity, price, discount, amount, bonus, computed) = line
            if amount is None:
                raise Refusal("нет суммы строки", line[ROW], SALES["amount"].label)
            if quantity == 0:
                raise Refusal("количество равно нулю", line[ROW], SALES["quantity"].label, "0")
            if bonus:
                redeemed += bonus
                if self._after and not computed:
                    amount += bonus
            total += amount
            built.append(DocumentLine(sku, name, group, quantity, price, discount, amount))
        if redeemed > total:
            raise Refusal(
                "бонусами оплачено больше суммы чека", column=SALES["bonuses"].label, value=_roubles(redeemed)
            )
        paid = redeemed if "bonuses" in self._mapping.fields else None  # a file without them says nothing of them
        return SaleDocument(number, shop, when, built, paid, who, place, cashier, payment, voided, rows)

    def _customer(self, raw: tuple[str | None, ...] | None) -> CustomerRef | None:
        if raw is None:
            return None
        if len(self._customers) > 100_000:
            self._customers.clear()
        who = self._customers.get(raw)
        if who is None:
            code, card, phone, name = raw
            who = self._customers[raw] = CustomerRef(code, card, phone, name)
        return who

    def _return_lines(self, lines: list[Line]) -> list[DocumentLine]:
        """Positive lines of a return; its file may write them all with a minus."""
        signs = {(line[AMOUNT] or line[QUANTITY]) < 0 for line in lines if line[AMOUNT] or line[QUANTITY]}
        if len(signs) > 1:
            raise Refusal("в одном возврате есть строки и с плюсом, и с минусом", column=SALES["amount"].label)
        built = []
        for line in lines:
            quantity, amount = abs(line[QUANTITY]), line[AMOUNT]
            if line[COMPUTED]:
                amount = None  # the receipt knows what that quantity cost
            if amount is None and not quantity:
                raise Refusal("нет ни количества, ни суммы", line[ROW], SALES["amount"].label)
            if amount is not None:
                amount = abs(amount) + (line[BONUS] if self._after else 0)
            built.append(
                DocumentLine(line[SKU], line[NAME], line[GROUP], quantity, line[PRICE], line[DISCOUNT], amount)
            )
        return built


def reject_rows(
    report: Reading,
    staging: Staging,
    kind: str,
    number: str,
    rows: list[int],
    bad_row: int,
    told: dict[int, tuple[str, str, str]],
) -> None:
    """Rejects every row of a document: its own reason where it has one, else the row that spoiled it."""
    document = "возврата" if kind == RETURN else "чека"
    for row in rows:
        column, value, reason = told.get(row) or (
            "", "", f"строка того же {document} {number} с ошибкой в строке {bad_row}"
        )  # fmt: skip
        reason = sentence(reason)
        report.errors.add(RowError(row, column, value, reason))
        staging.reject([row], reason)
    report.rejected += len(rows)


def _same_customer(
    old: tuple[str | None, ...], new: tuple[str | None, ...], lines: list[Line]
) -> tuple[str | None, ...]:
    """Two tellings of one customer joined; Refusal when they contradict."""
    for mine, other in zip(old[:3], new[:3], strict=True):
        if mine and other and mine != other:
            raise Refusal(
                f"в одном документе два покупателя: {mine} и {other}",
                lines[0][ROW],
                SALES["customer_code"].label,
                other,
            )
    return tuple(mine or other for mine, other in zip(old, new, strict=True))


def _shown(place: int, value: Any) -> str:
    if place == AT:
        return f"{datetime.fromisoformat(value):%d.%m.%Y %H:%M:%S}"
    if place == VOIDED:
        return "да" if value else "нет"
    return _roubles(value) if place == TOTAL else str(value)


def _roubles(kopecks: int) -> str:
    return f"{kopecks // 100},{kopecks % 100:02}"

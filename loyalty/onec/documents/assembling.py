"""Staged runs of rows become whole sales and returns, or rows rejected with a reason each."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import combinations
from typing import Any

from loyalty.onec.columns.catalogue import SALES
from loyalty.onec.columns.headers import normalised
from loyalty.onec.columns.plan import Mapping, Plan
from loyalty.onec.columns.words import RETURN
from loyalty.onec.documents.heads import (
    AT,
    BASIS,
    CUSTOMER,
    PAYMENT,
    SEPARATOR,
    TOTAL,
    VOIDED,
    Content,
)
from loyalty.onec.documents.lines import (
    AMOUNT,
    BONUS,
    COMPUTED,
    DISCOUNT,
    GROUP,
    NAME,
    PRICE,
    QUANTITY,
    ROW,
    SKU,
    Line,
    Stager,
)
from loyalty.onec.documents.reading import Reading, RowError
from loyalty.onec.documents.resolving import Block, Refusal, resolve, settle
from loyalty.onec.documents.staging import Staging
from loyalty.sales.documents import CustomerRef, DocumentLine, ReturnDocument, SaleDocument
from loyalty.wording import roubles, sentence

Run = tuple[Content, list[Line], list[tuple[Any, ...]]]
_AFTER_BONUSES_HEADERS = frozenset({"сумма скидки оплаты бонусом", "сумма бонус"})


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
    """Yields sound documents, sales before returns, and rejects the others in the report."""

    def __init__(self, plan: Plan, staging: Staging, report: Reading, today: date, stager: Stager) -> None:
        self._fields, self._staging, self._report, self._today = plan.mapping.fields, staging, report, today
        self._after = amounts_are_after_bonuses(plan.mapping, stager.votes)
        self._breaks = stager.breaks
        self._only_totals = "amount" in self._fields and self._fields.get("total") == self._fields["amount"]
        self._priced = bool(self._fields.keys() & {"price", "sku"})
        self._orphans = staging.orphans_count() > 0
        self._customers: dict[tuple[str | None, ...], CustomerRef] = {}

    def documents(self) -> Iterator[SaleDocument | ReturnDocument]:
        for key, runs in self._staging.documents(last=RETURN + SEPARATOR):
            kind, shop, number, _year, series = key.split(SEPARATOR)
            for part, said in self._by_day(runs, series):
                try:
                    document = self._document(kind, shop, number, said, part)
                except Refusal as refusal:
                    if refusal.is_told:
                        self._report.warnings.add("sums", f"Чек {number} отклонён: {refusal.reason}.")
                    self._reject(kind, number, refusal, part)
                    continue
                if document is not None:
                    self._report.taken += len(document.rows)
                    yield document

    def _by_day(self, runs: Sequence[Run], series: str) -> Iterator[tuple[Sequence[Run], str]]:
        """The documents of one number: several where its days have neither people nor goods in common."""
        days = defaultdict(list)
        if len(runs) > 1 and not series:
            for run in runs:
                days[run[0][AT][:10]].append(run)
        if len(days) < 2 or any(_alike(one, other) for one, other in combinations(days.values(), 2)):
            yield runs, series
            return
        for day, some in days.items():
            yield some, day

    def _document(
        self, kind: str, shop: str, number: str, series: str, runs: Sequence[Run]
    ) -> SaleDocument | ReturnDocument | None:
        if problem := next((run[2][0] for run in runs if run[2]), None):
            row, column, value, reason = problem
            raise Refusal(reason, row, column, value)
        self._check_orphans(kind, shop, number)
        content = runs[0][0] if len(runs) == 1 else self._merged(kind, number, runs)
        lines, bonus = self._goods(number, content, runs)
        self._tell_bonuses(number, lines)
        at = datetime.fromisoformat(content[AT])
        if at.date() > self._today:
            raise Refusal(
                "дата документа позже сегодняшнего дня", column=SALES["date"].label, value=f"{at:%d.%m.%Y}"
            )
        if kind == RETURN:
            return self._return(number, shop, series, content, lines)
        return self._sale(number, shop, series, content, lines, bonus)

    def _goods(self, number: str, content: Content, runs: Sequence[Run]) -> tuple[list[Line], int]:
        """The rows that count, and bonuses told beside them; of most documents, one run without a total, all do."""
        lines, total = runs[0][1], content[TOTAL]
        if self._only_totals and sum(len(run[1]) for run in runs) > 1:
            raise Refusal("нет суммы строки: в файле есть только сумма всего чека", column=SALES["amount"].label)
        told = total is None or sum(line[AMOUNT] or 0 for line in lines) == total
        if len(runs) == 1 and told and self._plain(lines):
            return lines, 0
        numbered = "line_number" in self._fields
        resolved = resolve(number, list(_blocks(runs, self._breaks)), content[TOTAL], numbered)
        for topic, note in resolved.notes:
            self._report.warnings.add(topic, note)
        return resolved.lines, resolved.bonus

    def _plain(self, lines: Sequence[Line]) -> bool:
        """Whether every row is named goods: a row of no name may be a heading or a total, and so may «Итого»."""
        if len(lines) == 1:
            return True
        return "line_number" not in self._fields and all(
            (line[SKU] or line[NAME])
            and (line[PRICE] is not None or not self._priced)
            and line[NAME][:4].lower() not in _TOTAL_STARTS
            for line in lines
        )

    def _tell_bonuses(self, number: str, lines: Sequence[Line]) -> None:
        if len(lines) > 1 and lines[0][BONUS] and len({line[BONUS] for line in lines}) == 1:
            each, all_of_them = roubles(lines[0][BONUS]), roubles(sum(line[BONUS] for line in lines))
            self._report.warnings.add(
                "bonus", f"Чек {number}: бонусы {each} стоят в каждой строке, всего учтено {all_of_them}. "
                "Если это бонусы всего чека, оставьте их в одной строке.",
            )  # fmt: skip

    def _reject(self, kind: str, number: str, refusal: Refusal, runs: Sequence[Run]) -> None:
        errors = [error for run in runs for error in run[2]]
        rows = sorted({line[ROW] for run in runs for line in run[1]} | {error[0] for error in errors})
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

    def _merged(self, kind: str, number: str, runs: Sequence[Run]) -> Content:
        """One document's own cells from runs that may differ; two days or two customers are an error."""
        merged = list(runs[0][0])
        column = {AT: "date", CUSTOMER: "customer_code", BASIS: "basis", VOIDED: "posted", TOTAL: "total"}
        for content, lines, _errors in runs[1:]:
            for place, value in enumerate(content):
                old = merged[place]
                if value == old or value in (None, ""):
                    continue
                if old in (None, ""):
                    merged[place] = value
                elif place == AT and old[:10] == value[:10]:
                    merged[AT] = min((old, value), key=lambda at: (at.endswith("T00:00:00"), at))
                    text = f"Чек {number}: время строк разное, взято самое раннее, {merged[AT][11:16]}."
                    self._report.warnings.add("minutes", text)
                elif place == CUSTOMER:
                    merged[place] = _same_customer(old, value, lines)
                elif place in column and not (place == BASIS and kind != RETURN):
                    what = SALES[column[place]].label
                    shown = _shown(place, old), _shown(place, value)
                    raise Refusal(
                        f"в одном документе «{what}» разная: {shown[0]} и {shown[1]}", lines[0][ROW], what, shown[1]
                    )
        return tuple(merged)

    def _sale(
        self, number: str, shop: str, series: str, content: Content, lines: list[Line], beside: int
    ) -> SaleDocument | None:
        at, customer, place, cashier, payment, _basis, _day, voided, _total = content
        rows, redeemed = [line[ROW] for line in lines], beside
        if any(line[QUANTITY] < 0 or (line[AMOUNT] or 0) < 0 for line in lines):
            settled = settle(number, lines)
            for topic, note in settled.notes:
                self._report.warnings.add(topic, note)
            lines, redeemed = settled.lines, redeemed + settled.bonus
            if settled.back:
                self._bring_back(number, shop, series, content, settled.back)
                rows = [row for row in rows if row not in {line[ROW] for line in settled.back}]
            if not lines and settled.back:
                return None
        built, total = [], 0
        for line in lines:
            _row, _no, sku, name, group, quantity, price, discount, amount, bonus, computed = line
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
                "бонусами оплачено больше суммы чека", column=SALES["bonuses"].label, value=roubles(redeemed)
            )
        if not built:
            raise Refusal("все строки чека отменены в нём самом")
        paid = redeemed if "bonuses" in self._fields or redeemed else None  # a file without them says nothing
        when = datetime.fromisoformat(at)
        return SaleDocument(
            number, shop, when, built, paid, self._customer(customer), place, cashier, payment, voided, rows,
            series=series,
        )  # fmt: skip

    def _bring_back(self, number: str, shop: str, series: str, content: Content, back: list[Line]) -> None:
        self._report.warnings.add(
            "negative", "Строки продаж с отрицательным количеством или суммой учтены как возвраты."
        )
        key = SEPARATOR.join((RETURN, shop, number, content[AT][:4], series))
        said = list(content)
        said[TOTAL] = None
        self._staging.put(key, (tuple(said), back, []))

    def _return(self, number: str, shop: str, series: str, content: Content, lines: list[Line]) -> ReturnDocument:
        at, customer, place, cashier, payment, basis, basis_day, voided, _total = content
        return ReturnDocument(
            number, shop, datetime.fromisoformat(at), self._return_lines(lines), basis,
            date.fromisoformat(basis_day) if basis_day else None, self._customer(customer), place, cashier, payment,
            voided, [line[ROW] for line in lines], series=series,
        )  # fmt: skip

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


_TOTAL_STARTS = frozenset({"итог", "всег", "сумм", "поди", "под ", "общи", "обща", "общ.", "tota"})


def _blocks(runs: Sequence[Run], breaks: set[int]) -> Iterator[Block]:
    """Runs that stand together in the file are one block."""
    block = Block([], [])
    for content, lines, _errors in runs:
        between = range(block.lines[-1][ROW] + 1, lines[0][ROW]) if block.lines and lines else range(0)
        if len(between) > len(breaks) or any(row not in breaks for row in between):
            yield block
            block = Block([], [])
        block.lines.extend(lines)
        block.payments.extend([content[PAYMENT]] * len(lines))
    yield block


def _alike(one: Sequence[Run], other: Sequence[Run]) -> bool:
    """Whether two days of a number may be one document: somebody or something in common, or nobody said."""
    people = [{run[0][CUSTOMER] for run in runs} - {None} for runs in (one, other)]
    goods = [{line[SKU] or line[NAME] for run in runs for line in run[1]} for runs in (one, other)]
    return not people[0] or not people[1] or bool(people[0] & people[1]) or bool(goods[0] & goods[1])


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
    return roubles(value) if place == TOTAL else str(value)

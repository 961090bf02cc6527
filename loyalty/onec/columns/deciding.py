"""From what all rows say together, how the file is read: decided once, with the reason, or asked about."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from loyalty.money import line_cost
from loyalty.onec.columns import headers, words
from loyalty.onec.columns.cells import Bad
from loyalty.onec.columns.dates import DAY_FIRST, MONTH_FIRST, date_parser
from loyalty.onec.columns.nobody import is_retail
from loyalty.onec.columns.numbers import Evidence, money_parser, parse_percent, price_parser, quantity_parser
from loyalty.onec.columns.plan import Choice, Mapping, Plan, Question
from loyalty.onec.columns.profile import Profile, Row, cell, day_of
from loyalty.onec.columns.values import parse_flag, parse_presentation, percent_of
from loyalty.wording import date_in_words, roubles

_TAKEN_OFF = ("discount", "discount_auto", "discount_manual")
_VAT = frozenset({"ндс", "сумма ндс"})
_CUSTOMER = ("customer_code", "customer", "phone", "phone_spare", "card")


def decided(mapping: Mapping, profile: Profile, today: date, by_hand: bool) -> Plan:
    """The plan of a file whose columns are mapped; `by_hand`: a person named the columns, they stay as they are."""
    plan = Plan(replace(mapping, fields=dict(mapping.fields)))
    if mapping.kind != "sales":
        _dates(plan, profile, today)
        _unclear(plan, profile)
        return plan
    if not by_hand:
        _moments(plan, profile)
        _bare_numbers(plan, profile)
        _percents(plan, profile)
        _row_numbers(plan, profile)
        _goods_kinds(plan, profile)
        _said_returned(plan, profile)
    _marks(plan, profile)
    _dates(plan, profile, today)
    if not by_hand:
        _second_sum(plan, profile)
    _tills(plan, profile)
    _numbering(plan, profile)
    _kinds(plan, profile)
    _unclear(plan, profile)
    _customers(plan)
    return plan


def _label(plan: Plan, name: str) -> str:
    at = plan.mapping.fields.get(name, -1)
    return plan.mapping.labels[at] if 0 <= at < len(plan.mapping.labels) else ""


def _moments(plan: Plan, profile: Profile) -> None:
    """«Время» that holds whole dates is the date."""
    fields = plan.mapping.fields
    if profile.times_are_moments and "date" not in fields and "document" not in fields:
        fields["date"] = fields.pop("time")


def _bare_numbers(plan: Plan, profile: Profile) -> None:
    """«Чек» that holds bare numbers, no «Чек ККМ 000123 от 10.01.2026», is the number."""
    fields = plan.mapping.fields
    if "document" not in fields or fields.keys() & {"number", "document_id"}:
        return
    told = {cell(row, fields, "document") for row in profile.sample} - {""}
    if told and all(_is_bare(text) for text in told):
        fields["number"] = fields.pop("document")


def _is_bare(text: str) -> bool:
    has_digits = any(letter.isdigit() for letter in text)
    return has_digits and not parse_presentation(text) and words.kind_of(text) == words.UNKNOWN


def _percents(plan: Plan, profile: Profile) -> None:
    fields, said = plan.mapping.fields, profile.percents
    if said[True] and not said[False] and "discount_percent" not in fields:
        fields["discount_percent"] = fields.pop("discount")
        plan.reasons.append(f"«{_label(plan, 'discount_percent')}» — проценты, а не рубли")


def _row_numbers(plan: Plan, profile: Profile) -> None:
    """«№» that is 1, 2, 3, … is the row's number, not the receipt's."""
    if profile.numbers_count_rows and headers.counts_rows(_label(plan, "number")):
        plan.reasons.append(f"«{_label(plan, 'number')}» — номера строк, а не чеков")
        del plan.mapping.fields["number"]


def _goods_kinds(plan: Plan, profile: Profile) -> None:
    """«Тип» that says «Товар» and «Услуга» is not the document's."""
    said, answered = {word for word in profile.kinds if word}, plan.mapping.kinds
    if said and all(words.GOODS_KINDS.fullmatch(words.normal(word)) and word not in answered for word in said):
        plan.reasons.append(f"«{_label(plan, 'kind')}» — виды товаров, а не документов")
        del plan.mapping.fields["kind"]


def _said_returned(plan: Plan, profile: Profile) -> None:
    """A column that calls rows returns is the kind's whatever its heading; told with it, none is left unread."""
    fields, labels = plan.mapping.fields, plan.mapping.labels
    has_kind = "kind" in fields and any(words.kind_of(word) != words.UNKNOWN for word in profile.kinds)
    used = {at for name, at in fields.items() if name != "return_amount"}
    for at in range(len(labels)):
        if at in used or at not in profile.few:
            continue
        said, label = profile.few[at], labels[at] or f"Колонка {at + 1}"
        is_sum = fields.get("return_amount") == at
        flags = {word: Bad("") if is_sum and word.isdigit() else parse_flag(word) for word in said}
        if (
            words.ASKS_RETURNED.fullmatch(headers.normalised(label))
            and flags
            and all(isinstance(flag, bool) for flag in flags.values())
        ):
            kinds = {word: "return" if flag else "sale" for word, flag in flags.items()}
        elif any(map(words.says_returned, said)):
            kinds = {}
        else:
            continue
        if not has_kind and (kinds or all(words.kind_of(word) != words.UNKNOWN for word in said)):
            if is_sum:
                del fields["return_amount"]
            fields["kind"], plan.mapping.kinds, has_kind = at, plan.mapping.kinds | kinds, True
            profile.kinds = Counter(said)
            plan.reasons.append(f"«{label}» говорит, какие строки — возвраты")
        else:
            plan.warnings.append(f"В колонке «{label}» есть слово «Возврат», но она не использована")


def _marks(plan: Plan, profile: Profile) -> None:
    """The mark before kopecks, one for all sums of a file; that of quantities, which usually is the same."""
    money = plan.mapping.decimal or profile.money.decimal_mark(fine=False)
    if money is None:
        mark = "," if "," in profile.money.doubtful else "."
        example = profile.money.doubtful[mark][0]
        as_group, as_mark = (price_parser(one)(example) for one in ("." if mark == "," else ",", mark))
        assert isinstance(as_group, int) and isinstance(as_mark, int)
        one = Choice("." if mark == "," else ",", f"{roubles(as_group)} — «{mark}» отделяет тысячи")
        other = Choice(mark, f"{roubles(as_mark)} — «{mark}» отделяет копейки")
        plan.questions.append(Question("decimal", f"Сумма «{example}» — это сколько?", (one, other)))
        money = ""
    plan.money_mark = money
    plan.price_mark = _fine_mark(plan, profile, "price", profile.prices)
    plan.quantity_mark = _fine_mark(plan, profile, "quantity", profile.quantities)


def _fine_mark(plan: Plan, profile: Profile, name: str, seen: Evidence) -> str:
    """The mark of prices or quantities, which may have three decimals: as of the sums, else by arithmetic."""
    mark = seen.decimal_mark(fine=True)
    if mark is not None:
        return mark
    mark = _by_arithmetic(plan, profile, name) or plan.money_mark
    if mark not in (",", "."):
        mark = "," if "," in seen.doubtful else "."
        example = seen.doubtful[mark][0]
        plan.reasons.append(f"«{_label(plan, name)}»: «{example}» прочитано с дробной частью, так пишет 1С")
    return mark


def _by_arithmetic(plan: Plan, profile: Profile, name: str) -> str:
    """The mark under which price × quantity gives the sum in more rows; "" where that tells nothing."""
    fields = plan.mapping.fields
    if not {"price", "quantity", "amount"} <= fields.keys():
        return ""
    money, votes = money_parser(plan.money_mark), {",": 0, ".": 0}
    for mark in votes:
        price_of = price_parser(mark if name == "price" else plan.price_mark)
        pieces_of = quantity_parser(mark if name == "quantity" else "")
        for row in profile.sample:
            price, pieces = price_of(cell(row, fields, "price")), pieces_of(cell(row, fields, "quantity"))
            amount = money(cell(row, fields, "amount"))
            if isinstance(price, int) and isinstance(amount, int) and isinstance(pieces, int) and pieces:
                votes[mark] += abs(line_cost(abs(price), abs(pieces)) - abs(amount)) * 2 <= abs(amount)
    if votes[","] == votes["."]:
        return ""
    return "," if votes[","] > votes["."] else "."


def _dates(plan: Plan, profile: Profile, today: date) -> None:
    order = plan.mapping.dates or profile.dates.decided(today)
    if order is None:
        example, choices = profile.dates.doubtful[0], []
        for one, first in ((DAY_FIRST, "день"), (MONTH_FIRST, "месяц")):
            when = date_parser(one)(example)
            if isinstance(when, datetime):
                choices.append(Choice(one, f"{date_in_words(when.date())} — сначала {first}"))
        plan.questions.append(Question("dates", f"Дата «{example}» — это какой день?", tuple(choices)))
        order = DAY_FIRST
    elif order == MONTH_FIRST:
        plan.reasons.append("В датах сначала месяц, потом день: в файле есть числа больше 12 на втором месте")
    plan.dates = order


def _second_sum(plan: Plan, profile: Profile) -> None:
    """Which of two sums is the line's and which the document's: by the arithmetic of the file's documents."""
    fields, labels = plan.mapping.fields, plan.mapping.labels
    if "amount" not in fields and "amount_bare" in fields:
        plan.questions.append(
            Question(
                "fields",
                f"В файле есть только «{_label(plan, 'amount_bare')}». Добавьте в выгрузку сумму с НДС "
                "или укажите, в какой колонке сумма, которую платит покупатель",
            )
        )
    reduced = [
        label for label in labels if set(headers.spellings(label)) & {"цена со скидкой", "цена с учетом скидки"}
    ]
    if reduced and not fields.keys() & {"amount", "total"}:
        text = (
            f"В файле нет суммы строки, а цены две: «{_label(plan, 'price')}» и «{reduced[0]}». Добавьте в выгрузку"
        )
        plan.questions.append(Question("fields", f"{text} колонку «Сумма» или укажите, в какой колонке сумма."))
    _sum_in_every_line(plan, profile)
    others = [
        at for at, label in enumerate(labels)
        if at in profile.filled and at not in fields.values() and headers.may_be(label, "amount")
    ]  # fmt: skip
    if "amount" not in fields or not others:
        return
    documents = list(_sampled(profile.sample))
    for other in others:
        if "total" not in fields and _is_total(plan, documents, fields["amount"], other):
            fields["total"] = other
            plan.reasons.append(f"«{labels[other]}» — сумма всего чека: столько дают его строки вместе")
        elif "total" not in fields and _is_total(plan, documents, other, fields["amount"]):
            fields["total"], fields["amount"] = fields["amount"], other
            plan.reasons.append(f"«{labels[fields['total']]}» — сумма всего чека: столько дают его строки вместе")
        else:
            _line_sum(plan, profile.sample, other)


def _line_sum(plan: Plan, sample: Sequence[Row], other: int) -> None:
    """Of two sums in each row the one that is paid: without the discount, with VAT; else it is said aloud."""
    fields, labels, money = plan.mapping.fields, plan.mapping.labels, money_parser(plan.money_mark)
    vat = {f"vat {at}": at for at, label in enumerate(labels) if headers.normalised(label) in _VAT}
    asked, reasons = fields | vat | {"other": other}, Counter[str]()
    for row in sample:
        told = {name: money(cell(row, asked, name)) for name in (*_TAKEN_OFF, *vat, "bonuses", "amount", "other")}
        said = {name: abs(value) for name, value in told.items() if isinstance(value, int)}
        if not said.get("amount") or "other" not in said:
            continue
        less = said["amount"] - said["other"]
        percent = parse_percent(cell(row, fields, "discount_percent"))
        by_percent = percent_of(said["amount"], percent) if isinstance(percent, Decimal) else 0
        off = {sum(said.get(name, 0) for name in _TAKEN_OFF), by_percent}
        reasons["rows"] += less != 0
        reasons["discount"] += less > 0 and any(abs(less - one) <= 1 for one in off)
        reasons["vat"] += less < 0 and any(-less == said.get(name) for name in vat)
        reasons["known"] += less != 0 and less in (
            said.get("bonuses"),
            *(said.get(name) for name in vat),
            -off.pop(),
        )
    rows = reasons["rows"]
    if rows and rows in (reasons["discount"], reasons["vat"]):
        before = "amount_before" if reasons["discount"] == rows else "amount_bare"
        fields[before], fields["amount"] = fields["amount"], other
        why = "за вычетом скидки" if before == "amount_before" else "с НДС"
        plan.reasons.append(f"«{labels[other]}» — сумма строки {why}")
    elif rows and reasons["known"] < rows:
        mine = _label(plan, "amount")
        plan.warnings.append(
            f"Сумма строки взята из «{mine}». «{labels[other]}» с ней расходится и не использована"
        )


def _sum_in_every_line(plan: Plan, profile: Profile) -> None:
    """A document's sum that stands in each of its lines under a line's heading is no line's sum."""
    fields, money = plan.mapping.fields, money_parser(plan.money_mark)
    if "amount" not in fields or "total" in fields:
        return
    prices, pieces = price_parser(plan.price_mark), quantity_parser(plan.quantity_mark)
    told: list[int] = []
    for rows in _sampled(profile.sample):
        if len({cell(row, fields, "sku") or cell(row, fields, "name") for row in rows}) < 2:
            continue
        sums = {money(cell(row, fields, "amount")) for row in rows}
        costs = [_cost(prices(cell(row, fields, "price")), pieces(cell(row, fields, "quantity"))) for row in rows]
        whole = next(iter(sums))
        if len(sums) > 1 or not isinstance(whole, int) or whole in costs:
            return
        told.append(whole)
    if len(told) > 2 and len(set(told)) > 1:
        fields["total"] = fields["amount"]
        if {"price", "quantity"} <= fields.keys():
            del fields["amount"]
        plan.reasons.append(f"«{_label(plan, 'total')}» — сумма всего чека, повторённая в каждой его строке")


def _cost(price: object, pieces: object) -> int | None:
    return line_cost(abs(price), abs(pieces)) if isinstance(price, int) and isinstance(pieces, int) else None


def _is_total(plan: Plan, documents: list[list[Row]], line: int, total: int) -> bool:
    """Whether one column is, in each document, the sum of the other; documents of one row prove nothing."""
    money, proofs = money_parser(plan.money_mark), 0
    for rows in documents:
        sums = [money(row.cells[line]) if line < len(row.cells) else None for row in rows]
        whole = {money(row.cells[total]) if total < len(row.cells) else None for row in rows} - {None}
        if len(rows) == 1 or not all(isinstance(one, int) for one in sums):
            continue
        if whole != {sum(one for one in sums if isinstance(one, int))}:
            return False
        proofs += 1
    return proofs > 0


def _sampled(sample: Sequence[Row]) -> Iterator[list[Row]]:
    for _document, rows in groupby(sample, key=lambda row: row.document):
        yield list(rows)


def _tills(plan: Plan, profile: Profile) -> None:
    """A till or a warehouse is no shop, unless the file's tills number their receipts each from the beginning."""
    fields = plan.mapping.fields
    if "till" not in fields or "shop" in fields:
        return
    days: dict[tuple[object, ...], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    tills: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for row in profile.sample:
        till, day, kind = cell(row, fields, "till"), day_of(row, fields), cell(row, fields, "kind")
        days[row.document][till].add(f"{cell(row, fields, 'date')} {cell(row, fields, 'time')}")
        tills[(row.document, day, kind)] |= {till} - {""}
    apart = any(len(some) > 1 and not set.intersection(*some.values()) for some in days.values())
    if headers.normalised(_label(plan, "till")).startswith(("касса", "ккм", "ккт", "номер кассы")):
        apart = apart or any(len(some) > 1 for some in tills.values())  # no receipt is printed at two tills
    if apart:
        plan.till_is_shop = True
        plan.reasons.append(f"«{_label(plan, 'till')}» различает чеки: номера в них начинаются каждый со своего")


def _numbering(plan: Plan, profile: Profile) -> None:
    """Numbers that start anew by day or shift: one number in several, for other people and other goods."""
    fields = plan.mapping.fields
    if "shift" in fields:
        shifts: dict[tuple[object, ...], set[tuple[str, str]]] = defaultdict(set)
        for row in profile.sample:
            place = (row.document, cell(row, fields, "shop"), cell(row, fields, "till"), cell(row, fields, "kind"))
            shifts[place].add((day_of(row, fields), cell(row, fields, "shift")))
        if any(len(some) > len({on for on, _ in some}) for some in shifts.values()):
            plan.numbering = "shift"
        elif any(len(some) > 1 for some in shifts.values()):
            plan.numbering = "day"
    if not plan.numbering and _other_days(plan, profile) >= 2:
        plan.numbering = "day"
    if plan.numbering:
        plan.reasons.append("Номера чеков начинаются заново каждый день или смену: чеки различаются и по дню")


def _other_days(plan: Plan, profile: Profile) -> int:
    """How many numbers stand on several days with nobody and nothing in common."""
    fields = plan.mapping.fields
    told: dict[tuple[object, ...], dict[str, tuple[set[str], set[str]]]] = defaultdict(dict)
    for row in profile.sample:
        place = (row.document, cell(row, fields, "shop"), cell(row, fields, "till"), cell(row, fields, "kind"))
        who, what = told[place].setdefault(day_of(row, fields), (set(), set()))
        who |= {one for name in _CUSTOMER if (one := cell(row, fields, name)) and not is_retail(one)}
        what.add(cell(row, fields, "sku") or cell(row, fields, "name"))
    apart = [days for days in told.values() if len(days) > 1]
    return sum(1 for days in apart if not any(_shared(list(some)) for some in zip(*days.values(), strict=True)))


def _shared(sets: list[set[str]]) -> bool:
    return len(set.union(*sets)) < sum(map(len, sets))


def _kinds(plan: Plan, profile: Profile) -> None:
    mapping = plan.mapping
    plan.default_kind = mapping.default_kind or ""
    unknown = [word for word in profile.kinds if word and words.kind_of(word) == words.UNKNOWN]
    unknown = [word for word in unknown if word not in mapping.kinds]
    if unknown and len(unknown) <= 20:
        shown = ", ".join(f"«{word}»" for word in unknown[:5])
        plan.questions.append(
            Question("kinds", f"Что значит в колонке «{_label(plan, 'kind')}»: {shown}? Пока это неизвестно, "
                              "такие строки не загружаются", stops=False, subjects=tuple(unknown))
        )  # fmt: skip


def _unclear(plan: Plan, profile: Profile) -> None:
    mapping = plan.mapping
    if not mapping.header_row:
        return
    ignored = {headers.normalised(label) for label in mapping.ignored}
    for at in headers.unclear(mapping.labels, mapping.kind, set(mapping.fields.values())):
        if at in profile.filled and headers.normalised(mapping.labels[at]) not in ignored:
            plan.unclear.append(at)
            plan.warnings.append(
                f"Колонка «{mapping.labels[at]}» не использована: непонятно, что в ней. "
                "Если она нужна, укажите её на экране «Импорт из 1С»"
            )


def _customers(plan: Plan) -> None:
    if not plan.mapping.fields.keys() & {*_CUSTOMER, "document"}:
        plan.warnings.append("В файле нет колонки покупателя: чеки загружены, бонусы никому не начислены")

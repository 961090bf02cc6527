"""What was drawn as rows of the product's own tables."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import repeat
from typing import Any

import numpy as np

from bench.big.drawn import (
    BURN_DAYS,
    CONFIRM_DAYS,
    DAYS,
    GROUPS,
    PIECE,
    PRODUCTS,
    Batch,
    Figures,
    Numbers,
    Shop,
)
from bench.goods import full_name
from bench.sales import TODAY
from loyalty.customers.names import folded
from loyalty.program.terms import Program

Rows = Iterator[tuple[Any, ...]]
ACT = 1
NOW = f"{TODAY} 03:00:00.000000"
GROUP_NAMES = (
    "Платья", "Футболки", "Джинсы", "Блузы", "Брюки", "Юбки", "Джемперы", "Рубашки", "Носки", "Бельё", "Куртки",
    "Пальто", "Сумки", "Туфли", "Ботинки", "Кроссовки", "Шарфы", "Платки", "Ремни", "Кардиганы", "Жакеты",
    "Костюмы", "Сарафаны", "Шорты", "Леггинсы", "Колготки", "Пижамы", "Халаты", "Тапочки", "Перчатки", "Шапки",
    "Береты", "Серьги", "Кольца", "Браслеты", "Подвески", "Броши", "Очки", "Зонты", "Кошельки", "Рюкзаки",
    "Косметички", "Купальники", "Полотенца", "Пледы", "Подушки", "Свечи", "Духи", "Кремы", "Помады", "Лаки",
    "Заколки", "Часы", "Плащи", "Тренчи", "Пуховики", "Жилеты", "Водолазки", "Толстовки", "Майки",
)  # fmt: skip
SHOPS = (  # name, place of sale, prefix of its numbers
    ("ТЦ «Европа»", "зал", "ЕВ00"), ("Тверская, 12", "зал", "ТВ00"), ("ТЦ «Галерея»", "зал", "ГА00"),
    ("Проспект Мира, 5", "зал", "ПМ00"), ("ТЦ «Мега»", "остров", "МЕ00"), ("Вокзал", "остров", "ВК00"),
    ("Склад", "шоурум", "СК00"), ("Интернет-магазин", "сайт", "ИМ00"),
)  # fmt: skip
CASHIERS = ("Белова Ирина", "Громова Алла", "Котова Юлия")
CITIES = (
    ("Москва", 0.38), ("Химки", 0.1), ("Мытищи", 0.09), ("Балашиха", 0.07), ("Королёв", 0.05), ("Подольск", 0.05),
    ("Тула", 0.04), ("Калуга", 0.03), ("Тверь", 0.03), ("Рязань", 0.02), ("Клин", 0.01), ("Дубна", 0.005),
)  # fmt: skip
SOURCES = ("Магазин", "Сайт", "ВКонтакте", "Рекомендация", None)

_DAYS = np.array([str(TODAY - timedelta(days=DAYS - day)) for day in range(DAYS + BURN_DAYS + 1)], dtype=object)
_TIMES = np.array(
    [f" {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.000000" for second in range(86_400)],
    dtype=object,
)
_YEARS = np.array([int(day[:4]) for day in _DAYS])

RECEIPT = (
    "id", "number", "shop", "year", "at", "day", "customer_id", "place", "cashier", "payment", "total", "discount",
    "redeemed", "content", "act_id",
)  # fmt: skip
LINE = ("receipt_id", "line_no", "product_id", "quantity", "price", "discount", "amount")
RETURN = (
    "id", "number", "shop", "year", "at", "day", "receipt_number", "receipt_on", "receipt_id", "customer_id",
    "place", "cashier", "payment", "amount", "counted", "content", "act_id",
)  # fmt: skip
RETURN_LINE = RETURNED_LINE = ("return_id", "line_no", "product_id", "quantity", "amount")
CUSTOMER = (
    "id", "external_id", "card", "phone", "last_name", "first_name", "middle_name", "birth_date", "sex", "email",
    "city", "source", "registered_on", "search", "act_id", "updated_at", "level", "rate", "turnover",
    "receipts_count", "receipts_sum", "returns_count", "returns_sum", "last_purchase_on", "purchases_count",
    "available", "pending", "spent", "burned", "next_burn_on", "next_burn",
)  # fmt: skip
IDENTITY = ("id", "customer_id", "kind", "value", "is_derived", "act_id")
CONSENT = ("id", "customer_id", "channel", "is_given", "at", "wording", "place", "proof", "act_id")
ENTRY = (
    "customer_id", "seq", "effective_on", "kind", "amount", "fact_kind", "fact_id", "lot_kind", "lot_id",
)  # fmt: skip


def days(of: Numbers) -> list[str | None]:
    """ISO days; None where the number is negative."""
    texts = _DAYS[of]
    texts[of < 0] = None
    return list(texts)


def named(names: Sequence[str], which: Numbers) -> list[str]:
    return list(np.array(names, dtype=object)[which])


class Documents:
    """Receipts as they come, and the returns that follow, kept until all receipts are there."""

    def __init__(self) -> None:
        self._last: dict[tuple[int, int], int] = defaultdict(int)  # number by shop and year
        self._backs: list[tuple[Numbers, ...]] = []
        self._back_lines: list[tuple[Numbers, ...]] = []
        self._numbers: dict[int, str] = {}  # of receipts that come back

    def receipts(self, batch: Batch) -> Rows:
        ids = batch.first_id + np.arange(len(batch.who))
        numbers = self._numbered(batch.place, _YEARS[batch.day])
        for at in np.flatnonzero(batch.is_back):
            self._numbers[int(ids[at])] = numbers[at]
        self._keep_returns(batch, ids)
        return zip(
            ids.tolist(),
            numbers,
            named([shop[0] for shop in SHOPS], batch.place),
            _YEARS[batch.day].tolist(),
            map(str.__add__, _DAYS[batch.day], _TIMES[batch.second]),
            _DAYS[batch.day],
            [who + 1 if who >= 0 else None for who in batch.who.tolist()],
            named([shop[1] for shop in SHOPS], batch.place),
            named(CASHIERS, batch.cashier),
            named(("Наличные", "Карта"), batch.by_card.astype(int)),
            batch.total.tolist(),
            batch.discount.tolist(),
            batch.redeemed.tolist(),
            map(_digest, ids.tolist()),
            repeat(ACT),
            strict=False,
        )

    def lines(self, batch: Batch) -> Rows:
        return zip(
            (batch.first_id + batch.line_receipt).tolist(),
            batch.line_no.tolist(),
            (batch.line_product + 1).tolist(),
            (batch.line_pieces * PIECE).tolist(),
            batch.line_price.tolist(),
            batch.line_discount.tolist(),
            batch.line_amount.tolist(),
            strict=True,
        )

    def _numbered(self, place: Numbers, year: Numbers) -> list[str]:
        """Numbers run by shop and year."""
        found = np.empty(len(place), dtype=object)
        for shop, (_name, _place, prefix) in enumerate(SHOPS):
            for one in np.unique(year):
                mine = np.flatnonzero((place == shop) & (year == one))
                first = self._last[shop, int(one)] + 1
                found[mine] = [f"{prefix}-{number:07}" for number in range(first, first + len(mine))]
                self._last[shop, int(one)] += len(mine)
        return list(found)

    def _keep_returns(self, batch: Batch, ids: Numbers) -> None:
        back = batch.is_back
        said = (ids, batch.day, batch.back_day, batch.place, batch.who, batch.cashier, batch.by_card, batch.back)
        self._backs.append(tuple(column[back].astype(np.int64) for column in said))
        comes = batch.line_back_pieces > 0
        lines = (
            ids[batch.line_receipt], batch.line_no, batch.line_product, batch.line_back_pieces, batch.line_back
        )  # fmt: skip
        self._back_lines.append(tuple(column[comes] for column in lines))

    def returns(self) -> tuple[Rows, Rows, Rows]:
        """All of them by day, their lines, and what these took of the receipts' lines: each of its own one."""
        columns = [np.concatenate(parts) for parts in zip(*self._backs, strict=True)]
        order = np.argsort(columns[2], kind="stable")
        receipt, day, on, place, who, cashier, by_card, amount = (column[order] for column in columns)
        ids = np.arange(1, len(receipt) + 1)
        self._last.clear()
        rows = zip(
            ids.tolist(),
            self._numbered(place, _YEARS[on]),
            named([shop[0] for shop in SHOPS], place),
            _YEARS[on].tolist(),
            (f"{day} 21:30:00.000000" for day in _DAYS[on]),
            _DAYS[on],
            [self._numbers[one] for one in receipt.tolist()],
            _DAYS[day],
            receipt.tolist(),
            [one + 1 if one >= 0 else None for one in who.tolist()],
            named([shop[1] for shop in SHOPS], place),
            named(CASHIERS, cashier),
            named(("Наличные", "Карта"), by_card),
            amount.tolist(),
            amount.tolist(),
            map(_digest, ids.tolist()),
            repeat(ACT),
            strict=False,
        )
        return rows, *self._return_lines(receipt)

    def _return_lines(self, receipts: Numbers) -> tuple[Rows, Rows]:
        """`receipts`: those of the returns, in the order of the returns."""
        receipt, *columns = (np.concatenate(parts) for parts in zip(*self._back_lines, strict=True))
        by_receipt = np.argsort(receipts)
        back = 1 + by_receipt[np.searchsorted(receipts[by_receipt], receipt)]
        order = np.argsort(back, kind="stable")
        back, (line, product, pieces, amount) = back[order], (column[order] for column in columns)
        said = (product + 1, pieces * PIECE, amount)
        own = np.arange(len(back)) - np.searchsorted(back, back)
        return _rows(back, own, *said), _rows(back, line, *said)


def _rows(*columns: Numbers) -> Rows:
    return zip(*(column.tolist() for column in columns), strict=True)


def _digest(id_: int) -> str:
    """As long as the product's own, and as little alike."""
    return f"{id_ * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**96:024x}"


def products(shop: Shop) -> Rows:
    for id_, group in enumerate(shop.group_of.tolist(), 1):
        yield id_, id_, f"{id_:06}", f"{GROUP_NAMES[group]}, модель {id_}", GROUP_NAMES[group]


assert len(GROUP_NAMES) == GROUPS and PRODUCTS > GROUPS


class People:
    """Who the customers are, and what their receipts added up to."""

    def __init__(self, shop: Shop, figures: Figures, some: slice) -> None:
        self.ids = np.arange(some.start, min(some.stop, shop.customers)) + 1
        self.random = np.random.default_rng(self.ids[0])
        self.came = shop.came[some].astype(np.int64)
        self.figures = Figures(*(column[some] for column in vars(figures).values()))
        self.phones = [f"+79{id_:09}" for id_ in self.ids.tolist()]

    def customers(self) -> Rows:
        f, draw, count = self.figures, self.random, len(self.ids)
        names = [full_name(id_).split() for id_ in self.ids.tolist()]
        cards = [f"2000{id_:09}" if id_ % 3 else None for id_ in self.ids.tolist()]
        codes = [f"00-{id_:08}" for id_ in self.ids.tolist()]
        age = (365.25 * (16 + 60 * draw.random(count) ** 1.4)).astype("timedelta64[D]")
        born = (np.datetime64(TODAY) - age).astype(str).astype(object)
        born[draw.random(count) < 0.3] = None
        city = draw.choice(len(CITIES) + 1, count, p=[*(share for _, share in CITIES), _REST])
        program = Program()
        levels = [program.level(turnover) for turnover in (f.total - f.back).tolist()]
        ahead = f.available + f.pending
        return zip(
            self.ids.tolist(), codes, cards, self.phones, *zip(*names, strict=True),
            born, named(("f", "f", "f", "m", None), draw.integers(0, 5, count)),  # type: ignore[arg-type]
            [f"k{id_}@pochta.example.com" if id_ % 10 < 3 else None for id_ in self.ids.tolist()],
            named((*(name for name, _ in CITIES), None), city),  # type: ignore[arg-type]
            named(SOURCES, draw.integers(0, 5, count)), _DAYS[self.came],  # type: ignore[arg-type]
            [
                folded(" ".join((*name, phone[1:], code, card or "")))
                for name, phone, code, card in zip(names, self.phones, codes, cards, strict=True)
            ],
            repeat(ACT), repeat(NOW),
            [level.name for level in levels], [level.rate for level in levels],
            (f.total - f.back).tolist(), f.count.tolist(), f.total.tolist(), f.back_count.tolist(), f.back.tolist(),
            days(f.last_day), f.kept_count.tolist(),
            f.available.tolist(), f.pending.tolist(), f.spent.tolist(), f.burned.tolist(),
            days(np.where(ahead > 0, f.last_day + BURN_DAYS, -1)), [one or None for one in ahead.tolist()],
            strict=False,
        )  # fmt: skip

    def identities(self) -> Rows:
        for id_, phone in zip(self.ids.tolist(), self.phones, strict=True):
            yield 2 * id_ - 1, id_, "code", f"00-{id_:08}", False, ACT
            yield 2 * id_, id_, "phone", phone, False, ACT

    def consents(self) -> Rows:
        """Six of ten agreed when they came; one of twenty of those took it back at the end."""
        asked = self.random.random(len(self.ids))
        came = _DAYS[self.came]
        for id_, day, share in zip(self.ids.tolist(), came, asked.tolist(), strict=True):
            if share < 0.6:
                yield 2 * id_ - 1, id_, "sms", True, f"{day} 12:00:00.000000", "", "Анкета", "", ACT
            if share < 0.03:
                yield 2 * id_, id_, "sms", False, NOW, "", "Звонок", "", ACT

    def entries(self) -> Rows:
        """All that is confirmed as one lot, what waits as another: days ahead are those of rules.md §5 and §8."""
        f = self.figures
        columns = (
            self.ids, f.earned - f.pending, f.pending, f.spent, f.burned, f.available, f.first + 1, f.first_day,
            f.last_day, f.spent_day,
        )  # fmt: skip
        for id_, ripe, waits, spent, burned, available, receipt, first, last, paid in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            moves = []
            if ripe:
                moves += [(first, "earned", ripe), (first + CONFIRM_DAYS, "available", ripe)]
            if spent:
                moves.append((max(paid, first + CONFIRM_DAYS), "spent", spent))
            if waits:
                moves += [(last, "earned", waits), (last + CONFIRM_DAYS, "available", waits)]
            moves += [(last + BURN_DAYS, "burned", left) for left in (burned or available, waits) if left]
            moves.sort(key=_moment)
            for seq, (day, kind, amount) in enumerate(moves):
                fact = ("receipt", receipt) if kind in ("earned", "spent") else (None, None)
                yield id_, seq, _DAYS[day], kind, amount, *fact, "receipt", receipt


def _moment(move: tuple[int, str, int]) -> int:
    return move[0]


_REST = 1 - sum(share for _, share in CITIES)

"""What happens in the big shop, drawn by numpy as columns: who comes when, what she buys, what comes back.

Days are numbers from the first one, moments fractions of them; sums are kopecks, quantities thousandths.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Reals = NDArray[np.float64]

DAYS = 730
RECEIPTS_EACH = 5
GROUPS, PRODUCTS = 60, 2000
SHOP_SHARES = (0.28, 0.2, 0.15, 0.11, 0.08, 0.06, 0.04, 0.08)
NEVER_BOUGHT, REGULAR, NOBODYS = 0.06, 0.45, 0.04
STAYS_DAYS = 500  # how long a regular keeps coming, on average
FAVOURITES, BY_TASTE = 3, 0.75  # groups she likes, and how many of her lines are of them
FALLS = 0.92  # each group sells so much of what the one before does: the busiest 140 times what the least does
LINES_SHARES = (0.15, 0.2, 0.3, 0.2, 0.15)  # of receipts with 1 to 5 lines: three on average
DISCOUNTED, RETURNED, RETURNED_WHOLE = 0.12, 0.05, 0.4
PAYS, PAYS_PERCENT = 0.1, 2  # so little that she surely has it: her rate is five
CONFIRM_DAYS, BURN_DAYS, RATE_PERCENT = 14, 365, 5
ROUBLE, PIECE = 100, 1000
RECEIPTS_AT_ONCE = 200_000


class Shop:
    """Who its customers are and what it sells; `batches` draws receipts in the order they arrive."""

    def __init__(self, customers: int, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.customers, self.receipts = customers, customers * RECEIPTS_EACH
        draw = self.random
        # Who came earlier has the smaller number; whoever never bought was registered all the same.
        self.came = DAYS * ((np.arange(customers) + draw.random(customers)) / customers) ** 1.25
        self.buys = draw.random(customers) >= NEVER_BOUGHT
        self.leaves = self.came + draw.exponential(STAYS_DAYS, customers)
        busy = FALLS ** np.arange(GROUPS)
        self.busy = np.cumsum(busy / busy.sum())
        self.tastes = self._groups((customers, FAVOURITES)).astype(np.int8)
        size = np.maximum(PRODUCTS * busy / busy.sum(), 3).astype(np.int64)
        size[0] += PRODUCTS - size.sum()
        self.first_of_group, self.size = np.concatenate(([0], np.cumsum(size)[:-1])), size
        self.group_of = np.repeat(np.arange(GROUPS), size)
        usual = 30_000 * 20 ** draw.random(GROUPS)  # 300 to 6,000 roubles
        self.price = (usual[self.group_of] * (0.6 + draw.random(PRODUCTS)) // 1000 * 1000).astype(np.int64)

    def _groups(self, shape: int | tuple[int, int]) -> Numbers:
        return np.searchsorted(self.busy, self.random.random(shape))

    def batches(self) -> Iterator["Batch"]:
        moments, who, is_first = self._visits()
        for start in range(0, self.receipts, RECEIPTS_AT_ONCE):
            some = slice(start, start + RECEIPTS_AT_ONCE)
            yield Batch(self, start + 1, moments[some], who[some], is_first[some])

    def _visits(self) -> tuple[Reals, Numbers, NDArray[np.bool_]]:
        """Of every receipt, in order of time: when, whose (-1: nobody's), and whether it is her first."""
        draw = self.random
        firsts = np.flatnonzero(self.buys)
        others = self.receipts - len(firsts)
        regulars = firsts[draw.random(len(firsts)) < REGULAR]
        later = DAYS * draw.random(others) ** 0.8
        known = np.searchsorted(self.came[regulars], later)
        whose = regulars[self._chosen(known)]
        left = self.leaves[whose] < later
        whose[left] = regulars[self._chosen(known[left])]  # who left may still look in
        whose[(known == 0) | (draw.random(others) < NOBODYS * self.receipts / others)] = -1
        moments = np.concatenate((self.came[firsts], later))
        order = np.argsort(moments, kind="stable")
        is_first = np.zeros(self.receipts, bool)
        is_first[: len(firsts)] = True
        return moments[order], np.concatenate((firsts, whose))[order], is_first[order]

    def _chosen(self, known: Numbers) -> Numbers:
        """The earlier a regular came the oftener she comes."""
        return (known * self.random.random(len(known)) ** 1.4).astype(np.int64)

    def goods(self, whose: Numbers) -> Numbers:
        """A product for each line of these customers, mostly of groups they like."""
        draw, count = self.random, len(whose)
        liked = self.tastes[np.maximum(whose, 0), draw.integers(0, FAVOURITES, count)]
        by_taste = (draw.random(count) < BY_TASTE) & (whose >= 0)
        group = np.where(by_taste, liked, self._groups(count))
        which: Numbers = (self.size[group] * draw.random(count) ** 1.7).astype(np.int64)
        return which + self.first_of_group[group]


class Batch:
    """So many receipts with their lines and what comes back of them; `line_*` are by line, the rest by receipt."""

    def __init__(
        self, shop: Shop, first_id: int, moments: Reals, who: Numbers, is_first: NDArray[np.bool_]
    ) -> None:
        draw, count = shop.random, len(moments)
        self.shop, self.first_id, self.who = shop, first_id, who
        self.day = moments.astype(np.int64)
        self.second = (36_000 + (moments - self.day) * 39_600).astype(np.int64)  # from 10:00 to 21:00
        self.place = np.searchsorted(np.cumsum(SHOP_SHARES), draw.random(count) * 0.999999)
        self.cashier = draw.integers(0, 3, count)
        self.by_card = draw.random(count) < 0.8
        self._draw_lines()
        self._draw_returns()
        self._draw_bonuses(is_first)

    def by_receipt(self, of_lines: Numbers) -> Numbers:
        return np.add.reduceat(of_lines, self.starts)

    def _draw_lines(self) -> None:
        shop, draw, count = self.shop, self.shop.random, len(self.who)
        self.sizes = 1 + np.searchsorted(np.cumsum(LINES_SHARES), draw.random(count) * 0.999999)
        self.starts = np.concatenate(([0], np.cumsum(self.sizes)[:-1]))
        lines = int(self.sizes.sum())
        self.line_receipt = np.repeat(np.arange(count), self.sizes)
        self.line_no = np.arange(lines) - self.starts[self.line_receipt]
        self.line_product = shop.goods(self.who[self.line_receipt])
        self.line_price = shop.price[self.line_product]
        self.line_pieces = 1 + (draw.random(lines) < 0.2)
        off = np.where(draw.random(lines) < DISCOUNTED, draw.integers(1, 4, lines) * 10, 0)  # percent
        self.line_discount = self.line_price * self.line_pieces * off // 100
        self.line_amount = self.line_price * self.line_pieces - self.line_discount
        self.total, self.discount = self.by_receipt(self.line_amount), self.by_receipt(self.line_discount)

    def _draw_returns(self) -> None:
        """Which receipts come back, when, and of each line how many pieces and kopecks."""
        draw, count = self.shop.random, len(self.who)
        self.back_day = self.day + draw.integers(1, 31, count)
        self.is_back = (draw.random(count) < RETURNED) & (self.back_day < DAYS)
        whole = draw.random(count) < RETURNED_WHOLE
        comes = self.is_back[self.line_receipt] & (whole[self.line_receipt] | (self.line_no == 0))
        # Of two pieces one may come back alone.
        alone = comes & ~whole[self.line_receipt] & (self.line_pieces == 2) & (draw.random(len(comes)) < 0.5)
        self.line_back_pieces = np.where(comes, np.where(alone, 1, self.line_pieces), 0)
        self.line_back = self.line_amount * self.line_back_pieces // self.line_pieces
        self.back = self.by_receipt(self.line_back)

    def _draw_bonuses(self, is_first: NDArray[np.bool_]) -> None:
        """What she paid with bonuses, and what she earned for what did not come back."""
        draw, hers = self.shop.random, self.who >= 0
        full = np.where(self.line_discount, 0, self.line_amount - self.line_back)
        may = hers & ~is_first & ~self.is_back & (self.discount == 0) & (self.day < DAYS - CONFIRM_DAYS)
        pays = may & (draw.random(len(hers)) < PAYS)
        self.redeemed = np.where(pays, self.total * PAYS_PERCENT // 100 // ROUBLE * ROUBLE, 0)
        base = np.maximum(self.by_receipt(full) - self.redeemed, 0)
        self.earned = np.where(hers, base * RATE_PERCENT // 100 // ROUBLE * ROUBLE, 0)


@dataclass
class Figures:
    """What the receipts drawn so far add up to, by customer."""

    count: Numbers
    kept_count: Numbers  # of receipts that are not returned whole
    total: Numbers
    back_count: Numbers
    back: Numbers
    earned: Numbers
    pending: Numbers
    spent: Numbers
    first: Numbers  # her first receipt's number here, from 0; -1: none
    first_day: Numbers
    last_day: Numbers  # of a purchase that is not returned whole; -1: none
    spent_day: Numbers

    @classmethod
    def none(cls, customers: int) -> "Figures":
        return cls(*(np.zeros(customers, np.int64) for _ in range(8)), *(np.full(customers, -1) for _ in range(4)))

    def add(self, batch: Batch) -> None:
        hers = batch.who >= 0
        who, day = batch.who[hers], batch.day[hers]

        def sums(of: Numbers) -> Numbers:
            return np.bincount(who, of[hers], len(self.count)).astype(np.int64)

        self.count += np.bincount(who, minlength=len(self.count))
        self.total += sums(batch.total)
        self.back_count += sums(batch.is_back.astype(np.int64))
        self.back += sums(batch.back)
        self.earned += sums(batch.earned)
        self.pending += sums(np.where(batch.day > DAYS - CONFIRM_DAYS, batch.earned, 0))
        self.spent += sums(batch.redeemed)
        kept = (batch.back < batch.total)[hers]
        self.kept_count += np.bincount(who[kept], minlength=len(self.count))
        np.maximum.at(self.last_day, who[kept], day[kept])
        paid = (batch.redeemed > 0)[hers]
        np.maximum.at(self.spent_day, who[paid], day[paid])
        early, where = np.unique(who, return_index=True)
        new = self.first[early] < 0
        self.first[early[new]] = batch.first_id - 1 + np.flatnonzero(hers)[where[new]]
        self.first_day[early[new]] = day[where[new]]

    @property
    def burned(self) -> Numbers:
        """What nobody spent for a year after the last purchase."""
        return np.where(self.last_day + BURN_DAYS <= DAYS, self.earned - self.spent - self.pending, 0)

    @property
    def available(self) -> Numbers:
        return self.earned - self.pending - self.spent - self.burned

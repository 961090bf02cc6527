"""True sales through any shape of file: what comes in is what was true, or the file is stopped; nothing else.

40 files in the quick profile, 300 in the usual run, 2,000 where LOYALTY_ANY_FILES=2000 says so (any number may).
A seed that fails is written again by `python -m tests.bonuses.true_sales SEED FOLDER`, which says its shape and
the truth.
"""

import os
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.bonuses import model
from tests.bonuses.true_sales import TODAY, Back, Sale, Truth
from tests.came_in import UNUSABLE, CameIn, Receipt, Return, room
from tests.onec.any_shape import Shape, written

QUICK, USUAL, TOGETHER = 40, 300, 50
STOPPED_AT_MOST = 0.15
RATES = (5, 7, 10)
AGAIN_EVERY = 5  # of these files one is imported twice
RIGHT, STOPPED, REJECTED, WRONG = "верно", "остановлен", "отклонён частью", "неверно"


def files_count() -> int:
    quick = os.environ.get("LOYALTY_TEST_PROFILE") == "quick"
    return int(os.environ.get("LOYALTY_ANY_FILES") or (QUICK if quick else USUAL))


class Verdict(NamedTuple):
    seed: int
    what: str
    shape: Shape
    why: str
    path: Path


def verdict(seed: int, folder: Path, migrated: Path) -> Verdict:
    """Write the file of a seed, import it, and compare with what was true."""
    with room(folder / str(seed), migrated, TODAY) as shop:
        file = written(seed, shop.folder)
        came = shop.take([file.path], "sales" if seed % 2 else "auto")
        what, why = compared(came, file.truth, file.shape)
        if what != STOPPED and seed % AGAIN_EVERY == 0 and (differs := shop.disagreements(came)):
            what, why = WRONG, "; ".join(differs)
        return Verdict(seed, what, file.shape, why, file.path)


def compared(came: CameIn, truth: Truth, shape: Shape) -> tuple[str, str]:
    (file,) = came.files
    if file.code == UNUSABLE:
        written_ = [*came.receipts, *came.returns, *came.people]
        return (WRONG, f"остановлен, но записано: {written_[:3]}") if written_ else (STOPPED, file.reasons)
    if file.code < 0:
        return WRONG, f"авария: {file.errors}"
    sales = Counter(receipt(sale, shape) for sale in truth.sales)
    found = Counter(as_found(one) for one in came.receipts)
    backs = Counter(returned(back, shape) for back in truth.backs)
    back_found = Counter(back_as_found(one) for one in came.returns)
    extra = [*(found - sales).elements(), *(back_found - backs).elements()]
    lost = [*(sales - found).elements(), *(backs - back_found).elements()]
    if extra:
        return WRONG, f"не было: {extra[0]} (всего {len(extra)}); нет: {lost[:1]} (всего {len(lost)})"
    if len(lost) > came.rejected:
        return WRONG, f"нет: {lost[0]} (всего {len(lost)}), отклонено строк {came.rejected}"
    if wrong := [*earned_wrongly(came, truth, shape)]:
        return WRONG, f"начислено не то: {wrong[0]} (всего {len(wrong)})"
    return (REJECTED, f"нет {len(lost)}: {file.reasons[:300]}") if lost else (RIGHT, "")


def earned_wrongly(came: CameIn, truth: Truth, shape: Shape) -> Iterator[str]:
    """What no level would have earned: discounted lines earn nothing, nobody earns nothing (rules.md §3, §5)."""
    if not {"price", "off", "percent"} & {*shape.columns()}:
        return  # nothing tells a discount
    sales = {(sale.number, f"{sale.at:%Y-%m-%d}"): sale for sale in truth.sales}
    for one in came.receipts:
        right = {base(sales[one.number, one.at[:10]], shape) * rate // 10_000 for rate in RATES}
        if one.earned not in right:
            yield f"{one.number}: {one.earned}, а не одно из {sorted(right)}"


def base(sale: Sale, shape: Shape) -> int:
    """What earns: full-price lines less their shares of the bonuses paid."""
    shares = model.spread(redeemed(sale, shape), [line.amount for line in sale.lines])
    pairs = zip(sale.lines, shares, strict=True)
    return sum(line.amount - share for line, share in pairs if not line.percent) if sale.who else 0


def redeemed(sale: Sale, shape: Shape) -> int:
    return sale.redeemed if "bonus" in shape.columns() else 0


def receipt(sale: Sale, shape: Shape) -> tuple[object, ...]:
    """Number, day, total, owner, lines, bonuses: as far as the shape tells them."""
    total, bonuses = Decimal(sale.total) / 100, Decimal(redeemed(sale, shape)) / 100
    return sale.number, f"{sale.at:%Y-%m-%d}", total, owner(sale, shape), len(sale.lines), bonuses


def as_found(one: Receipt) -> tuple[object, ...]:
    return one.number, one.at[:10], one.total, one.who, one.lines, one.redeemed


def returned(back: Back, shape: Shape) -> tuple[object, ...]:
    at = back.of.at if shape.returns == "same row" else back.at
    return f"{at:%Y-%m-%d}", Decimal(back.amount) / 100, owner(back.of, shape)


def back_as_found(one: Return) -> tuple[object, ...]:
    return one.at[:10], one.amount, one.who


def owner(sale: Sale, shape: Shape) -> str | None:
    if sale.who is None:
        return None
    names = {"phone": f"+7{sale.who.phone}", "card": f"card:{sale.who.card}"}
    return names.get(shape.identity, sale.who.code)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, files_count(), TOGETHER))
def test_what_was_true_comes_in_or_the_file_is_stopped(first: int, tmp_path: Path, migrated_sqlite: Path) -> None:
    seeds = range(first, min(first + TOGETHER, files_count()))
    found = [verdict(seed, tmp_path, migrated_sqlite) for seed in seeds]
    print(dict(Counter(one.what for one in found)))
    wrong = [one for one in found if one.what == WRONG]
    if wrong:
        pytest.fail("\n\n".join(f"{told_of(one)}\n{one.path}\n{one.shape}" for one in wrong), pytrace=False)
    stopped = [one for one in found if one.what in (STOPPED, REJECTED)]
    if len(stopped) > STOPPED_AT_MOST * len(found):
        pytest.fail("слишком часто остановлены:\n" + "\n".join(map(told_of, stopped)), pytrace=False)


def told_of(one: Verdict) -> str:
    shape = one.shape
    return f"{one.seed} {one.what} ({shape.layout}, {shape.returns}, {shape.ending}, {shape.dates}): {one.why}"

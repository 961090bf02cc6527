"""Which rows of a document are its goods: not totals, not headings, not told twice; what its own sum says decides.

A file may repeat a receipt, join it with its payments, put its total above or below it, write a discount as a line.
Everything here is pure: lines in, lines out, with notes for the report; `Refusal` where no reading agrees.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from loyalty.engine.sale import spread
from loyalty.onec.columns import words
from loyalty.onec.documents.lines import (
    AMOUNT,
    BONUS,
    COMPUTED,
    DISCOUNT,
    LINE_NUMBER,
    NAME,
    PRICE,
    QUANTITY,
    ROW,
    SKU,
    Line,
)  # fmt: skip
from loyalty.wording import roubles

_ROUNDING = 100  # kopecks: a receipt rounded to roubles


class Refusal(Exception):
    """This document can't be taken: row, column, value and reason. Never leaves this room."""

    def __init__(
        self, reason: str, row: int | None = None, column: str = "", value: str = "", is_told: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason, self.row, self.column, self.value = reason, row, column, value
        self.is_told = is_told  # no row is to blame: the report says it beside its rows


class Block(NamedTuple):
    """Rows of a document that stand together, each with what was said of its payment."""

    lines: list[Line]
    payments: list[str]


@dataclass(slots=True)
class Resolved:
    """The goods of a document, and what had to be decided, by topic, for the report."""

    lines: list[Line]
    notes: list[tuple[str, str]] = field(default_factory=list)
    bonus: int = 0  # told in the heading or total row alone


def resolve(number: str, blocks: Sequence[Block], total: int | None, numbered_lines: bool) -> Resolved:
    """The lines that count. `total` is what the document says of itself; `numbered_lines`: each has its number."""
    found = Resolved([])
    cleaned, own_total = [], None
    for block in blocks:
        goods, heading = _without_totals(block)
        cleaned.append(goods)
        if heading is not None:
            own_total = heading[AMOUNT] if own_total is None else own_total
            found.bonus = found.bonus or heading[BONUS] * (not any(line[BONUS] for line in goods.lines))
    total = own_total if total is None else total
    everything = [line for block in cleaned for line in block.lines]
    if numbered_lines and all(line[LINE_NUMBER] for line in everything):
        found.lines = _by_line_number(number, everything, found)
    else:
        once = [_unjoined(number, block, found) for block in cleaned]
        found.lines = _told_once(number, once, found)
    if total is None or _agrees(found.lines, total):
        if total and _rounded_off(found.lines, total):
            told = roubles(abs(total))
            text = f"Чек {number}: строки отличаются от суммы чека {told} меньше чем на рубль — округление."
            found.notes.append(("rounded", text))
        return found
    readings = [everything, _distinct(everything)]
    agreeing = [reading for reading in readings if _agrees(reading, total)]
    if len({len(reading) for reading in agreeing}) != 1:  # none, or both, though they are not the same rows
        raise _mismatch(found.lines, total)
    if agreeing[0] is everything:  # the sum proves that all rows are real
        return Resolved(everything, bonus=found.bonus)
    note = f"Чек {number}: повторённые строки учтены один раз, как говорит сумма чека {roubles(abs(total))}."
    return Resolved(agreeing[0], [("joined", note)], found.bonus)


def _mismatch(lines: Iterable[Line], total: int) -> Refusal:
    have, said = roubles(abs(sum(line[AMOUNT] or 0 for line in lines))), roubles(abs(total))
    return Refusal(
        f"строки чека дают {have}, а сам чек — {said}: выгружены не все его строки или лишние", is_told=True
    )


def _agrees(lines: Sequence[Line], total: int) -> bool:
    """Whether the lines give the document's sum, bonuses taken off or not; a receipt may be rounded to roubles."""
    if any(line[AMOUNT] is None for line in lines):
        return True
    amount, bonus = sum(line[AMOUNT] for line in lines), sum(line[BONUS] for line in lines)
    rounded = min(_ROUNDING, abs(total) // 100 + 1)
    return any(
        abs(abs(one) - abs(total)) < (rounded if one == amount else 1)
        for one in (amount, sum(abs(line[AMOUNT]) for line in lines), abs(amount) + bonus, abs(amount) - bonus)
    )


def _rounded_off(lines: Sequence[Line], total: int) -> bool:
    sums = {sum(line[AMOUNT] or 0 for line in lines), sum(abs(line[AMOUNT] or 0) for line in lines)}
    bonus = sum(line[BONUS] for line in lines)
    return (
        not bonus
        and abs(total) not in {abs(one) for one in sums}
        and all(line[AMOUNT] is not None for line in lines)
    )


def _without_totals(block: Block) -> tuple[Block, Line | None]:
    """The block without its heading and total rows, and the first of these that tells a sum."""
    lines = block.lines
    if len(lines) == 1:
        return block, None
    called = [at for at, line in enumerate(lines) if words.is_total(line[NAME] or line[SKU])]
    others = sum(line[AMOUNT] or 0 for at, line in enumerate(lines) if at not in called)
    dropped = [at for at in called if lines[at][PRICE] is None or lines[at][AMOUNT] in (None, others)]
    for at in (0, len(lines) - 1):
        if at not in dropped and len(lines) - len(dropped) > 1 and _heads(lines, at, dropped):
            dropped.append(at)
    if not dropped or len(dropped) == len(lines):
        return block, None
    told = next((lines[at] for at in sorted(dropped) if lines[at][AMOUNT] is not None), None)
    kept = [at for at in range(len(lines)) if at not in dropped]
    return Block([lines[at] for at in kept], [block.payments[at] for at in kept]), told


def _heads(lines: Sequence[Line], at: int, dropped: Sequence[int]) -> bool:
    """Whether the first or last row tells the sum of the others, not goods."""
    line, others = lines[at], [one for place, one in enumerate(lines) if place != at and place not in dropped]
    if (
        line[AMOUNT] is None
        or line[PRICE] is not None
        or line[SKU]
        or not all(one[NAME] or one[SKU] for one in others)
    ):
        return False
    if not line[NAME]:
        return True
    if line[LINE_NUMBER]:  # named, and one of the document's own lines: goods, whatever the others come to
        return False
    return (
        _tells_together(line, others)
        and len(others) > 1
        and all(one[PRICE] is not None or one[SKU] for one in others)
    )


def _tells_together(line: Line, others: Sequence[Line]) -> bool:
    """Whether a row's sum is the others'; nothing is nothing by chance, so of free goods the pieces tell too."""
    pieces = (0, sum(one[QUANTITY] for one in others))
    return line[AMOUNT] == sum(one[AMOUNT] or 0 for one in others) and (
        line[AMOUNT] != 0 or line[QUANTITY] in pieces
    )


def _goods(line: Line) -> Line:
    """What makes two rows the same goods: everything but their place in the file and other columns' cells."""
    return line[LINE_NUMBER:COMPUTED]


def _unjoined(number: str, block: Block, found: Resolved) -> list[Line]:
    """Goods told once for each way of payment are told once: a receipt is paid as a whole."""
    ways = list(dict.fromkeys(block.payments))
    if len(ways) < 2:
        return block.lines
    by_way = [[line for line, way in zip(block.lines, block.payments, strict=True) if way == one] for one in ways]
    first, *others = (Counter(map(_goods, lines)) for lines in by_way)
    if any(other != first for other in others):
        return block.lines
    found.notes.append(
        (
            "joined",
            f"Чек {number} оплачен несколькими способами, и его строки повторены для каждого: учтены один раз.",
        )
    )
    return by_way[0]


def _told_once(number: str, blocks: Sequence[list[Line]], found: Resolved) -> list[Line]:
    """Rows that stand again elsewhere in the file are a repetition; equal rows together are so many goods."""
    kept, seen = list(blocks[0]), Counter(map(_goods, blocks[0]))
    for block in blocks[1:]:
        here: Counter[Line] = Counter()
        for line in block:
            goods = _goods(line)
            here[goods] += 1
            if here[goods] <= seen[goods]:
                text = f"Строка {line[ROW]} повторяет строку чека {number}, которая уже была, и учтена один раз."
                found.notes.append(("repeat", text))
            else:
                seen[goods] += 1
                kept.append(line)
    return kept


def _by_line_number(number: str, lines: Sequence[Line], found: Resolved) -> list[Line]:
    first: dict[str, Line] = {}
    for line in lines:
        seen = first.setdefault(line[LINE_NUMBER], line)
        if seen is line:
            continue
        if _goods(seen) != _goods(line):
            raise Refusal(
                f"номер строки {line[LINE_NUMBER]} уже был в этом чеке в строке {seen[ROW]} с другими данными",
                line[ROW], "Номер строки", line[LINE_NUMBER],
            )  # fmt: skip
        text = f"Строка {line[ROW]} повторяет строку {seen[ROW]} чека {number} и учтена один раз."
        found.notes.append(("repeat", text))
    return list(first.values())


def _distinct(lines: Sequence[Line]) -> list[Line]:
    """Each goods once, however often they stand."""
    return list({_goods(line): line for line in reversed(lines)}.values())[::-1]


class Settled(NamedTuple):
    """A sale's lines after its minus lines found their meaning, and what is left of them as a return."""

    lines: list[Line]
    back: list[Line]
    bonus: int
    notes: list[tuple[str, str]]


def settle(number: str, lines: Sequence[Line]) -> Settled:
    """Lines with a minus in a sale: exchanged goods, a discount, bonuses, or goods brought back."""
    notes: list[tuple[str, str]] = []
    sold = [line for line in lines if (line[AMOUNT] or 0) >= 0 and line[QUANTITY] >= 0]
    back, off, bonus = [], 0, 0
    for line in lines:
        if (line[AMOUNT] or 0) >= 0 and line[QUANTITY] >= 0:
            continue
        amount, name = abs(line[AMOUNT] or 0), line[NAME] or line[SKU]
        if _exchanged(sold, line):
            notes.append(("exchange", f"Чек {number}: товар пробит и отменён в том же чеке, учтена разница."))
        elif words.BONUS_LINE.search(name):
            bonus += amount
        elif words.DISCOUNT_LINE.search(name):
            off += amount
            notes.append(
                ("discount line", f"Чек {number}: строка «{name}» с минусом учтена как скидка на весь чек.")
            )
        elif words.PAYMENT_LINE.search(name):
            raise Refusal(
                "строка оплаты с минусом: непонятно, скидка это или оплата", line[ROW], "Номенклатура", name
            )
        else:
            back.append(line)
    if off:
        sold = _discounted(sold, off)
    return Settled(sold, back, bonus, notes)


def _exchanged(sold: list[Line], line: Line) -> bool:
    """Takes the minus line off a line of the same goods in the same receipt, where it fits."""
    for at, one in enumerate(sold):
        same = (one[SKU], one[NAME]) == (line[SKU], line[NAME]) and (one[SKU] or one[NAME])
        amount, pieces = (one[AMOUNT] or 0) + (line[AMOUNT] or 0), one[QUANTITY] + line[QUANTITY]
        if not same or amount < 0 or pieces < 0 or (not pieces and amount):
            continue
        if pieces:
            sold[at] = (
                *one[:QUANTITY],
                pieces,
                one[PRICE],
                max(0, one[DISCOUNT] - line[DISCOUNT]),
                amount,
                *one[BONUS:],
            )
        else:
            del sold[at]
        return True
    return False


def _discounted(sold: Sequence[Line], off: int) -> list[Line]:
    """A discount on the whole receipt, spread over its lines."""
    amounts = [line[AMOUNT] or 0 for line in sold]
    if off > sum(amounts):
        raise Refusal("скидка больше суммы чека")
    shares = spread(off, amounts)
    return [
        (*line[:DISCOUNT], line[DISCOUNT] + share, (line[AMOUNT] or 0) - share, *line[BONUS:])
        for line, share in zip(sold, shares, strict=True)
    ]

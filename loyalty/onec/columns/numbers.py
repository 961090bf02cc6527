"""Numbers as files write them: what a whole column says of its marks, and one cell by that.

«12,500» is twelve and a half, or twelve thousand: one cell can't tell, the column often can. `Evidence` gathers
what all cells say, `decimal_mark` decides or admits that both readings stand, a parser reads cells by the answer.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from loyalty.onec.books.seen import NOT_COMPUTED
from loyalty.onec.columns.cells import Bad, clean

_LARGEST = 10**15  # kopecks: more is no price, and would not fit a database integer
_GROUPING = str.maketrans("", "", " \u00a0\u202f\u2009'’`\t")
_UNITS = (
    r"₽|руб(?:л\w*|\.)?|р\.?|rub|rur|шт(?:ук\w*|\.)?|пар\w*|кг|гр?|л|мл|м2?|см|упак\w*|уп|компл\w*|ед"
    r"|пач\w*|бут\w*|пог\. ?м"
)
_UNIT = re.compile(rf"(?:\s*(?:{_UNITS})\.?)+$", re.IGNORECASE)
_CURRENCY = re.compile(r"^(?:₽|руб\.?|rub)\s*", re.IGNORECASE)
_SIGNED = re.compile(r"[+-]?[0-9.,]*[0-9][0-9.,]*")
_DOUBTFUL = re.compile(r"[+-]?[1-9][0-9]{0,2}([.,])[0-9]{3}")


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit()  # «²» is a digit, too


def bare(text: str) -> str:
    """The digits and marks of a number: no spaces, currency, units; brackets and a minus behind become a sign."""
    text = clean(text)
    if _is_whole(text):
        return text
    text = _UNIT.sub("", _CURRENCY.sub("", text)).translate(_GROUPING)
    if text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1]
    text = text.replace("−", "-").replace("–", "-")
    if text.endswith("-") and len(text) > 1:
        text = "-" + text[:-1]
    return text


ODD = "odd"
_NOT_COMPUTED = "формула не посчитана: откройте файл в Excel, сохраните и загрузите снова"


@dataclass(slots=True)
class Evidence:
    """What the cells of one or several columns say of «,» and «.»: counts, and doubtful cells by their mark."""

    decimals: set[str] = field(default_factory=set)  # marks that surely stand before a fraction
    groups: set[str] = field(default_factory=set)  # marks that surely stand between thousands
    doubtful: dict[str, list[str]] = field(default_factory=dict)  # mark -> the first cells that may be either
    too_fine: set[str] = field(default_factory=set)  # marks under which a doubtful cell would have three decimals
    short: set[str] = field(default_factory=set)  # marks that stand before one or two digits

    def look(self, cells: Iterable[str]) -> None:
        """Take more cells of the column."""
        for cell in cells:
            if not ("," in cell or "." in cell):
                continue
            text = bare(cell)
            if not _SIGNED.fullmatch(text):
                continue
            comma, point = text.rfind(","), text.rfind(".")
            if comma >= 0 and point >= 0:
                self._decimal(text, "," if comma > point else ".")
                self.groups.add("." if comma > point else ",")
                continue
            mark = "," if comma >= 0 else "."
            if text.count(mark) > 1:
                self.groups.add(mark)
            elif _DOUBTFUL.fullmatch(text):
                kept = self.doubtful.setdefault(mark, [])
                if len(kept) < 100:
                    kept.append(text)
                if text[-1] != "0":
                    self.too_fine.add(mark)
            else:
                self._decimal(text, mark)

    def _decimal(self, text: str, mark: str) -> None:
        self.decimals.add(mark)
        if len(text) - text.rfind(mark) <= 3:
            self.short.add(mark)

    def decimal_mark(self, fine: bool) -> str | None:
        """«,» or «.»; "" where nothing hangs on it; None when a cell allows two readings.

        `fine`: three decimals are usual here (weights), so a third digit other than 0 proves nothing. ODD: «12,500»
        among «3,75»: such a cell is an error of its own, the others say what they are themselves.
        """
        if self.decimals:
            mark = next(iter(self.decimals))
            odd = len(self.decimals) > 1 or (not fine and mark in self.short and mark in self.doubtful)
            return ODD if odd else mark
        if self.groups:
            return "," if "." in self.groups else "."
        if not self.doubtful:
            return ""
        if len(self.doubtful) > 1:
            return None
        mark = next(iter(self.doubtful))
        if not fine and mark in self.too_fine:
            return "." if mark == "," else ","
        return None


class _Number(NamedTuple):
    sign: int
    value: int  # × 10**places
    rest: str  # digits behind the mark that don't fit

    def rounded(self) -> int:
        return self.sign * (self.value + (self.rest[:1] >= "5"))


def _scaled(text: str, places: int, mark: str) -> _Number | Bad | None:
    """A cell as a number written with that decimal mark; None when empty."""
    digits = bare(text)
    if not digits:
        return None
    if _is_whole(digits):
        value = int(digits[:20]) * 10**places
        return _Number(1, value, "") if value <= _LARGEST else Bad("слишком большое число")
    if _SIGNED.fullmatch(digits) is None:
        return Bad(_NOT_COMPUTED if NOT_COMPUTED in text else "это не число")
    if mark == ODD and _DOUBTFUL.fullmatch(digits):
        return Bad("непонятно, что отделяет знак: тысячи или копейки; в других строках колонки он стоит иначе")
    whole, fraction = _parts(digits.lstrip("+-"), mark)
    if not _is_whole(whole):
        return Bad("это не число")
    fits, rest = fraction[:places], fraction[places:].rstrip("0")
    value = int(whole[:20]) * 10**places + int(fits.ljust(places, "0") or "0")
    return (
        _Number(-1 if digits[0] == "-" else 1, value, rest) if value <= _LARGEST else Bad("слишком большое число")
    )


def _parts(text: str, mark: str) -> tuple[str, str]:
    """Whole and fraction. A mark that can't be the other one is taken for what it is, whatever the column says."""
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        decimal, group = (",", ".") if comma > point else (".", ",")
        whole, _, fraction = text.rpartition(decimal)
        return (_ungrouped(whole, group), fraction) if decimal not in whole else ("?", "")
    own = "," if comma >= 0 else "."
    if text.count(own) > 1:
        return _ungrouped(text, own), ""
    if own not in text:
        return text, ""
    if _DOUBTFUL.fullmatch(text) and mark in (",", ".") and mark != own:
        return text.replace(own, ""), ""
    whole, _, fraction = text.partition(own)
    return whole or "0", fraction


def _ungrouped(text: str, group: str) -> str:
    """1.234.567 as 1234567; "?" where the groups are no thousands."""
    first, *others = text.split(group)
    return text.replace(group, "") if 0 < len(first) <= 3 and all(len(one) == 3 for one in others) else "?"


def money_parser(mark: str) -> Callable[[str], int | Bad | None]:
    """Kopecks of a sum in roubles, None when empty; `mark` is the column's decimal mark.

    A formula leaves many digits behind the kopecks, which nobody sees: they are rounded, halves up.
    """

    def parse(text: str) -> int | Bad | None:
        found = _scaled(text, 2, mark)
        if not isinstance(found, _Number):
            return found
        if 0 < len(found.rest) <= 2:
            return Bad("в сумме больше двух знаков после запятой")
        return found.rounded()

    return parse


def price_parser(mark: str) -> Callable[[str], int | Bad | None]:
    """Kopecks of a price, halves up: it is often a sum divided by a quantity, and no sum is made of it alone."""
    return _rounding(2, mark)


def quantity_parser(mark: str) -> Callable[[str], int | Bad | None]:
    """Thousandths of a quantity, halves up; None when empty."""
    return _rounding(3, mark)


def _rounding(places: int, mark: str) -> Callable[[str], int | Bad | None]:
    def parse(text: str) -> int | Bad | None:
        found = _scaled(text, places, "" if mark == ODD else mark)
        return found.rounded() if isinstance(found, _Number) else found

    return parse


def parse_percent(text: str) -> Decimal | Bad | None:
    """A percentage from 0 to 100, whatever its sign; None when empty."""
    text = bare(clean(text).rstrip("%").rstrip()).replace(",", ".")
    if not text:
        return None
    if _SIGNED.fullmatch(text) is None or text.count(".") > 1:
        return Bad("это не процент")
    value = abs(Decimal(text))
    return value if 0 <= value <= 100 else Bad("процент вне пределов от 0 до 100")

"""What becomes of a document, once it is known which one it is.

A list of documents without goods says less than a report with goods: it never erases lines, and a report that names
nobody never erases whom a list named.
"""

from dataclasses import dataclass
from enum import StrEnum

from loyalty.money import Kopecks
from loyalty.sales.alike import is_list
from loyalty.sales.documents import Document, SaleDocument, total_of
from loyalty.sales.which import Known, Place
from loyalty.wording import day as day_words
from loyalty.wording import roubles


class Outcome(StrEnum):
    """What a document did."""

    IMPORTED = "imported"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    REJECTED = "rejected"


@dataclass(slots=True)
class Result:
    """A document's outcome; for a rejected one why, and which column to mend."""

    outcome: Outcome
    reason: str = ""
    column: str = ""
    value: str = ""


UNCHANGED, _IMPORTED = Result(Outcome.UNCHANGED), Result(Outcome.IMPORTED)


@dataclass(slots=True)
class Step:
    """What is to be done with a document; `keeps_…`: it has the former revision's lines, or customer."""

    document: Document
    place: Place
    result: Result
    content: str
    total: Kopecks = 0
    keeps_lines: bool = False
    keeps_owner: bool = False
    id: int = 0  # of its current revision

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return self.result.outcome in (Outcome.IMPORTED, Outcome.CHANGED)


def decide(document: Document, place: Place, said: str, is_with_goods: bool) -> Step:
    """`said` is the digest of what the document says; `is_with_goods`: what is known of it has goods."""
    known = place.known
    step = Step(document, place, UNCHANGED, said, total_of(document), id=known.id if known else 0)
    if document.voided:
        step.result = Result(Outcome.CHANGED if known else Outcome.UNCHANGED)
        step.id = 0
    elif problem := _problem(document, step.total):
        step.result = problem
    elif known is None:
        step.result = _IMPORTED
    elif known.content != said:
        _revise(step, known, is_with_goods)
    return step


def _revise(step: Step, known: Known, is_with_goods: bool) -> None:
    document = step.document
    lists, total = is_list(document), step.total
    says_more = (document.customer is not None and known.mention_id is None) or _more_bonuses(document, known)
    if lists and is_with_goods:
        if known.total not in (0, total) or known.day != document.at.date():
            step.result = _without_goods(document, known, total)
            return
        step.keeps_lines, step.content = True, known.content
    elif step.place.is_elsewhere:
        brings_goods = not lists and not is_with_goods
        says_more = says_more or brings_goods or total != known.total
        step.keeps_lines = not brings_goods and total == known.total
        step.content = known.content if step.keeps_lines else step.content
        step.keeps_owner = document.customer is None
    else:
        says_more = True
        step.keeps_owner = not lists and not is_with_goods and document.customer is None
    step.result = Result(Outcome.CHANGED if says_more else Outcome.UNCHANGED)


def _more_bonuses(document: Document, known: Known) -> bool:
    return isinstance(document, SaleDocument) and (document.redeemed or 0) > 0 and not known.redeemed


def _without_goods(document: Document, known: Known, total: Kopecks) -> Result:
    was = f"{roubles(known.total)} от {day_words(known.day)}"
    now = f"{roubles(total)} от {day_words(document.at.date())}"
    reason = f"загружен с товарами на {was}, а в этом списке без товаров {now}: выгрузите его с товарами"
    return Result(Outcome.REJECTED, reason, "Сумма", roubles(total))


def bonuses_of(sale: SaleDocument, known: Known | None) -> Kopecks:
    """A file without «Бонусы» says nothing of them: what was paid stays paid."""
    if sale.redeemed is not None:
        return sale.redeemed
    return min(known.redeemed, total_of(sale)) if known else 0


def _problem(document: Document, total: Kopecks) -> Result | None:
    """What can't have happened: sums below zero, or bonuses for more than the receipt costs."""
    for line in document.lines:
        if line.amount is not None and line.amount < 0:
            return Result(Outcome.REJECTED, "сумма строки меньше нуля", "Сумма", roubles(line.amount))
        if line.quantity < 0:
            return Result(Outcome.REJECTED, "количество меньше нуля", "Количество", str(line.quantity / 1000))
    redeemed = document.redeemed if isinstance(document, SaleDocument) else None
    if redeemed is not None and not 0 <= redeemed <= total:
        reason = f"бонусами оплачено {roubles(redeemed)}, а чек на {roubles(total)}"
        return Result(Outcome.REJECTED, reason, "Бонусы", roubles(redeemed))
    return None

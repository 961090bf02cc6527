"""The file's own «Итого» beside what its documents give: by the whole file, by its parts, or by how much not."""

from bisect import bisect_left
from collections.abc import Sequence

from loyalty.onec.documents.lines import GrandTotal
from loyalty.sales.documents import CustomerDocument, ReturnDocument, SaleDocument
from loyalty.sales.sums import Sums
from loyalty.wording import roubles


class FileTotals:
    """The totals rows of a file and the sums of the documents between them."""

    def __init__(self, rows: Sequence[GrandTotal]) -> None:
        self.rows, self.whole = rows, Sums()
        self._at = [total.row for total in rows]
        self._parts = [Sums() for _ in range(len(self.rows) + 1)]

    def add(self, document: SaleDocument | ReturnDocument | CustomerDocument) -> None:
        """Count a document, voided ones aside."""
        if isinstance(document, CustomerDocument) or document.voided:
            return
        amount = sum([line.amount or 0 for line in document.lines])
        self.whole.add(document, amount)
        if self._at and document.rows:
            self._parts[bisect_left(self._at, document.rows[0])].add(document, amount)

    def file_sum(self) -> int | None:
        """What the file says it holds, in kopecks; None where it has no totals row.

        Its last total, or the sum of its parts' where each is of its own.
        """
        if not self.rows:
            return None
        last = self.rows[-1].amount
        if abs(last) in self.whole.may_be() or not self._parts_agree():
            return last
        return sum(
            total.amount if part.receipts else -abs(total.amount)
            for total, part in zip(self.rows, self._parts, strict=False)
        )

    def _parts_agree(self) -> bool:
        return all(abs(total.amount) in part.may_be() for total, part in zip(self.rows, self._parts, strict=False))

    def trouble(self) -> str | None:
        """A sentence where the file's total and its rows differ."""
        if not self.rows or self._parts_agree() or abs(self.rows[-1].amount) in self.whole.may_be():
            return None
        total, have = self.rows[-1], self.whole.receipts_sum - self.whole.returns_sum
        return (
            f"Итог в строке {total.row} — {roubles(total.amount)}, а чеки файла дают {roubles(have)}, разница "
            f"{roubles(self.whole.differ_from(total.amount))}: проверьте, всё ли выгрузилось, нет ли отклонённых."
        )

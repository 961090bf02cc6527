"""What documents come to in money, sales and returns apart: of a file, of a day, of a part of a report. Pure."""

from dataclasses import dataclass

from loyalty.money import Kopecks
from loyalty.sales.documents import Document, SaleDocument


@dataclass(slots=True)
class Sums:
    """How many documents, and what they come to in kopecks."""

    receipts: int = 0
    receipts_sum: Kopecks = 0
    returns: int = 0
    returns_sum: Kopecks = 0

    def add(self, document: Document, amount: Kopecks) -> None:
        """Count a document that comes to `amount`."""
        if isinstance(document, SaleDocument):
            self.receipts += 1
            self.receipts_sum += amount
        else:
            self.returns += 1
            self.returns_sum += amount

    def may_be(self) -> set[Kopecks]:
        """The totals that such documents may have, whichever way a report counts returns."""
        sold, back = self.receipts_sum, self.returns_sum
        return {sold - back, back - sold, sold + back, sold}

    def differ_from(self, total: Kopecks) -> Kopecks:
        """By how much they differ from a report's total, whatever sign it writes."""
        return abs(abs(total) - abs(self.receipts_sum - self.returns_sum))

"""What the people of a segment are worth beside all customers: revenue, receipts, the average one."""

from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import select

from loyalty import db
from loyalty.money import Kopecks
from loyalty.segments.criteria.purchases import bought
from loyalty.segments.evaluating import Evaluator, Mask


class Worth(NamedTuple):
    """Sums are less what came back; `receipts` those not returned in full. `everybody` are all customers."""

    customers: int
    revenue: Kopecks
    receipts: int
    everybody: int
    revenue_of_all: Kopecks

    @property
    def average(self) -> Kopecks | None:
        """The average receipt; None of nothing."""
        return self.revenue // self.receipts if self.receipts else None


def worth(evaluator: Evaluator, mask: Mask) -> Worth:
    """What those of a mask bought, as of the evaluator's day."""
    amounts, times = _of_everybody(evaluator)
    return Worth(
        int(np.count_nonzero(mask)),
        int(amounts[mask].sum()),
        int(times[mask].sum()),
        int(np.count_nonzero(evaluator.everybody)),
        int(amounts[evaluator.everybody].sum()),
    )


Whole = npt.NDArray[np.int64]
_lock = Lock()
_kept: dict[tuple[Any, ...], tuple[Whole, Whole]] = {}


def _of_everybody(evaluator: Evaluator) -> tuple[Whole, Whole]:
    """Revenue and receipts by customers' ids, kept while nothing is written."""
    session = evaluator.session
    key = (str(session.get_bind().engine.url), db.changes(session), evaluator.day)
    with _lock:
        known = None if db.is_writer(session) else _kept.get(key)
    if known is None:
        known = _asked(evaluator)
        with _lock:
            if not db.is_writer(session):
                _kept.clear()
                _kept[key] = known
    return known


def _asked(evaluator: Evaluator) -> tuple[Whole, Whole]:
    """What is kept of every customer, less the receipts of which nothing is left."""
    rows = bought({}, evaluator.scope)
    known = db.numbers(evaluator.session, select(rows).where(rows.c.times > 0)).reshape(-1, 3)
    amounts, times = (np.zeros(len(evaluator.everybody), dtype=np.int64) for _ in range(2))
    amounts[known[:, 0]], times[known[:, 0]] = known[:, 1], known[:, 2]
    return amounts, times

"""What the people of a segment are worth beside all customers: revenue, receipts, the average one."""

from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import or_, select

from loyalty import db
from loyalty.money import Kopecks
from loyalty.segments.evaluating import Evaluator, Mask


class Worth(NamedTuple):
    """Sums are less what came back; `receipts` those not returned in full. `everybody` are all customers.

    `bought`: how many have bought, `again`: more than once; `available`: their bonuses.
    """

    customers: int
    revenue: Kopecks
    receipts: int
    everybody: int
    revenue_of_all: Kopecks
    bought: int
    again: int
    available: Kopecks

    @property
    def average(self) -> Kopecks | None:
        """The average receipt; None of nothing."""
        return self.revenue // self.receipts if self.receipts else None


def worth(evaluator: Evaluator, mask: Mask) -> Worth:
    """What those of a mask bought, as of the evaluator's day."""
    amounts, times, available = _of_everybody(evaluator)
    their_times = times[mask]
    return Worth(
        int(np.count_nonzero(mask)),
        int(amounts[mask].sum()),
        int(their_times.sum()),
        int(np.count_nonzero(evaluator.everybody)),
        int(amounts[evaluator.everybody].sum()),
        int(np.count_nonzero(their_times)),
        int(np.count_nonzero(their_times > 1)),
        int(available[mask].sum()),
    )


Whole = npt.NDArray[np.int64]
_lock = Lock()
_kept: dict[tuple[Any, ...], Whole] = {}


def _of_everybody(evaluator: Evaluator) -> Whole:
    """Revenue, receipts and bonuses, each by customers' ids; kept while nothing is written."""
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


def _asked(evaluator: Evaluator) -> Whole:
    p = evaluator.scope.people.c
    query = select(p.customer_id, p.turnover, p.purchases_count, p.available)
    query = query.where(or_(p.purchases_count > 0, p.available > 0))
    known = db.numbers(evaluator.session, query).reshape(-1, 4)
    found = np.zeros((3, len(evaluator.everybody)), dtype=np.int64)
    found[:, known[:, 0]] = known[:, 1:].T
    return found

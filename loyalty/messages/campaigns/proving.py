"""How probable it is that a campaign's control group will prove anything, before its size is chosen."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
from sqlmodel import Session

from loyalty.messages import effect, measuring


def chance(session: Session, ids: Sequence[int], percent: int, window_days: int, today: date) -> float:
    """The chance to prove a true rise of sales of effect.LIFT among these, by what they spent lately; 0 to 1."""
    if not ids or not percent:
        return 0.0
    begins, who = today - timedelta(days=window_days), np.array(ids)
    lately = measuring.spent(session, begins, today - timedelta(days=1))[who]
    stratum = effect.strata(measuring.year_before(session, begins)[who])
    spread = effect.spread(lately, stratum, measuring.cap(session, today, window_days)) or 0.0
    return effect.chance(len(ids), Fraction(percent, 100), spread)

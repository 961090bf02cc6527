"""How probable it is that a campaign's control group will prove anything, before its size is chosen."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import numpy as np
from sqlmodel import Session

from loyalty.messages.results import effect, measuring


def chance(session: Session, ids: Sequence[int], percent: int, window_days: int, today: date) -> float:
    """The chance to prove a true rise of sales of effect.LIFT among these, by what they spent lately; 0 to 1."""
    if not ids or not percent:
        return 0.0
    gain = measuring.gain(session, np.array(ids), window_days, today)
    return effect.chance(len(ids), Fraction(percent, 100), gain)

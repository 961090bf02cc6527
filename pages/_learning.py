"""What a person says of customers on a screen, and the bonuses that follow from it."""

from collections.abc import Callable

from sqlmodel import Session

from loyalty import acts
from loyalty.engine import ledger
from loyalty.identity.learned import Learned


def learning(learn: Callable[[Session, acts.Act], Learned]) -> Callable[[Session], None]:
    """To be written by `ui.write`: what `learn` keeps, and the bonuses of whom it touches."""

    def said(session: Session) -> None:
        act = acts.begin(session, acts.Origin.SCREEN)
        learned = learn(session, act)
        ledger.refresh(session, learned.touched, act.today, loose=learned.loose)

    return said

"""Who will get a campaign and who will not, as a table for the screen and for Excel."""

from collections.abc import Sequence

import pandas as pd
from sqlmodel import Session

from loyalty import db, wording
from loyalty.messages import reasons
from loyalty.messages.audience import Recipient
from loyalty.reports.customers import faces
from loyalty.reports.customers.faces import Face


def frame(session: Session, people: Sequence[Recipient]) -> pd.DataFrame:
    """By ids: Клиент, Куда, Частей, Текст of who gets it; Клиент, Телефон, Почему of who does not."""
    known: dict[int, Face] = {}
    for some in db.chunks([one.id for one in people]):
        known |= faces.of(session, some)
    named = [known[one.id].name for one in people]
    ids = [one.id for one in people]
    if any(one.reason for one in people):
        phones = [wording.phone(known[one.id].phone) for one in people]
        why = [reasons.words(one.reason) for one in people]
        return pd.DataFrame({"Клиент": named, "Телефон": phones, "Почему": why}, index=ids, dtype=object)
    where = [one.address if "@" in one.address else wording.phone(one.address) for one in people]
    texts, parts = [one.text for one in people], [one.parts for one in people]
    return pd.DataFrame({"Клиент": named, "Куда": where, "Частей": parts, "Текст": texts}, index=ids, dtype=object)

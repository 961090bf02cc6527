"""Her figures as they will be on a day, with gifts about to be given: what a text puts in; nothing is written."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlmodel import Session

from loyalty import db, wording
from loyalty.engine.entries import Grant
from loyalty.engine.facts import CUSTOMERS_AT_ONCE, load_facts, load_programs
from loyalty.engine.figures import balance, purchases
from loyalty.engine.replay import replay
from loyalty.messages.writing.values import Values


def values(
    session: Session, ids: Iterable[int], day: date, gifts: Mapping[int, Sequence[Grant]]
) -> dict[int, Values]:
    """The placeholders that facts and time move, as at the end of a day if nothing more happens.

    The same replay as the ledger's, so that a text tells what the card will show.
    """
    programs, found = load_programs(session), dict[int, Values]()
    for some in db.chunks(sorted(set(ids)), CUSTOMERS_AT_ONCE):
        facts = load_facts(session, some)
        for id_ in some:
            ledger = replay([*facts.get(id_, []), *gifts.get(id_, ())], programs)
            has = balance(ledger.entries, day)
            found[id_] = {
                "бонусы": wording.bonuses(has.available),
                "ждут": wording.bonuses(has.pending),
                "сгорит": wording.bonuses(has.next_burn) if has.next_burn else "",
                "дата сгорания": wording.day(has.next_burn_on),
                "уровень": purchases(ledger, programs, day).level,
            }
    return found

"""The small shop with a knot: mother and daughter on one phone, and receipts that name nothing but that phone."""

from datetime import datetime

from sqlmodel import Session

from loyalty import acts
from loyalty.customers import people
from loyalty.engine import ledger
from loyalty.sales import receipts
from loyalty.sales.documents import CustomerDocument, CustomerRef
from tests.pages.factory import MARIA, TODAY, line, sale, small_shop

DARIA = CustomerRef(code="К-3", card="20000999", phone=MARIA.phone)
PHONE_ALONE = CustomerRef(phone=MARIA.phone)


def family_shop(session: Session) -> None:
    """Daria has her mother's phone; two receipts may be either's."""
    small_shop(session)
    act = acts.begin(session, acts.Origin.IMPORT)
    people.upsert(session, [CustomerDocument(DARIA, "Алёшина", "Дарья", "*Ивановна*")], act)
    goods = [line(1_000, name) for name in ("Сарафан", "Пояс", "Платок", "Брошь")]
    sales = [
        sale("000010", datetime(2026, 2, 11, 15), goods, PHONE_ALONE),
        sale("000011", datetime(2026, 2, 12, 18), [line(2_000, "Рубашка")], PHONE_ALONE),
        sale("000012", datetime(2026, 1, 12, 18), [line(7_000, "Куртка")], DARIA),
    ]
    learned = receipts.record(session, sales, act)
    ledger.refresh(session, learned.touched, TODAY, loose=learned.loose)

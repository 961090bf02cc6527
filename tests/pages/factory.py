"""A small shop with a known history for the tests of screens and figures, recorded as an import records it."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Session

from loyalty import acts, settings
from loyalty.customers import people
from loyalty.engine import ledger
from loyalty.sales import receipts
from loyalty.sales.documents import CustomerDocument, CustomerRef, DocumentLine, ReturnDocument, SaleDocument

TODAY = date(2026, 3, 1)
MARIA = CustomerRef(code="К-1", card="20000417", phone="+79161234567")
PYOTR = CustomerRef(code="К-2", phone="+79037654321")


def line(amount: int, name: str = "Платье", *, discount: int = 0, quantity: int = 1000) -> DocumentLine:
    """A line of one price; sums in roubles."""
    price = (amount + discount) * 100
    return DocumentLine(f"А-{name}", name, "Одежда", quantity, price, discount * 100, amount * 100)


def sale(
    number: str, at: datetime, lines: Iterable[DocumentLine], who: CustomerRef | None = MARIA, redeemed: int = 0
) -> SaleDocument:
    """A receipt of the showroom; the redeemed sum in roubles."""
    return SaleDocument(number, "Шоурум", at, list(lines), redeemed * 100, who, place="Шоурум")


def back(number: str, at: datetime, basis: str, lines: Iterable[DocumentLine]) -> ReturnDocument:
    """A return of a receipt's goods."""
    return ReturnDocument(number, "Шоурум", at, list(lines), basis)


def small_shop(session: Session) -> None:
    """Maria buys, pays with bonuses and brings back; Pyotr bought a year ago; one receipt has no customer."""
    settings.name_shop(session, "Шоурум «Лето»", "Europe/Moscow")
    act = acts.begin(session, acts.Origin.IMPORT)
    people.upsert(
        session,
        [
            CustomerDocument(
                MARIA, "Алёшина", "Мария", "Сергеевна", date(1992, 3, 14), "f", city="Москва", street="Лесная",
                house="12", registered_on=date(2023, 5, 3), sms_consent=True,
            ),
            CustomerDocument(PYOTR, "Котов", "Пётр"),
        ],
        act,
    )  # fmt: skip
    sales = [
        sale("000001", datetime(2025, 2, 10, 12), [line(4_000, "Пальто")], PYOTR),
        sale("000002", datetime(2026, 1, 10, 12), [line(10_000), line(2_000, "Шарф", discount=500)]),
        sale("000003", datetime(2026, 2, 5, 12), [line(1_000, "Юбка")], redeemed=400),
        sale("000004", datetime(2026, 2, 20, 12), [line(3_000, "Туфли")]),
        sale("000005", datetime(2026, 2, 21, 12), [line(500, "Носки")], None),
    ]
    returned = [
        back("000001", datetime(2026, 2, 22, 12), "000003", [line(1_000, "Юбка")]),
        back("000002", datetime(2026, 2, 23, 12), "009999", [line(700, "Сумка")]),
    ]
    touched = receipts.record(session, sales, act).touched | receipts.record(session, returned, act).touched
    ledger.refresh(session, touched, TODAY)

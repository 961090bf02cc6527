"""Two tills at one moment, on both databases: bonuses are spent once, a sale sent twice is one receipt."""

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from loyalty import acts, db
from loyalty.customers import people
from loyalty.engine import ledger
from loyalty.errors import LoyaltyError, Refused
from loyalty.files.importing import import_file
from loyalty.models import customers as table
from loyalty.models import entries, products, receipts
from loyalty.sales import receipts as sales
from loyalty.sales.documents import CustomerRef, DocumentLine, SaleDocument
from loyalty.sales.receipts import Outcome
from loyalty.sales.till import sell
from loyalty.service import night
from tests.till import ANNA, BORIS, file_of, sale

BOUGHT, TODAY = "10.01.2026", date(2026, 1, 30)
NOW, AT = datetime(2026, 1, 30, 9, tzinfo=UTC), datetime(2026, 1, 30, 12)
ANNA_S_CARD = CustomerRef(phone="+79161110001")
TIMES = 20


@pytest.fixture(autouse=True)
def shop(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """On day 0 Anna bought for 10 000: 500 bonuses are available on day 20."""
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    import_file(file_of(tmp_path / "sales.csv", [sale(BOUGHT, "1", ANNA, "10000")]))
    yield database_url
    db.engine().dispose()


def bill(
    number: str, rub: int, paying: int = 0, who: CustomerRef | None = ANNA_S_CARD, goods: str = "Платье"
) -> SaleDocument:
    line = DocumentLine("", goods, "Платья", 1000, rub * 100, 0, rub * 100)
    return SaleDocument(number, "Центр", AT, [line], paying * 100, who)


def sold(document: SaleDocument, engine: Engine | None = None) -> Outcome:
    with db.writing(engine) as session:
        return sell(session, document, TODAY)


def at_once(*actions: Callable[[], object]) -> list[object]:
    """What each came to, or the sentence it was refused with, all started at one moment."""
    barrier = threading.Barrier(len(actions))

    def started(action: Callable[[], object]) -> object:
        barrier.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as tills:
        return [outcome(future) for future in [tills.submit(started, action) for action in actions]]


def outcome(future: "Future[object]") -> object:
    try:
        return future.result(timeout=120)
    except LoyaltyError as error:
        return str(error)


def anna() -> tuple[int, int, int]:
    """Available, spent and owed, in roubles."""
    with db.reading() as session:
        c = table.c
        query = select(c.available, c.spent, c.debt).where(c.external_id == "К-1")
        row = session.connection().execute(query).one()
        return row.available // 100, row.spent // 100, row.debt // 100


def receipts_count() -> int:
    with db.reading() as session:
        return session.connection().scalar(select(func.count()).select_from(receipts)) or 0


def everything_agrees() -> None:
    with db.reading() as session:
        assert list(ledger.check(session)) == []


def test_case_7_more_than_half_of_the_receipt_is_refused_with_the_limit() -> None:
    with pytest.raises(Refused, match="Бонусами можно оплатить не больше 400\u00a0₽ этого чека"):
        sold(bill("2", 800, paying=450))
    assert (receipts_count(), anna()) == (1, (500, 0, 0))


def test_case_8_half_of_the_receipt_is_taken() -> None:
    assert sold(bill("2", 800, paying=400)) is Outcome.IMPORTED
    assert anna() == (100, 400, 0)
    with db.reading() as session:
        e = entries.c
        query = select(e.amount).where(e.kind == "earned", e.effective_on == TODAY)
        assert session.connection().scalars(query).all() == [20_00]
    everything_agrees()


def test_more_than_is_available_is_refused_with_what_there_is() -> None:
    with pytest.raises(Refused, match="Сейчас доступно 500\u00a0₽ бонусами, просят 500,01\u00a0₽"):
        sold(SaleDocument("2", "Центр", AT, bill("2", 2000).lines, 500_01, ANNA_S_CARD))
    assert sold(bill("3", 2000, paying=500)) is Outcome.IMPORTED
    assert anna() == (0, 500, 0)


def test_the_whole_allowed_part_can_be_paid_to_the_kopeck() -> None:
    line = DocumentLine("", "Ремень", "", 1000, 333_33, 0, 333_33)
    half = SaleDocument("2", "Центр", AT, [line], 166_66, ANNA_S_CARD)
    with pytest.raises(Refused, match="не больше 166,66"):
        sold(SaleDocument("2", "Центр", AT, [line], 166_67, ANNA_S_CARD))
    assert sold(half) is Outcome.IMPORTED


@pytest.mark.parametrize("who", [None, CustomerRef(phone="+79169999999")])
def test_a_stranger_has_no_bonuses_to_pay_with(who: CustomerRef | None) -> None:
    with pytest.raises(Refused):
        sold(bill("2", 800, paying=100, who=who))
    assert receipts_count() == 1


def test_the_same_number_with_other_content_is_refused() -> None:
    sold(bill("2", 800, paying=400))
    with pytest.raises(Refused, match="Чек 2 уже проведён с другим содержанием"):
        sold(bill("2", 900, paying=100))
    assert (receipts_count(), anna()) == (2, (100, 400, 0))


def test_two_cashiers_spend_the_same_bonuses_once() -> None:
    for turn in range(TIMES):
        have = anna()[0]
        tills = [bill(f"{turn}-{till}", 2 * have + till, paying=have) for till in (1, 2)]
        done = at_once(*(lambda one=one: sold(one) for one in tills))  # type: ignore[misc]
        assert sorted(map(str, done)) == ["imported", f"Сейчас доступно 0\u00a0₽ бонусами, просят {have}\u00a0₽"]
        assert (anna()[0], anna()[2]) == (0, 0)
        give_back(have)
    assert receipts_count() == 1 + TIMES
    everything_agrees()


def give_back(have: int) -> None:
    """Void what was bought, so that the bonuses are there again."""
    with db.writing() as session:
        r = receipts.c
        last = session.connection().execute(select(r.number).order_by(r.id.desc()).limit(1)).scalar_one()
        gone = bill(last, 1)
        gone.voided = True
        batch = sales.record(session, [gone], acts.begin(session, acts.Origin.TILL))
        ledger.refresh(session, batch.touched, TODAY)
    assert anna()[0] == have


def open_till(go: object) -> None:
    """In the process of a till: what it waits at, so that both begin together."""
    cashier.go = go  # type: ignore[attr-defined]


def cashier(url: str, number: str) -> str:
    """A till in a process of its own."""
    engine = db.connect(url)
    cashier.go.wait()  # type: ignore[attr-defined]
    try:
        return sold(bill(number, 1000, paying=500), engine).value
    except Refused as refused:
        return str(refused)


@pytest.mark.slow
def test_two_tills_in_two_processes_spend_the_same_bonuses_once(shop: str) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(2, initializer=open_till, initargs=(context.Barrier(2),)) as pool:
        done = pool.starmap(cashier, [(shop, "A"), (shop, "B")], chunksize=1)
    assert sorted(done) == ["imported", "Сейчас доступно 0\u00a0₽ бонусами, просят 500\u00a0₽"]
    assert anna() == (0, 500, 0)
    everything_agrees()


def test_a_double_click_is_one_receipt_and_nobody_is_refused() -> None:
    for turn in range(TIMES):
        paying = 20 if turn % 2 else 0
        done = at_once(*[lambda t=turn, p=paying: sold(bill(f"D{t}", 100, p))] * 2)  # type: ignore[misc]
        assert sorted(map(str, done)) == ["imported", "unchanged"]
    assert receipts_count() == 1 + TIMES
    assert anna() == (500 - 20 * TIMES // 2, 20 * TIMES // 2, 0)
    everything_agrees()


def test_a_new_customer_buying_new_goods_at_two_tills_is_one_person() -> None:
    for turn in range(TIMES):
        who = CustomerRef(phone=f"+7916222{turn:04}")
        tills = [bill(f"{turn}-{till}", 1000, who=who, goods=f"Шарф {turn}") for till in (1, 2)]
        done = at_once(*(lambda one=one: sold(one) for one in tills))  # type: ignore[misc]
        assert done == [Outcome.IMPORTED] * 2
    with db.reading() as session:
        found = session.connection().execute(select(table.c.receipts_count, table.c.pending)).all()
        goods = session.connection().scalar(select(func.count()).select_from(products))
    assert sorted(tuple(row) for row in found) == sorted([(1, 0), *[(2, 100_00)] * TIMES])
    assert goods == 1 + TIMES
    everything_agrees()


def test_a_till_sells_while_a_file_is_read_in_and_the_night_runs(shop: str, tmp_path: Path) -> None:
    for turn in range(5):
        rows = [sale("29.01.2026", f"F{turn}-{i}", (ANNA, BORIS)[i % 2], "1000") for i in range(200)]
        path = file_of(tmp_path / f"{turn}.csv", rows)
        day = date(2026, 2, 1 + turn)
        done = at_once(
            lambda path=path: import_file(path).imported,  # type: ignore[misc]
            lambda turn=turn: sold(bill(f"T{turn}", 100, 10)),  # type: ignore[misc]
            lambda day=day: len(night.run(day)),  # type: ignore[misc]
        )
        assert done == [200, Outcome.IMPORTED, 1]
        everything_agrees()


def test_two_files_at_once_are_both_in(tmp_path: Path) -> None:
    for turn in range(5):
        paths = [
            file_of(
                tmp_path / f"{turn}-{half}.csv",
                [
                    sale("29.01.2026", f"{turn}-{half}-{i}", BORIS, "100").replace("Платье", f"{i}")
                    for i in range(9)
                ],
            )
            for half in (1, 2)
        ]
        assert at_once(*(lambda path=path: import_file(path).imported for path in paths)) == [9, 9]  # type: ignore[misc]
    with db.reading() as session:
        assert session.connection().scalar(select(func.count()).select_from(table)) == 2
    everything_agrees()


def test_a_locked_customer_waits_for_nobody_else(shop: str) -> None:
    with db.writing() as session:
        mine = session.connection().scalar(select(table.c.id).where(table.c.external_id == "К-1"))
        assert people.lock(session, mine).external_id == "К-1"


def test_the_night_waits_for_a_sale_that_is_not_finished() -> None:
    night.run(date(2026, 1, 23))
    with db.writing() as session:
        ledger.bring_to(session, date(2026, 1, 23))
    asked = threading.Event()

    def slow_sale() -> None:
        with db.writing() as session:
            sell(session, bill("2", 1000, paying=500), TODAY)
            asked.set()
            time.sleep(1)

    with ThreadPoolExecutor(1) as till:
        selling = till.submit(slow_sale)
        asked.wait(30)
        night.run(TODAY)
        selling.result()
    assert anna() == (0, 500, 0)
    everything_agrees()

"""A person erased: no byte of her in any table, her receipts and everybody's bonuses as before, and no file brings
her back."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import String, cast, select
from sqlmodel import Session, SQLModel

from loyalty import acts, db, models, settings
from loyalty.acts import Origin
from loyalty.customers import consents, grants, people, suppression
from loyalty.engine import ledger
from loyalty.errors import Refused
from loyalty.files.importing import Report, import_file
from loyalty.identity import same
from loyalty.models import customers, messages, receipts
from loyalty.rights import erasing, scrubbing
from loyalty.segments import stored, tree
from loyalty.sms import sandbox
from loyalty.sms.gateway import Access, Outgoing
from loyalty.sms.sandbox import Sandbox
from tests.till import BORIS, HEADER, give_back, sale

PHONE, CARD, EMAIL, CODE = "+79161110001", "2000000417", "anna.sergeeva@example.com", "ЦБ-000417"
ANNA = f"{CODE};Сергеева Анна Львовна;{PHONE};{CARD}"
BY_CARD = f";;;{CARD}"
BY_PHONE = f";Сергеева Анна;{PHONE};"
TELLING = ("9161110001", "916 111-00-01", CARD, EMAIL, CODE, "Сергеева", "сергеева", "Анна", "Лесная", "Мурзик")
PEOPLE = (
    "Код клиента;Фамилия;Имя;Отчество;Телефон;Email;Город;Улица;Дом;Карта;Комментарий;Согласие",
    f"{CODE};Сергеева;Анна;Львовна;{PHONE};{EMAIL};Москва;Лесная;12;{CARD};Кот Мурзик;Да",
    "К-2;Орлов;Борис;;+79161110002;;Москва;;;;;Да",
)
SALES = (
    HEADER,
    sale("10.01.2026", "1", ANNA, "10000"),
    sale("11.01.2026", "2", BY_CARD, "2000"),
    sale("12.01.2026", "3", BY_PHONE, "3000"),
    sale("13.01.2026", "4", f"{BORIS}", "4000"),
    give_back("14.01.2026", "5", "1", ANNA, "10000"),
)


@pytest.fixture
def shop(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Anna with everything a shop may know of her, and Boris."""
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    monkeypatch.setenv("LOYALTY_TODAY", "2026-03-10T12:00")
    both(tmp_path)
    with db.writing() as session:
        act, id_ = acts.begin(session, Origin.SCREEN, person="Ольга"), anna(session)
        people.set_relatives(session, id_, [("кот", "Мурзик", date(2020, 1, 1))])
        grants.give(session, id_, "correction", 100_00, "Анна ждала долго", "key")
        consents.say_now(
            session, id_, is_given=True, act=act, method="paper", channel="email", proof="Анна, скан 7"
        )
        stored.add(session, "Список", tree.is_("phones", list=[PHONE, "+79161110002"]), act)
        sent(session, id_)
    yield database_url
    db.engine().dispose()


def both(folder: Path) -> tuple[Report, Report]:
    """The shop's two files, the same each time."""
    found = []
    for name, lines in (("клиенты.csv", PEOPLE), ("продажи.csv", SALES)):
        path = folder / name
        path.write_text("\n".join((*lines, "")), encoding="utf-8")
        found.append(import_file(path))
    return found[0], found[1]


def anna(session: Session) -> int:
    return int(session.connection().scalars(select(customers.c.id).where(customers.c.external_id == CODE)).one())


def boris(session: Session) -> int:
    return int(session.connection().scalars(select(customers.c.id).where(customers.c.external_id == "К-2")).one())


def sent(session: Session, id_: int) -> None:
    now = datetime(2026, 3, 1, 9, tzinfo=UTC)
    known = {"customer_id": id_, "channel": "sms", "is_advertising": True, "queued_at": now}
    for status, text in (("delivered", "Анна, вам 500"), ("queued", "Анна, ждём")):
        session.add(models.Message(address=PHONE, text=text, status=status, detail=f"для {PHONE}", **known))  # type: ignore[arg-type]


def erase(id_: int) -> None:
    with db.writing() as session:
        erasing.erase(session, id_, acts.begin(session, Origin.SCREEN), asked_on=date(2026, 3, 9))


def told() -> dict[str, list[str]]:
    """Every text of every table that tells who she is, by table and column."""
    found: dict[str, list[str]] = {}
    with db.reading() as session:
        for table in SQLModel.metadata.sorted_tables:
            for column in table.columns:
                texts = session.connection().scalars(select(cast(column, String)).where(column.is_not(None)))
                if hit := [text for text in texts if any(word in text for word in TELLING)]:
                    found[f"{table.name}.{column.name}"] = hit
    return found


def balances() -> dict[int, tuple[int, ...]]:
    with db.reading() as session:
        c = customers.c
        rows = session.connection().execute(
            select(c.id, c.available, c.pending, c.spent, c.turnover, c.receipts_sum)
        )
        return {id_: tuple(rest) for id_, *rest in rows}


def test_after_an_erasure_no_table_tells_who_she_was(shop: str) -> None:
    assert {key.partition(".")[0] for key in told()} >= {
        "customers",
        "identities",
        "mentions",
        "messages",
        "grants",
    }
    with db.reading() as session:
        id_ = anna(session)
    erase(id_)
    assert told() == {}


def test_receipts_and_everybodys_bonuses_stay(shop: str) -> None:
    before = balances()
    with db.reading() as session:
        id_ = anna(session)
        bought = session.connection().scalars(select(receipts.c.id).where(receipts.c.customer_id == id_)).all()
    erase(id_)
    assert balances() == before
    with db.reading() as session:
        assert list(ledger.check(session)) == []
        after = session.connection().scalars(select(receipts.c.id).where(receipts.c.customer_id == id_)).all()
    assert after == bought and len(bought) == 3


def test_the_next_file_does_not_bring_her_back(shop: str, tmp_path: Path) -> None:
    with db.reading() as session:
        id_ = anna(session)
    erase(id_)
    before = balances()
    people_, sales = both(tmp_path)
    assert (people_.unchanged, people_.customers_created) == (2, 0)
    assert sales.unchanged == sales.rows - sales.skipped and sales.customers_created == 0
    assert told() == {} and balances() == before
    with db.reading() as session:
        assert list(ledger.check(session)) == []
        assert consents.latest(session, [id_]) == {id_: False}
        assert suppression.among(session, [PHONE, EMAIL]).keys() == {PHONE, EMAIL}


@pytest.mark.parametrize("who", [ANNA, BY_CARD, BY_PHONE], ids=["code", "card", "phone"])
def test_a_new_receipt_by_her_signs_is_of_nobody_by_name(shop: str, tmp_path: Path, who: str) -> None:
    with db.reading() as session:
        id_ = anna(session)
    erase(id_)
    path = tmp_path / "ещё.csv"
    path.write_text("\n".join((HEADER, sale("01.03.2026", "9", who, "7000"), "")), encoding="utf-8")
    assert import_file(path).customers_created == 0
    assert told() == {}
    with db.reading() as session:
        owner = session.connection().scalar(select(receipts.c.customer_id).where(receipts.c.number == "9"))
        assert owner == id_ and list(ledger.check(session)) == []


def test_with_another_code_it_is_somebody_new_who_is_not_written_to(shop: str, tmp_path: Path) -> None:
    with db.reading() as session:
        id_ = anna(session)
    erase(id_)
    path = tmp_path / "новые.csv"
    path.write_text(f"Код клиента;ФИО;Телефон;Согласие\nК-77;Сергеева Анна Львовна;{PHONE};Да\n", encoding="utf-8")
    report = import_file(path)
    assert report.customers_created == 1 and "отказ остаётся в силе" in " ".join(report.warnings)
    with db.reading() as session:
        assert suppression.among(session, [PHONE])
        new = session.connection().scalar(select(customers.c.id).where(customers.c.external_id == "К-77"))
        assert new != id_ and consents.latest(session, [new or 0]) == {}


def test_what_is_somebody_elses_too_stays_his_and_his_bonuses_as_they_were(shop: str, tmp_path: Path) -> None:
    husband = f"К-3;Сергеев Олег;{PHONE};"
    path = tmp_path / "муж.csv"
    path.write_text("\n".join((HEADER, sale("15.01.2026", "6", husband, "5000"), "")), encoding="utf-8")
    import_file(path)
    with db.reading() as session:
        id_ = anna(session)
    before = balances()
    erase(id_)
    assert balances() == before
    both(tmp_path)
    assert balances() == before
    left = told()
    assert set(left) <= {
        "customers.phone", "customers.search", "identities.value", "mentions.phone", "mentions.said",
        "consents.address", "segments.question",
    }  # fmt: skip
    assert not any("Анна" in text or "анна" in text for some in left.values() for text in some)


def test_what_waits_to_be_sent_is_not_and_what_was_sent_says_nothing(shop: str) -> None:
    with db.reading() as session:
        id_ = anna(session)
    erase(id_)
    with db.reading() as session:
        m = messages.c
        rows = session.connection().execute(select(m.status, m.reason, m.text, m.address).order_by(m.id)).all()
    assert [row[:3] for row in rows] == [("delivered", "", ""), ("skipped", "erased", "")]


def test_the_act_names_what_was_destroyed_and_nobody(shop: str) -> None:
    with db.reading() as session:
        id_ = anna(session)
    erase(id_)
    with db.reading() as session:
        act = erasing.of(session, id_)
    assert act and act.asked_on == date(2026, 3, 9)
    assert "фамилия, имя, отчество" in act.destroyed and "номера телефонов (1)" in act.destroyed
    assert "адреса и тексты сообщений (2)" in act.destroyed and "сведения о близких (1)" in act.destroyed


def test_an_erased_card_takes_nothing_more(shop: str) -> None:
    with db.reading() as session:
        id_ = anna(session)
        other = int(
            session.connection().scalars(select(customers.c.id).where(customers.c.external_id == "К-2")).one()
        )
    erase(id_)
    with pytest.raises(Refused, match="уже удалены"):
        erase(id_)
    with db.writing() as session:
        act = acts.begin(session, Origin.SCREEN)
        for do in (
            lambda: people.edit(session, id_, {"first_name": "Анна"}, act),
            lambda: people.add_sign(session, id_, "phone", PHONE, act),
            lambda: same.join(session, id_, other),
        ):
            with pytest.raises(Refused, match="удалены по его просьбе"):
                do()


def test_joined_cards_are_forgotten_together(shop: str, tmp_path: Path) -> None:
    with db.writing() as session:
        id_ = anna(session)
        other = int(
            session.connection().scalars(select(customers.c.id).where(customers.c.external_id == "К-2")).one()
        )
        same.join(session, other, id_)
    erase(other)
    with db.reading() as session:
        names = session.connection().scalars(select(customers.c.first_name)).all()
        assert set(names) == {""} and erasing.of(session, id_) is not None
    both(tmp_path)
    assert told() == {}


def test_scrubbing_is_done_once_on_either_database(shop: str) -> None:
    with db.reading() as session:
        id_ = anna(session)
    erase(id_)
    with db.reading() as session:
        assert scrubbing.due(session)
    assert scrubbing.run() and scrubbing.run()
    with db.reading() as session:
        assert not scrubbing.due(session)


def test_the_files_bytes_go_as_well(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("LOYALTY_TODAY", "2026-03-10T12:00")
    both(tmp_path)
    kept = settings.files_dir() / "uploads" / "1" / "клиенты.csv"
    kept.parent.mkdir(parents=True)
    kept.write_text(PHONE, encoding="utf-8")
    with db.writing() as session:
        id_ = anna(session)
        sent(session, id_)
        letters = [Outgoing(1, PHONE, "Анна Сергеева, вам 500"), Outgoing(99, "+79161110002", "Борис, привет")]
        Sandbox(Access(folder=settings.files_dir())).send(letters, 7)
        place = session.connection().scalar(select(models.imports.c.id).limit(1))
        session.get_one(models.Import, place).path = str(kept)
    erase(id_)
    assert scrubbing.run()
    db.engine().dispose()
    database = Path(sqlite_url.removeprefix("sqlite:///"))
    for path in database.parent.glob(f"{database.name}*"):
        content = path.read_bytes() if path.is_file() else b""
        for word in (PHONE, CARD, EMAIL, CODE, "Сергеева"):
            assert word.encode() not in content, (path.name, word)
    assert not kept.exists()
    left = sandbox.latest(settings.files_dir(), 5)
    assert [one.text for one in left] == ["Борис, привет"]
    assert "Сергеева" not in (settings.files_dir() / sandbox.FILE).read_text(encoding="utf-8")
    with db.reading() as session:
        assert not scrubbing.due(session)
    db.engine().dispose()

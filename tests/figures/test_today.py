"""«Сегодня» and the lists behind figures: who is found, in which order, what it adds up to; on both databases."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlmodel import Session

from loyalty import acts, settings
from loyalty.customers import consents, people
from loyalty.engine import ledger
from loyalty.identity import same
from loyalty.models import Import, Run, customers
from loyalty.reports import returns, today
from loyalty.reports.customers import filters, listed
from loyalty.reports.customers.filters import Days, Filter
from loyalty.reports.customers.listed import Wanted
from loyalty.sales import receipts
from loyalty.sales.documents import CustomerDocument, CustomerRef
from tests.pages.factory import TODAY, line, sale, small_shop

MARIA, PYOTR = "Алёшина Мария Сергеевна", "Котов Пётр"
ANNA = CustomerRef(code="К-3", phone="+79050000001")


@pytest.fixture
def sold(session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """The small shop, and Anna, whose bonuses burn in four days and whose birthday is in two."""
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    small_shop(session)
    act = acts.begin(session, acts.Origin.IMPORT)
    people.upsert(session, [CustomerDocument(ANNA, "Белова", "Анна", birth_date=date(1990, 3, 3))], act)
    bought = receipts.record(session, [sale("000009", datetime(2025, 3, 5, 12), [line(2_000)], ANNA)], act)
    ledger.refresh(session, bought.touched, TODAY)
    return session


def id_of(session: Session, code: str) -> int:
    return int(session.connection().scalar(customers.select().where(customers.c.external_id == code)) or 0)


def asked(session: Session, *wanted: Filter, words: str = "") -> Any:
    """The whole list in the order that the question asks for."""
    question = Wanted(words, wanted)
    sort, descending = listed.sort(question, TODAY)
    return listed.everyone(session, question, TODAY, sort=sort, descending=descending)


def span(first: str, last: str) -> Days:
    return Days(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Filter("has_bonuses"), [MARIA, "Белова Анна"]),
        (Filter("pending"), [MARIA]),
        (Filter("burns_week"), ["Белова Анна"]),
        (Filter("burns_month"), ["Белова Анна"]),
        (Filter("burns", days=span("2026-02-09", "2026-02-11")), [PYOTR]),  # burned already
        (Filter("burns", days=span("2026-03-06", "2026-12-31")), []),
        (Filter("burns", days=span("2026-02-01", "2027-12-31")), [PYOTR, "Белова Анна", MARIA]),
        (Filter("silent"), [PYOTR, "Белова Анна"]),
        (Filter("birthdays"), ["Белова Анна"]),
        (Filter("relatives"), []),
        (Filter("bought", days=span("2026-02-05", "2026-02-20")), [MARIA]),
        (Filter("bought", days=span("2025-01-01", "2026-02-20")), [MARIA, PYOTR, "Белова Анна"]),
        (Filter("consent"), [MARIA]),
        (Filter("no_consent"), [PYOTR, "Белова Анна"]),
        (Filter("refused"), []),
        (Filter("level", "Базовый"), [MARIA, PYOTR, "Белова Анна"]),
        (Filter("level", "Золотой"), []),
    ],
)
def test_a_filter_finds_whom_it_names(sold: Session, wanted: Filter, names: list[str]) -> None:
    found = asked(sold, wanted)
    if wanted.sort:
        assert list(found["Клиент"]) == names
    assert sorted(found["Клиент"]) == sorted(names)
    assert listed.count(sold, Wanted(filters=(wanted,)), TODAY) == len(names)
    assert listed.find(sold, Wanted(filters=(wanted,)), TODAY).count == len(names)


def test_a_list_of_burning_tells_how_much_and_when_on_the_days_asked_for(sold: Session) -> None:
    """Maria's bonuses burn on two days: each question has its own sum."""
    for days, amount, first in (
        (span("2027-02-20", "2027-02-20"), 250_00, date(2027, 2, 20)),
        (span("2027-02-20", "2027-02-28"), 650_00, date(2027, 2, 20)),
        (span("2027-02-21", "2027-02-28"), 400_00, date(2027, 2, 22)),
    ):
        one = Filter("burns", days=days)
        row = asked(sold, one).iloc[0]
        assert (row["Сгорит"], row["Когда"]) == (amount, first)
        assert listed.totals(sold, Wanted(filters=(one,)), TODAY) == (1, 500_00, amount)


def test_filters_hold_together_and_with_a_search(sold: Session) -> None:
    assert list(asked(sold, Filter("silent"), Filter("has_bonuses"))["Клиент"]) == ["Белова Анна"]
    assert list(asked(sold, Filter("silent"), words="котов")["Клиент"]) == [PYOTR]


def test_any_two_filters_can_be_asked_for_together(sold: Session) -> None:
    """What one sorts by may be a column that the other's answer took the place of."""
    days = span("2026-01-01", "2026-12-31")
    known = [Filter(name, days=days if name in filters._SPANS else None) for name in filters._KINDS]
    alone = {one: set(asked(sold, one)["Клиент"]) for one in known}
    for one, other in product(known, known):
        assert set(asked(sold, one, other)["Клиент"]) == alone[one] & alone[other]


@pytest.mark.parametrize("words", ["а " * 2_000, "1" * 5_000, "%_/\\'\"", "а\x00б", "{{ %s %(q)s"])
def test_anything_can_be_pasted_into_the_search(sold: Session, words: str) -> None:
    wanted = Wanted(words)
    assert listed.find(sold, wanted, TODAY).count == len(asked(sold, words=words))


def test_a_list_of_birthdays_shows_the_day_and_how_old(sold: Session) -> None:
    row = asked(sold, Filter("birthdays")).iloc[0]
    assert (row["День рождения"], row["Исполнится"]) == (date(2026, 3, 3), 36)


def test_a_list_of_buyers_shows_what_they_bought_then(sold: Session) -> None:
    row = asked(sold, Filter("bought", days=span("2026-02-05", "2026-02-05"))).iloc[0]
    assert (row["Клиент"], row["Куплено"]) == (MARIA, 1_000_00)


@pytest.mark.parametrize(
    ("born", "day", "found"),
    [
        (date(1990, 12, 30), date(2026, 12, 28), date(2026, 12, 30)),
        (date(1990, 1, 2), date(2026, 12, 28), date(2027, 1, 2)),  # over the New Year
        (date(1992, 2, 29), date(2026, 2, 21), date(2026, 2, 28)),  # a year without that day
        (date(1992, 2, 29), date(2028, 2, 25), date(2028, 2, 29)),
        (date(1992, 2, 29), date(2028, 2, 21), None),  # its 29th is the eighth day ahead
        (date(1990, 5, 8), date(2026, 5, 8), date(2026, 5, 8)),  # today
        (date(1990, 5, 15), date(2026, 5, 8), date(2026, 5, 15)),
        (date(1990, 5, 16), date(2026, 5, 8), None),
        (date(1990, 5, 7), date(2026, 5, 8), None),
    ],
)
def test_birthdays_are_of_today_and_seven_days_ahead(
    session: Session, born: date, day: date, found: date | None
) -> None:
    act = acts.begin(session, acts.Origin.IMPORT)
    people.upsert(session, [CustomerDocument(ANNA, "Белова", "Анна", birth_date=born)], act)
    frame = listed.everyone(
        session, Wanted(filters=(Filter("birthdays"),)), day, sort="День рождения", descending=False
    )
    assert list(frame["День рождения"]) == ([found] if found else [])


def test_relatives_birthdays_are_their_customers(sold: Session) -> None:
    people.set_relatives(
        sold, id_of(sold, "К-2"), [("дочь", "Ия", date(2019, 3, 7)), ("муж", "Лев", date(1980, 9, 9))]
    )
    row = asked(sold, Filter("relatives")).iloc[0]
    assert (row["Клиент"], row["День рождения"], row["Чей"]) == (PYOTR, date(2026, 3, 7), "дочь Ия")
    assert today.load(sold, TODAY).relatives == 1


def test_the_latest_word_of_consent_counts_and_goes_with_a_joined_card(sold: Session) -> None:
    act = acts.begin(sold, acts.Origin.SCREEN)
    later = datetime.now(UTC) + timedelta(days=1)
    consents.say(sold, id_of(sold, "К-1"), is_given=False, at=later, act=act)
    sold.flush()
    assert list(asked(sold, Filter("refused"))["Клиент"]) == [MARIA]
    assert asked(sold, Filter("consent")).empty
    consents.say(sold, id_of(sold, "К-3"), is_given=True, at=later + timedelta(days=1), act=act)
    same.join(sold, id_of(sold, "К-3"), id_of(sold, "К-1"))
    assert list(asked(sold, Filter("consent"))["Клиент"]) == [MARIA]
    assert list(asked(sold, Filter("no_consent"))["Клиент"]) == [PYOTR]


# --- Addresses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted",
    [
        *((one,) for one in (*filters.QUICK, *filters.CONSENTS, Filter("relatives"))),
        (Filter("level", "Золотой: лучший"),),
        (Filter("bought", days=span("2026-02-01", "2026-02-28")), Filter("burns_month"), Filter("silent")),
    ],
)
def test_an_address_means_what_it_was_made_of(wanted: tuple[Filter, ...]) -> None:
    said = filters.address(wanted)
    first, last = (said[name][0] if said[name] else "" for name in ("from", "to"))
    assert filters.named(said["show"], first, last, ["Золотой: лучший"]) == (list(wanted), [])


def test_burns_without_days_are_those_of_a_month() -> None:
    assert filters.named(["burns"], "", "", []) == ([Filter("burns_month")], [])


@pytest.mark.parametrize(
    ("show", "first", "last", "sentence"),
    [
        ("xxx", "", "", "Непонятно, кого показать: «xxx»"),
        ("level:Платина", "", "", "Уровня «Платина» в программе нет"),
        ("level", "", "", "Уровня «» в программе нет"),
        ("bought", "", "", "Дни в адресе страницы непонятны"),
        ("burns", "2026-13-01", "2026-11-02", "Дни в адресе страницы непонятны"),
        ("burns", "2026-11-03", "2026-11-02", "Дни в адресе страницы непонятны"),
    ],
)
def test_what_an_address_says_in_vain_is_told(show: str, first: str, last: str, sentence: str) -> None:
    found, unknown = filters.named([show, "silent"], first, last, ["Базовый"])
    assert found == [Filter("silent")]
    assert len(unknown) == 1 and unknown[0].startswith(sentence)


def test_of_what_excludes_each_other_the_first_is_taken_and_it_is_said() -> None:
    shows = ["level:Золотой", "level:Базовый", "silent", "consent", "refused", "burns", "burns_month"]
    found, unknown = filters.named(shows, "", "", ["Базовый", "Золотой"])
    assert [one.of or one.name for one in found] == ["Золотой", "silent", "consent", "burns_month"]
    assert unknown == [
        "«Золотой» и «Базовый» вместе не показать: показаны «Золотой»",
        "«С согласием на SMS» и «Отказались от SMS» вместе не показать: показаны «С согласием на SMS»",
    ]


def test_a_filter_of_days_is_told_by_them() -> None:
    day = date(2026, 11, 20)
    assert (
        Filter("burns", days=span("2026-11-21", "2026-11-22")).label(day).replace("\u00a0", " ")
        == "Сгорят 21–22 ноя"
    )
    assert Filter("burns", days=span("2026-11-16", "2026-11-20")).label(day).startswith("Сгорели 16–20")


# --- «Сегодня» -----------------------------------------------------------------------------------------------


def test_every_row_counts_what_its_list_lists(sold: Session) -> None:
    found = today.load(sold, TODAY)
    assert found.burns == (1, 100_00, 100_00) == (len(asked(sold, today.BURNS)), 100_00, 100_00)
    assert found.birthdays == 1 == len(asked(sold, today.BIRTHDAYS))
    waiting = returns.waiting(sold)
    assert found.waiting == (1, 700_00) == (len(waiting), waiting["Сумма"].sum())
    assert (waiting["Возврат"].item(), waiting["Чек"].item()) == ("000002", "009999")
    assert found.sold == (date(2026, 2, 21), 1, 500_00)
    assert found.sold and found.sold.is_stale(TODAY) and not found.sold.is_stale(date(2026, 2, 28))


def test_an_empty_shop_has_nothing_to_do(session: Session) -> None:
    assert today.load(session, TODAY) == ((0, 0, 0), 0, 0, (0, 0), 0, None)
    assert today.files(session) == []


def imported(session: Session, name: str, status: str = "done", **said: Any) -> int:
    file = Import(
        file_name=name, status=status, origin="browser", queued_at=datetime(2026, 2, 27, tzinfo=UTC), **said
    )
    session.add(file)
    session.flush()
    assert file.id is not None
    return file.id


def test_files_with_trouble_are_those_that_nobody_has_dealt_with(sold: Session) -> None:
    rejected = {"rows": 5, "rejected": 2}
    imported(sold, "хороший.csv", report={"rows": 5, "rejected": 0})
    again = imported(sold, "потом загрузился.csv", "failed", problem="Пустой")
    bad = imported(sold, "плохой.csv", "failed", problem="Пустой")
    part = imported(sold, "не весь.csv", report=rejected)
    ask = imported(sold, "спрашивает.csv", "failed", report={"question": {"words": "Что это?", "choices": []}})
    imported(sold, "отвеченный.csv", "failed", report={"answer": "Продажи"})
    imported(sold, "ждёт.csv", "queued")
    assert {file.id for file in today.files(sold)} == {again, bad, part, ask}
    imported(sold, "потом загрузился.csv")
    assert {file.id for file in today.files(sold)} == {bad, part, ask}
    today.put_away(sold, part)
    today.put_away(sold, bad)
    assert [file.id for file in today.files(sold)] == [ask]


def copied(session: Session, day: date, done: bool = True, summary: str = "") -> None:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    session.add(Run(job="backup", day=day, started_at=at, finished_at=at if done else None, summary=summary))
    session.flush()


def test_a_backup_is_late_after_a_day_without_one(sold: Session) -> None:
    def late() -> bool:
        return today.copy_is_late(sold, today.copies(sold), TODAY)

    assert not late()  # no file was ever loaded: there is nothing to lose
    imported(sold, "первый.csv")
    assert late()
    copied(sold, TODAY - timedelta(days=2))
    assert late()
    copied(sold, TODAY - timedelta(days=1))
    assert not late()
    copied(sold, TODAY, done=False, summary="Копия не сделана: диск полон")
    assert today.copies(sold) == (TODAY - timedelta(days=1), "Копия не сделана: диск полон")


def test_a_new_shop_has_no_late_backup(sold: Session) -> None:
    sold.add(Import(file_name="новый.csv", status="done", queued_at=settings.utc_now()))
    sold.flush()
    assert not today.copy_is_late(sold, today.copies(sold), settings.utc_now().date())

"""Consent as dated words: what holds, what a file may say, how one comes back (acceptance 23)."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from loyalty import acts, db
from loyalty.acts import Origin
from loyalty.customers import consent_texts, consents, people, suppression
from loyalty.customers.consents import EMAIL, LINK, SMS, STAFF
from loyalty.errors import Problems
from loyalty.files.importing import Report, import_file
from loyalty.messages.consent import replies
from loyalty.sales.documents import CustomerDocument, CustomerRef

ANNA = "+79161110001"
HEADER = "Код клиента;ФИО;Телефон;Согласие"


@pytest.fixture
def opened(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    monkeypatch.setenv("LOYALTY_TODAY", "2026-03-10T12:00")
    yield database_url
    db.engine().dispose()


def took(folder: Path, *rows: str) -> Report:
    path = folder / "клиенты.csv"
    path.write_text("\n".join((HEADER, *rows, "")), encoding="utf-8")
    return import_file(path, kind="customers")


def refuse(**how: str) -> None:
    with db.writing() as session:
        consents.refuse(session, 1, acts.begin(session, Origin.SITE), method=LINK, **how)  # type: ignore[arg-type]


def agree(method: str = STAFF) -> bool:
    with db.writing() as session:
        return consents.say_now(session, 1, is_given=True, act=acts.begin(session, Origin.SCREEN), method=method)


def holds(channel: str = SMS) -> bool | None:
    with db.reading() as session:
        return consents.latest(session, [1], channel).get(1)


def is_barred(address: str = ANNA) -> bool:
    with db.reading() as session:
        return bool(suppression.among(session, [address]))


def test_23_a_refusal_holds_against_every_later_file_and_ends_by_a_new_consent(opened: str, tmp_path: Path) -> None:
    took(tmp_path, f"К-1;Анна Сергеева;{ANNA};Да")
    assert holds() is True
    refuse()
    for _ in range(2):
        report = took(tmp_path, f"К-1;Анна Сергеева;{ANNA};Да")
        assert holds() is False
        assert "отказ остаётся в силе" in " ".join(report.warnings)
        assert report.unchanged == 1
    assert agree()
    assert holds() is True and not is_barred()


def test_23_a_refusal_is_of_the_address_as_well_whoever_else_has_it(opened: str, tmp_path: Path) -> None:
    took(tmp_path, f"К-1;Анна Сергеева;{ANNA};Да")
    refuse()
    assert is_barred()
    report = took(tmp_path, f"К-2;Анна С.;{ANNA};Да")  # a second card of the same person
    assert "отказ остаётся в силе" in " ".join(report.warnings)
    with db.reading() as session:
        assert consents.latest(session, [2]) == {}


def test_a_refusal_by_link_is_of_the_channels_that_she_chose(opened: str, tmp_path: Path) -> None:
    took(tmp_path, f"К-1;Анна Сергеева;{ANNA};Да")
    refuse(channels=[EMAIL])  # type: ignore[arg-type]
    assert (holds(SMS), holds(EMAIL)) == (True, False)
    refuse()
    assert (holds(SMS), holds(EMAIL)) == (False, False)
    with db.reading() as session:
        assert len(consents.history(session, 1)) == 3  # the same refusal again is nothing new


def test_a_consent_with_a_day_counts_from_that_day_whatever_order_the_files_come_in(
    opened: str, tmp_path: Path
) -> None:
    took(tmp_path, f"К-1;Анна Сергеева;{ANNA};Нет, 05.03.2026")
    took(tmp_path, f"К-1;Анна Сергеева;{ANNA};Да, 01.02.2026")
    assert holds() is False
    report = took(tmp_path, f"К-1;Анна Сергеева;{ANNA};Да, 07.03.2026")
    assert holds() is True and report.changed == 1
    assert took(tmp_path, f"К-1;Анна Сергеева;{ANNA};Да, 07.03.2026").unchanged == 1
    assert took(tmp_path, f"К-1;Анна Сергеева;{ANNA};Да, 07.03.2027").warnings  # a day that is not yet


def test_of_two_words_of_one_day_the_refusal_holds(opened: str, tmp_path: Path) -> None:
    took(tmp_path, f"К-1;Анна Сергеева;{ANNA};Да")
    refuse()
    took(tmp_path, f"К-1;Анна Сергеева;{ANNA};Да, 10.03.2026")
    assert holds() is False and is_barred()


def test_a_daily_file_repeats_itself_and_takes_back_nothing_that_staff_was_told(
    opened: str, tmp_path: Path
) -> None:
    took(tmp_path, f"К-1;Анна Сергеева;{ANNA};Нет")
    agree()
    assert took(tmp_path, f"К-1;Анна Сергеева;{ANNA};Нет").unchanged == 1
    assert holds() is True


def test_imported_consent_says_where_it_came_from_and_a_phone_is_none(opened: str, tmp_path: Path) -> None:
    took(tmp_path, f"К-1;Анна Сергеева;{ANNA};Да", "К-2;Борис Орлов;+79161110002;")
    with db.reading() as session:
        (said,) = consents.history(session, 1)
        assert (said.place, said.method) == ("Файл «клиенты.csv», колонка «Согласие»", consents.FILE)
        assert (said.proof, said.address) == ("день в файле не сказан", ANNA)
        assert consents.history(session, 2) == []


def test_a_word_counts_after_all_before_it_though_the_clock_goes_back(
    opened: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    took(tmp_path, f"К-1;Анна Сергеева;{ANNA};Да")
    monkeypatch.setenv("LOYALTY_TODAY", "2026-03-10T11:00")
    refuse()
    assert holds() is False
    agree()
    assert holds() is True and not is_barred()


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("СТОП", True), ("stop", True), ("Стоп!!!", True), ("  отписка ", True), ("Отпишите меня", True),
        ("отписаться", True), ("не присылать", True), ("Не присылайте больше ничего", True), ("удалите", True),
        ("Пожалуйста, отпишите", True), ("стоп-лист", True), ("Спасибо", False), ("когда вы работаете?", False),
        ("остановите", False), ("", False), ("не стоп", False), ("стопка бумаги", False),
    ],
)  # fmt: skip
def test_a_word_of_refusal_is_known_among_replies(text: str, ends: bool) -> None:
    assert replies.is_refusal(text) is ends


def test_a_reply_refuses_for_everybody_of_the_phone_and_for_a_stranger(opened: str, tmp_path: Path) -> None:
    took(tmp_path, f"К-1;Анна Сергеева;{ANNA};Да", f"К-2;Пётр Сергеев;{ANNA};Да")
    with db.writing() as session:
        act = acts.begin(session, Origin.GATEWAY)
        assert replies.took(session, "89161110001", "Стоп", act)
        assert replies.took(session, "89161110009", "Стоп", act)
        assert not replies.took(session, "89161110001", "Спасибо", act)
        assert consents.latest(session, [1, 2]) == {1: False, 2: False}
        assert consents.history(session, 1)[0].proof == "ответ «Стоп»"
    report = took(tmp_path, "К-9;Новая Клиентка;89161110009;Да")
    assert "отказ остаётся в силе" in " ".join(report.warnings) and holds() is False


# --- Texts ------------------------------------------------------------------------------------------------


def test_a_text_is_followed_by_its_next_version_and_never_changed(session: Session) -> None:
    act = acts.begin(session, Origin.SCREEN)
    first = consent_texts.add(session, SMS, "Согласен получать SMS.", act)
    assert consent_texts.add(session, SMS, "Согласен получать SMS.\n", act) == first
    second = consent_texts.add(session, SMS, "Согласен получать SMS и звонки.", act)
    assert (first.version, second.version) == (1, 2)
    assert [one.text for one in consent_texts.versions(session, SMS)] == [second.text, first.text]
    assert consent_texts.called(session, SMS, "редакция 1") == first
    assert consent_texts.called(session, SMS, first.sha256) == first


@pytest.mark.parametrize("purpose", list(consent_texts.PURPOSES))
def test_a_sample_is_not_taken_before_its_blanks_are_filled(session: Session, purpose: str) -> None:
    sample = consent_texts.sample(session, purpose)
    assert "[ИНН]" in sample and "[адрес]" in sample
    with pytest.raises(Problems, match="Заполните пропуски"):
        consent_texts.add(session, purpose, sample, acts.begin(session, Origin.SCREEN))


def test_what_the_demo_says_needs_no_file(session: Session) -> None:
    act = acts.begin(session, Origin.IMPORT)
    people.upsert(session, [CustomerDocument(CustomerRef("К-1", None, ANNA), sms_consent=True)], act)
    assert consents.history(session, 1)[0].place == "Файл клиентов"


def test_a_day_begins_and_ends_in_the_shop(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", "2026-03-10T12:00")
    day = date(2026, 3, 1)
    given = consents.day_of_word(session, day, is_given=True)
    refused = consents.day_of_word(session, day, is_given=False)
    assert given == datetime(2026, 2, 28, 21, tzinfo=UTC)
    assert refused == given + timedelta(days=1, seconds=-1)

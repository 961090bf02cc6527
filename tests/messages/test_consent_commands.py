"""`optout`, `consents import` on the command line, as contract.md has them."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import Session

from loyalty import db
from loyalty.customers import consents, suppression
from loyalty.models import consents as told
from tests.till import file_of, loyalty, sale

ANNA, BORIS = "К-1;Анна Сергеева;+79161110001;", "К-2;Борис Орлов;+79161110002;"
HEADER = "Код клиента;Телефон;Согласие (Да/Нет);Текст;Когда;Где;Подтверждение"
TODAY = "2026-12-01"


@pytest.fixture
def shop(sqlite_url: str, tmp_path: Path) -> str:
    lines = [sale("10.11.2026", "1", ANNA, "1000"), sale("10.11.2026", "2", BORIS, "1000")]
    assert loyalty(sqlite_url, "import", file_of(tmp_path / "чеки.csv", lines), today=TODAY).returncode == 0
    return sqlite_url


def consented(url: str, folder: Path, *rows: str) -> tuple[int, dict[str, object]]:
    path = folder / "согласия.csv"
    path.write_text("\n".join((HEADER, *rows, "")), encoding="utf-8")
    done = loyalty(url, "consents", "import", path, "--json", today=TODAY)
    return done.returncode, json.loads(done.stdout)


def words(url: str, channel: str = "sms") -> dict[int, bool]:
    engine = db.connect(url)
    with Session(engine) as session:
        found = consents.latest(session, [1, 2], channel)
    engine.dispose()
    return found


def test_consents_come_from_a_file_with_their_day_text_place_and_proof(shop: str, tmp_path: Path) -> None:
    rows = ("К-1;;Да;Анкета, редакция 1;05.11.2026;Шоурум;анкета № 7", ";89161110002;Нет;;06.11.2026;телефон;")
    assert consented(shop, tmp_path, *rows) == (0, {
        "file": "согласия.csv", "rows": 2, "imported": 2, "unchanged": 0, "outweighed": 0, "rejected": 0,
        "errors": [],
    })  # fmt: skip
    assert words(shop) == {1: True, 2: False}
    engine = db.connect(shop)
    with Session(engine) as session:
        hers = select(told).where(told.c.customer_id == 1, told.c.channel == "sms")
        row = session.connection().execute(hers).one()
    engine.dispose()
    assert (row.wording, row.place, row.proof) == (
        "Анкета, редакция 1", "Шоурум, файл «согласия.csv»", "анкета № 7",
    )  # fmt: skip
    code, report = consented(shop, tmp_path, *rows)
    assert (code, report["imported"], report["unchanged"]) == (0, 0, 2)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("К-1;;Да;;;;", "не сказано, когда дано согласие"),
        ("К-1;;Да;;05.11.2027;;", "этот день ещё не настал"),
        ("К-1;;может быть;;05.11.2026;;", "ожидалось «Да» или «Нет»"),
        ("К-1;;;;05.11.2026;;", "ожидалось «Да» или «Нет»"),
        ("К-1;;Да;;вчера;;", "«Когда»"),
        (";;Да;;05.11.2026;;", "ни кода, ни телефона"),
        ("К-77;;Да;;05.11.2026;;", "такого клиента нет"),
        (";+79161110009;Да;;05.11.2026;;", "такого клиента нет"),
        (";9161;Да;;05.11.2026;;", "не похоже на номер"),
    ],
)
def test_a_row_that_proves_nothing_is_rejected_and_the_others_come_in(
    shop: str, tmp_path: Path, row: str, reason: str
) -> None:
    code, report = consented(shop, tmp_path, row, "К-2;;Да;;05.11.2026;;")
    assert (code, report["rejected"], report["imported"]) == (1, 1, 1)
    assert reason in str(report["errors"])
    left = tmp_path / "согласия.csv.rejected.csv"
    assert reason in left.read_text(encoding="utf-8-sig")
    again = loyalty(shop, "consents", "import", left, today=TODAY)
    assert again.returncode == 1 and words(shop) == {2: True}


def test_a_consent_for_the_phone_of_another_is_not_hers(shop: str, tmp_path: Path) -> None:
    code, report = consented(
        shop, tmp_path, "К-1;89161110002;Да;;05.11.2026;;", "К-2;8 (916) 111-00-02;Да;;05.11.2026;;"
    )
    assert (code, report["imported"], report["rejected"]) == (1, 1, 1)
    assert report["errors"] == [{"row": 2, "reason": "у клиента с этим кодом другой телефон: согласие не его"}]
    assert words(shop) == {2: True}


def test_a_file_never_overrides_a_later_refusal(shop: str, tmp_path: Path) -> None:
    assert loyalty(shop, "optout", "8 916 111-00-01", today=TODAY).returncode == 0
    code, report = consented(shop, tmp_path, "К-1;;Да;;05.11.2026;;")
    assert (code, report["imported"], report["outweighed"]) == (0, 1, 1)
    assert words(shop) == {1: False}


def test_optout_is_of_all_channels_and_calm_when_repeated(shop: str) -> None:
    first = loyalty(shop, "optout", "+79161110001", today=TODAY)
    again = loyalty(shop, "optout", "+79161110001", today=TODAY)
    assert (first.returncode, again.returncode) == (0, 0)
    assert "1 клиент отписан" in first.stdout.replace("\u00a0", " ") and "уже отписан" in again.stdout
    assert words(shop) == {1: False} and words(shop, "email") == {1: False}


def test_optout_of_a_stranger_is_remembered(shop: str) -> None:
    done = loyalty(shop, "optout", "+79161110009", today=TODAY)
    assert done.returncode == 0 and "номер запомнен" in done.stdout
    engine = db.connect(shop)
    with Session(engine) as session:
        assert suppression.among(session, ["+79161110009"])
    engine.dispose()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("optout", "9161"), "не похоже на номер"), (("optout", ""), "Напишите номер"),
        (("consents", "import", "нет.csv"), "Нет такого файла"),
    ],
)  # fmt: skip
def test_what_can_not_be_done_is_one_line_and_exit_2(shop: str, arguments: tuple[str, ...], reason: str) -> None:
    done = loyalty(shop, *arguments, today=TODAY)
    assert done.returncode == 2 and reason in done.stderr and "Traceback" not in done.stderr


def test_a_file_without_the_columns_is_refused_whole(shop: str, tmp_path: Path) -> None:
    path = tmp_path / "не то.csv"
    path.write_text("Дата;Сумма\n01.11.2026;100\n", encoding="utf-8")
    done = loyalty(shop, "consents", "import", path, today=TODAY)
    assert done.returncode == 2 and "не нашлось нужных колонок" in done.stderr


def test_the_public_address_and_the_words_of_refusal_are_settings(shop: str) -> None:
    for value, code in (
        ("https://bonus.shop.ru", 0),
        ("http://bonus.shop.ru", 2),
        ("https://192.168.1.5", 2),
        ("", 0),
    ):
        assert loyalty(shop, "setting", "set", "public_address", value, today=TODAY).returncode == code
    assert loyalty(shop, "setting", "set", "refusal_words", "Отказ: ответьте СТОП", today=TODAY).returncode == 0


def test_a_refusal_in_a_file_holds_for_the_phone_whoever_else_has_it(shop: str, tmp_path: Path) -> None:
    consented(shop, tmp_path, "К-2;;Да;;05.11.2026;;", "К-1;;Нет;;06.11.2026;;", "К-2;;Нет;;04.11.2026;;")
    engine = db.connect(shop)
    with Session(engine) as session:
        barred = suppression.among(session, ["+79161110001", "+79161110002"])
    engine.dispose()
    assert list(barred) == ["+79161110001"]  # of the other phone its owner agreed later


def test_a_word_in_a_file_is_of_all_channels_unless_it_names_one(shop: str, tmp_path: Path) -> None:
    consented(shop, tmp_path, "К-1;;Да;;05.11.2026;;", "К-2;;Нет;;05.11.2026;;")
    assert words(shop) == words(shop, "email") == {1: True, 2: False}
    path = tmp_path / "почта.csv"
    path.write_text(f"{HEADER};Канал\nК-1;;Нет;;06.11.2026;;;почта\n", encoding="utf-8")
    assert loyalty(shop, "consents", "import", path, today=TODAY).returncode == 0
    assert (words(shop)[1], words(shop, "email")[1]) == (True, False)

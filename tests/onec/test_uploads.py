"""Files from the browser before the worker takes them: kept safely, looked into, forgotten when unwanted."""

import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from loyalty import db, settings
from loyalty.files import queue, uploads
from loyalty.files.importing import import_file
from loyalty.files.uploads import Ready
from loyalty.onec import Mapping
from tests.pages.opened import named_shop, shop  # noqa: F401 — fixtures

pytestmark = pytest.mark.usefixtures("named_shop")
BEFORE = uploads.TEMPLATE.replace("8900,00;0,00;карта", "8900,00;500,00;карта").replace(
    "2000,00;0,00;карта", "2000,00;100,00;карта"
)
AFTER = BEFORE.replace("8900,00;500,00", "8400,00;500,00").replace("2000,00;100,00", "1900,00;100,00")


def kept(content: str | bytes, name: str = "продажи.csv", upload: str = "1") -> Path:
    return uploads.keep(upload, name, BytesIO(content if isinstance(content, bytes) else content.encode()))


def looked(path: Path, mapping: Mapping | None = None) -> uploads.Look:
    with db.reading() as session:
        return uploads.look(session, path, mapping)


def test_the_template_imports_whole() -> None:
    report = import_file(kept(uploads.template()))
    assert (report.rows, report.imported, report.rejected, report.unmatched_returns) == (4, 3, 0, 0)


@pytest.mark.parametrize(
    ("said", "safe"),
    [
        ("../../etc/продажи.csv", "продажи.csv"),
        ("C:\\Отчёты\\май.xlsx", "май.xlsx"),
        ("a\x00b:c.csv", "a_b_c.csv"),
        ("..", "файл"),
        ("я" * 300 + ".csv", "я" * 103 + ".csv"),
        ("🎁" * 100 + ".csv", "🎁" * 51 + ".csv"),
        ("a\ud83dб.csv", "aб.csv"),
    ],
)
def test_an_upload_never_leaves_its_folder_whatever_its_name(said: str, safe: str) -> None:
    path = kept("1", said)
    assert path.name == safe
    assert path.parent.parent == settings.files_dir() / "uploads"
    path.with_name(f"{path.name}.rejected.csv").touch()  # its rejected rows find a place beside it


def test_the_same_upload_is_kept_once_and_another_of_the_same_name_apart() -> None:
    assert kept("1", upload="1") == kept("2", upload="1")
    assert kept("1", upload="1").read_text() == "1"
    assert kept("1", upload="2") != kept("1", upload="1")


def test_uploads_that_nobody_queued_are_forgotten_after_a_day() -> None:
    queued, old, fresh = (kept(uploads.TEMPLATE, upload=name) for name in ("queued", "old", "fresh"))
    long_ago = (settings.utc_now() - timedelta(days=2)).timestamp()
    for path in (queued, old):
        os.utime(path.parent, (long_ago, long_ago))
    with db.writing() as session:
        uploads.enqueue(session, [Ready(queued, "продажи.csv", looked(queued))])
        uploads.forget_unused(session)
    assert [path.exists() for path in (queued, old, fresh)] == [True, False, True]


def test_customers_are_queued_before_sales() -> None:
    sales = kept(uploads.TEMPLATE)
    people = kept("Телефон;ФИО;Дата рождения\r\n89161234567;Иванова Мария;01.02.1990\r\n", "клиенты.csv", "2")
    with db.writing() as session:
        first, second = uploads.enqueue(
            session, [Ready(sales, "продажи.csv", looked(sales)), Ready(people, "клиенты.csv", looked(people))]
        )
    assert first > second


def test_a_file_that_failed_may_be_queued_again() -> None:
    path = kept(uploads.TEMPLATE)
    ready = Ready(path, "продажи.csv", looked(path))
    path.write_bytes(b"")
    with db.writing() as session:
        uploads.enqueue(session, [ready])
    queue.work()
    path.write_text(uploads.TEMPLATE)
    with db.writing() as session:
        uploads.enqueue(session, [ready])
    assert queue.work()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (BEFORE, "до оплаты бонусами: 8 900 ₽ × 1 = 8 900 ₽, столько и стоит в «Сумме»"),
        (AFTER, "после оплаты бонусами: 8 900 ₽ × 1 = 8 900 ₽, а в «Сумме» 8 400 ₽ — меньше на 500 ₽ бонусами"),
        (uploads.TEMPLATE, "В первых строках ими не платили"),
        (uploads.TEMPLATE.replace("Бонусы", "Примечание"), None),
    ],
)
def test_what_the_sum_means_is_told_with_the_arithmetic_that_decided(content: str, told: str | None) -> None:
    meaning = looked(kept(content)).amount_meaning
    assert told is None if meaning is None else told and told in meaning.replace("\u00a0", " ")


def test_documents_are_shown_as_the_import_will_take_them() -> None:
    first = looked(kept(AFTER)).documents[0]
    assert (first["Документ"], first["Товары"]) == ("Чек 000123", "Платье льняное и ещё 1")
    assert (first["Сумма"], first["Бонусами"]) == (1_090_000, 60_000)

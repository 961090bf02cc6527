"""What was done, in the owner's words."""

from datetime import date

import pytest

from loyalty.reports.history import file_total, report_days, report_figures, report_money, result_words
from loyalty.reports.troubles import troubles

REPORT = {"rows": 10, "imported": 4, "unchanged": 3, "changed": 1, "rejected": 1, "skipped": 1}


@pytest.mark.parametrize(
    ("status", "report", "said"),
    [
        ("queued", {}, "Ждёт очереди"),
        ("running", {}, "Загружается"),
        ("done", REPORT, "Загружено 4, изменено 1, без изменений 3, отклонено 1"),
        ("done", {"rows": 2, "skipped": 2}, "Ничего нового"),
        ("done", {}, "Загружен"),
        ("failed", {}, "Не загружен"),
    ],
)
def test_what_became_of_a_file_is_said_in_a_line(status: str, report: dict[str, int], said: str) -> None:
    assert result_words(status, report) == said


def test_a_reports_figures_leave_out_what_says_nothing() -> None:
    assert report_figures({"rows": 3, "imported": 3, "rejected": 0, "unchanged": 0}) == [
        ("Строк с данными", 3),
        ("Загружено", 3),
        ("Отклонено", 0),
    ]
    assert [word for word, _ in report_figures(REPORT | {"customers_created": 2, "unmatched_returns": 1})] == [
        "Строк с данными", "Загружено", "Отклонено", "Без изменений", "Изменено", "Заголовок и прочие строки",
    ]  # fmt: skip


MONEY = REPORT | {
    "customers_created": 2, "difference": 0,
    "totals": {"receipts": 21, "receipts_sum": 823_972_00, "returns": 2, "returns_sum": 500_00, "earned": 12_50,
               "file_sum": 823_472_00},
    "days": [{"day": "2026-03-05", "receipts": 21, "receipts_sum": 1, "returns": 2, "returns_sum": 3}],
}  # fmt: skip


def plain(words: str) -> str:
    return words.replace("\u00a0", " ")


def test_a_report_is_in_money_first() -> None:
    assert [(plain(label), plain(value)) for label, value in report_money(MONEY)] == [
        ("21 чек", "823 972 ₽"),
        ("2 возврата", "500 ₽"),
        ("Дано бонусов", "12,50"),
        ("Новых клиентов", "2"),
    ]
    assert report_money({"customers_created": 3}) == [("Новых клиентов", "3")]
    assert report_money({}) == []
    assert report_days(MONEY) == [(date(2026, 3, 5), 21, 1, 2, 3, 0)]


def test_the_files_own_total_agrees_or_not_and_by_how_much() -> None:
    assert file_total(REPORT) is None
    agreed, off = file_total(MONEY), file_total(MONEY | {"difference": 1_500_00})
    assert agreed and off
    assert (agreed[0], plain(agreed[1])) == (True, "Итог в файле 823 472 ₽ — сходится")
    assert (off[0], plain(off[1])) == (False, "Итог в файле 823 472 ₽ — не сходится на 1 500 ₽")


def test_each_kind_of_trouble_says_what_to_do() -> None:
    told = [
        "Чек 1 от 10.01.2026: бонусов не хватало, 500 ₽ записано в долг клиента",
        "Чек 2 от 10.01.2026: бонусов не хватало, 200 ₽ записано в долг клиента",
        "…и ещё таких предупреждений: 7.",
        "2 чека: телефон или карта у нескольких клиентов. Ответьте на «Чей это чек?»",
        "Пропущены строки документов «Заказ»: это не продажа и не возврат",
        "Возвратов без чека: 8 — загрузите чеки за март 2026 или раньше",
    ]
    found = troubles({"warnings": told, "unmatched_returns": 8})
    assert [(one.title, len(one.told)) for one in found] == [
        ("Возвраты ждут своих чеков", 1),
        ("Чеки без ответа, чьи они", 1),
        ("Бонусов не хватало", 3),
        ("Для сведения", 1),
    ]
    assert found[1].step == "whose" and all(one.advice for one in found[:3]) and not found[3].advice
    assert [one.told for one in troubles({"unmatched_returns": 2})] == [["Возвратов без чека: 2"]]
    assert [one.title for one in troubles(MONEY | {"difference": 5})] == ["Итог файла не сходится"]

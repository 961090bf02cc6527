"""What was done, in the owner's words."""

import pytest

from loyalty.reports.history import report_figures, result_words

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
        ("Строк в файле", 3),
        ("Загружено", 3),
        ("Отклонено", 0),
    ]
    assert [word for word, _ in report_figures(REPORT | {"customers_created": 2, "unmatched_returns": 1})] == [
        "Строк в файле", "Загружено", "Отклонено", "Без изменений", "Изменено", "Пропущено",
    ]  # fmt: skip

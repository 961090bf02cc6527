"""The rows of «Сегодня» that go first: what the program and its files have to be helped with."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from loyalty import wording
from loyalty.reports import today as report
from loyalty.reports.history import TakenFile
from loyalty.service import checking, pulse
from pages import _pulse
from pages._addresses import IMPORT, JOURNAL

SENTENCE_MAX = 240


class Step(NamedTuple):
    """Where a row leads: a page with what it should show."""

    words: str
    page: str
    query: Mapping[str, str | int] = MappingProxyType({})


class Row(NamedTuple):
    """Something to do, and the step that does it: a page with what it should show; seldom another one beside."""

    icon: str
    sentence: str
    meaning: str
    step: str
    page: str
    query: Mapping[str, str | int] = MappingProxyType({})
    is_trouble: bool = False
    file: int | None = None  # a file, which may be put away
    goes_on: bool = False  # its step lets sending go on
    other: Step | None = None


def troubles(
    last: pulse.Pulse | None, copies: report.Copies, is_late: bool, checked: checking.Found | None
) -> Iterator[Row]:
    """What the program itself has to be helped with, before anything else."""
    if wrong := _pulse.trouble(last):
        yield Row("power_off", wrong, f"{_pulse.WAY_OUT}.", "Открыть журнал", JOURNAL, is_trouble=True)
    if checked and checked.is_wrong:
        count = len(checked.ids)
        whose = (
            f"у {wording.plural(count, 'клиента', 'клиентов', 'клиентов')}" if count else "по возвратам без карты"
        )
        meaning = "Сами чеки целы: пересчитайте по ним бонусы."
        yield Row("rule", f"Не сходятся бонусы {whose}", meaning, "Пересчитать", JOURNAL, is_trouble=True)
    if copies.failure or is_late:
        known = f"Последняя — от {wording.day(copies.day)}." if copies.day else "Пока нет ни одной."
        why = f"{copies.failure.rstrip('.')}." if copies.failure else "Программа делает её сама каждый день."
        yield Row(
            "backup", "Нет свежей резервной копии", f"{known} {why}", "Открыть журнал", JOURNAL, is_trouble=True
        )


def files(taken: list[TakenFile]) -> Iterator[Row]:
    """Files that were not loaded, or not wholly."""
    for file in taken:
        rejected = int(file.report.get("rejected", 0))
        step = ("Открыть файл", IMPORT, {"file": file.id})
        if file.question:
            meaning = f"{file.question['words']} Пока не ответите, из файла ничего не записано."
            yield Row("contact_support", f"Файл «{file.file}» ждёт вашего ответа", meaning, *step, True, file.id)
        elif file.status == "failed":
            why = _short(file.problem or "Почему, написано в отчёте.")
            yield Row("error", f"Файл «{file.file}» не загружен", why, *step, True, file.id)
        else:
            rows = wording.plural(rejected, "строка", "строки", "строк")
            verb = wording.form(rejected, "не загружена", "не загружены", "не загружены")
            came_in = any(file.report.get(name) for name in ("imported", "changed", "unchanged"))
            rest = "Остальное загружено" if came_in else "Больше в нём ничего нет"
            meaning = f"{rest}. Исправьте эти строки и загрузите только их."
            yield Row("rule_folder", f"Файл «{file.file}»: {rows} {verb}", meaning, *step, True, file.id)


def _short(words: str) -> str:
    return words if len(words) <= SENTENCE_MAX else words[: SENTENCE_MAX - 1].rstrip() + "…"

"""The rows of «Сегодня» in words: what there is to do, what it means, and where its step leads."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple

from loyalty import wording
from loyalty.reports import filters
from loyalty.reports import today as report
from loyalty.reports.history import TakenFile
from loyalty.service import checking, pulse
from pages import _pulse

CUSTOMERS = "pages/customers.py"
WHOSE = "pages/whose.py"
RETURNS = "pages/returns.py"
IMPORT = "pages/import_1c.py"
JOURNAL = "pages/journal.py"
SENTENCE_MAX = 240


class Row(NamedTuple):
    """Something to do, and the step that does it: a page with what it should show."""

    icon: str
    sentence: str
    meaning: str
    step: str
    page: str
    query: Mapping[str, str | int] = MappingProxyType({})
    is_trouble: bool = False
    file: int | None = None  # a file, which may be put away


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
            meaning = "Остальное загружено. Исправьте эти строки и загрузите только их."
            yield Row("rule_folder", f"Файл «{file.file}»: {rows} {verb}", meaning, *step, True, file.id)


def _short(words: str) -> str:
    return words if len(words) <= SENTENCE_MAX else words[: SENTENCE_MAX - 1].rstrip() + "…"


def facts(found: report.Today, today: date) -> Iterator[Row]:
    """What follows from sales and people, the most urgent first."""
    week = wording.day_and_month(today + timedelta(days=filters.WEEK_DAYS))
    if found.sold and found.sold.is_stale(today):
        meaning = "Бонусы такие же свежие, как последний файл: выгрузите из 1С продажи за эти дни."
        sentence = f"Продажи загружены по {wording.day(found.sold.day)}, {wording.days_ago(found.sold.day, today)}"
        yield Row("upload_file", sentence, meaning, "Загрузить продажи", IMPORT)
    if found.burns.customers:
        yield Row(
            "local_fire_department",
            f"До {week} сгорят бонусы у {_customers(found.burns.customers)}",
            f"Всего {wording.bonuses_of(found.burns.burns)}, если их не потратить раньше.",
            *_list(report.BURNS),
        )
    if found.whose:
        waits = wording.form(found.whose, "ждёт", "ждут", "ждут")
        yield Row(
            "help",
            f"{wording.plural(found.whose, 'чек', 'чека', 'чеков')} {waits} ответа, кто покупал",
            "Телефон или карта в чеке у нескольких клиентов. Бонусы получит тот, кого вы выберете.",
            "Разобрать",
            WHOSE,
        )
    if found.waiting.returns:
        count = wording.plural(found.waiting.returns, "возврат", "возврата", "возвратов")
        waits = wording.form(found.waiting.returns, "ждёт своего чека", "ждут своих чеков", "ждут своих чеков")
        meaning = f"На {wording.roubles(found.waiting.amount)}. Пока чека нет, бонусы за возвращённое не сняты."
        yield Row("assignment_return", f"{count} {waits}", meaning, "Посмотреть возвраты", RETURNS)
    if found.birthdays:
        meaning = "Поздравьте их: бонусы можно подарить на карточке клиента."
        sentence = f"До {week} день рождения у {_customers(found.birthdays)}"
        yield Row("cake", sentence, meaning, *_list(report.BIRTHDAYS))
    if found.relatives:
        sentence = f"До {week} день рождения близких у {_customers(found.relatives)}"
        yield Row("family_restroom", sentence, "Самое время подсказать подарок.", *_list(report.RELATIVES))


def _customers(count: int) -> str:
    return wording.plural(count, "клиента", "клиентов", "клиентов")


def _list(one: filters.Filter) -> tuple[str, str, dict[str, str | int]]:
    return "Посмотреть список", CUSTOMERS, {"show": one.name}


def sold(found: report.Today, today: date) -> str:
    """The latest day with sales, quietly."""
    if not found.sold:
        return ""
    day, count, total = found.sold
    when = wording.sentence(wording.days_ago(day, today)) if (today - day).days < 2 else wording.day(day)
    return f"{when}: {wording.plural(count, 'чек', 'чека', 'чеков')} на {wording.roubles(total)}"

"""The rows of «Сегодня» that follow from sales and people: what there is to do, what it means, where it leads."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from loyalty import wording
from loyalty.messages.triggers.stored import Saved
from loyalty.reports import today as report
from loyalty.reports.customers import filters
from pages._addresses import CUSTOMERS, IMPORT, RETURNS, TRIGGER_EDIT, WHOSE
from pages._today.troubles import Row, Step

EVENTS = BIRTHDAY, RELATIVE_BIRTHDAY = "birthday", "relative_birthday"
"""Events whose triggers congratulate."""


def facts(found: report.Today, today: date, triggers: Mapping[str, Saved]) -> Iterator[Row]:
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
        sentence = f"До {week} день рождения у {_customers(found.birthdays)}"
        alone = "Поздравьте их: бонусы можно подарить на карточке клиента."
        yield _congratulated(Row("cake", sentence, alone, *_list(report.BIRTHDAYS)), triggers.get(BIRTHDAY))
    if found.relatives:
        sentence = f"До {week} день рождения близких у {_customers(found.relatives)}"
        row = Row("family_restroom", sentence, "Самое время подсказать подарок.", *_list(report.RELATIVES))
        yield _congratulated(row, triggers.get(RELATIVE_BIRTHDAY))


def _congratulated(row: Row, trigger: Saved | None) -> Row:
    """The row with the trigger that writes to them, or that would if it were switched on."""
    if trigger is None:
        return row._replace(other=Step("Создать триггер", TRIGGER_EDIT))
    to = {"name": trigger.name}
    if trigger.since is None:
        meaning = f"{row.meaning} Или пусть пишет триггер «{trigger.name}»: он выключен."
        return row._replace(meaning=meaning, other=Step("Включить триггер", TRIGGER_EDIT, to))
    sentence = trigger.terms.sentence
    meaning = (
        f"Поздравляет триггер «{trigger.name}», включён {wording.day(trigger.since.day)}: "
        f"{sentence[:1].lower()}{sentence[1:]}. Кому писать нельзя, тех поздравьте сами."
    )
    return row._replace(meaning=meaning, other=Step("Открыть триггер", TRIGGER_EDIT, to))


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

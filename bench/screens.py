"""The screens that are measured, and by what a person knows that one's figures are there."""

from typing import NamedTuple

from bench.machine import ROOT


class Screen(NamedTuple):
    """`figures`: a pattern of words that stand there only once the figures do; `file` is where the page is."""

    name: str
    address: str
    figures: str
    file: str


_ALL = (
    Screen("Сегодня", "today", "Сегодня", "today.py"),
    Screen("Обзор", "overview", "Должны бонусами", "overview.py"),
    Screen("Клиенты", "customers", r"\d клиент", "customers.py"),
    Screen("Двойники", "twins", r"\d пар|Похожих клиентов нет", "twins.py"),
    Screen("Чей это чек?", "whose", r"\d чек\S* жд|Все чеки разобраны", "whose.py"),
    Screen("Программа", "program", "Действует сейчас", "program.py"),
    Screen("Импорт из 1С", "import", "Что уже загружено|Ещё ничего не загружали", "import_1c.py"),
    Screen("Журнал", "journal", "Последний пересчёт", "journal.py"),
)
SCREENS = [screen for screen in _ALL if (ROOT / "pages" / screen.file).exists()]
FIRST = SCREENS[0]
"""What opens by itself."""

# The card's tabs, and by what each is known to be there.
TABS = {"Бонусы": "Движения бонусов|Бонусов ещё не было", "Покупки": "Дней с покупками|Покупок ещё не было",
        "О клиенте": "Дни рождения близких"}  # fmt: skip

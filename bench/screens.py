"""The screens that are measured, and by what a person knows that one's figures are there."""

from typing import NamedTuple


class Screen(NamedTuple):
    """`figures`: a pattern of words that stand there only once the figures do."""

    name: str
    address: str
    figures: str


SCREENS = (
    Screen("Сегодня", "today", r"\d чек\S* на \d"),
    Screen("Обзор", "overview", "Должны бонусами"),
    Screen("Клиенты", "customers", r"\d клиент"),
    Screen("Двойники", "twins", r"\d пар|Похожих клиентов нет"),
    Screen("Чей это чек?", "whose", r"\d чек\S* жд|Все чеки разобраны"),
    Screen("Сегменты", "segments", r"\d сегмент|Здесь будут сегменты"),
    Screen("Условия сегмента", "segment_edit", r"\d клиент"),
    Screen("Рассылки", "campaigns", r"\d рассыл|Здесь будут рассылки"),
    Screen("Новая рассылка", "campaign_edit", "Получат"),
    Screen("Итоги сообщений", "messages_totals", "Расходы|Сообщений ещё не было"),
    Screen("Контрольная группа", "control_group", "Согласие на рекламу|не получают рекламу|не из кого выбирать"),
    Screen("Программа", "program", "Действует сейчас"),
    Screen("Импорт из 1С", "import", "Что уже загружено|Ещё ничего не загружали"),
    Screen("Триггеры", "triggers", r"Выключены: \d|Здесь будут триггеры"),
    Screen("Триггер", "trigger_edit", "Как увидит клиент"),
    Screen("Репетиция", "rehearsal", r"Получат сообщение|Нет включённых триггеров"),
    Screen("Шлюзы", "gateways", "Отправляет|Песочница"),
    Screen("Согласия", "consents", "Как отказываются"),
    Screen("Журнал", "journal", "Последний пересчёт"),
)
FIRST = SCREENS[0]
"""What opens by itself."""

# The card's tabs, and by what each is known to be there.
TABS = {"История": "Почему столько|Здесь будет история", "О клиенте": "Дни рождения близких"}

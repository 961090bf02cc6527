"""The list of «Сегменты»: a row a segment, which it opens."""

import streamlit as st

from loyalty import ui, wording
from loyalty.reports.segments import listed as report
from loyalty.wording import MINUS

KINDS: dict[str, ui.Kind] = {
    "Клиентов": "count", "От базы": "percent", "От выручки": "percent", "Средний чек": "money",
    "Вошло": "count", "Вышло": "count",
}  # fmt: skip
SHOWN: dict[str, ui.Kind] = {"Клиентов": "count", "От базы": "percent", "От выручки": "percent",
                             "Средний чек": "figure", "За 30 дней": "figure"}  # fmt: skip


def show(found: report.Listed) -> None:
    """The list; a row opens its segment."""
    whole = report.frame(found)
    title = wording.plural(len(whole), "сегмент", "сегмента", "сегментов")
    if whole.empty:
        with ui.section("Своих сегментов пока нет"):
            st.markdown("Нажмите «Создать сегмент» и соберите вопрос из условий или выберите клетку на картинке.")
        return
    with ui.section(title, hint=freshness(found)) as actions:
        with actions:
            ui.excel_button("Сегменты", whole, KINDS)
        shown = whole.drop(columns=["Вошло", "Вышло", "Что не так"])
        shown["Средний чек"] = [
            "" if value is None else wording.roubles_round(value) for value in whole["Средний чек"]
        ]
        shown["За 30 дней"] = [moved(*pair) for pair in zip(whole["Вошло"], whole["Вышло"], strict=True)]
        troubled = whole["Что не так"].astype(bool)
        if troubled.any():
            shown["Что не так"] = whole["Что не так"]
        ui.table(
            shown,
            SHOWN,
            alt="Список сегментов",
            key="segments",
            address="segment?name={}",
            phone=ui.Lines("Сегмент", "Клиентов", note="{Кто в нём}", aside="выручки {От выручки} · {За 30 дней}"),
            tones={"Что не так": ["warn" if bad else "" for bad in troubled]} if troubled.any() else None,
        )


def moved(entered: object, left: object) -> str:
    """«+12 −5»; nothing where nobody moved."""
    said = [f"{sign}{wording.number(int(str(count)))}" for sign, count in (("+", entered), (MINUS, left)) if count]
    return " ".join(said)


def freshness(found: report.Listed) -> str:
    """When the list was brought up to date, and what is left to count."""
    waiting = sum(not row.is_counted for row in found.rows)
    if waiting:
        return f"Ещё не посчитаны: {waiting}. Посчитаются ночью, после загрузки или по «Обновить сейчас»"
    return "Обновляются ночью и после каждой загрузки; за 30 дней — кто вошёл и вышел сам"

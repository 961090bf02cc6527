"""How a dropped file will be counted: receipts, sum, days, customers, and its own total beside them."""

from datetime import date, time

import pandas as pd
import streamlit as st

from loyalty import ui
from loyalty.files.looking import ROWS_COUNTED, Counted, Look
from loyalty.onec.documents.reading import RowError
from loyalty.reports.history import total_words
from loyalty.wording import day, day_and_month, number, plural, roubles

KINDS: dict[str, ui.Kind] = {"Дата": "time", "Сумма": "money", "Бонусами": "money", "День рождения": "day"}

PHONE = ui.Lines("Документ", "Сумма", note="{Клиент}", aside="{Дата}")
PHONE_CUSTOMERS = ui.Lines("Клиент", note="{Телефон} · карта {Карта}", aside="{Город}")


def show(look: Look) -> None:
    """What will be loaded, in a sentence; how the file is read; what is wrong with it."""
    counted = look.counted
    if look.problem:
        ui.field_error(look.problem)
    if counted:
        st.markdown(f"**{in_words(counted, look.kind)}**")
        total(counted)
        if counted.rejected:
            rows = plural(counted.rejected, "строка", "строки", "строк")
            ui.field_error(f"Не загрузится: {rows}. После загрузки их можно скачать и исправить. Первые ошибки:")
        for error in look.errors:
            st.caption(ui.plain(f"Строка {error.row}, {_cell(error)}: {error.reason}"))
    for told in look.warnings:
        st.markdown(f":orange[:material/warning:] {ui.plain(told)}")


def in_words(counted: Counted, kind: str) -> str:
    """«Будет загружено: 118 чеков на 823 972 ₽, 8 возвратов на 56 401 ₽, с 05.03 по 30.06.2026, 74 клиента»."""
    customers = plural(counted.customers, "клиент", "клиента", "клиентов")
    if kind == "customers":
        said = [customers]
    else:
        said = [f"{plural(counted.receipts, 'чек', 'чека', 'чеков')} на {roubles(counted.receipts_sum)}"]
        if counted.returns:
            returns = plural(counted.returns, "возврат", "возврата", "возвратов")
            said.append(f"{returns} на {roubles(counted.returns_sum)}")
        if counted.first_day and counted.last_day:
            days = plural(counted.days, "день", "дня", "дней") if counted.days > 1 else ""
            said.append(period(counted.first_day, counted.last_day) + (f" ({days} с чеками)" if days else ""))
        said.append(customers if counted.customers else "без клиентов")
    start = "Будет загружено" if counted.whole else f"В первых {number(ROWS_COUNTED)} строках"
    more = "" if counted.whole else ". Остальное посчитается при загрузке"
    return f"{start}: {', '.join(said)}{more}"


def period(first: date, last: date) -> str:
    """«за 05.03.2026», «с 05.03 по 30.06.2026»."""
    if first == last:
        return f"за {day(first)}"
    return f"с {day_and_month(first) if first.year == last.year else day(first)} по {day(last)}"


def total(counted: Counted) -> None:
    """The file's own total: agreed, or by how much not."""
    if counted.file_sum is None or counted.difference is None:
        return
    agreement(*total_words(counted.file_sum, counted.difference))
    if counted.trouble:
        st.caption(ui.plain(counted.trouble))


def agreement(agrees: bool, words: str) -> None:
    """«Итог в файле … — сходится» in green, else in orange."""
    colour, icon = ("green", "check_circle") if agrees else ("orange", "warning")
    st.markdown(f":{colour}[:material/{icon}: {words}]")


def documents(look: Look, key: str) -> None:
    """The first documents as the import will take them."""
    if look.documents and look.counted:
        st.caption("Так программа поняла первые строки:")
        frame = pd.DataFrame(look.documents)
        only_days = "Дата" in frame and all(at.time() == time.min for at in frame["Дата"])
        kinds: dict[str, ui.Kind] = KINDS | {"Дата": "day"} if only_days else KINDS
        ui.table(
            frame.dropna(axis="columns", how="all"),
            kinds,
            alt="Первые документы файла, как их поняла программа",
            key=f"documents-{key}",
            phone=PHONE if "Документ" in frame else PHONE_CUSTOMERS,
        )


def reasons(look: Look) -> None:
    """How the file is read, in sentences."""
    for reason in filter(None, [*look.reasons, look.amount_meaning]):
        st.caption(ui.plain(reason))


def _cell(error: RowError) -> str:
    """«колонка Дата, «32.13.2026»»: which cell of the row, and what stands there."""
    said = (f"колонка {error.column}" if error.column else "", f"«{error.value}»" if error.value else "")
    return ", ".join(filter(None, said)) or "строка целиком"

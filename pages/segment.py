"""A segment: who is in it in a sentence and in figures, what and when they buy, the list, how it moves."""

from datetime import date

import streamlit as st

from loyalty import db, settings, ui, wording
from loyalty.errors import NotFound
from loyalty.reports.segments import listed as list_report
from loyalty.reports.segments import page as report
from loyalty.segments import stored
from loyalty.segments.sentences import sentence
from pages._addresses import SEGMENTS
from pages._segment import actions, bought, excel, members, moves

TABS = {
    "Покупки": bought.show,
    "Клиенты": members.show,
    "Движение": moves.show,
}


# Not copied for each who asks: a question can't be, and nobody changes it.
@st.cache_resource(show_spinner=False, max_entries=20)
def counted(mark: list_report.Mark, name: str, today: date) -> report.Segment:
    """The segment's figures, kept until something is written."""
    with db.reading() as session:
        return report.load(session, name, today)


def main() -> None:
    ui.back_link("Сегменты", SEGMENTS)
    name = st.query_params.get("name", "")
    if not name:
        raise NotFound("Какой сегмент показать? Выберите его в списке сегментов")
    with db.reading() as session:
        today = settings.today(session)
        mark, saved = list_report.mark(session, today), stored.get(session, name)
    badges = [ui.Badge("Готовый", icon="auto_awesome")] if saved.is_ready_made else []
    with ui.header(saved.name, f"{sentence(saved.tree)}.", badges):
        if saved.refreshed_at is not None:
            ui.book_button(saved.name, lambda: excel.sheets(saved, today), key="excel-segment")
        actions.show(saved)
    place = st.empty()
    with place.container():
        st.skeleton(height=110)
        st.skeleton(height=400)
    found = counted(mark, name, today)
    with place.container():
        show(found, mark, today)


def show(found: report.Segment, mark: list_report.Mark, today: date) -> None:
    """What is known of the segment, once it is counted."""
    saved = found.saved
    troubles(found)
    if saved.refreshed_at is None:
        ui.empty(
            "Сегмент ещё не посчитан",
            "Он посчитается ночью, после загрузки или сразу — кнопкой «Обновить» в меню «Ещё».",
            icon="hourglass_empty",
        )
        return
    ui.figures(figures(found), key="segment-figures", alt="Показатели сегмента")
    if not found.worth.customers:
        ui.empty("Сейчас в сегменте никого", "Как только кто-то подойдёт под условия, он появится здесь сам.")
        return
    asked = st.query_params.get("tab")
    tabs = st.tabs(list(TABS), key="segment_tab", on_change="rerun", default=asked if asked in TABS else None)
    for tab, draw in zip(tabs, TABS.values(), strict=True):
        if tab.open:
            with tab:
                draw(saved, mark, today)


def troubles(found: report.Segment) -> None:
    """Why it could not be counted, and what it names that is gone."""
    if found.saved.trouble:
        st.error(ui.plain(f"Не обновляется: {found.saved.trouble}"), icon=":material/error:")
    for told in found.gone:
        st.warning(ui.plain(f"{told}. Поправьте условия сегмента"), icon=":material/link_off:")


def figures(found: report.Segment) -> list[ui.Figure]:
    """Who they are together, each against all customers."""
    mine, all_ = found.worth, found.worth_of_all
    again, of_all = found.again.share, found.again_of_all.share
    return [
        ui.Figure("Клиенты", wording.number(mine.customers), of=f"{part(mine.customers, all_.customers)} базы",
                  help=f"Сейчас в сегменте, из {wording.number(all_.customers)} клиентов магазина"),
        ui.Figure("Выручка", wording.roubles_short(mine.revenue), of=part(mine.revenue, all_.revenue),
                  help="Всё, что они купили, за вычетом возвратов; доля — от покупок всех клиентов"),
        ui.Figure("Средний чек", "—" if mine.average is None else wording.roubles_round(mine.average),
                  change=mine.average and wording.changed(mine.average, all_.average, "у всех"),
                  help="Сумма покупок за вычетом возвратов, делённая на число покупок"),
        ui.Figure("Купили снова", "—" if again is None else wording.percent(again),
                  of=None if of_all is None else f"у всех {wording.percent(of_all)}",
                  help="Доля тех, у кого две покупки и больше, среди тех, кто покупал"),
        ui.Figure("Доступно бонусов", wording.bonuses(found.available // 100 * 100)),
    ]  # fmt: skip


def part(of: int, whole: int) -> str:
    """«12,3 %»."""
    found = list_report.share(of, whole)
    return "—" if found is None else wording.percent(found)


main()

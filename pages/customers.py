"""«Клиенты»: find anyone as you type, narrow and sort the list, open a card, take the list to Excel."""

import pandas as pd
import streamlit as st

from loyalty import db, settings, ui, wording
from loyalty.reports.customers import filters, whose
from loyalty.reports.customers import listed as report
from pages import _people_list
from pages._addresses import IMPORT, WHOSE
from pages._customers import filters as customers_filters
from pages._customers import found as customers_found

SORT = customers_filters.SORT


@st.fragment  # a search redraws the list, not the navigation around it
def main() -> None:
    actions = ui.header("Клиенты", "Найти клиента, посмотреть его бонусы и покупки")
    with db.reading() as session:
        today = settings.today(session)
        levels = report.levels(session, today)
        everyone, waiting = report.count(session, report.Wanted(), today), whose.count(session)
    if not everyone:
        ui.empty(
            "Здесь будут клиенты",
            "Они появятся из продаж 1С: по коду, карте или телефону покупателя в чеке.",
            step="Загрузить продажи",
            page=IMPORT,
            icon="group",
        )
        return
    if waiting:
        waits = wording.form(waiting, "ждёт ответа, чей он", "ждут ответа, чьи они", "ждут ответа, чьи они")
        label = f"{wording.plural(waiting, 'чек', 'чека', 'чеков')} {waits}"
        ui.link(label, WHOSE, icon=":material/help:")
    wanted = customers_filters.asked(levels, today)
    sort, descending = st.session_state.get(SORT, ("", False))
    if sort not in report.headings(wanted, today):
        sort, descending = report.sort(wanted, today)
    with db.reading() as session:
        found = report.find(session, wanted, today) if wanted.narrowed else report.Found(everyone)
    burns = wanted.asks(*filters.BURNS)
    verb = "сгорело" if burns and burns.is_past(today) else "сгорит"
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(customers_found.said(found, everyone, verb), width="content")
        customers_found.save_as_segment(wanted)
    listed, pages = st.container(), st.container(horizontal=True, horizontal_alignment="right")
    with pages:
        last = max(-(-found.count // _people_list.PAGE_SIZE), 1)
        # Another question begins at its first page.
        page_key = f"page {wanted} {sort} {descending} {last}"
        number = st.pagination(last, key=page_key, persist_state="session") if last > 1 else 1
    with db.reading() as session:
        frame = report.page(
            session,
            wanted,
            today,
            sort=sort,
            descending=descending,
            number=number,
            size=_people_list.PAGE_SIZE,
            found=found,
        )
    with listed:
        _people_list.show(
            frame, (sort, descending), alt="Список клиентов", key="customers", sort_key=SORT, verb=verb,
            nobody="Никто не нашёлся. Проверьте запрос или снимите фильтры.",
        )  # fmt: skip

    def whole() -> pd.DataFrame:
        with db.reading() as session:
            return report.everyone(session, wanted, today, sort=sort, descending=descending)

    with actions:
        ui.excel_button("Клиенты", whole, _people_list.KINDS)


main()

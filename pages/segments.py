"""«Сегменты»: the RFM picture, and every segment with who is in it, what they bring, how many moved lately."""

from datetime import date

import streamlit as st

from loyalty import db, settings, ui
from loyalty.reports.segments import listed as report
from loyalty.segments import membership
from pages._addresses import IMPORT, SEGMENT_EDIT
from pages._segments import combine, file, rfm
from pages._segments import list as segments_list


# Not copied for each who asks: a question can't be, and nobody changes it.
@st.cache_resource(show_spinner=False, max_entries=3)
def counted(mark: report.Mark, today: date) -> tuple[report.Listed, tuple[report.Cell, ...]]:
    """The list and the picture, kept until something is written."""
    with db.reading() as session:
        found = report.listed(session, today)
        return found, report.cells(session, today, found.rows)


def main() -> None:
    actions = ui.header("Сегменты", "Клиенты по вопросам: кого поздравить, кого вернуть, кому что предложить")
    with db.reading() as session:
        today = settings.today(session)
        mark = report.mark(session, today)
        has_customers = report.has_customers(session)
    if not has_customers:
        ui.empty(
            "Здесь будут сегменты",
            "Сегмент — это вопрос о клиентах, который сам держит ответ свежим: «не были 90\u00a0дней», «покупали "
            "платья дважды за год». Чтобы было о ком спросить, загрузите продажи.",
            step="Загрузить продажи",
            page=IMPORT,
            icon="donut_small",
        )
        return
    with actions:
        if st.button("Создать сегмент", type="primary", icon=":material/add:", key="segments-new"):
            st.switch_page(SEGMENT_EDIT)
        with st.popover("Ещё", icon=":material/more_horiz:", key="segments-more"):
            more()
    place = st.empty()
    with place.container():
        st.skeleton(height=360)
        st.skeleton(height=480)
    found, cells = counted(mark, today)
    with place.container():
        rfm.show(cells, found.everybody)
        segments_list.show(found)


def more() -> None:
    """What is done seldom."""
    if st.button("Список из файла", icon=":material/upload_file:", type="tertiary", key="segments-file"):
        file.dialog()
    if st.button("Сложить два сегмента", icon=":material/join_inner:", type="tertiary", key="segments-combine"):
        combine.dialog()
    if st.button("Обновить сейчас", icon=":material/refresh:", type="tertiary", key="segments-refresh"):
        ui.write_by_click(
            "обновление сегментов",
            lambda session: membership.refresh(
                session, settings.now(settings.timezone(session)), settings.today(session)
            ),
            "Сегменты обновлены",
        )


main()

"""«Сегменты»: the RFM picture, and every segment with who is in it, what they bring, how many moved lately."""

from datetime import date

import streamlit as st

from loyalty import db, settings, ui, wording
from loyalty.reports import segments as report
from loyalty.segments import membership
from loyalty.wording import MINUS
from pages import _segments_combine, _segments_file, _segments_rfm
from pages._addresses import IMPORT, SEGMENT, SEGMENT_EDIT

KINDS: dict[str, ui.Kind] = {
    "Клиентов": "count", "От базы": "percent", "От выручки": "percent", "Средний чек": "money",
    "Вошло": "count", "Вышло": "count",
}  # fmt: skip
SHOWN: dict[str, ui.Kind] = {"Клиентов": "count", "От базы": "percent", "От выручки": "percent",
                             "Средний чек": "figure", "За 30 дней": "figure"}  # fmt: skip


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
            "Сегмент — это вопрос о клиентах, который сам держит ответ свежим: «не были 90 дней», «покупали платья "
            "дважды за год». Чтобы было о ком спросить, загрузите продажи.",
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
        _segments_rfm.show(cells, found.everybody)
        show(found)


def more() -> None:
    """What is done seldom."""
    if st.button("Список из файла", icon=":material/upload_file:", type="tertiary", key="segments-file"):
        _segments_file.dialog()
    if st.button("Сложить два сегмента", icon=":material/join_inner:", type="tertiary", key="segments-combine"):
        _segments_combine.dialog()
    if st.button("Обновить сейчас", icon=":material/refresh:", type="tertiary", key="segments-refresh"):
        ui.write_by_click(
            "обновление сегментов",
            lambda session: membership.refresh(
                session, settings.now(settings.timezone(session)), settings.today(session)
            ),
            "Сегменты обновлены",
        )


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
            on_open=lambda name: st.switch_page(SEGMENT, query_params={"name": str(name)}),
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


main()

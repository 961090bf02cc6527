"""«Двойники»: pairs of customers who look like one person, side by side; one person, or two?"""

import streamlit as st

from loyalty import db, settings, ui, wording
from loyalty.identity import duplicates, same
from loyalty.identity.duplicates import Pair
from loyalty.reports.customers import twins as report
from loyalty.reports.customers.twins import Side
from pages import _joining, _twins_lines
from pages._addresses import CUSTOMERS

PAGE_SIZE = 10


@st.cache_data(show_spinner="Ищу похожих клиентов…", max_entries=3)
def alike(database: str, mark: tuple[object, ...]) -> list[Pair]:
    """Everybody who looks like somebody, kept until somebody's name, sign or join changes."""
    with db.reading() as session:
        return duplicates.alike(session)


def main() -> None:
    ui.header("Двойники", "Похожие клиенты: один человек или разные?")
    with db.reading() as session:
        kept = alike(settings.database_url(), duplicates.mark(session))
        found = duplicates.not_apart(session, kept)
    if not found:
        ui.empty(
            "Похожих клиентов нет",
            "Здесь появятся те, у кого совпали телефон, карта, имя с днём рождения или почти совпало имя. "
            "Двух других клиентов можно объединить на вкладке «О клиенте».",
            step="К клиентам",
            page=CUSTOMERS,
            icon="group",
        )
        return
    listed, pages = st.container(), st.container(horizontal=True, horizontal_alignment="distribute")
    with pages:
        st.caption(wording.plural(len(found), "пара", "пары", "пар"), width="content")
        last = -(-len(found) // PAGE_SIZE)
        number = st.pagination(last, key=f"twins-page {last}", persist_state="session") if last > 1 else 1
    shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    with db.reading() as session:
        sides = report.sides(session, {id_ for pair in shown for id_ in pair[:2]})
    with listed, st.grid(min_column_width=450, gap="small"):
        for pair in shown:
            if pair.one in sides and pair.other in sides:
                show(pair, sides[pair.one], sides[pair.other])


def show(pair: Pair, one: Side, other: Side) -> None:
    """Two customers, line by line, and the two answers."""
    with ui.section(wording.sentence("; ".join(pair.reasons)) or "Похожи"):
        ui.compared(
            (named(one), named(other)),
            _twins_lines.of(one, other),
            key=f"twins {pair.one}-{pair.other}",
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            key = f"{pair.one}-{pair.other}"
            if st.button("Один человек", type="primary", icon=":material/merge:", key=f"twins-one-{key}"):
                one_person(pair)
            if st.button("Разные люди", icon=":material/call_split:", key=f"twins-two-{key}"):
                apart(pair)


def named(side: Side) -> ui.Compared:
    """Her name, which opens her card."""
    return ui.Compared(side.name, f"customer?id={side.id}")


@st.dialog("Это один человек?")
def one_person(pair: Pair) -> None:
    """Asks once; then they are."""
    if _joining.confirm(pair.one, pair.other):
        st.rerun()


def apart(pair: Pair) -> None:
    """They are not asked about again."""
    ui.write_by_click(
        "похожие клиенты — разные люди",
        lambda session: same.apart(session, pair.one, pair.other),
        "Запомнили: это разные люди",
    )


main()

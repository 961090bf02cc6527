"""«Триггеры»: messages that leave by themselves when something happens; on and off, what each did lately."""

import streamlit as st

from loyalty import db, ui, wording
from loyalty.reports.messages import triggers as report
from pages._addresses import REHEARSAL, TRIGGER_EDIT
from pages._trigger import switch

PURPOSE = "Сообщения, которые уходят сами: день рождения, давно не были, скоро сгорят бонусы"


def main() -> None:
    actions = ui.header("Триггеры", PURPOSE)
    with db.reading() as session:
        found = report.listed(session)
    if not found:
        ui.empty(
            "Здесь будут триггеры",
            "Триггер сам пишет клиенту, когда что-то случилось: завтра день рождения, 90\u00a0дней нет покупок, "
            "бонусы скоро сгорят. Выберите событие и напишите текст.",
            step="Создать триггер",
            page=TRIGGER_EDIT,
            icon="bolt",
        )
        return
    with actions:
        if st.button("Репетиция", icon=":material/event_available:", key="triggers-rehearse"):
            st.switch_page(REHEARSAL)
        if st.button("Создать триггер", type="primary", icon=":material/add:", key="triggers-new"):
            st.switch_page(TRIGGER_EDIT)
    on, off = [one for one in found if one.saved.is_on], [one for one in found if not one.saved.is_on]
    if on:
        with ui.section(
            f"Включены: {wording.number(len(on))}", hint=f"Отправлено за последние {report.LATELY_DAYS} дней"
        ):
            lines(on)
    if off:
        hint = "Ничего не отправляют. Включённый пишет только о том, что случится после включения"
        with ui.section(f"Выключены: {wording.number(len(off))}", hint=hint):
            lines(off)


def lines(found: list[report.Lately]) -> None:
    """A line a trigger."""
    with st.container(gap=None):
        for one in found:
            line(one)


def line(one: report.Lately) -> None:
    """Its switch, its name and what it does, what it did."""
    terms = one.saved.terms
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"trigger-line-{one.saved.id}"
    ):
        with st.container(width="content"):
            switch.toggle(one.saved)
        with st.container(gap=None, width="stretch"):
            ui.link(terms.name, TRIGGER_EDIT, name=terms.name)
            kind = "" if terms.is_advertising else " · служебное"
            st.caption(ui.plain(f"{terms.sentence}{kind}"))
        with st.container(width="content", gap=None, horizontal_alignment="right"):
            if told := did(one):
                st.markdown(ui.plain(told), text_alignment="right")
            if told := brought(one):
                st.caption(ui.plain(told), text_alignment="right")


def did(one: report.Lately) -> str:
    """«Отправлено 12, ждут 3»; nothing where nothing happened."""
    said = [f"отправлено {wording.number(one.sent)}"] if one.sent else []
    if one.waiting:
        said.append(f"{wording.form(one.waiting, 'ждёт', 'ждут', 'ждут')} {wording.number(one.waiting)}")
    return wording.sentence(", ".join(said))


def brought(one: report.Lately) -> str:
    """«не отправлено 3 · подарков 5 · выручка 13 000 ₽»."""
    said = [f"не отправлено {wording.number(one.left_out.total())}"] if one.left_out else []
    if one.gifts:
        said.append(f"подарков {wording.number(one.gifts)}")
    if one.revenue:
        said.append(f"выручка {wording.roubles_short(one.revenue)}")
    return " · ".join(said)


main()

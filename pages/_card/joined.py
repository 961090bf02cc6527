"""Who was joined to this customer: «Объединить с…», and the way back."""

import streamlit as st

from loyalty import ui, wording
from loyalty.identity import same
from loyalty.reports.customers.card import CustomerCard
from loyalty.reports.customers.person import Joined
from pages import _find_customer, _joining
from pages._addresses import CUSTOMER

NAME = "undo"
CHOSEN = "_join_with"


def show(card: CustomerCard, joined: list[Joined]) -> None:
    """Those who are this customer since a day, and the button that joins one more."""
    with ui.section("Объединённые карточки") as actions:
        with actions:
            if st.button("Объединить с…", icon=":material/merge:", key="join-open"):
                st.session_state.pop(CHOSEN, None)
                _join(card)
        if not joined:
            st.caption("Если это один человек с другой карточкой, объедините их: чеки и бонусы станут общими.")
        for one in joined:
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                with st.container(width="content", gap=None):
                    st.markdown(f"Объединена с карточкой «{ui.plain(one.name)}»")
                    st.caption(" · ".join(filter(None, (wording.day(one.at.date()), ui.plain(one.person)))))
                if st.button(
                    "Отменить объединение", type="tertiary", icon=":material/undo:", key=f"undo-open-{one.id}"
                ):
                    _undo(one)


@st.dialog("Объединить с…", width="medium")
def _join(card: CustomerCard) -> None:
    id_ = card.customer.id or 0
    if CHOSEN not in st.session_state:
        st.caption("Найдите вторую карточку этого человека:")
        if found := _find_customer.chosen(f"join-find-{id_}", "Выбрать", without=(id_,)):
            st.session_state[CHOSEN] = found.id
            st.rerun(scope="fragment")
        return
    if st.button("Другая карточка", type="tertiary", icon=":material/arrow_back:", key="join-again"):
        del st.session_state[CHOSEN]
        st.rerun(scope="fragment")
    stayed = _joining.confirm(id_, st.session_state[CHOSEN])
    if stayed == id_:
        st.rerun()
    elif stayed:
        st.switch_page(CUSTOMER, query_params={"id": str(stayed)})


@st.dialog("Отменить объединение?")
def _undo(joined: Joined) -> None:
    receipts = wording.plural(joined.receipts, "чек", "чека", "чеков")
    back = wording.form(joined.receipts, "вернётся", "вернутся", "вернутся")
    st.markdown(
        f"**{ui.plain(joined.name)}** снова станет отдельной карточкой: к ней {back} {receipts}, "
        "её подарки, телефоны и карты, и новые чеки, в которых названа она."
        if joined.receipts
        else f"**{ui.plain(joined.name)}** снова станет отдельной карточкой со своими телефонами и картами."
    )
    st.caption(
        "Бонусы обеих карточек посчитаются заново. Чеки, о которых не понять, чьи они, попадут в «Чей это чек?»"
    )

    def undo(_: str) -> None:
        ui.write(
            f"отмена объединения — {joined.name}",
            lambda session: same.undo(session, joined.id),
            "Объединение отменено: снова две карточки",
        )

    with ui.form(f"{NAME} {joined.id}", {}) as form:
        pressed = st.button("Отменить объединение", type="primary", key=form.key("do"))
        if pressed and form.saved(undo):
            st.rerun()

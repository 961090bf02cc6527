"""What a customer may ask for by law: all her data as one file, and their destruction with an act."""

import streamlit as st
from sqlmodel import Session

from loyalty import acts, db, settings, ui, wording
from loyalty.customers import people
from loyalty.errors import Problems
from loyalty.reports.customers.card import CustomerCard
from loyalty.rights import act_page, erasing, person_file, scrubbing

NAME = "erase"
CALLED = "_erased_as"  # in this browser alone: the act is printed with the name, which is stored nowhere


def show(card: CustomerCard) -> None:
    """The two buttons."""
    with ui.section("По просьбе клиента", hint="Закон о персональных данных, 152-ФЗ", height="content"):
        st.download_button(
            "Скачать всё о клиенте", data=lambda: _file(card.customer.id or 0), icon=":material/download:",
            file_name=ui.file_name(f"Данные клиента {people.full_name(card.customer)}", "html"), mime="text/html",
            on_click="ignore", help="Одна страница со всем, что знает программа: её можно напечатать или отправить",
        )  # fmt: skip
        if st.button("Удалить данные…", type="tertiary", icon=":material/person_off:", key="erase-open"):
            _dialog(card)


def _file(id_: int) -> bytes:
    with db.reading() as session:
        return person_file.page(session, id_)


def _name(card: CustomerCard) -> str:
    """What has to be typed: the name, else the phone, else the number of the card."""
    return people.full_name(card.customer) or card.customer.phone or card.customer.card or "удалить"


@st.dialog("Удалить данные клиента?", width="medium", on_dismiss=lambda: ui.put_aside(NAME))
def _dialog(card: CustomerCard) -> None:
    name = _name(card)
    st.markdown(
        "Имя, телефоны, карты, почта, адрес, день рождения, комментарий, близкие, тексты сообщений исчезнут "
        "**навсегда**. Останутся покупки и бонусы без имени: выручка и отчёты не изменятся."
    )
    st.markdown("Рекламы на эти номера не будет, и следующий файл из 1С данные не вернёт.")
    with ui.form(f"{NAME} {card.customer.id}", {"asked_on": card.today, "typed": ""}) as form:
        form.field(
            st.date_input, "asked_on", "Когда клиент попросил", max_value=card.today, format="DD.MM.YYYY",
            help="На удаление закон даёт 30 дней",
        )  # fmt: skip
        form.field(st.text_input, "typed", f"Напишите «{ui.plain(name)}», чтобы подтвердить")
        form.place()

        def erase(_: str) -> None:
            if " ".join((form["typed"] or "").split()).casefold() != " ".join(name.split()).casefold():
                raise Problems({"typed": f"Это не совпадает с «{name}»"})
            id_, asked_on = card.customer.id or 0, form["asked_on"]

            def write(session: Session) -> None:
                act = acts.begin(session, acts.Origin.SCREEN)
                erasing.erase(session, id_, act, asked_on=asked_on)

            st.session_state[CALLED] = {id_: name}
            if ui.write("удаление данных клиента", write, "Данные удалены. Напечатайте акт").is_written:
                scrubbing.run()

        if st.button("Удалить навсегда", type="primary", key=form.key("do")) and form.saved(erase):
            st.rerun()


def erased(card: CustomerCard) -> None:
    """Whose data were destroyed: when, what of them, and the act."""
    id_ = card.customer.id or 0
    name = st.session_state.get(CALLED, {}).get(id_, "")
    with db.reading() as session:
        act = erasing.of(session, id_)
        if act is None:
            return
        page, on = act_page.page(session, act, name), settings.shop_time(session, act.at).date()
    with ui.section(f"Данные удалены {wording.day(on)}", hint=act.reason, height="content") as actions:
        with actions:
            st.download_button(
                "Акт для печати", data=page, file_name=ui.file_name(f"Акт об уничтожении № {act.id}", "html"),
                icon=":material/print:", mime="text/html", on_click="ignore", type="primary",
            )  # fmt: skip
        if name:
            st.caption("Имя стоит в акте, пока открыта эта вкладка: нигде больше его нет. Напечатайте акт сейчас.")
        ui.bullets(act.destroyed)
        st.caption("Покупки и бонусы остались без имени. Чеки по прежним карте и телефону приходят сюда же.")

"""The card's form: all of a person that may be changed, and whose birthdays matter to her."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import streamlit as st
from sqlmodel import Session

from loyalty import ui, wording
from loyalty.customers import people
from loyalty.customers.saying import LETTERS_MAX, RELATION_MAX
from loyalty.identity import signs
from loyalty.reports.customers.card import CustomerCard
from pages._card.labels import CONSENT, DAYS, OTHERS, RELATIVES, SEX, WORDS, in_words
from pages._learning import learning

OLDEST = date(1900, 1, 1)


@st.fragment  # what is typed goes to the server as it is typed: the card around the form is not drawn anew
def show(card: CustomerCard) -> None:
    """The fields and «Сохранить»; what is saved is told by a toast."""
    with ui.form(f"person {card.customer.id}", known(card)) as form, st.container(border=True):
        _fields(form, card.today)
        _relatives(form, card.today)
        form.place()
        with st.container(horizontal=True, vertical_alignment="center"):
            pressed = st.button("Сохранить", type="primary", icon=":material/save:", key=form.key("save"))
            if form.changes:
                st.button("Вернуть как было", type="tertiary", key=form.key("back"), on_click=form.close)
                st.caption("Есть несохранённые изменения", width="content")
        if pressed and form.saved(partial(_save, card, form)):
            st.rerun()


def known(card: CustomerCard) -> dict[str, Any]:
    """What the form begins with."""
    person = card.customer
    return {
        **{name: getattr(person, name) or "" for name in (*WORDS, "comment", "sex")},
        **{name: getattr(person, name) for name in DAYS},
        "phone": wording.phone(person.phone),
        "sms_consent": "" if card.sms_consent is None else card.sms_consent,
        RELATIVES: [
            {"relation": one.relation, "name": one.name, "birth_date": one.birth_date} for one in card.relatives
        ],
    }


def _fields(form: ui.Form, today: date) -> None:
    who, where, programme = st.columns(3, gap="medium")
    with who:
        _draw(form, today, "last_name", "first_name", "middle_name", "birth_date")
        form.field(st.selectbox, "sex", OTHERS["sex"], list(SEX), format_func=SEX.__getitem__)
    with where:
        form.field(st.text_input, "phone", OTHERS["phone"], type="phone", placeholder="+7 916 123-45-67")
        _draw(form, today, "email", "city", "street", "house")
    with programme:
        _draw(form, today, "card", "external_id", "source", "registered_on")
        form.field(st.selectbox, "sms_consent", OTHERS["sms_consent"], list(CONSENT),
                   format_func=CONSENT.__getitem__)  # fmt: skip
    form.field(st.text_area, "comment", OTHERS["comment"], height=80, max_chars=LETTERS_MAX["comment"])


def _draw(form: ui.Form, today: date, *names: str) -> None:
    for name in names:
        if name in DAYS:
            _day(form, name, DAYS[name], today)
        else:
            form.field(st.text_input, name, WORDS[name], max_chars=LETTERS_MAX[name])


def _day(form: ui.Form, name: str, label: str, today: date) -> None:
    form.field(st.date_input, name, label, min_value=OLDEST, max_value=today, format="DD.MM.YYYY")


def _relatives(form: ui.Form, today: date) -> None:
    """Whose birthdays matter: a line each."""
    st.markdown("**Дни рождения близких**")
    for row in form.rows(RELATIVES):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            with st.container(), st.grid(3, min_column_width=160, gap="small"):
                called: Callable[[str], str] = f"{RELATIVES}.{row}.{{}}".format
                form.field(
                    st.text_input, called("relation"), "Кто", placeholder="Муж, дочь, мама…", max_chars=RELATION_MAX
                )
                form.field(st.text_input, called("name"), "Имя", max_chars=RELATION_MAX)
                _day(form, called("birth_date"), "День рождения", today)
            st.button("Убрать", type="tertiary", key=form.key(f"remove-{row}"), on_click=form.remove_row,
                      args=(RELATIVES, row))  # fmt: skip
    st.button("Добавить близкого", icon=":material/add:", type="tertiary", key=form.key("add"),
              on_click=form.add_row, args=(RELATIVES,))  # fmt: skip


def _save(card: CustomerCard, form: ui.Form, key: str) -> None:
    """With what follows of it for receipts and bonuses."""
    id_, changes = card.customer.id or 0, form.changes

    def edit(session: Session) -> int:
        learning(lambda session, act: people.edit(session, id_, changes, act, seen=card.customer))(session)
        return signs.others_with_phone(session, id_)

    ui.write(f"карточка — {people.full_name(card.customer)}: {in_words(changes)}", edit, _saved)


def _saved(sharing: int) -> str:
    """That it is stored, and that others have the same phone."""
    others = wording.plural(sharing, "клиента", "клиентов", "клиентов")
    return f"Сохранено. Такой же телефон ещё у {others}: бонусы у каждого свои" if sharing else "Сохранено"

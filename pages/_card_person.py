"""The card's «О клиенте»: all that is known of a person, the form that changes it, and what stands below it."""

from datetime import date
from typing import Any, NoReturn

import pandas as pd
import streamlit as st
from sqlmodel import Session

from loyalty import acts, db, settings, ui, wording
from loyalty.customers import people
from loyalty.engine import ledger
from loyalty.errors import LoyaltyError
from loyalty.identity import signs
from loyalty.models import Customer
from loyalty.reports import person as report
from loyalty.reports.card import CustomerCard
from pages import _card_form, _card_joined, _card_signs


def name(person: Customer) -> str:
    """The full name, or a phrase where none is known."""
    return people.full_name(person) or "Без имени"


def in_a_line(person: Customer, today: date) -> list[str]:
    """Phone, card, address, birthday with age, since when; only what is known."""
    address = ", ".join(filter(None, (person.city, person.street, person.house)))
    born = person.birth_date
    return [
        *filter(None, (wording.phone(person.phone), f"карта {person.card}" if person.card else "", address)),
        *([f"{wording.date_in_words(born)}, {wording.age(born, today)}"] if born else []),
        *([f"с нами с {wording.day(person.registered_on)}"] if person.registered_on else []),
    ]


def show(card: CustomerCard) -> None:
    """The form; what is saved is told by a toast."""
    key = ui.form_key(f"customer {card.customer.id}")
    problem: dict[str, str] = st.session_state.pop("_card_problem", {})
    with st.form(f"person {card.customer.id} {key}", border=True):
        changes = _card_form.fields(card.customer, card.sms_consent, problem)
        st.markdown("**Дни рождения близких**")
        family = _card_form.relatives(card, key)
        ui.field_error(problem.get("relatives"))
        ui.field_error(problem.get(""))
        sent = st.form_submit_button("Сохранить", type="primary", icon=":material/save:")
    if sent:
        save(card, key, changes, family)
    with db.reading() as session:
        known = report.load(session, card.customer.id or 0)
    left, right = ui.side_by_side(3, 2)
    with left:
        _card_signs.show(card, known.signs)
    with right:
        _card_joined.consents(known.consents)
        _card_joined.show(card, known.joined)


def save(card: CustomerCard, key: str, changes: dict[str, Any], relatives: pd.DataFrame) -> None:
    """Write once; a refusal goes beside its field."""
    id_ = card.customer.id or 0
    if not ui.once(f"customer {id_}", key):
        return
    family = [row for row in relatives.itertuples(index=False, name=None) if any(map(pd.notna, row))]
    if any(pd.isna(born) or not who for who, _, born in family):
        refuse(id_, key, "relatives", "Для каждого близкого напишите, кто это, и его день рождения")
    if changes["email"] and ("@" not in changes["email"] or " " in changes["email"]):
        refuse(id_, key, "email", "Это не похоже на адрес e-mail")
    known = [(who, called or "", born.date()) for who, called, born in family]

    def edit(session: Session) -> int:
        act = acts.begin(session, acts.Origin.SCREEN)
        learned = people.edit(session, id_, changes, act)
        ledger.refresh(session, learned.touched, settings.today(session), loose=learned.loose)
        people.set_relatives(session, id_, known)
        return signs.others_with_phone(session, id_)

    try:
        if not ui.write(f"карточка — {name(card.customer)}", edit, saved).is_written:
            ui.reopen(f"customer {id_}", key)  # what was typed stays on the screen until it is stored
    except LoyaltyError as error:
        refuse(id_, key, field_of(str(error)), str(error))
    st.rerun()


def saved(sharing: int) -> str:
    """That it is stored, and that others have the same phone."""
    others = wording.plural(sharing, "клиента", "клиентов", "клиентов")
    return f"Сохранено. Такой же телефон ещё у {others}: бонусы у каждого свои" if sharing else "Сохранено"


def field_of(sentence: str) -> str:
    """Which field a refusal is about; empty where it is about none."""
    words = {"картой": "card", "кодом": "external_id", "телефон": "phone", "цифр": "phone"}
    return next((field for word, field in words.items() if word in sentence), "")


def refuse(id_: int, key: str, field: str, sentence: str) -> NoReturn:
    """Show the form again, as it was filled in, with a mistake beside its field."""
    ui.reopen(f"customer {id_}", key)
    st.session_state["_card_problem"] = {field: wording.sentence(sentence)}
    st.rerun()

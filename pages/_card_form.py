"""The fields of the card's form: all of a person that may be changed, and relatives' birthdays."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from loyalty import ui, wording
from loyalty.models import Customer
from loyalty.reports.card import CustomerCard

SEX = {None: "не указан", "f": "женский", "m": "мужской"}
CONSENT = {None: "не спрашивали", True: "есть", False: "отказ"}
RELATIVES = {"Кто": str, "Имя": str, "День рождения": "datetime64[ns]"}
OLDEST = date(1900, 1, 1)


def fields(person: Customer, consent: bool | None, problem: dict[str, str]) -> dict[str, Any]:
    """Everything of C1 that a person may change."""
    who, where, programme = st.columns(3, gap="medium")
    with who:
        found: dict[str, Any] = {
            "last_name": st.text_input("Фамилия", person.last_name),
            "first_name": st.text_input("Имя", person.first_name),
            "middle_name": st.text_input("Отчество", person.middle_name),
            "birth_date": st.date_input(
                "Дата рождения", person.birth_date, min_value=OLDEST, max_value="today", format="DD.MM.YYYY"
            ),
            "sex": st.selectbox("Пол", list(SEX), list(SEX).index(person.sex), format_func=SEX.__getitem__),
        }
    with where:
        found["phone"] = st.text_input(
            "Телефон", wording.phone(person.phone), type="phone", placeholder="+7 916 123-45-67"
        )
        ui.field_error(problem.get("phone"))
        found["email"] = st.text_input("E-mail", person.email or "")
        ui.field_error(problem.get("email"))
        found["city"] = st.text_input("Город", person.city or "")
        found["street"] = st.text_input("Улица", person.street or "")
        found["house"] = st.text_input("Дом", person.house or "")
    with programme:
        found["card"] = st.text_input("Карта", person.card or "")
        ui.field_error(problem.get("card"))
        found["external_id"] = st.text_input("Код 1С", person.external_id or "")
        ui.field_error(problem.get("external_id"))
        found["source"] = st.text_input("Откуда пришёл", person.source or "")
        found["registered_on"] = st.date_input(
            "Дата регистрации", person.registered_on, min_value=OLDEST, max_value="today", format="DD.MM.YYYY"
        )
        found["sms_consent"] = st.selectbox(
            "Согласие на SMS",
            list(CONSENT),
            list(CONSENT).index(consent),
            format_func=CONSENT.__getitem__,
        )
    found["comment"] = st.text_area("Комментарий", person.comment or "", height=80)
    return {field: value.strip() if isinstance(value, str) else value for field, value in found.items()}


def relatives(card: CustomerCard, key: str) -> pd.DataFrame:
    """Whose birthdays matter: a small table to fill in."""
    known = pd.DataFrame(
        [(person.relation, person.name, person.birth_date) for person in card.relatives], columns=list(RELATIVES)
    ).astype(RELATIVES)
    config = {
        "Кто": st.column_config.TextColumn("Кто", help="Муж, дочь, мама…"),
        "День рождения": st.column_config.DateColumn(
            "День рождения", format="DD.MM.YYYY", min_value=OLDEST, max_value=card.today + timedelta(days=1)
        ),
    }
    return st.data_editor(known, num_rows="dynamic", hide_index=True, column_config=config, key=f"relatives {key}")

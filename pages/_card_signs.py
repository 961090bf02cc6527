"""«Телефоны, карты и коды» of the card: each with its days and where it is known from; one ended, one added."""

import streamlit as st

from loyalty import ui, wording
from loyalty.customers import people
from loyalty.errors import LoyaltyError
from loyalty.identity.registering import CARD, CODE, PHONE
from loyalty.reports.card import CustomerCard
from loyalty.reports.person import Sign
from pages import _whose_answers

NAME = "sign"
KINDS = {PHONE: "Телефон", CARD: "Карта", CODE: "Код 1С"}
ICONS = {PHONE: ":material/call:", CARD: ":material/credit_card:", CODE: ":material/tag:"}


def show(card: CustomerCard, signs: list[Sign]) -> None:
    """Every sign in a line."""
    with ui.section("Телефоны, карты и коды", hint="По ним программа узнаёт клиента в чеках") as actions:
        with actions:
            if st.button("Добавить", icon=":material/add:", key="sign-open", help="Ещё один телефон или карта"):
                _dialog(card)
        if not signs:
            st.caption("Пока ничего: чеки этого клиента узнать не по чему.")
        for sign in signs:
            _line(card, sign)


def _line(card: CustomerCard, sign: Sign) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"):
        with st.container(width="content", gap=None):
            value = ui.plain(wording.phone(sign.value) if sign.kind == PHONE else sign.value)
            st.markdown(f"{ICONS[sign.kind]} {value if sign.until is None else f':gray[{value}]'}")
            days = [f"с {wording.day(sign.since)}" if sign.since else ""]
            days += [f"до {wording.day(sign.until)}" if sign.until else ""]
            st.caption(
                " · ".join(filter(None, (KINDS[sign.kind], " ".join(filter(None, days)), ui.plain(sign.whence))))
            )
        if sign.until is None and sign.kind != CODE:
            label = "Больше не его" if card.customer.sex == "m" else "Больше не её"
            help_ = "Чеки с сегодняшнего дня по этому номеру не сюда; прежние останутся здесь"
            if st.button(
                label,
                type="tertiary",
                icon=":material/link_off:",
                key=f"sign-end-{sign.kind}-{sign.value}",
                help=help_,
            ):
                _end(card, sign)


def _end(card: CustomerCard, sign: Sign) -> None:
    try:
        _whose_answers.say(
            f"{KINDS[sign.kind].lower()} больше не у клиента — {people.full_name(card.customer)}",
            lambda session, act: people.end_sign(session, card.customer.id or 0, sign.kind, sign.value, act),
            f"{KINDS[sign.kind]} до {wording.day(card.today)}: прежние чеки остались здесь",
        )
    except LoyaltyError as error:
        ui.flash(str(error), icon="error")
    st.rerun()


@st.dialog("Добавить телефон или карту")
def _dialog(card: CustomerCard) -> None:
    key = ui.form_key(NAME)
    kind = st.segmented_control(
        "Что", [PHONE, CARD], default=PHONE, required=True, format_func=KINDS.__getitem__, key="sign-kind"
    )
    with st.form("sign-form", border=False):
        text = st.text_input("Номер", placeholder="+7 916 123-45-67" if kind == PHONE else "", key="sign-text")
        sent = st.form_submit_button("Добавить", type="primary")
    if not sent or not ui.once(NAME, key):
        return
    try:
        _whose_answers.say(
            f"{KINDS[str(kind)].lower()} {text} — {people.full_name(card.customer)}",
            lambda session, act: people.add_sign(session, card.customer.id or 0, str(kind), text or "", act),
            f"{KINDS[str(kind)]}: {'добавлен' if kind == PHONE else 'добавлена'}",
        )
    except LoyaltyError as refusal:
        ui.reopen(NAME, key)
        ui.field_error(wording.sentence(str(refusal)))
        return
    st.rerun()

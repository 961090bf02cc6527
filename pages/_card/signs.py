"""«Телефоны, карты и коды» of the card: each with its days and where it is known from; one ended, one added."""

import streamlit as st

from loyalty import ui, wording
from loyalty.customers import people
from loyalty.customers.saying import LETTERS_MAX
from loyalty.identity.registering import CARD, CODE, PHONE
from loyalty.reports.customers.card import CustomerCard
from loyalty.reports.customers.person import Sign
from pages._learning import learning

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
    id_ = card.customer.id or 0
    what = f"{KINDS[sign.kind].lower()} {sign.value} больше не этого клиента"
    done = f"{KINDS[sign.kind]} до {wording.day(card.today)}: прежние чеки остались здесь"
    end = learning(lambda session, act: people.end_sign(session, id_, sign.kind, sign.value, act))
    ui.write_by_click(what, end, done)


@st.dialog("Добавить телефон или карту", on_dismiss=lambda: ui.put_aside(NAME))
def _dialog(card: CustomerCard) -> None:
    with ui.form(f"{NAME} {card.customer.id}", {"kind": PHONE, "value": ""}) as form:
        kind = form.field(
            st.segmented_control, "kind", "Что", [PHONE, CARD], required=True, format_func=KINDS.__getitem__
        )
        hint = "+7 916 123-45-67" if kind == PHONE else ""
        form.field(st.text_input, "value", "Номер", placeholder=hint, max_chars=LETTERS_MAX[kind])

        def add(_: str) -> None:
            id_, value = card.customer.id or 0, form["value"] or ""
            new = learning(lambda session, act: people.add_sign(session, id_, kind, value, act))
            done = f"{KINDS[kind]}: {'добавлен' if kind == PHONE else 'добавлена'}"
            ui.write(f"{KINDS[kind].lower()} {value} — {people.full_name(card.customer)}", new, done)

        if st.button("Добавить", type="primary", key=form.key("do")) and form.saved(add):
            st.rerun()

"""A trigger's text as customers would get it, with its parts and price; the longest first."""

import streamlit as st

from loyalty import db, ui, wording
from loyalty.errors import Problems
from loyalty.messages import reasons
from loyalty.messages.writing import text
from loyalty.reports.messages import triggers as report
from loyalty.sms import parts
from pages._trigger import form as trigger_form


def show(form: ui.Form) -> None:
    """The text on real customers; what is wrong with it stands under its field once it is saved."""
    terms = trigger_form.terms(form)
    with ui.section("Как увидит клиент", hint=f"{terms.sentence}", height="content"):
        if not terms.text.strip():
            st.caption("Напишите текст: здесь он появится с именами и бонусами ваших клиентов")
            return
        try:
            with db.reading() as session:
                found = report.preview(session, terms.text, terms.subject, terms.channel)
        except Problems as why:
            ui.field_error(str(why))
            return
        if not found.shown:
            st.caption("Покажем, как только в базе появятся клиенты")
        for one in found.shown:
            _one(one, terms.channel, found.part_price)
        if terms.gift:
            st.caption(ui.plain(f"Подарок {terms.gift.words} прибавится к бонусам до отправки"))


def _one(one: report.Shown, channel: str, price: int | None) -> None:
    with st.container(border=True, gap="xxsmall"):
        written = one.written
        if written.reason:
            st.markdown(ui.plain(f"Не получит: {reasons.words(written.reason)}"))
            hint = reasons.REASONS[written.reason].hint
            st.caption(ui.plain(f"{one.name}. {hint}" if hint else one.name))
            return
        if written.subject:
            st.markdown(f"**{ui.plain(written.subject)}**")
        st.markdown(ui.plain(written.text))
        st.caption(ui.plain(f"{one.name}{_length(written.text, channel, price)}"))


def _length(body: str, channel: str, price: int | None) -> str:
    """« · 98 знаков, 2 SMS · 9,80 ₽»."""
    if channel != text.SMS:
        return ""
    count = parts.count(body).parts
    cost = f" · {wording.roubles(price * count)}" if price is not None else ""
    letters = wording.plural(len(body), "знак", "знака", "знаков")
    return f" · {letters}, {count} SMS{cost}"

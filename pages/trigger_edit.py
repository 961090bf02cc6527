"""A trigger: when, to whom, what it says, the gift and the hours; beside it the text as customers will get it."""

from typing import NamedTuple

import streamlit as st
from sqlmodel import Session

from loyalty import db, ui
from loyalty.messages.triggers import stored
from loyalty.messages.triggers.stored import Saved
from loyalty.messages.triggers.terms import Terms
from pages._addresses import TRIGGERS
from pages._trigger import actions as trigger_actions
from pages._trigger import form as trigger_form
from pages._trigger import messages, preview

PURPOSE = "Когда, кому и что написать"
OFF = f"{PURPOSE}. Пока триггер выключен, он ничего не отправляет"


class Opened(NamedTuple):
    """The form's name, what it begins with, and the trigger that it changes."""

    form: str
    terms: Terms
    saved: Saved | None = None


def main() -> None:
    ui.back_link("Триггеры", TRIGGERS)
    with ui.explained():
        with db.reading() as session:
            what = opened(session)
        edit(what)


def opened(session: Session) -> Opened:
    """What the page's address asks for; NotFound."""
    if name := st.query_params.get("name"):
        saved = stored.get(session, name)
        return Opened(f"trigger {saved.id}", saved.terms, saved)
    return Opened("trigger new", trigger_form.NEW)


def edit(what: Opened) -> None:
    """The form, with its text seen by customers beside it, and what the trigger did below."""
    saved = what.saved
    actions = ui.header(
        saved.name if saved else "Новый триггер", PURPOSE if saved and saved.is_on else OFF, badges(saved)
    )
    with ui.form(what.form, trigger_form.begins(what.terms)) as form:
        left, right = ui.side_by_side(5, 4)
        with left:
            trigger_form.show(form)
        with right:
            preview.show(form)
        with actions:
            trigger_actions.show(form, saved)
    if saved:
        messages.show(saved)


def badges(saved: Saved | None) -> list[ui.Badge]:
    """Whether it is on, and whether it came with the product."""
    if saved is None:
        return []
    state = ui.Badge("Включён", "green") if saved.is_on else ui.Badge("Выключен")
    return [state, ui.Badge("Готовый", icon="auto_awesome")] if saved.is_ready_made else [state]


main()

"""When messages may leave and how often one person may be written to: the shop's own limits."""

from datetime import time
from typing import Any

import streamlit as st
from sqlmodel import Session

from loyalty import db, options, ui
from loyalty.errors import Problems
from loyalty.messages.sending import limits

NAME = "limits"
NUMBER_PX, TIME_PX = 200, 140
QUIET, CAPPED = "is_quiet", "is_capped"
FIELDS = {limits.QUIET_HOURS: "begins", limits.FREQUENCY_CAP: "messages", limits.VALIDITY: "hours"}
"""Where a mistake in a setting is told."""
SUGGESTED_QUIET, SUGGESTED_CAP = limits.Window(time(10), time(20)), limits.Cap(1, 7)
"""What fields begin with where the shop has switched a limit off."""


def show() -> None:
    """The three settings with what they mean."""
    section = ui.section("Когда и как часто", hint="Действует на все рассылки и триггеры", height="content")
    with section, ui.form(NAME, _stored()) as form:
        form.field(st.toggle, QUIET, "Тихие часы: в это время ничего не уходит")
        if form[QUIET]:
            half = {"step": 1800}
            _row(form, (st.time_input, "begins", "С", half), (st.time_input, "ends", "До", half))
        form.field(st.toggle, CAPPED, "Не писать рекламу слишком часто")
        if form[CAPPED]:
            _row(
                form,
                (st.number_input, "messages", "Сообщений клиенту", _whole(limits.CAP_MESSAGES_MAX)),
                (st.number_input, "days", "За сколько дней", _whole(limits.CAP_DAYS_MAX)),
            )
        late = {"help": "Если отправить всё ещё нельзя, сообщение устарело и не уйдёт"}
        waits = _whole(limits.VALIDITY_HOURS_MAX) | late
        _row(form, (st.number_input, "hours", "Ждать отправки, часов", waits))
        form.place()
        if st.button("Сохранить", key=form.key("do")) and form.saved(lambda _: _save(form)):
            st.rerun()


def _whole(most: int) -> dict[str, Any]:
    return {"min_value": 1, "max_value": most, "step": 1}


def _row(form: ui.Form, *fields: tuple[Any, str, str, dict[str, Any]]) -> None:
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        for widget, name, label, extra in fields:
            with st.container(width=TIME_PX if widget is st.time_input else NUMBER_PX):
                form.field(widget, name, label, **extra)


def _stored() -> dict[str, Any]:
    with db.reading() as session:
        opens, cap, validity = limits.open_hours(session), limits.cap(session), limits.validity(session)
    hours, often = opens or SUGGESTED_QUIET, cap or SUGGESTED_CAP
    return {
        QUIET: opens is not None, "begins": hours.closes, "ends": hours.opens,
        CAPPED: cap is not None, "messages": often.messages, "days": often.days,
        "hours": int(validity.total_seconds()) // 3600,
    }  # fmt: skip


def _save(form: ui.Form) -> None:
    """All at once, each mistake at its field."""
    begins, ends = form["begins"], form["ends"]
    quiet = f"{begins:%H:%M}-{ends:%H:%M}" if begins and ends else ""
    values = {
        limits.QUIET_HOURS: quiet if form[QUIET] else limits.NONE,
        limits.FREQUENCY_CAP: f"{form['messages'] or ''}/{form['days'] or ''}" if form[CAPPED] else limits.NONE,
        limits.VALIDITY: str(form["hours"] or ""),
    }

    def write(session: Session) -> None:
        try:
            options.put_all(session, values)
        except Problems as found:
            raise Problems({FIELDS[name]: told for name, told in found.by_field.items()}) from None

    ui.write("когда и как часто писать", write, "Сохранено")

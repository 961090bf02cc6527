"""The fields of a trigger, by part."""

from datetime import time
from typing import Any

import streamlit as st

from loyalty import db, ui
from loyalty.messages import limits, text
from loyalty.messages.triggers.events import EVENTS, Days, Event
from loyalty.messages.triggers.terms import CHANNELS, GIFT_MAX, NAME_MAX, PAUSE_MAX, Gift, Terms
from loyalty.money import ROUBLE
from loyalty.program.terms import DAYS_MAX
from loyalty.segments import stored as segments

NEW = Terms("", "birthday", "", days=0)
BEFORE, ON, AFTER = "До", "В этот день", "После"
EVERYBODY, CHOOSE = "Все, с кем это случилось", "Выберите сегмент"
NUMBER_PX, TIME_PX = 168, 136
INSERTED = {"имя": "{имя|Здравствуйте}", "магазин": "{магазин|Наш магазин}"}
"""What a button puts in where a word in its stead is wanted."""


def begins(terms: Terms) -> dict[str, Any]:
    """What the fields hold of a trigger."""
    gift = terms.gift or Gift(0)
    return {
        "name": terms.name, "event": terms.event, "side": _side(terms.days), "days": abs(terms.days),
        "segment": terms.segment or "", "channel": terms.channel, "subject": terms.subject, "text": terms.text,
        "class": terms.is_advertising, "opens": limits.clock(terms.hours[0]),
        "closes": limits.clock(terms.hours[1]), "pause": terms.pause_days, "gift": terms.gift is not None,
        "sum": gift.amount // ROUBLE or None, "lifetime": gift.lifetime_days, "delay": gift.confirm_days,
    }  # fmt: skip


def _side(days: int) -> str:
    return ON if days == 0 else BEFORE if days < 0 else AFTER


def terms(form: ui.Form) -> Terms:
    """What was typed, unchecked."""
    event = EVENTS[form["event"]]
    days = int(form["days"] or 0)
    if event.days is Days.AROUND:
        days = {BEFORE: -days, ON: 0}.get(form["side"], days)
    gift = None
    if form["gift"] and event.gift_kind:
        gift = Gift(int(form["sum"] or 0) * ROUBLE, int(form["delay"] or 0), form["lifetime"])
    hours = (_hour(form["opens"]), _hour(form["closes"]))
    return Terms(
        form["name"] or "", event.name, form["text"] or "", days, form["segment"] or None, form["channel"],
        form["subject"] or "", hours, form["class"], int(form["pause"] or 0), gift,
    )  # fmt: skip


def _hour(at: time | None) -> str:
    return f"{at:%H:%M}" if at else ""


def show(form: ui.Form) -> None:
    """All of them."""
    with ui.section("Когда", height="content"):
        form.field(st.text_input, "name", "Название", max_chars=NAME_MAX, placeholder="Например: С днём рождения!")
        event = EVENTS[_event(form)]
        _days(form, event)
        st.caption(ui.plain(event.hint))
    with ui.section("Кому", height="content"):
        _whom(form, event)
    with ui.section("Что написать", height="content"):
        _what(form)
    with ui.section("Подарок", height="content"):
        _gift(form, event)
    with ui.section("Часы и частота", height="content"):
        _hours(form)


def _event(form: ui.Form) -> str:
    name: str = form.field(
        st.selectbox, "event", "Что должно случиться", list(EVENTS), format_func=lambda one: EVENTS[one].title
    )
    return name


def _days(form: ui.Form, event: Event) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if event.days is Days.AROUND:
            with st.container(width="content"):
                side = form.field(st.segmented_control, "side", "Когда писать", [BEFORE, ON, AFTER], required=True)
            if side == ON:
                form.place("days")
                return
        with st.container(width=NUMBER_PX):
            label = "Дней" if event.days is Days.AROUND else event.label
            low = max(event.days.range[0], 0)
            form.field(st.number_input, "days", label, min_value=low, max_value=event.days.range[1], step=1)
    if event.days is Days.LATER and not event.is_of_days and not form["days"]:
        st.caption("0 — сразу, как программа об этом узнает")


def _whom(form: ui.Form, event: Event) -> None:
    with db.reading() as session:
        names = [one.name for one in segments.everything(session)]
    label = "Сегмент, в который вошёл клиент" if event.needs_segment else "Только из сегмента"
    form.field(
        st.selectbox, "segment", label, ["", *names],
        format_func=lambda name: name or (CHOOSE if event.needs_segment else EVERYBODY),
    )  # fmt: skip


def _what(form: ui.Form) -> None:
    channel = form.field(
        st.segmented_control, "channel", "Чем", list(CHANNELS), format_func=CHANNELS.__getitem__, required=True
    )
    if channel == text.EMAIL:
        form.field(st.text_input, "subject", "Тема письма", max_chars=text.SUBJECT_MAX)
    form.field(st.text_area, "text", "Текст", height=160)
    words = [
        ui.Word(name, INSERTED.get(name, f"{{{name}}}"), offered.words)
        for name, offered in text.PLACEHOLDERS.items()
    ]
    ui.placing("Текст", words, key=form.key("placing"))
    form.field(
        st.segmented_control, "class", "Это", [True, False], required=True,
        format_func=lambda is_ad: "Реклама" if is_ad else "Служебное",
    )  # fmt: skip
    st.caption(
        "Рекламу получат только те, кто согласился на рассылки, и не чаще, чем разрешено в настройках. "
        "Служебное — о покупке, бонусах, карте — уходит и без согласия"
    )


def _gift(form: ui.Form, event: Event) -> None:
    if not event.gift_kind:
        st.caption("К этому событию подарка не бывает: он звал бы клиента снова и снова")
        return
    if not form.field(st.toggle, "gift", "Дарить бонусы вместе с сообщением"):
        return
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        for name, label, low, high, hint in (
            ("sum", "Бонусов", 1, GIFT_MAX // ROUBLE, None),
            ("lifetime", "Действуют дней", 1, DAYS_MAX, "Пусто — как обычные бонусы"),
            ("delay", "Тратить через, дней", 0, DAYS_MAX, "0 — сразу"),
        ):
            with st.container(width=NUMBER_PX):
                form.field(
                    st.number_input, name, label, min_value=low, max_value=high, step=1, placeholder=hint or ""
                )
    st.caption("Подарок получат и те, кому писать нельзя; обратно он сам не забирается")


def _hours(form: ui.Form) -> None:
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        for name, label in (("opens", "Писать с"), ("closes", "до")):
            with st.container(width=TIME_PX):
                form.field(st.time_input, name, label, step=1800)
        with st.container(width=NUMBER_PX * 2):
            form.field(
                st.number_input, "pause", "Одному клиенту не чаще раза в столько дней", min_value=0,
                max_value=PAUSE_MAX, step=1,
            )  # fmt: skip
    form.place("hours")
    st.caption("0 — каждый раз, когда случится. Тихие часы магазина действуют и здесь")

"""The fields of a trigger, by part."""

import streamlit as st

from loyalty import db, ui
from loyalty.messages.triggers.events import EVENTS, Days, Event
from loyalty.messages.triggers.terms import CHANNELS, GIFT_MAX, NAME_MAX, PAUSE_MAX
from loyalty.messages.writing import text
from loyalty.money import ROUBLE
from loyalty.program.terms import DAYS_MAX
from loyalty.segments import stored as segments

BEFORE, ON, AFTER = "До", "В этот день", "После"
EVERYBODY, CHOOSE = "Все, с кем это случилось", "Выберите сегмент"
NUMBER_PX, TIME_PX = 168, 136
INSERTED = {"имя": "{имя|Здравствуйте}", "магазин": "{магазин|Наш магазин}"}
"""What a button puts in where a word in its stead is wanted."""


def when(form: ui.Form) -> Event:
    """Its name, what has to happen, how many days before or after; the event."""
    form.field(st.text_input, "name", "Название", max_chars=NAME_MAX, placeholder="Например: С днём рождения!")
    name = form.field(
        st.selectbox, "event", "Что должно случиться", list(EVENTS), format_func=lambda one: EVENTS[one].title
    )
    _days(form, EVENTS[name])
    st.caption(ui.plain(EVENTS[name].hint))
    return EVENTS[name]


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


def whom(form: ui.Form, event: Event) -> None:
    """All, or of a segment."""
    with db.reading() as session:
        names = [one.name for one in segments.everything(session)]
    label = "Сегмент, в который вошёл клиент" if event.needs_segment else "Только из сегмента"
    form.field(
        st.selectbox, "segment", label, ["", *names],
        format_func=lambda name: name or (CHOOSE if event.needs_segment else EVERYBODY),
    )  # fmt: skip


def what(form: ui.Form) -> None:
    """The channel, the text with what can be put in, and whether it is advertising."""
    channel = form.field(
        st.segmented_control, "channel", "Канал", list(CHANNELS), format_func=CHANNELS.__getitem__, required=True
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
        "Рекламу получат только те, кто на неё согласился, и не чаще, чем позволяет магазин. "
        "Служебное — о покупке, бонусах, карте — уходит и без согласия"
    )


def gift(form: ui.Form, event: Event) -> None:
    """Bonuses that go with it, where any may."""
    if not event.gift_kind:
        st.caption("К этому событию подарка не бывает: он звал бы клиента снова и снова")
        return
    if not form.field(st.toggle, "gift", "Дарить бонусы вместе с сообщением"):
        return
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        with st.container(width=NUMBER_PX):
            most = float(GIFT_MAX // ROUBLE)
            form.field(
                st.number_input, "sum", "Бонусов", min_value=0.01, max_value=most, step=50.0, format="%g"
            )  # fmt: skip
        for name, label, low, high, hint in (
            ("lifetime", "Действуют дней", 1, DAYS_MAX, "Как обычные бонусы"),
            ("delay", "Тратить через, дней", 0, DAYS_MAX, "Сразу"),
        ):
            with st.container(width=NUMBER_PX):
                form.field(st.number_input, name, label, min_value=low, max_value=high, step=1, placeholder=hint)
    st.caption("Подарок получат и те, кому писать нельзя; обратно он сам не забирается")


def hours(form: ui.Form) -> None:
    """At which hours, and how often a customer."""
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

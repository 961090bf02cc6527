"""What a campaign is asked: to whom, by what, which text, when, and how it will be measured."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from loyalty import ui, wording
from loyalty.errors import Problems
from loyalty.messages import campaigns
from loyalty.messages.writing import text
from loyalty.messages.writing.draft import CONTROL_MAX, NAME_MAX, WINDOW_MAX, Draft
from loyalty.messages.writing.text import EMAIL, PLACEHOLDERS, SMS, SUBJECT_MAX
from pages._campaign.opened import AT, EVERYBODY, NOW

TEXT = "Текст сообщения"
SHARES = (0, 5, 10, 20, 30, 50)
WORDS = [
    ui.Word(name, f"{{{name}}}", f"{offered.words}: {offered.example}") for name, offered in PLACEHOLDERS.items()
]


def show(form: ui.Form, segments: Sequence[str], today: date) -> None:
    """All fields; those of the text show what is wrong with it while it is written."""
    form.field(st.text_input, "name", "Название", max_chars=NAME_MAX, placeholder="Его видите только вы: «8 марта»")
    with ui.section("Кому", height="content"):
        whom(form, segments)
    with ui.section("Что", height="content"):
        what(form)
    with ui.section("Когда", height="content"):
        when(form, today)


def whom(form: ui.Form, segments: Sequence[str]) -> None:
    """The segment, and those that are left out."""
    left, right = st.columns(2, gap="small")
    with left:
        form.field(
            st.selectbox, "segment", "Кто получит", [EVERYBODY, *segments],
            format_func=lambda name: name or "Все клиенты",
        )  # fmt: skip
    with right:
        form.field(
            st.multiselect, "minus", "Кроме тех, кто в сегментах", list(segments),
            placeholder="Никого не исключать", select_all=False,
        )  # fmt: skip


def what(form: ui.Form) -> None:
    """Channel, subject and text, with the placeholders to choose from."""
    form.field(
        st.segmented_control, "channel", "Канал", list(campaigns.CHANNELS), required=True,
        format_func=campaigns.CHANNELS.__getitem__,
    )  # fmt: skip
    if form["channel"] == EMAIL:
        form.field(st.text_input, "subject", "Тема письма", max_chars=SUBJECT_MAX)
    form.field(
        st.text_area, "text", TEXT, height=140,
        placeholder="Например: {имя|Здравствуйте}, у вас {бонусы} бонусов. Ждём в гости!",
    )  # fmt: skip
    if form["text"] and (wrong := problems(form)):
        form.tell(wrong)
    ui.placing(TEXT, WORDS, key=form.key("words"))
    st.caption(
        "Запасное слово пишется через черту: {имя|Здравствуйте}. Кому подставить нечего и запасного слова нет, "
        "тот сообщения не получит"
    )
    form.field(
        st.toggle, "is_advertising", "Рекламное сообщение",
        help="Рекламу получают только те, кто согласился. Служебное — о покупке или бонусах, без предложений.",
    )  # fmt: skip
    if form["is_advertising"] and form["text"] and "{отписка" not in form["text"]:
        st.caption(":orange[:material/info: В рекламе скажите, как от неё отказаться: {отписка}]")


def problems(form: ui.Form) -> Mapping[str, str]:
    """What is wrong with the text as it stands."""
    try:
        text.parse(form["text"], form["channel"] or SMS)
    except Problems as why:
        return why.by_field
    return {}


def when(form: ui.Form, today: date) -> None:
    """At once or at a time; the control group and the window, by which the results are told."""
    form.field(st.radio, "when", "Отправить", [NOW, AT], horizontal=True, label_visibility="collapsed")
    if form["when"] == AT:
        left, right = st.columns(2, gap="small")
        with left:
            form.field(st.date_input, "day", "День", min_value=today, format="DD.MM.YYYY")
        with right:
            form.field(st.time_input, "hour", "Время")
    left, right = st.columns(2, gap="small", vertical_alignment="bottom")
    shares = sorted({*SHARES, form["control_percent"]})
    assert max(shares) <= CONTROL_MAX
    with left:
        form.field(
            st.selectbox, "control_percent", "Контрольная группа", shares,
            format_func=lambda share: wording.percent(share * 100) if share else "Нет",
            help="Случайная часть получателей, которой не напишут: по ней видно, купили бы и без рассылки",
        )  # fmt: skip
    with right:
        form.field(
            st.number_input, "window_days", "Покупки считаются, дней", min_value=1, max_value=WINDOW_MAX,
            help="Чек относится к рассылке, если купили не позже этого срока после доставки",
        )  # fmt: skip


def shown(draft: Draft) -> Draft:
    """The draft with a text that can be counted, while its own can't be yet."""
    try:
        draft.template  # noqa: B018
    except Problems:
        return Draft(**{**draft.__dict__, "text": "…"})
    return draft

"""«Новая рассылка»: to whom, which text, when; beside it who will get it, how it reads, what it costs."""

from dataclasses import replace

import streamlit as st

from loyalty import db, settings, ui
from loyalty.messages.writing.pricing import Price
from loyalty.reports.segments.listed import Mark, mark
from loyalty.segments import stored as segments
from pages._addresses import CAMPAIGNS
from pages._campaign import audience as campaign_audience
from pages._campaign import counting, fields, preview, save, state, test
from pages._campaign import opened as campaign_opened
from pages._campaign import price as campaign_price
from pages._campaign.opened import Opened, drafted

ASKED = "campaign-asked"  # in session state: of which form, what was counted last, whose text was shown
PURPOSE = "Кто получит, как это прочитают и сколько стоит, видно сразу"


def main() -> None:
    ui.back_link("Рассылки", CAMPAIGNS)
    with db.reading() as session:
        opened = campaign_opened.opened(session)
        today, names = settings.today(session), [one.name for one in segments.everything(session)]
        known = mark(session, today)
    saved = opened.saved
    actions = ui.header(f"Рассылка «{saved.name}»" if saved else "Новая рассылка", PURPOSE, state.badges(saved))
    with ui.form(opened.form, opened.begins) as form:
        if saved:
            state.told(saved)
        with st.container(key="campaign-edit"):
            left, side = st.container(), st.container(key="campaign-side")
        with left:
            fields.show(form, names, today)
        price = None
        with side, ui.explained():
            price = answer(form, opened, known)
        save.buttons(actions, form, opened, price)


def answer(form: ui.Form, opened: Opened, known: Mark) -> Price:
    """Beside the fields: the funnel, a text as it will be read, the price.

    While everybody is counted, the funnel of before stays, and the text stands there for one customer already.
    """
    whole = drafted(form)
    draft = fields.shown(replace(whole, name="", subject=whole.subject or "…", at=None, window_days=14))
    seed = opened.seed(form) if opened.saved or draft.control_percent else ""  # else it decides nothing
    counts, text = st.container(), st.empty()
    with counts:
        waits = st.empty()
    asked, last = (known, draft, seed), st.session_state.get(ASKED)
    if last is None or last[0] != form.key("asked"):
        waits.skeleton(height=320)
    if draft.text == whole.text and (last is None or last[1] != asked):
        with text.container():
            preview.at_once(counting.at_once(known, draft, last and last[2]), draft.channel)
    found, price = counting.counted(*asked)
    waits.empty()
    with counts, ui.section("Кто получит", height="content"):
        campaign_audience.show(found, price, draft)
        with db.reading() as session:
            campaign_audience.proof(session, found, whole, settings.today(session))
    one = preview.looked_at(found)
    st.session_state[ASKED] = form.key("asked"), asked, one and one.id
    with text.container(), preview.section() as actions:
        if draft.text != whole.text:
            verb = "Исправьте" if whole.text.strip() else "Напишите"
            st.caption(f"{verb} текст: здесь он покажется на настоящих клиентах, самый длинный первым")
            return price
        with actions:
            test.button(draft.channel, one)
        preview.show(form, found, price, draft.channel)
        campaign_price.gateway(draft.channel, price)
    return price


main()

"""«Новая рассылка»: to whom, which text, when; beside it who will get it, how it reads, what it costs."""

from dataclasses import replace

import streamlit as st

from loyalty import db, settings, ui
from loyalty.messages import audience, pricing
from loyalty.messages.audience import Audience, Chosen
from loyalty.messages.campaigns import Draft
from loyalty.messages.pricing import Price
from loyalty.reports.segments import Mark, mark
from loyalty.segments import stored as segments
from pages._addresses import CAMPAIGNS
from pages._campaign import audience as campaign_audience
from pages._campaign import fields, preview, save, state, test
from pages._campaign import opened as campaign_opened
from pages._campaign.opened import Opened, drafted

PURPOSE = "Кто получит, как это прочитают и сколько стоит, видно сразу"


# Kept until something is written; what is typed changes the texts, and not who was asked about.
@st.cache_resource(show_spinner=False, max_entries=4)
def chosen(known: Mark, draft: Draft) -> Chosen:
    """Who is asked about."""
    with db.reading() as session:
        return audience.chosen(session, draft, settings.now(settings.timezone(session)))


@st.cache_resource(show_spinner=False, max_entries=4)
def counted(known: Mark, draft: Draft, seed: str) -> tuple[Audience, Price]:
    """Who will get it, and for how much."""
    whom = chosen(
        known, Draft("", "", draft.segment, draft.minus, draft.channel, is_advertising=draft.is_advertising)
    )
    with db.reading() as session:
        now = settings.now(settings.timezone(session))
        found = audience.decided(session, draft, seed, now, whom)
        return found, pricing.of(session, draft.channel, found.reached)


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
    """Beside the fields: the funnel, a text as it will be read, the price."""
    whole = drafted(form)
    draft = fields.shown(replace(whole, name="", subject=whole.subject or "…", at=None, window_days=14))
    place = st.empty()
    with place:
        st.skeleton(height=320)
    seed = opened.seed(form) if opened.saved or draft.control_percent else ""  # else it decides nothing
    found, price = counted(known, draft, seed)
    place.empty()
    with ui.section("Кто получит", height="content"):
        campaign_audience.show(found, price, draft)
        with db.reading() as session:
            campaign_audience.proof(session, found, whole, settings.today(session))
    with ui.section("Как это прочитают", height="content") as actions:
        if draft.text != whole.text:
            verb = "Исправьте" if whole.text.strip() else "Напишите"
            st.caption(f"{verb} текст: здесь он покажется на настоящих клиентах, самый длинный первым")
            return price
        with actions:
            test.button(draft.channel, preview.looked_at(found))
        preview.show(form, found, price, draft.channel)
        preview.gateway(draft.channel, price)
    return price


main()

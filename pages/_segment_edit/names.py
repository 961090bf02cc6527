"""Names chosen from what the shop has, with how many customers each: groups, cities, goods, other segments."""

import streamlit as st

from loyalty import db, ui, wording
from loyalty.segments.building.draft import Condition
from loyalty.segments.building.typed import Read
from loyalty.segments.offers import Offer, offers
from loyalty.segments.parameters import Names, Source

LISTED_MAX, FOUND_MAX = 300, 6


def show(form: ui.Form, one: Condition, parameter: Names, label: str) -> Read:
    """Any of what the shop has; of goods, which are thousands, those that a search finds."""
    name, is_goods = f"{one.id} {parameter.name}", parameter.of is Source.ARTICLES
    chosen: list[str] = st.session_state.setdefault(form.key(name), list(one.said.get(parameter.name, [])))
    known = {} if is_goods else {offer.name: offer for offer in _offered(parameter.of)}
    options = list(dict.fromkeys((*chosen, *known)))
    if not is_goods or chosen:
        chosen = form.field(
            st.multiselect, name, label, options, placeholder="Выберите",
            format_func=lambda one: _said(known[one]) if one in known else one,
        )  # fmt: skip
    if is_goods:
        _search(form, name, label, chosen)
    return Read({parameter.name: list(chosen)} if chosen else {}, {})


ONE_OF = {Source.SEGMENTS: ("Сегмент", "Выберите сегмент"), Source.CAMPAIGNS: ("Рассылка", "Выберите рассылку")}


def one_of(form: ui.Form, one: Condition, source: Source) -> Read:
    """Another segment, or a campaign."""
    name, told, (label, placeholder) = f"{one.id} name", one.said.get("name"), ONE_OF[source]
    known = {offer.name: offer for offer in _offered(source)}
    st.session_state.setdefault(form.key(name), told)
    options = list(dict.fromkeys((*([told] if told else []), *known)))
    chosen = form.field(
        st.selectbox, name, label, options, placeholder=placeholder,
        format_func=lambda one: _said(known[one]) if one in known else one,
    )  # fmt: skip
    return Read({"name": chosen} if chosen else {}, {})


def _search(form: ui.Form, name: str, label: str, chosen: list[str]) -> None:
    """A word, and what it finds: a click chooses it."""
    place = f"{name} words"
    words = form.field(
        st.text_input, place, "Ещё товар" if chosen else label, type="search", placeholder="Название или артикул"
    )
    if not words:
        return
    found = [offer for offer in _offered(Source.ARTICLES, words) if offer.name not in chosen]
    if not found:
        st.caption("Таких товаров в чеках нет")
    for offer in found[:FOUND_MAX]:
        st.button(
            ui.plain(_said(offer)), key=form.key(f"{name} {offer.name}"), icon=":material/add:", type="tertiary",
            on_click=_choose, args=(form.key(name), offer.name),
        )  # fmt: skip


def _choose(place: str, name: str) -> None:
    chosen = st.session_state[place]
    st.session_state[place] = chosen if name in chosen else [*chosen, name]


def _offered(source: Source, words: str = "") -> list[Offer]:
    with db.reading() as session:
        return offers(session, source, words, limit=LISTED_MAX)


def _said(offer: Offer) -> str:
    return f"{offer.title} · {wording.number(offer.customers)}"

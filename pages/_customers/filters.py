"""Search and filters of «Клиенты», kept in the page's address."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from loyalty import ui
from loyalty.reports.customers import filters
from loyalty.reports.customers import listed as report
from loyalty.reports.customers.filters import Filter

SORT = "_customers_sort"  # heading, descending: as she clicked; another question sorts by itself
QUICK, LEVEL, CONSENT = "quick", "level", "consent"
ADDRESS = "_customers_address"  # the filters of the address as it was last read or written
NOTHING: dict[str, list[str]] = {"show": [], "from": [], "to": []}
UNKNOWN = "_customers_unknown"


def asked(levels: list[str], today: date) -> report.Wanted:
    """Search and filters; they stay while the owner looks at a card and comes back."""
    _read_address(levels)
    for sentence in st.session_state.get(UNKNOWN, ()):
        st.warning(ui.plain(sentence), icon=":material/link_off:")
    search, lists = st.columns([5, 3], gap="small")
    with search:
        words = st.text_input(
            "Поиск",
            type="search",
            live="150ms",
            placeholder="Имя, телефон, последние цифры, карта или код",
            label_visibility="collapsed",
            key="q",
            bind="query-params",
            persist_state="session",
        )
    with lists, st.grid(2, min_column_width=150, gap="small"):  # side by side on a phone, too
        _select("Уровень", [Filter(filters.LEVEL, name) for name in levels], "Любой уровень", LEVEL, today)
        _select("Согласие на SMS", filters.CONSENTS, "Согласие на SMS", CONSENT, today)
    chosen = st.session_state.get(QUICK) or ()
    st.pills(
        "Кого показать",
        [
            *filters.QUICK,
            *(one for one in chosen if one not in filters.QUICK),
        ],  # came by an address, go with a click
        selection_mode="multi",
        format_func=lambda one: ui.plain(one.label(today)) + ("" if one in filters.QUICK else " ✕"),
        label_visibility="collapsed",
        key=QUICK,
        persist_state="session",
        on_change=_changed,
    )
    return report.Wanted(words or "", tuple(_chosen()))


def _select(label: str, options: Sequence[Filter], anyone: str, key: str, today: date) -> None:
    st.selectbox(
        label,
        options,
        index=None,
        format_func=lambda one: one.label(today),
        placeholder=anyone,
        label_visibility="collapsed",
        key=key,
        persist_state="session",
        on_change=_changed,
    )


def _chosen() -> list[Filter]:
    one_of = (st.session_state.get(key) for key in (LEVEL, CONSENT))
    return [*(st.session_state.get(QUICK) or ()), *filter(None, one_of)]


def _read_address(levels: list[str]) -> None:
    """The address is the whole question; one that asks nothing, as the menu's, leaves the former question."""
    said = {name: st.query_params.get_all(name) for name in NOTHING}
    if said == st.session_state.get(ADDRESS, NOTHING):
        return
    if said == NOTHING:
        _write_address()
        return
    found, unknown = filters.named(
        said["show"], st.query_params.get("from", ""), st.query_params.get("to", ""), levels
    )
    st.session_state[QUICK] = [one for one in found if one.name != filters.LEVEL and one not in filters.CONSENTS]
    st.session_state[LEVEL] = next((one for one in found if one.name == filters.LEVEL), None)
    st.session_state[CONSENT] = next((one for one in found if one in filters.CONSENTS), None)
    if "q" not in st.query_params:
        st.session_state["q"] = ""
    st.session_state[UNKNOWN] = unknown
    st.session_state[ADDRESS] = said
    st.session_state.pop(SORT, None)


def _changed() -> None:
    for key in (SORT, UNKNOWN):
        st.session_state.pop(key, None)
    _write_address()


def _write_address() -> None:
    """What is chosen goes into the address, so that it can be kept, sent and gone back to."""
    said = filters.address(_chosen())
    st.session_state[ADDRESS] = said
    st.query_params.update({name: said[name] for name in said if said[name] or name in st.query_params})

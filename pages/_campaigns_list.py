"""The lists of «Рассылки»: drafts with when they go, and what was sent as the table of results (M1)."""

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from loyalty import ui, wording
from loyalty.customers.names import folded
from loyalty.messages import campaigns
from loyalty.messages.campaigns import Saved
from loyalty.messages.campaigns.stored import DONE, audience_words
from pages._result_kinds import KINDS

PERIODS = {"За всё время": None, "За 30 дней": 30, "За 90 дней": 90, "За год": 365}


def waiting(drafts: Sequence[Saved]) -> None:
    """What is not sent yet; a row opens the editor."""
    if not drafts:
        return
    shown = pd.DataFrame(
        {
            "Название": [one.name for one in drafts],
            "Кому": [audience_words(one.draft) for one in drafts],
            "Канал": [campaigns.CHANNELS[one.draft.channel] for one in drafts],
            "Когда": [one.draft.at for one in drafts],
            "Состояние": [wording.sentence(one.why or campaigns.STATUSES[one.status]) for one in drafts],
        },
        index=[one.name for one in drafts],
        dtype=object,
    )
    with ui.section("Ещё не отправлены", height="content"):
        ui.table(
            shown,
            {"Когда": "time"},
            alt="Ещё не отправленные рассылки",
            key="campaigns-waiting",
            address="campaign_edit?name={}",
            tones={"Состояние": ["warn" if one.why else "" for one in drafts]},
            phone=ui.Lines("Название", "Когда", note="{Кому}", aside="{Состояние}"),
        )


def sent(launched: Sequence[Saved], frame: pd.DataFrame, today: date) -> None:
    """What was sent and what it brought, found by a word and a period; all of it to Excel."""
    if not launched:
        return
    by_id = {one.id: one for one in launched}
    whole = frame[[id_ in by_id for id_ in frame.index]]
    title = wording.plural(len(whole), "рассылка", "рассылки", "рассылок")
    with ui.section(title, hint="Выручка — чеки после доставки, за вычетом возвратов", height="content") as actions:
        search, period = st.columns([3, 1], gap="small")
        with search:
            words = st.text_input(
                "Поиск", type="search", live="150ms", placeholder="Название", label_visibility="collapsed",
                key="campaigns-search",
            )  # fmt: skip
        with period:
            days = PERIODS[
                st.selectbox("Когда", list(PERIODS), label_visibility="collapsed", key="campaigns-period")
            ]
        found = filtered(whole, words or "", days, today)
        with actions:
            ui.excel_button("Рассылки", found, KINDS)
        if found.empty:
            st.markdown(":material/search_off: Ничего не нашлось: проверьте слово и период")
            return
        table(found, by_id)


def table(found: pd.DataFrame, by_id: dict[int, Saved]) -> None:
    """The table of M1; a row opens the campaign."""
    shown = found.copy()
    states = [by_id[id_] for id_ in found.index]
    if any(one.status != DONE for one in states):
        shown["Состояние"] = [wording.sentence(campaigns.STATUSES[one.status]) for one in states]
    shown.index = pd.Index([one.name for one in states])
    ui.table(
        shown,
        KINDS,
        alt="Рассылки",
        key="campaigns",
        address="campaign?name={}",
        phone=ui.Lines(
            "Название", "Выручка", note="{Дата} · {Каналы} · ROI {ROI} · CR {CR}", aside="расходы {Расходы}"
        ),
    )


def filtered(frame: pd.DataFrame, words: str, days: int | None, today: date) -> pd.DataFrame:
    """Those whose name has the words, of the last days."""
    wanted = folded(words)
    is_named = [wanted in folded(name) for name in frame["Название"]]
    since = None if days is None else today - timedelta(days=days - 1)
    is_late = [since is None or (at is not None and at.date() >= since) for at in frame["Дата"]]
    return frame[[named and late for named, late in zip(is_named, is_late, strict=True)]]

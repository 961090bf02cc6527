"""Above the list of «Клиенты»: how many were found in words, and the way to keep the question as a segment."""

import streamlit as st

from loyalty import ui, wording
from loyalty.errors import Refused
from loyalty.reports.customers import listed as report
from loyalty.segments import tree as trees
from pages._addresses import SEGMENT_EDIT


def save_as_segment(wanted: report.Wanted) -> None:
    """What is asked as a segment's question, for the page that names and keeps it."""
    if not wanted.narrowed:
        return
    try:
        where = trees.key(wanted.tree)
    except Refused:
        st.caption("Такой длинный поиск сегментом не сделать", width="content")
        return
    ui.link("Сохранить как сегмент", SEGMENT_EDIT, icon=":material/group_add:", where=where)


def said(found: report.Found, everyone: int, burns: str) -> str:
    """«12 из 940 клиентов · сгорит 4 000 бонусов · доступно 12 300 бонусов»; `burns` is that verb."""
    if found.count == everyone and found.totals is None:
        return wording.plural(everyone, "клиент", "клиента", "клиентов")
    words = [f"{wording.number(found.count)} из {wording.plural(everyone, 'клиента', 'клиентов', 'клиентов')}"]
    if found.totals and found.totals.burns:
        words.append(f"{burns} {wording.bonuses_of(found.totals.burns)}")
    if found.totals and found.totals.available:
        words.append(f"доступно {wording.bonuses_of(found.totals.available)}")
    return " · ".join(words)

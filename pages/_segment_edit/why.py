"""«Почему Петрова (не) в сегменте?»: each condition about one customer, met or not, with her figure."""

from collections.abc import Iterator

import streamlit as st

from loyalty import ui
from loyalty.reports.customers import faces
from loyalty.segments import explaining
from loyalty.segments import tree as trees
from loyalty.segments.building.draft import Draft, Group, Mode
from loyalty.segments.evaluating import Evaluator
from loyalty.segments.explaining import Verdict
from loyalty.segments.tree import Tree
from pages import _find_customer
from pages._addresses import CUSTOMER

WHO = "who"
MET = {True: "да", False: "нет", None: "нельзя узнать"}
INDENT = "\u2003"


def show(evaluator: Evaluator, tree: Tree) -> None:
    """Who was chosen, or the search for somebody."""
    id_ = ui.asked_id(WHO)
    known = faces.of(evaluator.session, [id_]) if id_ is not None else {}
    if id_ is None or id_ not in known:
        with ui.section("Почему клиент в сегменте или нет?", height="content"):
            if found := _find_customer.chosen("segment-why", "Показать"):
                st.query_params[WHO] = str(found.id)
                st.rerun(scope="fragment")
        return
    verdict = explaining.why(evaluator, tree, id_)
    is_in = "в сегменте" if verdict.is_met else "не в сегменте"
    with ui.section("Почему клиент в сегменте или нет?", height="content") as actions:
        actions.button("Другой клиент", on_click=_forget, key="segment-why-other")
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            ui.link(known[id_].name, CUSTOMER, id=id_)
            st.markdown(f":{'green' if verdict.is_met else 'orange'}-badge[{is_in}]", width="content")
        rows = list(_rows(verdict))
        if rows:
            ui.words_table(("Условие", "У клиента", "Выполнено"), rows, alt="Условия сегмента для клиента")


def _forget() -> None:
    st.query_params.pop(WHO, None)


def _rows(verdict: Verdict, deep: int = 0) -> Iterator[tuple[str, str, str]]:
    """The conditions as they stand in the editor, those of a group behind its heading."""
    group = Draft(trees.as_json(verdict.tree)).root
    inside = _inside(verdict)
    if not inside:
        yield INDENT * (deep - 1) + verdict.words, verdict.figure, MET[verdict.is_met]
        return
    if deep:
        yield INDENT * (deep - 1) + _heading(group), "", MET[verdict.is_met]
    for part in inside:
        yield from _rows(part, deep + 1)


def _inside(verdict: Verdict) -> tuple[Verdict, ...]:
    """The parts of a group; `not` of one has its parts."""
    if len(verdict.parts) == 1 and not verdict.parts[0].figure and verdict.parts[0].parts:
        return _inside(verdict.parts[0])
    return verdict.parts


def _heading(group: Group) -> str:
    return {Mode.ALL: "Все из:", Mode.ANY: "Любое из:", Mode.NONE: "Ни одного из:", Mode.NOT_ALL: "Не все из:"}[
        group.mode
    ]

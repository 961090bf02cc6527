"""«Условия сегмента»: a question about customers made by clicking, and beside it who answers it, counted live."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from loyalty import db, settings, ui
from loyalty.segments import stored
from loyalty.segments.building.draft import Draft
from loyalty.segments.evaluating import Evaluator
from pages._addresses import SEGMENTS
from pages._segment import opened as segment_opened
from pages._segment.opened import Opened
from pages._segment_edit import answer, conditions, save
from pages._segment_edit import why as segment_why
from pages._segment_edit.conditions import Marks

PURPOSE = "Соберите условия — подходящие клиенты посчитаются сразу"


@st.fragment  # a click redraws the editor, not the navigation around it
def main() -> None:
    ui.back_link("Сегменты", SEGMENTS)
    with ui.explained():
        edit()


def edit() -> None:
    """What the address asks for, as a form."""
    with db.reading() as session:
        opened = segment_opened.opened(session)
    trouble = opened.saved.trouble if opened.saved else ""
    title = f"Сегмент «{opened.saved.name}»" if opened.saved else "Новый сегмент"
    actions = ui.header(title, PURPOSE)
    with ui.form(opened.form, opened.begins) as form:
        draft = segment_opened.draft(form, opened)
        form.field(
            st.text_input, "name", "Название", max_chars=stored.NAME_MAX, placeholder="Например: Давно не были"
        )
        with st.container(key="segment-edit"):
            left, side = st.container(), st.container(key="segment-side")
            top, right = side.container(key="segment-count"), side.container()
        with left:
            if trouble:
                st.warning(ui.plain(trouble), icon=":material/link_off:")
            marks = conditions.show(form, draft)
        segment_opened.keep(form, draft)
        with left:
            why = st.container()
        _answer(opened, draft, marks, top, right, why)
        save.buttons(actions, form, opened, draft)


def _answer(
    opened: Opened, draft: Draft, marks: Marks, top: DeltaGenerator, right: DeltaGenerator, why: DeltaGenerator
) -> None:
    tree = draft.tree
    with db.reading() as session:
        saved = stored.questions(session) | ({opened.saved.name: tree} if opened.saved else {})
        evaluator = Evaluator(session, settings.today(session), saved)
        with top, st.container(border=True, gap=None):
            found = answer.count(evaluator, tree, len(draft.unfinished))
        answer.counts(evaluator, draft, marks)
        if found is None:
            return
        with right, ui.section("Кто это", height="content"):
            answer.said(tree, answer.missing(evaluator, tree))
            if not found:
                answer.hint(evaluator, tree)
            answer.sample(evaluator, tree)
        with why:
            segment_why.show(evaluator, tree)


main()

"""What a dropped file has to be asked: two readings of its sums or dates, unknown words of «Вид», its sheet."""

from typing import Any

import streamlit as st

from loyalty import ui
from loyalty.files import uploads
from loyalty.files.looking import Look
from loyalty.files.uploads import KINDS
from loyalty.onec import Mapping
from loyalty.onec.columns.plan import Question

ALL_SHEETS = "Все листы с такими же колонками"
WORDS = {"sale": "Продажа", "return": "Возврат", "other": "Не загружать"}


def chosen_before(file_id: str) -> Mapping | None:
    """The kind, the header row or the sheet a person chose."""
    kept = st.session_state.get(f"mapping-{file_id}")
    return Mapping(**kept) if kept else None


def choose(file_id: str, mapping: Mapping | None) -> None:
    """Read the file anew in another way, None: as the program would."""
    st.session_state[f"mapping-{file_id}"] = mapping and mapping.as_json()
    st.session_state.pop(f"asked-{file_id}", None)
    st.rerun()


def what_and_where(file_id: str, look: Look) -> None:
    """What is in the file, which row is its header, which sheet is read."""
    mapping, kinds = look.mapping, list(KINDS)
    names = st.session_state.setdefault(f"sheets-{file_id}", [*look.sheets, *look.unread])
    places = st.columns(3 if len(names) > 1 else 2, vertical_alignment="bottom")
    kind = places[0].selectbox(
        "Что в файле", kinds, kinds.index(mapping.kind), KINDS.__getitem__, key=f"kind-{file_id}-{mapping.kind}"
    )
    row = places[1].number_input(
        "Строка с заголовками (0 — их нет)",
        0,
        1000,
        mapping.header_row,
        key=f"header-{file_id}-{mapping.header_row}",
    )
    if kind != mapping.kind:
        choose(file_id, uploads.with_kind(look, kind))
    if row != mapping.header_row:
        choose(file_id, uploads.with_header(look, row))
    if len(names) > 1:
        now = mapping.sheet if mapping.one_sheet else ALL_SHEETS
        options = [ALL_SHEETS, *names]
        sheet = places[2].selectbox("Лист", options, options.index(now), key=f"sheet-{file_id}-{now}")
        if sheet != now:
            choose(file_id, None if sheet == ALL_SHEETS else uploads.with_sheet(look, sheet))


def ask(file_id: str, base: Look) -> dict[str, Any]:
    """Draw what was asked so far; the answers given, by the attribute of Mapping."""
    answers: dict[str, Any] = {}
    for question in _asked(file_id, base):
        if question.choices:
            st.markdown(f"**{ui.plain(question.words)}**")
            chosen = st.radio(
                question.words,
                range(len(question.choices)),
                None,
                lambda at, question=question: ui.plain(question.choices[at].words),  # type: ignore[misc]
                key=f"ask-{file_id}-{question.key}",
                label_visibility="collapsed",
                persist_state="session",
            )
            if chosen is not None:
                answers[question.key] = question.choices[chosen].value
        elif question.subjects:
            answers |= _words(file_id, question)
        else:
            ui.field_error(question.words)
    return answers


def _asked(file_id: str, base: Look) -> list[Question]:
    kept: list[Question] = st.session_state.setdefault(f"asked-{file_id}", list(base.questions))
    return kept


def ask_more(file_id: str, look: Look, answers: dict[str, Any]) -> None:
    """A question that came up with the columns chosen is drawn at once; one that is no more, goes."""
    kept: list[Question] = st.session_state[f"asked-{file_id}"]
    still = [one for one in kept if one.key in answers or any(one.key == now.key for now in look.questions)]
    known = {one.key for one in still}
    wanted = [*still, *(one for one in look.questions if one.key not in known)]
    if [one.key for one in wanted] != [one.key for one in kept]:
        st.session_state[f"asked-{file_id}"] = wanted
        st.rerun()


def _words(file_id: str, question: Question) -> dict[str, Any]:
    st.markdown(f"**{ui.plain(question.words)}**")
    said = {}
    for word in question.subjects:
        chosen = st.segmented_control(
            f"«{ui.plain(word)}»",
            list(WORDS),
            format_func=WORDS.__getitem__,
            key=f"word-{file_id}-{word}",
            persist_state="session",
        )
        if chosen:
            said[word] = chosen
    return {question.key: said} if said else {}

"""«Запомненные файлы»: what a person once said of files of a shape, each forgotten by one click."""

import streamlit as st

from loyalty import db, ui
from loyalty.files import shapes
from loyalty.files.shapes import Shape
from loyalty.wording import day
from pages._import import file

LABELS_SHOWN = 6


def show() -> None:
    """The list, folded; nothing where nothing is remembered."""
    with db.reading() as session:
        known = shapes.all_remembered(session)
    if not known:
        return
    with st.expander(f"Запомненные файлы: {len(known)}", icon=":material/bookmark:"):
        st.caption("Файлы с такими колонками читаются так, как вы однажды указали. И те, что приходят в папку.")
        for shape in known:
            _row(shape)


def _row(shape: Shape) -> None:
    about, action = st.columns([6, 1], vertical_alignment="center", gap="small")
    labels = ", ".join(f"«{label}»" for label in shape.labels[:LABELS_SHOWN])
    more = len(shape.labels) - LABELS_SHOWN
    columns = labels + (f" и ещё {more}" if more > 0 else "")
    about.markdown(f"**{shape.kind}**: {ui.plain(columns)}  \n:gray[{ui.plain(shape.said)} · {day(shape.at)}]")
    if action.button("Забыть", key=f"forget-{shape.shape}"):
        ui.write(
            "забыть файлы с такими колонками",
            lambda session: shapes.forget(session, shape.shape),
            "Забыто: такие файлы программа снова поймёт сама или спросит",
        )
        file.forget_looks()
        st.rerun()

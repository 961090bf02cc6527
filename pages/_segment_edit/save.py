"""A segment is saved, as the same or as a new one; who enters and leaves is said before, once."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from loyalty import db, settings, ui, wording
from loyalty.segments import membership, stored
from loyalty.segments.building.draft import Draft
from loyalty.segments.membership import Move
from loyalty.segments.tree import Tree
from pages._segment import delete
from pages._segment.opened import Opened
from pages._segment_edit.writing import leave, writer

AS_NEW, DELETE = "Сохранить как новый", "Удалить сегмент"


def buttons(actions: DeltaGenerator, form: ui.Form, opened: Opened, draft: Draft) -> None:
    """In the page's header: save, cancel, and for a saved segment what else can be done with it."""
    with actions:
        if opened.saved:
            asked = st.menu_button("Ещё", [AS_NEW, DELETE], key=form.key("menu"))
            if asked == DELETE:
                delete.dialog(opened.saved.name, form)
            elif asked == AS_NEW and _is_whole(form, draft):
                _ask_name(form, draft.tree, form["name"])
        if st.button("Отмена", key=form.key("cancel")):
            form.close()
            leave(opened.saved.name if opened.saved else None)
        if st.button("Сохранить", type="primary", key=form.key("save")):
            _save(form, opened, draft)


def _is_whole(form: ui.Form, draft: Draft) -> bool:
    """Whether there is a question to save; else it is said what is still to be done."""
    if unfinished := draft.unfinished:
        draft.open = unfinished[0].id
        form.refuse({"where": f"Допишите условие «{unfinished[0].criterion.title}» или удалите его"})
    elif not draft.root.parts:
        form.refuse({"where": "Добавьте хотя бы одно условие: пока это все клиенты"})
    else:
        return True
    return False


def _save(form: ui.Form, opened: Opened, draft: Draft) -> None:
    if not form["name"]:
        form.refuse({"name": "Напишите название сегмента"})
        return
    if not _is_whole(form, draft):
        return
    name, saved = form["name"], opened.saved
    if saved and form["where"] != form.start["where"]:
        _ask_moves(form, saved.name, name, draft.tree)
    elif form.saved(writer(name, saved.tree, form, saved.name) if saved else writer(name, draft.tree, form, None)):
        leave(name)


@st.dialog("Сохранить новые условия?")
def _ask_moves(form: ui.Form, was: str, name: str, tree: Tree) -> None:
    """How many enter and leave."""
    with db.reading() as session:
        moves = membership.would_move(session, settings.today(session), was, tree)
    st.markdown(f"{_moving(moves)} Это не запустит рассылки.")
    with ui.form("segment-ask", {}) as asked:
        if st.button("Сохранить", type="primary", key=asked.key("do")) and asked.saved(
            writer(name, tree, form, was)
        ):
            form.close()
            leave(name)


@st.dialog("Сохранить как новый сегмент")
def _ask_name(form: ui.Form, tree: Tree, name: str) -> None:
    """Under which name; the one that was opened stays as it was."""
    with db.reading() as session:
        free = stored.copy_name(session, name)
    with ui.form("segment-as-new", {"name": free}) as asked:
        new = asked.field(st.text_input, "name", "Название", max_chars=stored.NAME_MAX)
        if st.button("Сохранить", type="primary", key=asked.key("do")) and asked.saved(
            writer(new, tree, asked, None)
        ):
            form.close()
            leave(new)


def _moving(moves: Move) -> str:
    """«Войдут 12 клиентов, выйдут 40 клиентов.»"""
    if not moves.entered and not moves.left:
        return "Состав не изменится."
    entered = f"{wording.form(moves.entered, 'войдёт', 'войдут', 'войдут')} {_clients(moves.entered)}"
    left = f"{wording.form(moves.left, 'выйдет', 'выйдут', 'выйдут')} {_clients(moves.left)}"
    known = [said for said, count in ((entered, moves.entered), (left, moves.left)) if count]
    return f"{wording.sentence(', '.join(known))}."


def _clients(count: int) -> str:
    return wording.plural(count, "клиент", "клиента", "клиентов")

"""How a segment of the editor is written, and where one goes then."""

from collections.abc import Callable

import streamlit as st
from sqlmodel import Session

from loyalty import acts, db, settings, ui, wording
from loyalty.errors import Changed
from loyalty.segments import membership, stored
from loyalty.segments import tree as trees
from loyalty.segments.building.draft import Draft
from loyalty.segments.tree import Tree
from pages._addresses import SEGMENT, SEGMENTS


def writer(name: str, tree: Tree, form: ui.Form, was: str | None) -> Callable[[str], None]:
    """What saves it; Changed where somebody else saved another question since this form was filled in."""
    begun = form.start.get("where")

    def do(session: Session) -> int:
        if was is not None and Draft(trees.as_json(stored.get(session, was).tree)).json != begun:
            raise Changed(f"Сегмент «{was}» тем временем изменили")
        act, now = acts.begin(session, acts.Origin.SCREEN), settings.now(settings.timezone(session))
        return membership.save(session, name, tree, act, now, act.today, was=was)

    def done(members: int) -> str:
        return f"Сегмент «{name}» сохранён: {wording.plural(members, 'клиент', 'клиента', 'клиентов')}"

    def save(_: str) -> None:
        ui.write(f"сегмент «{name}»", do, done)

    return save


def leave(name: str | None) -> None:
    """To the segment, or to all of them where it waits to be written."""
    with db.reading() as session:
        is_there = name is not None and name in stored.questions(session)
    if is_there and name:
        st.switch_page(SEGMENT, query_params={"name": name})
    st.switch_page(SEGMENTS)

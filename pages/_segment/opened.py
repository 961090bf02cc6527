"""Which segment the editor works on: the one that the address names, a copy, a given question, or a new one."""

import json
from typing import Any, NamedTuple
from zlib import crc32

import streamlit as st
from sqlmodel import Session

from loyalty import said, ui
from loyalty.errors import Refused
from loyalty.segments import stored
from loyalty.segments import tree as trees
from loyalty.segments.building.draft import Draft
from loyalty.segments.stored import Saved

DRAFT, KEPT = "draft", "kept"  # names within the form: the draft, and what the form held of it last
NOTHING: dict[str, Any] = {"all": []}


class Opened(NamedTuple):
    """The form's name, what it begins with, what is written into it at once, and the segment that it changes."""

    form: str
    begins: dict[str, Any]
    given: dict[str, Any]
    saved: Saved | None = None


def opened(session: Session) -> Opened:
    """What the page's address asks for; NotFound, or Refused where it asks for what can't be."""
    asked, nothing = st.query_params, {"name": "", "where": NOTHING}
    if "name" in asked:
        saved = stored.get(session, asked["name"])
        return Opened(f"segment {saved.id}", {"name": saved.name, "where": _json(saved.tree)}, {}, saved)
    if "copy" in asked:
        other = stored.get(session, asked["copy"])
        given = {"name": stored.copy_name(session, other.name), "where": _json(other.tree)}
        return Opened(f"segment copy {other.id}", nothing, given)
    if "where" in asked:
        where = asked["where"]
        return Opened(f"segment where {crc32(where.encode())}", nothing, {"where": _json(_parsed(where))})
    return Opened("segment new", nothing, {})


def draft(form: ui.Form, what: Opened) -> Draft:
    """The question as it is being edited; what somebody else saved meanwhile where nothing was touched here."""
    known: Draft | None = st.session_state.get(form.key(DRAFT))
    if known is None:
        for name, value in what.given.items():
            st.session_state[form.key(name)] = value
    if known is None or st.session_state[form.key(KEPT)] != form["where"]:
        known = st.session_state[form.key(DRAFT)] = Draft(form["where"])
    return known


def keep(form: ui.Form, known: Draft) -> None:
    """What the draft is now is what the form holds."""
    st.session_state[form.key("where")] = st.session_state[form.key(KEPT)] = known.json


def _json(tree: trees.Tree) -> dict[str, Any]:
    """As the editor writes it, so that a question that was only looked at is the same."""
    return Draft(trees.as_json(tree)).json


def _parsed(where: str) -> trees.Tree:
    try:
        return trees.parse(json.loads(where, object_pairs_hook=said.each_once))
    except Refused:
        raise
    except (ValueError, RecursionError):  # no JSON, or a number too long to read
        raise Refused("В ссылке испорчено условие сегмента: откройте её оттуда, где она была") from None

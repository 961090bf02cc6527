"""Forms in the browser: it asks before something unsaved is closed or loaded anew; Enter sends a short form."""

import streamlit as st

from loyalty.ui.components import component

_UNSAVED = "_unsaved"  # in session state: the forms with something typed in them

_component = component("leaving")


def remember(form: str, *, unsaved: bool) -> None:
    """Whether a form, or what is like one, has something that would be lost with the tab."""
    forms: set[str] = st.session_state.setdefault(_UNSAVED, set())
    (forms.add if unsaved else forms.discard)(form)


def put_aside(kind: str) -> None:
    """A dialog was closed without saving: the browser asks nothing, what was typed is there when it opens again.

    Its forms are named by the kind and whom they are about.
    """
    for form in [one for one in st.session_state.get(_UNSAVED, ()) if one.split()[0] == kind]:
        remember(form, unsaved=False)


def ask_before_leaving(place: str) -> None:
    """Tell the browser how it stands; a fragment is a place of its own."""
    forms = st.session_state.get(_UNSAVED)
    if forms is not None:
        _component(key=f"leaving-{place}", data={"unsaved": bool(forms)}, height=1)

"""Forms in the browser: it asks before something unsaved is closed or loaded anew; Enter sends a short form."""

import streamlit as st

from loyalty.ui.components import component

_UNSAVED = "_unsaved"  # in session state: the forms with something typed in them
_HERE = "_unsaved_here"  # whether this run's page has something else

_component = component("leaving")


def remember(form: str, *, unsaved: bool) -> None:
    """Whether a form has something that would be lost."""
    forms: set[str] = st.session_state.setdefault(_UNSAVED, set())
    (forms.add if unsaved else forms.discard)(form)


def put_aside(kind: str) -> None:
    """A dialog was closed without saving: the browser asks nothing, what was typed is there when it opens again.

    Its forms are named by the kind and whom they are about.
    """
    for form in [one for one in st.session_state.get(_UNSAVED, ()) if one.split()[0] == kind]:
        remember(form, unsaved=False)


def lost_with_page() -> None:
    """What stands on this page, dropped files, goes with it: said anew in each run."""
    st.session_state[_HERE] = True


def ask_before_leaving(place: str) -> None:
    """Tell the browser how it stands; a fragment is a place of its own."""
    forms, here = st.session_state.get(_UNSAVED), st.session_state.pop(_HERE, False)
    if here:
        st.session_state.setdefault(_UNSAVED, set())  # said from now on, also when nothing would be lost any more
    if here or forms is not None:
        _component(key=f"leaving-{place}", data={"unsaved": here or bool(forms)}, height=1)

"""Whether the background service lives: a quiet dot in the sidebar, a sentence with the way out if it does not."""

import streamlit as st

from loyalty import ui, wording
from loyalty.service import pulse

RESTART = "Закройте программу и запустите её снова через start.py"
WAY_OUT = f"Сообщения не уходят, файлы не загружаются, копии не делаются. {RESTART}"


def trouble(last: pulse.Pulse | None) -> str:
    """What is wrong with the service, in a few words; empty while it lives."""
    if last is None:
        return "Фоновая служба не запущена"
    return f"Фоновая служба молчит {wording.seconds(last.age_s)}" if last.silent else ""


@st.fragment(run_every=10)
def show() -> None:
    """The dot, looked at again and again; where something is wrong, the sentence in its place."""
    wrong = trouble(pulse.last())
    if wrong:
        st.caption(f":orange[:material/warning:] {wrong}. {WAY_OUT}")
    else:
        ui.dot("Фоновая служба работает")

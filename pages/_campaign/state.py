"""How a campaign in the editor stands: that it goes by itself, or why it asks."""

import streamlit as st

from loyalty import ui, wording
from loyalty.messages.campaigns import Saved
from loyalty.messages.campaigns.stored import SCHEDULED


def badges(saved: Saved | None) -> list[ui.Badge]:
    """Beside its name, that it goes by itself."""
    if saved is None or saved.status != SCHEDULED or saved.draft.at is None:
        return []
    return [ui.Badge(f"Отправится {wording.time(saved.draft.at)}", "green", "schedule")]


def told(saved: Saved) -> None:
    """What became of it, over its fields."""
    if saved.why:
        st.warning(ui.plain(saved.why), icon=":material/schedule:")
    elif saved.status == SCHEDULED:
        st.caption("Если что-то изменить и сохранить, она станет черновиком: запустите её снова")

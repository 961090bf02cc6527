"""Where segments lead: to one of them, and to the editor with a question."""

import json
from collections.abc import Mapping
from typing import Any

from loyalty import ui
from pages._addresses import SEGMENT, SEGMENT_EDIT


def open_segment(words: str, name: str) -> ui.Lead:
    """A segment's page."""
    return ui.Lead(words, SEGMENT, {"name": name})


def edit_where(words: str, where: Mapping[str, Any]) -> ui.Lead:
    """The editor with a question already in it."""
    return ui.Lead(words, SEGMENT_EDIT, {"where": json.dumps(where, ensure_ascii=False)})

"""Files dropped for the import: each as it will be counted, there still when one comes back, and loaded at once."""

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple

import streamlit as st

from loyalty import ui
from loyalty.files import uploads
from loyalty.files.uploads import Ready
from pages._import import file as import_file
from pages._import import report

TURN = "import_turn"  # how many times files were loaded: each time an empty place for the next ones is drawn
KEPT = "import_kept"  # names of the files dropped and not loaded, by id: Streamlit forgets them with the page
IN_PLACE = "import_in_place"  # ids of those that stand in the place for files itself


class Dropped(NamedTuple):
    """A file not loaded yet; one of an earlier visit has no content, it is on the disk."""

    id: str
    name: str
    content: BinaryIO | None


def show() -> bool:
    """The place for files and how each will be counted; whether there are any."""
    turn = st.session_state.setdefault(TURN, 0)
    files = list(_dropped(f"import-drop-{turn}"))
    ui.remember("import", unsaved=bool(files))
    shown = [_show(file) for file in files]
    ready = [file for file in shown if file]
    if not files:
        return False
    if len(ready) < len(shown) and ready:
        st.caption(f"Загрузятся только файлы без ошибок: {len(ready)} из {len(shown)}")
    if st.button("Загрузить", type="primary", icon=":material/upload:", disabled=not ready, key="import-load"):
        with ui.explained():
            names = ", ".join(f"«{file.file_name}»" for file in ready)
            queued = ui.write(f"загрузка {names}", lambda session: uploads.enqueue(session, ready), "")
            st.session_state[report.HERE] = queued.result or []
            st.session_state[TURN] = turn + 1
            st.session_state[KEPT] = {}
            ui.remember("import", unsaved=False)
            st.rerun()
    return True


def _dropped(key: str) -> Iterator[Dropped]:
    """What stands in the place for files, and what was dropped before one went to another page."""
    is_new = key not in st.session_state  # whoever comes back finds the place empty, and has removed nothing
    here = st.file_uploader(
        "Перетащите сюда файлы из 1С, можно несколько сразу: XLSX, XLS, XLSB, ODS, CSV, TXT",
        accept_multiple_files=True,
        key=key,
    )
    kept: dict[str, str] = st.session_state.setdefault(KEPT, {})
    now = {file.file_id: file.name for file in here}
    removed = set() if is_new else set(st.session_state.get(IN_PLACE, ())) - set(now)
    st.session_state[IN_PLACE] = list(now)
    _forget(kept, removed)
    _forget(kept, [id_ for id_, name in kept.items() if id_ not in now and not uploads.place(id_, name).exists()])
    yield from (Dropped(id_, name, None) for id_, name in kept.items() if id_ not in now)
    kept.update(now)
    yield from (Dropped(file.file_id, file.name, file) for file in here)


def _forget(kept: dict[str, Any], ids: Iterable[str]) -> None:
    for id_ in ids:
        kept.pop(id_, None)


def _show(file: Dropped) -> Ready | None:
    with ui.section(file.name, height="content") as actions:
        if file.content is None:
            kept = st.session_state[KEPT]
            actions.button(
                "Убрать", type="tertiary", key=f"forget-{file.id}", on_click=_forget, args=(kept, [file.id])
            )
        return import_file.show(file.id, file.name, file.content)

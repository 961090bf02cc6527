"""A fixed list from a file of phones: whom they are of becomes a segment, whose nobody knows is listed."""

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from sqlmodel import Session

from loyalty import acts, db, settings, ui, wording
from loyalty.errors import LoyaltyError
from loyalty.files import phone_list, uploads
from loyalty.files.phone_list import PhoneList
from loyalty.segments import membership
from loyalty.segments.tree import is_
from pages._addresses import SEGMENT

FORM = "phone-list"
UNFOUND_KINDS: dict[str, ui.Kind] = {"Строка": "count", "Что написано": "text", "Почему": "text"}
TYPES = ["csv", "txt", "xlsx", "xls", "ods"]


@st.cache_data(max_entries=5, show_spinner="Ищу этих клиентов…")
def looked_up(path: str, changes: str) -> PhoneList:
    """Whose the file's phones are."""
    with db.reading() as session:
        return phone_list.read(session, Path(path))


@st.dialog("Список из файла", width="medium", on_dismiss=lambda: ui.put_aside(FORM))
def dialog() -> None:
    """A file, what was found in it, a name."""
    st.caption("Файл Excel, CSV или текст, в котором есть колонка с телефонами. Порядок и вид номеров не важны.")
    upload = st.file_uploader("Файл с телефонами", type=TYPES, label_visibility="collapsed", key="phones-file")
    if upload is None:
        return
    try:
        path = uploads.keep(upload.file_id, upload.name, upload)
        with db.reading() as session:
            changes = db.changes(session)
        found = looked_up(str(path), changes)
    except LoyaltyError as error:
        ui.field_error(str(error))
        return
    said(found, upload.name)
    if found.found:
        create(found, upload)


def said(found: PhoneList, name: str) -> None:
    """How many were found, and who was not."""
    count = wording.plural(len(found.found), "клиент", "клиента", "клиентов")
    repeated = f" · повторов: {wording.number(found.repeated)}" if found.repeated else ""
    st.markdown(f"**Нашлось: {count}**{repeated}" if found.found else "**Никто из этого списка не покупал у вас**")
    if not found.unfound:
        return
    frame = pd.DataFrame(found.unfound, columns=list(UNFOUND_KINDS))
    rows = wording.plural(len(frame), "строка", "строки", "строк")
    with ui.section(f"Не нашлись: {rows}", height="content") as actions:
        with actions:
            ui.excel_button(f"Не нашлись — {Path(name).stem}", frame, UNFOUND_KINDS, key="excel-unfound")
        ui.table(
            frame.head(100), UNFOUND_KINDS, alt="Кто не нашёлся", key="unfound", rows_shown=6,
            phone=ui.Lines("Что написано", "Строка", note="{Почему}"),
        )  # fmt: skip


def create(found: PhoneList, upload: Any) -> None:
    """Under which name they are kept."""
    with ui.form(FORM, {"name": ""}) as form:
        form.field(st.text_input, "name", "Как назвать", max_chars=200, placeholder="Например, Гости праздника")

        def save(_: str) -> None:
            name, tree = form["name"] or "", is_("phones", list=list(found.found))

            def write(session: Session) -> int:
                act = acts.begin(session, acts.Origin.SCREEN)
                return membership.save(
                    session, name, tree, act, settings.now(settings.timezone(session)), settings.today(session)
                )

            ui.write(f"сегмент «{name}»", write, f"Сегмент «{name}» создан")

        if st.button("Создать сегмент", type="primary", key=form.key("save")):
            name = form["name"]
            if form.saved(save):
                st.switch_page(SEGMENT, query_params={"name": name})

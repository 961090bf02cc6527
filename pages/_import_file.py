"""One dropped file: what it is, its first documents as understood, and its columns where a person corrects them."""

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from loyalty import db, ui
from loyalty.errors import LoyaltyError
from loyalty.files import uploads
from loyalty.files.uploads import Look, Ready
from loyalty.onec import Mapping
from loyalty.onec.documents.reading import RowError
from pages._import_columns import chosen_before, columns_editor

KINDS: dict[str, ui.Kind] = {"Дата": "time", "Сумма": "money", "Бонусами": "money", "День рождения": "day"}


def show(upload: Any) -> Ready | None:
    """Draw a file; None where it can't be loaded as it is."""
    with ui.section(upload.name, height="content") as actions:
        try:
            path = uploads.keep(upload.file_id, upload.name, upload)
            look = _look(str(path), chosen_before(upload.file_id))
        except LoyaltyError as error:
            ui.field_error(str(error))
            return None
        with actions:
            fixing = st.toggle("Поправить колонки", value=bool(look.missing), key=f"fix-{upload.file_id}")
        st.markdown(f"**{look.summary}**")
        keep = True
        if fixing:
            chosen, keep = columns_editor(upload.file_id, look)
            look = _look(str(path), chosen)
        _understood(look)
        if look.missing:
            ui.field_error(
                f"Не нашли колонки: {', '.join(look.missing)}. Укажите, где они, или выгрузите файл с ними."
            )
            return None
        return Ready(path, upload.name, look, by_hand=fixing, keep_mapping=keep)


@st.cache_data(
    max_entries=50, show_spinner="Смотрю, что в файле…", hash_funcs={Mapping: lambda m: str(m.as_json())}
)
def _look(path: str, mapping: Mapping | None) -> Look:
    with db.reading() as session:
        return uploads.look(session, Path(path), mapping)


def _cell(error: RowError) -> str:
    """«колонка Дата, «32.13.2026»»: which cell of the row, and what stands there."""
    said = (f"колонка {error.column}" if error.column else "", f"«{error.value}»" if error.value else "")
    return ", ".join(filter(None, said)) or "строка целиком"


def _understood(look: Look) -> None:
    found = ", ".join(label for label, _column in look.recognised)
    ignored = ", ".join(f"«{column.label}»" for column in look.ignored)
    st.caption(f"Распознаны: {found or 'пока ничего'}." + (f" Не используются: {ignored}." if ignored else ""))
    if look.amount_meaning:
        st.caption(look.amount_meaning)
    if look.documents:
        st.caption("Так программа поняла первые строки:")
        alt = "Первые документы файла, как их поняла программа"
        ui.table(pd.DataFrame(look.documents), KINDS, alt=alt)
    for error in look.errors[:3]:
        ui.field_error(f"Строка {error.row}, {_cell(error)}: {error.reason}")

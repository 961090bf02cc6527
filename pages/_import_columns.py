"""Which column of the file is which: a select for each field, with an example of what the column holds."""

from typing import Any

import streamlit as st

from loyalty.files import uploads
from loyalty.files.uploads import KINDS, MAIN_FIELDS, Column, Look
from loyalty.onec import FIELDS, Mapping

NOWHERE = -1  # no column; None would draw a button to clear what is empty already
MEANINGS = {
    "file": "Определить по файлу",
    "before": "До оплаты бонусами: полная стоимость",
    "after": "После оплаты бонусами: осталось доплатить",
}


def chosen_before(file_id: str) -> Mapping | None:
    """The kind or the header row a person chose before; its fields are chosen by the editor below."""
    kept = st.session_state.get(f"mapping-{file_id}")
    return Mapping(**kept) if kept else None


def _choose(file_id: str, mapping: Mapping) -> None:
    st.session_state[f"mapping-{file_id}"] = mapping.as_json()
    st.rerun()


def columns_editor(file_id: str, look: Look) -> tuple[Mapping, bool]:
    """Draw the columns to choose from; the mapping chosen, and whether to remember it."""
    mapping = look.mapping
    kind_place, header_place, meaning_place = st.columns(3, vertical_alignment="bottom")
    kinds = list(KINDS)
    kind = kind_place.selectbox(
        "Что в файле", kinds, kinds.index(mapping.kind), KINDS.__getitem__, key=f"kind-{file_id}-{mapping.kind}"
    )
    row = header_place.number_input(
        "Строка с заголовками (0 — их нет)",
        0,
        1000,
        mapping.header_row,
        key=f"header-{file_id}-{mapping.header_row}",
    )
    if kind != mapping.kind:
        _choose(file_id, uploads.with_kind(look, kind))
    if row != mapping.header_row:
        _choose(file_id, uploads.with_header(look, row))
    fields = _fields(f"{file_id}-{kind}-{row}", look, MAIN_FIELDS[kind])
    with st.expander("Ещё колонки", type="compact"):
        rest = [name for name in FIELDS[kind] if name not in MAIN_FIELDS[kind]]
        fields |= _fields(f"{file_id}-{kind}-{row}", look, rest)
    after_bonuses = None
    if kind == "sales" and fields.get("bonuses") is not None:
        said = {None: "file", False: "before", True: "after"}[mapping.amount_after_bonuses]
        meaning = meaning_place.selectbox(
            "Что значит «Сумма»",
            list(MEANINGS),
            list(MEANINGS).index(said),
            MEANINGS.__getitem__,
            key=f"meaning-{file_id}",
        )
        after_bonuses = {"file": None, "before": False, "after": True}[meaning]
    keep = st.checkbox("Запомнить для таких файлов", value=True, key=f"keep-{file_id}")
    return uploads.corrected(look, kind, fields, after_bonuses), keep


def _fields(key: str, look: Look, names: Any) -> dict[str, int | None]:
    options = [NOWHERE, *(column.at for column in look.columns)]
    words = {column.at: _option(column) for column in look.columns}
    chosen: dict[str, int | None] = {}
    with st.grid(4, min_column_width=200, gap="small"):
        for name in names:
            at = look.mapping.fields.get(name)
            option = st.selectbox(
                FIELDS[look.mapping.kind][name].label,
                options,
                options.index(at) if at in options else 0,
                lambda option: words.get(option, "—"),
                key=f"field-{key}-{name}",
            )
            chosen[name] = None if option == NOWHERE else option
    return chosen


def _option(column: Column) -> str:
    return f"{column.label} · {column.example[:24]}" if column.example else column.label

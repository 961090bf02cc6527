"""One dropped file: what it is, how it will be counted, what it has to be asked, how its columns are read."""

from pathlib import Path
from typing import BinaryIO

import streamlit as st

from loyalty import db, ui
from loyalty.errors import LoyaltyError
from loyalty.files import uploads
from loyalty.files.uploads import Look, Ready
from loyalty.onec import Mapping
from pages._import import columns
from pages._import import counted as import_counted
from pages._import import questions as import_questions


def show(file_id: str, name: str, content: BinaryIO | None) -> Ready | None:
    """Draw a file, None for its content: it is kept already; None where it can't be loaded as it is."""
    before = import_questions.chosen_before(file_id)
    try:
        path = uploads.keep(file_id, name, content) if content else uploads.place(file_id, name)
        base = _look(str(path), before)
    except LoyaltyError as error:
        ui.field_error(str(error))
        if before and st.button("Вернуть, как было", key=f"undo-{file_id}"):
            import_questions.choose(file_id, None)
        return None
    look, keep = _read(file_id, path, base, before is not None)
    if look is None or not look.is_ready:
        return None
    by_hand = look is not base or before is not None
    return Ready(path, name, look, by_hand=by_hand, keep_mapping=keep)


def _read(file_id: str, path: Path, base: Look, was_chosen: bool) -> tuple[Look | None, bool]:
    """What a person says of the file, and the file as read then; None while that can't be judged."""
    st.markdown(ui.plain(base.summary))
    counted, questions, documents = st.container(gap="small"), st.container(), st.container()
    with questions:
        answers = import_questions.ask(file_id, base)
    opened = bool(base.missing or base.unclear or any(question.key == "fields" for question in base.questions))
    with st.expander("Как читаются колонки", expanded=opened, icon=":material/view_column:"):
        import_questions.what_and_where(file_id, base)
        reasons = st.container(gap=None)
        key = f"{file_id}-{base.kind}-{base.mapping.header_row}-{base.mapping.sheet}-{base.is_remembered}"
        chosen = columns.choose(key, base)
    if chosen.wrong:
        with counted:
            st.markdown("Укажите ниже, что в каких колонках: тогда будет видно, как посчитается файл.")
        return None, False
    said = uploads.corrected(base, chosen.fields, answers | chosen.answers, chosen.ignored)
    look = base
    if said != base.said:
        try:
            look = _look(str(path), said)
        except LoyaltyError as error:
            with counted:
                ui.field_error(str(error))
            return None, False
    import_questions.ask_more(file_id, look, answers)
    with counted:
        import_counted.show(look)
    with documents:
        import_counted.documents(look, file_id)
    with reasons:
        import_counted.reasons(look)
    keep = False
    if look is not base or was_chosen:
        keep = st.checkbox("Запомнить для таких файлов", True, key=f"keep-{file_id}", persist_state="session")
    return look, keep


@st.cache_data(
    max_entries=50, show_spinner="Смотрю, что в файле…", hash_funcs={Mapping: lambda m: str(m.as_json())}
)
def _look(path: str, mapping: Mapping | None) -> Look:
    with db.reading() as session:
        return uploads.look(session, Path(path), mapping)


def forget_looks() -> None:
    """Files are looked into anew: what is remembered of them has changed."""
    _look.clear()

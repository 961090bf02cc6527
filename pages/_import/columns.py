"""The file's own columns one under another: first values, what each means, what is still missing said at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from loyalty import ui
from loyalty.files import meanings, uploads
from loyalty.files.looking import Column, Look
from loyalty.wording import form

NOT_NEEDED = "—"
MEANINGS = {
    None: "Определить по файлу",
    False: "До оплаты бонусами: полная стоимость",
    True: "После оплаты бонусами: осталось доплатить",
}


@dataclass(slots=True)
class Chosen:
    """What a person chose: `fields` None where she left the program's guess; judged once nothing is wrong."""

    fields: dict[str, int] | None = None
    ignored: list[str] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    wrong: bool = False


def choose(key: str, look: Look) -> Chosen:
    """Draw the columns with a select each; what is missing stands above them."""
    told = st.container(gap="small")
    words = meanings.choices(look.kind)
    chosen = {column.at: _row(key, look, column, words) for column in look.columns}
    guess = {name: at for name, at in look.fields.items() if at < len(look.columns)}
    changed = [column for column in look.columns if chosen[column.at] not in (column.meaning, _left(column))]
    fields = {name: at for name, at in guess.items() if at not in [column.at for column in changed]}
    fields |= {name: column.at for column in changed if (name := chosen[column.at]) and name != NOT_NEEDED}
    result = Chosen(fields if changed else None)
    result.ignored = [column.label for column in look.unclear if chosen[column.at] == NOT_NEEDED]
    _after_bonuses(key, look, fields, result)
    with told:
        result.wrong = _wrong(look, fields, chosen)
    return result


def _left(column: Column) -> str | None:
    """What a select holds when nobody touched it."""
    return column.meaning or (None if column.is_open else NOT_NEEDED)


def _row(key: str, look: Look, column: Column, words: dict[str, str]) -> str | None:
    """A column: its label and first values, and the select; what is chosen."""
    about, choice = st.columns([3, 2], vertical_alignment="center", gap="small")
    options = [NOT_NEEDED, *words]
    left = _left(column)
    with choice:
        chosen: str | None = st.selectbox(
            f"Что в колонке «{column.label}»",
            options,
            None if left is None else options.index(left),
            lambda name: words.get(name, "Не нужна"),
            key=f"column-{key}-{column.at}",
            placeholder="Что в этой колонке?",
            label_visibility="collapsed",
            persist_state="session",
        )
    marks = []
    if chosen in meanings.NEEDED[look.kind] or chosen == "document":
        marks.append(":green-badge[нужна]")
    if chosen and chosen == column.meaning:
        marks.append(":gray-badge[запомнено]" if look.is_remembered else ":gray-badge[угадано]")
    if chosen is None and column.unclear:
        marks.append(":orange-badge[непонятно]")
    values = " · ".join(ui.plain(value) for value in column.examples) or "пусто"
    about.markdown(f"**{ui.plain(column.label)}** {' '.join(marks)}  \n:gray[{values}]")
    return chosen


def _after_bonuses(key: str, look: Look, fields: dict[str, int], result: Chosen) -> None:
    if look.kind != "sales" or "bonuses" not in fields:
        return
    said = look.said.amount_after_bonuses if look.said else None
    meaning = st.selectbox(
        "Что значит «Сумма»",
        list(MEANINGS),
        list(MEANINGS).index(said),
        MEANINGS.__getitem__,
        key=f"meaning-{key}",
        persist_state="session",
    )
    if meaning != said:
        result.answers["amount_after_bonuses"] = meaning


def _wrong(look: Look, fields: dict[str, int], chosen: dict[int, str | None]) -> bool:
    """Say all that keeps the file from being judged; whether there is something."""
    labels = {column.at: f"«{column.label}»" for column in look.columns}
    names = [name for name in chosen.values() if name and name != NOT_NEEDED]
    twice = {name for name in names if names.count(name) > 1}
    for name in sorted(twice):
        both = " и ".join(labels[at] for at, one in chosen.items() if one == name)
        ui.field_error(f"{meanings.in_words(look.kind, name)} — сразу в двух колонках: {both}. Оставьте одну")
    missing = uploads.missing(look, fields)
    if missing:
        ui.field_error(
            f"Укажите, где {_listed(missing)}: без {form(len(missing), 'неё', 'них', 'них')} не посчитать"
        )
    if open_ := [labels[column.at] for column in look.unclear if chosen[column.at] is None]:
        ui.field_error(f"Непонятно, что в {_listed(open_)}. Укажите или выберите «Не нужна»")
    return bool(twice or missing)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words)

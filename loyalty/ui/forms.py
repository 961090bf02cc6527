"""Forms: what is typed stays through tabs, pages and mistakes; mistakes stand under their fields, all at once.

    with ui.form("gift", {"sum": None, "reason": ""}) as form:
        form.field(st.number_input, "sum", "Сколько бонусов", min_value=1)
        form.field(st.text_input, "reason", "За что")
        if st.button("Подарить") and form.saved(lambda key: give(form["sum"], form["reason"], key)):
            st.rerun()

A list of rows is one of the form's values: `form.rows("levels")` are the ids to draw, "levels.2.name" is a field
of a row, `form["levels"]` the rows that hold anything.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from loyalty import wording
from loyalty.errors import Changed, LoyaltyError, Problems
from loyalty.ui.leaving import ask_before_leaving, remember
from loyalty.ui.words import field_error

WHOLE = ""
"""Names a mistake that is of no field: it stands where `place()` was called, else at the form's end."""

_LIVE = "300ms"  # after a pause in typing the server knows it, before a tab, a page or a button is clicked
_NO_VALUE = (st.number_input, st.date_input)  # widgets that would begin with a value of their own


@dataclass(slots=True)
class _Kept:
    """A form while it is open: kept in the session, wherever one looks meanwhile."""

    start: dict[str, Any]  # what was stored when the fields were filled in
    key: str = field(default_factory=lambda: uuid4().hex)  # of this opening: what is sent with it is written once
    rows: dict[str, dict[int, Mapping[str, Any]]] = field(default_factory=dict)  # by list and id, as they began
    problems: dict[str, tuple[str, Any]] = field(default_factory=dict)  # the sentence, and the value it is about
    is_saved: bool = False


class Form:
    """An open form; `form["sum"]` is what its field holds now."""

    def __init__(self, name: str, start: Mapping[str, Any]) -> None:
        self.name, self._where = name, f"_form {name}"
        self._places: dict[str, DeltaGenerator] = {}
        self._kept: _Kept = st.session_state.setdefault(self._where, _Kept({}))
        self._follow(start)

    def __getitem__(self, name: str) -> Any:
        if name in self._kept.rows:
            return [self._row(name, row) for row in self._kept.rows[name] if self._holds(name, row)]
        value = st.session_state.get(self.key(name), self._first(name))
        return value.replace("\0", "").strip() if type(value) is str else value  # PostgreSQL takes no NUL

    def key(self, name: str) -> str:
        """The name of a field's widget: of this opening, so that the next one begins anew."""
        return f"{self.name} {self._kept.key} {name}"

    def field(self, widget: Callable[..., Any], name: str, *labels: Any, **options: Any) -> Any:
        """Draw a field with its mistake under it; what it holds."""
        if widget is st.text_input:
            options["live"] = _LIVE
        elif widget in _NO_VALUE:
            options |= {"value": None} | self._bounds(name, options)
        st.session_state.setdefault(self.key(name), self._first(name))
        with st.container(gap="xxsmall"):
            widget(*labels, key=self.key(name), persist_state="session", **options)
            self.place(name)
        return self[name]

    def _bounds(self, name: str, options: Mapping[str, Any]) -> dict[str, Any]:
        """Wide enough for what is stored: outside of them a widget shows nothing, and saving would erase it."""
        first = self._first(name)
        if first is None:
            return {}
        wide = {"min_value": min, "max_value": max}
        return {bound: widest(options[bound], first) for bound, widest in wide.items() if bound in options}

    def place(self, name: str = WHOLE) -> None:
        """Where a mistake stands."""
        self._places[name] = st.empty()
        told, about = self._kept.problems.get(name, (None, None))
        if told and about == self[name]:
            with self._places[name]:
                field_error(told)

    # --- Rows ------------------------------------------------------------------------------------------------

    def rows(self, name: str) -> list[int]:
        """The ids of a list's rows in the order to draw them."""
        return list(self._kept.rows[name])

    def add_row(self, name: str) -> None:
        """One more row, empty; for a button's on_click."""
        rows = self._kept.rows[name]
        rows[max(rows, default=-1) + 1] = {}

    def remove_row(self, name: str, row: int) -> None:
        """A row less; for a button's on_click."""
        self._kept.rows[name].pop(row, None)

    def _row(self, name: str, row: int) -> dict[str, Any]:
        beginning = f"{self.key(name)}.{row}."
        typed = {key: key.removeprefix(beginning) for key in st.session_state if str(key).startswith(beginning)}
        columns = dict.fromkeys((*self._kept.rows[name][row], *typed.values()))
        return {column: self[f"{name}.{row}.{column}"] for column in columns}

    def _holds(self, name: str, row: int) -> bool:
        return any(value not in (None, "") for value in self._row(name, row).values())

    def _first(self, name: str) -> Any:
        """What a field began with."""
        listed, *place = name.split(".")
        return self._kept.rows[listed].get(int(place[0]), {}).get(place[1]) if place else self._kept.start.get(name)

    # --- What was changed, and saving it -----------------------------------------------------------------------

    @property
    def start(self) -> Mapping[str, Any]:
        """What was stored when the fields were filled in."""
        return self._kept.start

    @property
    def values(self) -> dict[str, Any]:
        """What all fields hold, drawn or not."""
        return {name: self[name] for name in self._kept.start}

    @property
    def changes(self) -> dict[str, Any]:
        """What the fields hold, of those that hold something else than is stored."""
        return {name: self[name] for name, stored in self._kept.start.items() if not _same(self[name], stored)}

    def saved(self, save: Callable[[str], Any]) -> bool:
        """Save what was typed, and close; whether it is saved. What is refused stays, each mistake at its field.

        `save` is given the key of this opening. It draws nothing: a second click may stop a run that draws.
        """
        if not self._kept.is_saved:
            try:
                save(self._kept.key)
            except Changed:
                st.rerun()  # what is stored now stands in the fields, or beside what was typed
            except LoyaltyError as error:
                self.refuse(error.by_field if isinstance(error, Problems) else {WHOLE: str(error)})
                return False
            self._kept.is_saved = True
        self.close()
        return True

    def refuse(self, problems: Mapping[str, str]) -> None:
        """Show mistakes by field, until what stands there is changed."""
        for name, told in self.tell(problems).items():
            self._kept.problems[name] = (told, self[name])

    def tell(self, problems: Mapping[str, str]) -> dict[str, str]:
        """Show mistakes by field in this run; of fields that are not on the screen, where the form's own stand."""
        named = {self._named(name): wording.sentence(told) for name, told in problems.items()}
        elsewhere = ". ".join(told for name, told in named.items() if name not in self._places)
        if elsewhere:
            named = {name: told for name, told in named.items() if name in self._places} | {WHOLE: elsewhere}
            self._places.setdefault(WHOLE, st.container())
        for name, told in named.items():
            with self._places[name]:
                field_error(told)
        return named

    def _named(self, name: str) -> str:
        """A field of a list's row by the row's id: who saves knows its place among the rows that hold anything."""
        listed, *place = name.split(".")
        if not place:
            return name
        filled = [row for row in self._kept.rows[listed] if self._holds(listed, row)]
        return f"{listed}.{filled[int(place[0])]}.{place[1]}"

    def close(self) -> None:
        """Forget what was typed: the next opening begins with what is stored; for a button's on_click too."""
        st.session_state.pop(self._where, None)
        remember(self.name, unsaved=False)

    def _follow(self, start: Mapping[str, Any]) -> None:
        """What is stored now: fields that nobody touched show it, those that differ say that it changed."""
        for name, stored in start.items():
            known = self._kept.start.get(name, stored)
            touched = name in self._kept.start and not _same(self[name], known)
            self._kept.start[name] = stored
            if touched and not _same(stored, known) and not _same(self[name], stored):
                self._kept.problems[name] = (_changed_meanwhile(stored), self[name])
            elif not touched and isinstance(stored, list):
                if name not in self._kept.rows or not _same(stored, known):
                    after = max(self._kept.rows.get(name, ()), default=-1) + 1
                    self._kept.rows[name] = dict(enumerate(stored, after))
            elif not touched and not _same(stored, known):
                st.session_state[self.key(name)] = stored


@contextmanager
def form(name: str, start: Mapping[str, Any]) -> Iterator[Form]:
    """A form that begins with what is stored; the browser asks before what was typed is lost."""
    opened = Form(name, start)
    with st.container(key=f"form-{name.replace(' ', '-')}"):
        yield opened
        if WHOLE not in opened._places:
            opened.place()
    unsaved = opened._where in st.session_state and bool(opened.changes)
    remember(name, unsaved=unsaved)
    ask_before_leaving(name)


def _changed_meanwhile(stored: Any) -> str:
    shown = wording.day(stored) if isinstance(stored, date) else stored if isinstance(stored, str) else None
    other = "другое" if shown is None else f"«{shown}»" if shown else "пустое поле"
    return f"Пока вы писали, здесь сохранили {other}. Сохраните ещё раз, если верно ваше"


def _same(one: Any, other: Any) -> bool:
    """Empty is empty, whether nothing or no letters."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(_same(one.get(name), other.get(name)) for name in {*one, *other})
    return bool(one == other or (one in (None, "") and other in (None, "")))

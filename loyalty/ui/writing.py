"""Writing from a screen: at once, or in its turn, and the person is told which at once."""

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

import streamlit as st
from sqlmodel import Session

from loyalty import db, waiting
from loyalty.errors import LoyaltyError
from loyalty.ui.text import plain
from loyalty.ui.words import flash
from loyalty.waiting import Deed

T = TypeVar("T")
_WATCHED = "_waiting"  # deeds this session has shown as waiting, to tell of their end


class Outcome(NamedTuple, Generic[T]):
    """Whether it is written already; what came of it, or None while it waits."""

    is_written: bool
    result: T | None = None


def write(what: str, do: Callable[[Session], T], done: str | Callable[[T], str]) -> Outcome[T]:
    """Write what a person said, and flash `done`; where somebody else writes for long, it waits for its turn.

    `what` names it while it waits: «подарок 500 бонусов — Анна Иванова». `do` may be called anew after it was
    rolled back, so it changes nothing but the database. LoyaltyError where it can't be written.
    """
    deed = Deed(what, do, done if callable(done) else lambda _: done, db.engine())
    if not waiting.line.waiting():  # else it would overtake what was said before it
        try:
            with db.writing(patience_s=waiting.PATIENCE_S) as session:
                result = do(session)
        except db.Busy:
            pass
        else:
            if told := deed.done(result):
                flash(told)
            return Outcome(True, result)
    with db.rehearsing() as session:  # a form learns of its mistakes while it is still there
        do(session)
    waiting.line.add(deed)
    return Outcome(False)


def write_by_click(what: str, do: Callable[[Session], object], done: str) -> None:
    """The same for a button without a form: a refusal is a toast as well, and the page is drawn anew."""
    try:
        write(what, do, done)
    except LoyaltyError as error:
        flash(str(error), icon="error")
    st.rerun()


def show_waiting(why: Callable[[], str]) -> None:
    """What waits to be written, and `why`; what could not be; the shell calls it on every page."""
    for deed in _watched():
        if deed.written:
            flash(deed.written)
    st.session_state[_WATCHED] = [deed for deed in _watched() if not deed.is_over]
    if lost := waiting.line.lost():
        _lost(lost)
    if waiting.line.waiting() or waiting.line.refused():
        _show(why)


def _lost(words: Sequence[str]) -> None:
    with st.container(border=True, gap="small"):
        with st.container(gap=None):
            said = "; ".join(dict.fromkeys(map(plain, words)))
            st.markdown(f":red[:material/error:] **Не записано, программа была остановлена:** {said}")
            st.caption("Оно ждало, пока запишутся другие изменения. Повторите, если это ещё нужно")
        st.button("Понятно", key="waiting-lost", on_click=waiting.line.forget_lost)


def _watched() -> list[Deed]:
    watched: list[Deed] = st.session_state.setdefault(_WATCHED, [])
    return watched


@st.fragment(run_every=1)
def _show(why: Callable[[], str]) -> None:
    if any(deed.is_over for deed in _watched()):
        st.rerun()  # the page shows what is written
    deeds = [deed for deed in waiting.line.waiting() if not deed.is_over]
    st.session_state[_WATCHED] = deeds
    if deeds:
        said = "; ".join(dict.fromkeys(plain(deed.what) for deed in deeds))
        with st.container(border=True, gap=None):
            st.markdown(f":material/hourglass_top: **Ждёт записи:** {said}")
            st.caption(f"{plain(why())}. Потом запишется само: вкладку можно закрыть, программу — нет")
    for deed in waiting.line.refused():
        _refused(deed)


def _refused(deed: Deed) -> None:
    with st.container(border=True, gap="small"):
        with st.container(gap=None):
            st.markdown(f":red[:material/error:] **Не записано:** {plain(deed.what)}")
            st.caption(plain(deed.problem or ""))
        with st.container(horizontal=True, gap="small"):
            st.button("Повторить", key=f"waiting-again-{id(deed)}", on_click=waiting.line.again, args=(deed,))
            st.button("Убрать", key=f"waiting-away-{id(deed)}", on_click=waiting.line.put_away, args=(deed,))

"""A trigger's switch: off at once; on after it was said whom it would write to."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import streamlit as st
from sqlmodel import Session

from loyalty import acts, db, settings, ui, wording
from loyalty.messages import reasons
from loyalty.messages.triggers import rehearsal, stored
from loyalty.messages.triggers.stored import Saved

ASKED = "_trigger_asked"  # how often the question was dismissed: the switch goes back


def toggle(saved: Saved, label: str = "", *, visible: bool = False) -> None:
    """The switch itself; one that asks goes back when nobody answers."""
    asked = st.session_state.setdefault(ASKED, 0)
    since = saved.since.moment.isoformat() if saved.since else "off"
    wanted = st.toggle(
        label or ui.plain(f"Включить «{saved.name}»"),
        value=saved.is_on,
        key=f"switch {saved.id} {since} {asked}",
        label_visibility="visible" if visible else "collapsed",
    )
    if wanted and not saved.is_on:
        dialog(saved)
    elif saved.is_on and not wanted:
        ui.write_by_click(
            f"триггер «{saved.name}» выключен", writer(saved, is_on=False), f"«{saved.name}» выключен"
        )


def _back() -> None:
    st.session_state[ASKED] = st.session_state.get(ASKED, 0) + 1


@st.dialog("Включить триггер?", on_dismiss=_back)
def dialog(saved: Saved) -> None:
    """Whom it would write to today and tomorrow, and that the past is past."""
    with db.reading() as session:
        today = settings.today(session)
        days = (today, today + timedelta(days=1)) if saved.terms.of.is_of_days else ()
        counts = [Counts.of(rehearsal.rehearse(session, day, saved.name)) for day in days]
    st.markdown(f"**{ui.plain(saved.name)}.** {ui.plain(saved.terms.sentence)}.")
    for told in expected(saved, counts):
        st.markdown(ui.plain(told))
    since = "с сегодняшнего дня" if days else "с этой минуты"
    st.caption(f"О том, что случилось раньше, он не напишет: только о том, что случится {since}")
    with ui.form("trigger-on", {}) as asked:
        if st.button("Включить", type="primary", key=asked.key("do")) and asked.saved(
            lambda _: ui.write(
                f"триггер «{saved.name}» включён", writer(saved, is_on=True), f"«{saved.name}» включён"
            )
        ):
            _back()
            st.rerun()


class Counts(NamedTuple):
    """How many of a day get a message, how many a gift, written to or not; why the others get no message."""

    sent: int
    gifts: int
    left_out: Counter[str]

    @classmethod
    def of(cls, found: list[rehearsal.Rehearsed]) -> "Counts":
        """Of all that a day's rehearsal has found."""
        gifts = sum(bool(row.gift) for one in found for row in one.rows)
        left_out = Counter(row.reason for one in found for row in one.left_out)
        return cls(sum(len(one.sent) for one in found), gifts, left_out)


def expected(saved: Saved, counts: list[Counts]) -> list[str]:
    """«Сегодня получат 3 клиента, не получит 1 (нет телефона — 1); 4 подарка», or that nobody knows yet."""
    if not counts:
        return ["Напишет каждому, с кем это случится"]
    if not any(one.sent or one.gifts or one.left_out for one in counts):
        return ["Сегодня и завтра писать некому"]
    told = []
    for words, (sent, gifts, left_out) in zip(("Сегодня", "Завтра"), counts, strict=True):
        people = wording.plural(sent, "клиент", "клиента", "клиентов")
        got = f"{words} {wording.form(sent, 'получит', 'получат', 'получат')} {people}"
        count = left_out.total()
        why = ", ".join(f"{reasons.words(reason)} — {wording.number(of)}" for reason, of in left_out.most_common())
        none = f", не {wording.form(count, 'получит', 'получат', 'получат')} {wording.number(count)} ({why})"
        given = f"; {wording.plural(gifts, 'подарок', 'подарка', 'подарков')}" if gifts else ""
        told.append(got + (none if count else "") + given)
    return told


def writer(saved: Saved, *, is_on: bool) -> Callable[[Session], None]:
    """What writes it down."""

    def write(session: Session) -> None:
        act = acts.begin(session, acts.Origin.SCREEN)
        stored.switch(session, saved.name, is_on, act, settings.now(settings.timezone(session)))

    return write

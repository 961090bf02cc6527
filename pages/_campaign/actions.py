"""What is done with a campaign under way: paused, gone on with, stopped, sent again, its text mended."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st
from sqlmodel import Session

from loyalty import acts, db, settings, ui, wording
from loyalty.messages import campaigns
from loyalty.messages.campaigns import Saved
from loyalty.messages.campaigns.stored import PAUSED, SENDING
from loyalty.messages.writing.text import EMAIL, SUBJECT_MAX
from loyalty.reports.messages.campaign import Campaign
from pages._campaign import again, copying

MEND = "campaign-mend"


def show(one: Campaign) -> None:
    """The main action by its state, and what is done seldom behind «Ещё»."""
    saved = one.saved
    if saved.status == SENDING and st.button("Пауза", icon=":material/pause:", key="campaign-pause"):
        do(f"пауза рассылки «{saved.name}»", lambda session, now: campaigns.pause(session, saved.name), "На паузе")
    if saved.status == PAUSED and st.button(
        "Продолжить", type="primary", icon=":material/play_arrow:", key="campaign-resume"
    ):
        do(f"рассылка «{saved.name}»", lambda session, now: campaigns.resume(session, saved.name, now),
           "Отправка продолжается")  # fmt: skip
    if saved.status in (SENDING, PAUSED) and st.button("Остановить", icon=":material/stop:", key="campaign-stop"):
        stop(saved)
    with st.popover("Ещё", icon=":material/more_horiz:", key="campaign-more"):
        more(saved)


def more(saved: Saved) -> None:
    """Again to whom it did not reach, another text for who waits, a copy."""
    with db.reading() as session:
        now = settings.now(settings.timezone(session))
        failed, rest = campaigns.failed(session, saved.name, now), campaigns.rest(session, saved.name, now)
        unsent = campaigns.unsent(session, saved.id)
    if failed.messages and button(f"Отправить недошедшим: {wording.number(failed.messages)}", "replay", "resend"):
        again.ask("Отправить недошедшим?", saved, failed, campaigns.resend)
    if rest.messages and button(
        f"Отправить остальным: {wording.number(rest.messages)}", "forward_to_inbox", "rest"
    ):
        again.ask("Отправить остальным?", saved, rest, campaigns.send_rest)
    later = sum(one.messages + one.by_another_text for one in (failed, rest))
    if (unsent or later) and button("Исправить текст", "edit", "mend"):
        mend(saved, unsent, later)
    if button("Сделать копию", "content_copy", "copy"):
        copying.copy(saved.name)


def button(words: str, icon: str, key: str) -> bool:
    return st.button(words, icon=f":material/{icon}:", type="tertiary", key=f"campaign-{key}")


def begun(session: Session) -> acts.Act:
    return acts.begin(session, acts.Origin.SCREEN)


def do(what: str, how: Callable[[Session, datetime], object], done: str) -> None:
    """By a click alone."""
    ui.write_by_click(what, lambda session: how(session, settings.now(settings.timezone(session))), done)


@st.dialog("Остановить рассылку?")
def stop(saved: Saved) -> None:
    """Who has not got it will not; asked once."""
    with db.reading() as session:
        unsent = campaigns.unsent(session, saved.id)
    left = wording.plural(unsent, "человек", "человека", "человек")
    verb = wording.form(unsent, "получил", "получили", "получили")
    st.markdown(f"Её ещё не {verb} {left}. Потом её можно будет «отправить остальным».")
    with ui.form("campaign-stop", {}) as asked:
        if st.button("Остановить", type="primary", key=asked.key("do")) and asked.saved(
            lambda _: ui.write(
                f"остановка рассылки «{saved.name}»",
                lambda session: campaigns.stop(session, saved.name),
                "Рассылка остановлена",
            )
        ):
            st.rerun()


@st.dialog("Исправить текст", on_dismiss=lambda: ui.put_aside(MEND))
def mend(saved: Saved, unsent: int, later: int) -> None:
    """Another text for who has not got it; who has keeps what she was sent."""
    waiting = f"в очереди {wording.plural(unsent, 'получатель', 'получателя', 'получателей')}"
    told = waiting if unsent else f"сейчас в очереди никого, отправить можно ещё {_people(later)}"
    st.caption(f"Новый текст получат те, кому ещё не отправлено: {told}")
    is_letter = saved.draft.channel == EMAIL
    with ui.form(MEND, {"text": saved.draft.text, "subject": saved.draft.subject}) as form:
        if is_letter:
            form.field(st.text_input, "subject", "Тема письма", max_chars=SUBJECT_MAX)
        form.field(st.text_area, "text", "Текст сообщения", height=140)

        def save(_: str) -> None:
            text, subject = form["text"] or "", (form["subject"] or "") if is_letter else None

            def write(session: Session) -> None:
                now = settings.now(settings.timezone(session))
                campaigns.mend(session, saved.name, text, begun(session), now, subject=subject)

            ui.write(f"текст рассылки «{saved.name}»", write, "Текст исправлен")

        if st.button("Сохранить", type="primary", key=form.key("save")) and form.saved(save):
            st.rerun()


def _people(count: int) -> str:
    return wording.plural(count, "человеку", "людям", "людям")

"""What is done with a campaign in the editor: saved, launched, copied, deleted."""

import streamlit as st
from sqlmodel import Session
from streamlit.delta_generator import DeltaGenerator

from loyalty import acts, db, settings, ui
from loyalty.errors import Problems
from loyalty.messages import campaigns
from loyalty.messages.campaigns.stored import SCHEDULED
from loyalty.messages.writing.pricing import Price
from pages._addresses import CAMPAIGNS
from pages._campaign import copying, launch
from pages._campaign.opened import Opened, drafted, stored, unfinished

COPY, UNSCHEDULE, DELETE = "Сделать копию", "Отменить отправку", "Удалить"


def buttons(actions: DeltaGenerator, form: ui.Form, opened: Opened, price: Price | None) -> None:
    """In the page's header."""
    with actions:
        if opened.saved:
            waits = [UNSCHEDULE] if opened.saved.status == SCHEDULED else []
            asked = st.menu_button("Ещё", [COPY, *waits, DELETE], key=form.key("menu"))
            if asked == COPY:
                copying.copy(opened.saved.name)
            elif asked == UNSCHEDULE:
                unschedule(opened.saved.name)
            elif asked == DELETE:
                delete(form, opened.saved.name)
        if st.button("Отмена", key=form.key("cancel")):
            form.close()
            st.switch_page(CAMPAIGNS)
        if st.button("Сохранить", key=form.key("save")) and form.saved(lambda _: save(form, opened)):
            st.switch_page(CAMPAIGNS)
        if st.button("Запустить", type="primary", icon=":material/send:", key=form.key("launch")):
            wrong = problems(form, opened)
            if wrong:
                form.refuse(wrong)
            elif price is not None:
                launch.ask(form, opened, price)


def problems(form: ui.Form, opened: Opened) -> dict[str, str]:
    """All that keeps it from being launched, by field."""
    found = unfinished(form)
    with db.reading() as session:
        now = settings.now(settings.timezone(session))
        try:
            campaigns.check(session, drafted(form), now, opened.saved.name if opened.saved else "")
        except Problems as why:
            found |= {("day" if field == "at" else field): told for field, told in why.by_field.items()}
    return found


def save(form: ui.Form, opened: Opened) -> None:
    """What is typed is kept."""
    if wrong := problems(form, opened):
        raise Problems(wrong)
    draft, seed = drafted(form), opened.seed(form)
    if opened.saved and draft == opened.saved.draft:  # one that waits for its time goes on waiting
        return

    def do(session: Session) -> None:
        now = settings.now(settings.timezone(session))
        stored(session, draft, opened, seed, acts.begin(session, acts.Origin.SCREEN), now)

    ui.write(f"рассылка «{draft.name}»", do, f"Черновик «{draft.name}» сохранён")


def unschedule(name: str) -> None:
    """It is a draft again, and goes nowhere by itself."""
    ui.write_by_click(
        f"отмена отправки «{name}»",
        lambda session: campaigns.unschedule(session, name),
        f"«{name}» снова черновик: сама не отправится",
    )


@st.dialog("Удалить рассылку?")
def delete(form: ui.Form, name: str) -> None:
    """Nothing was sent by it."""
    st.markdown(f"Рассылка **«{ui.plain(name)}»** ещё никому не отправлена. Её текст и настройки пропадут.")
    with ui.form("campaign-delete", {}) as asked:
        if st.button("Удалить", type="primary", key=asked.key("do")) and asked.saved(
            lambda _: ui.write(
                f"удаление рассылки «{name}»",
                lambda session: campaigns.delete(session, name),
                f"Рассылка «{name}» удалена",
            )
        ):
            form.close()
            st.switch_page(CAMPAIGNS)

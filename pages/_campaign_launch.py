"""A draft is saved, tried on oneself, deleted, launched: the launch is asked once, with how many and how much."""

from datetime import datetime

import streamlit as st
from sqlmodel import Session
from streamlit.delta_generator import DeltaGenerator

from loyalty import acts, db, settings, ui, wording
from loyalty.errors import Problems
from loyalty.messages import campaigns, gateways, limits
from loyalty.messages.campaigns import Draft, Launched
from loyalty.messages.pricing import Price
from loyalty.messages.text import SMS
from pages._addresses import CAMPAIGNS
from pages._campaign_opened import Opened, drafted, unfinished

COPY, DELETE = "Сделать копию", "Удалить черновик"


def buttons(actions: DeltaGenerator, form: ui.Form, opened: Opened, price: Price | None) -> None:
    """In the page's header."""
    with actions:
        if opened.saved:
            asked = st.menu_button("Ещё", [COPY, DELETE], key=form.key("menu"))
            if asked == COPY:
                copy(opened.saved.name)
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
                ask(form, opened, price)


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


def stored(session: Session, draft: Draft, opened: Opened, seed: str, act: acts.Act, now: datetime) -> None:
    """The draft is kept, as a new one or in place of the one that was opened."""
    if opened.saved:
        campaigns.change(session, opened.saved.name, draft, act, now, seen=opened.saved.draft)
    else:
        campaigns.add(session, draft, act, now, seed=seed)


def save(form: ui.Form, opened: Opened) -> None:
    """What is typed is kept."""
    if wrong := problems(form, opened):
        raise Problems(wrong)
    draft, seed = drafted(form), opened.seed(form)

    def do(session: Session) -> None:
        now = settings.now(settings.timezone(session))
        stored(session, draft, opened, seed, acts.begin(session, acts.Origin.SCREEN), now)

    ui.write(f"рассылка «{draft.name}»", do, f"Черновик «{draft.name}» сохранён")


@st.dialog("Запустить рассылку?")
def ask(form: ui.Form, opened: Opened, price: Price) -> None:
    """To how many and for how much, asked once."""
    draft, seed = drafted(form), opened.seed(form)
    with db.reading() as session:
        told = facts(session, draft, price)
    ui.lines(told)
    if not price.messages:
        st.markdown("Отправлять некому: посмотрите, почему никто не получит.")
        return
    many = wording.plural(price.messages, "сообщение", "сообщения", "сообщений")
    cost = f" за {wording.roubles(price.cost)}" if price.cost is not None else ""
    verb = "Запланировать" if draft.at else "Отправить"

    def do(session: Session) -> Launched:
        act, now = acts.begin(session, acts.Origin.SCREEN), settings.now(settings.timezone(session))
        stored(session, draft, opened, seed, act, now)
        return campaigns.launch(session, draft.name, act, now, expected=price.messages)

    def done(launched: Launched) -> str:
        sent = wording.plural(launched.recipients, "сообщение", "сообщения", "сообщений")
        if draft.at:
            return f"«{draft.name}» запланирована на {wording.time(draft.at)}: {sent}"
        return f"«{draft.name}» отправляется: {sent}"

    with ui.form("campaign-launch", {}) as asked:
        if st.button(f"{verb} {many}{cost}", type="primary", key=asked.key("do")) and asked.saved(
            lambda _: ui.write(f"запуск рассылки «{draft.name}»", do, done)
        ):
            form.close()
            st.switch_page(CAMPAIGNS)


def facts(session: Session, draft: Draft, price: Price) -> list[str]:
    """What happens, as sentences."""
    people = wording.plural(price.messages, "клиент", "клиента", "клиентов")
    parts = f", {wording.plural(price.parts, 'часть', 'части', 'частей')} SMS" if draft.channel == SMS else ""
    told = [f"{wording.form(price.messages, 'Получит', 'Получат', 'Получат')} {people}{parts}"]
    if draft.at:
        told.append(f"Отправится {wording.time(draft.at)}; кто получит, посчитается заново в этот момент")
    else:
        now = settings.now(settings.timezone(session))
        opens = limits.next_moment(session, now)
        told.append("Начнёт отправляться сразу" if opens in (now, None) else
                    f"Сейчас тихие часы: начнёт {wording.time(settings.shop_time(session, opens))}")  # fmt: skip
    if gateways.accounts(session, draft.channel)[0].is_sandbox:
        told.append("Шлюз — «Песочница»: с этого компьютера ничего не уйдёт")
    return told


def copy(name: str) -> None:
    """A draft with the same content."""

    def do(session: Session) -> None:
        now = settings.now(settings.timezone(session))
        campaigns.copy(session, name, acts.begin(session, acts.Origin.SCREEN), now)

    ui.write_by_click(f"копия рассылки «{name}»", do, "Копия сделана: она в списке рассылок")


@st.dialog("Удалить черновик?")
def delete(form: ui.Form, name: str) -> None:
    """Nothing was sent by it."""
    st.markdown(f"Рассылка **«{ui.plain(name)}»** ещё никому не отправлена. Черновик пропадёт.")
    with ui.form("campaign-delete", {}) as asked:
        if st.button("Удалить", type="primary", key=asked.key("do")) and asked.saved(
            lambda _: ui.write(
                f"удаление рассылки «{name}»",
                lambda session: campaigns.delete(session, name),
                f"Черновик «{name}» удалён",
            )
        ):
            form.close()
            st.switch_page(CAMPAIGNS)

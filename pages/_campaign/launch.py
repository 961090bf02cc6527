"""The launch of a campaign is asked once: to how many, for how much, when."""

import streamlit as st
from sqlmodel import Session

from loyalty import acts, db, settings, ui, wording
from loyalty.messages import campaigns
from loyalty.messages.campaigns import Draft, Launched
from loyalty.messages.sending import gateways, limits
from loyalty.messages.writing.pricing import Price
from loyalty.messages.writing.text import SMS
from loyalty.money import Kopecks
from pages._addresses import CAMPAIGN, CAMPAIGNS
from pages._campaign.opened import Opened, drafted, stored


@st.dialog("Запустить рассылку?")
def ask(form: ui.Form, opened: Opened, price: Price) -> None:
    """To how many and for how much, asked once."""
    draft, seed = drafted(form), opened.seed(form)
    with db.reading() as session:
        told = facts(session, draft, price.messages, price.parts)
    ui.lines(told)
    if not price.messages:
        st.markdown("Отправлять некому: посмотрите, почему никто не получит.")
        return
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
        if st.button(
            f"{verb} {many_for(price.messages, price.cost)}", type="primary", key=asked.key("do")
        ) and asked.saved(lambda _: ui.write(f"запуск рассылки «{draft.name}»", do, done)):
            form.close()
            leave(draft.name)


def leave(name: str) -> None:
    """To the campaign under way; to all of them where it waits for its time, or to be written."""
    with db.reading() as session:
        is_launched = name in campaigns.names(session) and campaigns.get(session, name).is_launched
    if is_launched:
        st.switch_page(CAMPAIGN, query_params={"name": name})
    st.switch_page(CAMPAIGNS)


def many_for(messages: int, cost: Kopecks | None) -> str:
    """«12 сообщений за 30 ₽»."""
    many = wording.plural(messages, "сообщение", "сообщения", "сообщений")
    return many if cost is None else f"{many} за {wording.roubles(cost)}"


def facts(session: Session, draft: Draft, messages: int, parts: int) -> list[str]:
    """What happens, as sentences."""
    people = wording.plural(messages, "клиент", "клиента", "клиентов")
    many_parts = f", {wording.plural(parts, 'часть', 'части', 'частей')} SMS" if draft.channel == SMS else ""
    told = [f"{wording.form(messages, 'Получит', 'Получат', 'Получат')} {people}{many_parts}"]
    if draft.at:
        told.append(f"Отправится {wording.time(draft.at)}; кто получит, посчитается заново в этот момент")
    else:
        now = settings.now(settings.timezone(session))
        opens = limits.next_moment(session, now)
        if opens in (now, None):
            told.append("Начнёт отправляться сразу")
        else:
            told.append(f"Сейчас тихие часы: начнёт {wording.time(settings.shop_time(session, opens))}")
        if opens and opens > now + limits.validity(session):
            told.append("К этому времени сообщения устареют, и их не получит никто: запустите после тихих часов")
    if gateways.accounts(session, draft.channel)[0].is_sandbox:
        told.append("Шлюз — «Песочница»: с этого компьютера ничего не уйдёт")
    return told

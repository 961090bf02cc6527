"""What a campaign costs: parts, money, what would make it cheaper, and whether the gateway has as much."""

import streamlit as st

from loyalty import db, ui, wording
from loyalty.messages.audience import Audience
from loyalty.messages.sending import gateways
from loyalty.messages.sending.gateways import Account
from loyalty.messages.writing import pricing
from loyalty.messages.writing.pricing import Price
from loyalty.messages.writing.text import SMS
from pages._addresses import GATEWAYS
from pages._campaign.audience import DEARER, STEP


def costs(form: ui.Form, found: Audience, price: Price) -> None:
    """Parts and money; the worst case; whose name costs a part; Latin letters with what they save."""
    told = [f"Всего {part_words(price.parts)}"]
    told[0] += f": {wording.roubles(price.cost)}" if price.cost is not None else ""
    if price.most > 1:
        worst = f", {wording.roubles(price.worst)}" if price.worst is not None else ""
        told.append(f"Самое длинное сообщение — {part_words(price.most)}{worst}")
    ui.lines(told)
    if price.part_price is None:
        unpriced(found, price)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if price.dearer:
            many = wording.plural(len(price.dearer), "клиента", "клиентов", "клиентов")
            if st.button(f":primary[На часть больше у {many}]", type="tertiary", key="campaign-dearer"):
                st.query_params[STEP] = DEARER
                st.rerun()
    saving = 0 if form["is_latin"] else price.parts - price.latin
    if saving > 0 or form["is_latin"]:
        form.field(st.toggle, "is_latin", "Отправить латиницей", help="Дешевле, но читать неудобно")
    if saving > 0:
        money = "" if price.part_price is None else f", это {wording.roubles(saving * price.part_price)}"
        st.caption(f"Латиницей было бы на {part_words(saving, 'часть', 'части')} меньше{money}")


def unpriced(found: Audience, price: Price) -> None:
    """The shop has not said what a part costs: the gateway may say."""
    with db.reading() as session:
        account = gateways.accounts(session, SMS)[0]
    if account.is_sandbox:
        with st.container(horizontal=True, gap="xsmall"):
            st.caption("Сколько стоит часть, неизвестно: укажите её цену", width="content")
            ui.link("в «Шлюзах»", GATEWAYS)
    elif st.button("Спросить цену у шлюза", type="tertiary", icon=":material/payments:", key="campaign-quote"):
        with ui.explained():
            quote = pricing.asked(account, found.reached)
            if quote is None or not quote.parts:
                st.caption("Шлюз не говорит цен заранее: укажите цену части в «Шлюзах»")
                return
            whole = wording.roubles_round(quote.cost * price.parts // quote.parts)
            some = wording.plural(quote.messages, "сообщение", "сообщения", "сообщений")
            st.caption(f"По словам шлюза, {some} — {wording.roubles(quote.cost)}; все — около {whole}")


def part_words(count: int, one: str = "часть", few: str = "части") -> str:
    """«1 часть», «3 части», «5 частей»."""
    return wording.plural(count, one, few, "частей")


def balance(account: Account, price: Price) -> str:
    """«· на счёте 320 ₽, хватит на 128 частей»."""
    if account.balance is None:
        return ""
    told = f" · на счёте {wording.roubles(account.balance)}"
    if not price.part_price:
        return told
    good = account.balance // price.part_price
    return f"{told}, хватит на {part_words(good)}" if good else f"{told}, не хватит и на одну часть"


def gateway(channel: str, price: Price) -> None:
    """By which gateway it will go, for how many messages it is good, and what is wrong with it.

    That nothing leaves the PC while it is the sandbox, stands over the page.
    """
    with db.reading() as session:
        account = gateways.accounts(session, channel)[0]
    if not account.is_sandbox:
        st.caption(f"Шлюз — {ui.plain(account.title)}{balance(account, price)}")
        if account.balance is not None and price.cost is not None and account.balance < price.cost:
            st.warning("На счёте шлюза меньше, чем стоит рассылка: пополните его", icon=":material/payments:")
    if account.trouble:
        st.warning(ui.plain(account.trouble), icon=":material/error:")

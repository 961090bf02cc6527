"""The customer's card: all that happened to her and is ahead, with «Почему столько?», and who she is."""

from typing import Literal

import streamlit as st

from loyalty import db, ui, wording
from loyalty.errors import NotFound
from loyalty.reports.customers import card as report
from pages._addresses import CUSTOMERS
from pages._card import gift, history, segments
from pages._card import person as card_person


def main() -> None:
    ui.back_link("Клиенты", CUSTOMERS)
    with db.reading() as session:
        card = report.load(session, asked_for())
    if asked_for() != card.customer.id:  # she was joined to another, whose card it is
        st.query_params["id"] = str(card.customer.id)
    header(card)
    ui.figures(figures(card), key="figures", alt="Бонусы и покупки клиента")
    segments.show(card)
    tabs = {
        "История": history.show,
        "О клиенте": card_person.show,
    }
    for tab, show in zip(st.tabs(list(tabs), key="card_tab", on_change="rerun"), tabs.values(), strict=True):
        if tab.open:
            with tab:
                show(card)


def asked_for() -> int:
    """The customer that the address names."""
    asked = ui.asked_id("id")
    if asked is None:
        raise NotFound("Какого клиента показать? Выберите его в списке клиентов")
    return asked


def header(card: report.CustomerCard) -> None:
    """Name, level and consent, and one line of who she is, a tap on whose phone calls."""
    person, bought = card.customer, card.purchases
    colour: Literal["gray", "orange"] = "gray" if card.next_level else "orange"  # the highest stands out
    badges = [ui.Badge(f"{bought.level} · {wording.percent(bought.rate)}", colour)]
    if card.sms_consent is not None:
        badges.append(
            ui.Badge("Согласие на рекламу по SMS", "green", "check")
            if card.sms_consent
            else ui.Badge("Отказ от рекламы по SMS", icon="block")
        )
    if card.is_erased:
        badges = [ui.Badge("Данные удалены", icon="person_off")]
    with ui.header(card_person.name(person), badges=badges):
        if not card.is_erased:
            gift.button(card)
    phone = [ui.dialled(person.phone, wording.phone(person.phone))] if person.phone else []
    known = phone + [ui.plain(said) for said in card_person.in_a_line(person, card.today)]
    nothing = (
        "Кто это был, программа больше не знает"
        if card.is_erased
        else "Кроме покупок, о клиенте ничего не известно"
    )
    st.caption(nothing if card.is_erased else " · ".join(known) or nothing)


def figures(card: report.CustomerCard) -> list[ui.Figure]:
    """Bonuses now and ahead, turnover and how far the next level is; what is asked first stands first."""
    now, bought = card.balance, card.purchases
    burn_on, waits = wording.day(now.next_burn_on), "Ждёт"
    if card.pending_days:
        first = wording.day_and_month(card.pending_days[0])
        waits = f"Ждёт до {first}" if len(card.pending_days) == 1 else f"Ждёт, первые — {first}"
    found = [
        ui.Figure("Доступно", wording.bonuses(now.available)),
        ui.Figure(f"Сгорит {burn_on}" if burn_on else "Сгорит", wording.bonuses(now.next_burn or 0)),
        ui.Figure(waits, wording.bonuses(now.pending)),
        ui.Figure("Потрачено", wording.bonuses(now.spent)),
    ]
    if now.debt:
        found.append(ui.Figure("Долг", wording.bonuses(now.debt), help="Его погасят следующие бонусы"))
    found.append(ui.Figure("Оборот", wording.roubles_round(bought.turnover)))
    if card.next_level:
        left = card.next_level.threshold - bought.turnover
        found.append(ui.Figure(f"До уровня {wording.percent(card.next_level.rate)}", wording.roubles_round(left)))
    last = bought.last_purchase_on
    when = wording.days_ago(last, card.today) if last else "не было"
    silence = when.removesuffix(" назад")
    found.append(ui.Figure("Последний чек" if when == silence else "Без покупок", silence))
    return found


main()

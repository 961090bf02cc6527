"""A channel's part of «Шлюзы»: who sends, who is the reserve, what each said last."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import streamlit as st

from loyalty import ui, wording
from loyalty.messages.sending import gateways
from loyalty.messages.sending.gateways import ASIDE, MAIN, RESERVE, Account
from pages._gateways import form, tried
from pages._gateways import sandbox as gateway_sandbox


class Channel(NamedTuple):
    """How a channel is spoken of."""

    name: str
    title: str
    connect: str
    sandbox: str
    units: tuple[str, str, str]


SMS = Channel("sms", "SMS", "Подключить шлюз", "Песочница: SMS не уходят с этого компьютера, они видны ниже",
              ("SMS", "SMS", "SMS"))  # fmt: skip
LETTERS = Channel("email", "Почта", "Подключить почту",
                  "Песочница: письма не уходят с этого компьютера, они видны ниже",
                  ("письмо", "письма", "писем"))  # fmt: skip


def show(channel: Channel, known: Sequence[Account], zone: str) -> None:
    """The section: its gateways with what to do about each."""
    by_place = {one.place: one for one in known if one.place != ASIDE}
    main = by_place[MAIN]
    hint = channel.sandbox if main.is_sandbox else f"Отправляет {main.title}"
    with ui.section(channel.title, hint=hint, height="content") as actions:
        with actions:
            if not main.is_sandbox:
                tried.button(main)
            label = channel.connect if main.is_sandbox else "Изменить"
            is_first = main.is_sandbox and channel is SMS  # one main action a page
            if st.button(label, type="primary" if is_first else "secondary", key=f"gateway-{channel.name}"):
                form.open_form(channel.name, known, is_reserve=False)
        if not main.is_sandbox:
            _main(channel, main, zone)
            _reserve(channel, known, by_place.get(RESERVE))
        elif channel is SMS:
            gateway_sandbox.priced(main, known)
    _put_aside(known)


def _main(channel: Channel, main: Account, zone: str) -> None:
    if main.trouble:
        ui.field_error(main.trouble)
    ui.figures(_figures(channel, main, zone), key=f"gateway-{channel.name}-figures", alt=f"{channel.title}: шлюз")
    if senders := st.session_state.get(tried.SENDERS, {}).get((main.channel, main.kind)):
        st.caption(ui.plain(f"Имена отправителя в кабинете: {', '.join(senders)}"))
    if main.provider.calls_back:
        _callback(main)


def _figures(channel: Channel, main: Account, zone: str) -> list[ui.Figure]:
    found = [ui.Figure("Отправитель", main.access.sender or "По умолчанию")]
    if channel.name == "email":
        return found
    balance = "Неизвестен" if main.balance is None else wording.roubles(main.balance)
    found.append(ui.Figure("Баланс", balance, of=_when(main.asked_at, zone)))
    if main.good_for is not None:
        found.append(ui.Figure("Хватит на", wording.plural(main.good_for, *channel.units)))
    price = "Не указана" if main.price is None else wording.roubles(main.price)
    return [*found, ui.Figure("Цена одной SMS", price)]


def _when(at: datetime | None, zone: str) -> str | None:
    if at is None:
        return None
    local = at.astimezone(ZoneInfo(zone)) if at.tzinfo else at
    return f"на {wording.day_and_month(local)} {local:%H:%M}"


def _callback(main: Account) -> None:
    """The address to paste at the provider, where it can reach us."""
    if not main.access.callback:
        st.caption("Доставлено ли, программа спрашивает у шлюза сама")
        return
    st.caption(ui.plain(f"Чтобы о доставке и ответах узнавать сразу, впишите этот адрес в кабинете {main.title}:"))
    st.code(main.access.callback, language=None)


def _reserve(channel: Channel, known: Sequence[Account], reserve: Account | None) -> None:
    if not form.kinds(channel.name, known, is_reserve=True):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        words = f"Запасной: {reserve.title}" if reserve else "Запасного шлюза нет"
        st.markdown(ui.plain(words), width="content")
        if reserve:
            tried.button(reserve, is_quiet=True)
        if st.button(
            "Изменить" if reserve else "Добавить запасной", type="tertiary", key=f"reserve-{channel.name}"
        ):
            form.open_form(channel.name, known, is_reserve=True)
        if reserve and st.button("Убрать", type="tertiary", key=f"reserve-away-{channel.name}"):
            ui.write_by_click(
                f"запасной шлюз {reserve.title}",
                lambda session: gateways.put_aside(session, reserve.channel, reserve.kind),
                f"{reserve.title} больше не запасной",
            )
    if reserve and reserve.trouble:
        ui.field_error(reserve.trouble)


def _put_aside(known: Sequence[Account]) -> None:
    titles = [one.title for one in known if one.place == ASIDE and not one.is_sandbox]
    if titles:
        st.caption(ui.plain(f"Отложены, ключ сохранён: {', '.join(titles)}"))

"""The dialog that chooses a channel's gateway and sets it; a key is typed as a password and never shown again."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from sqlmodel import Session

from loyalty import db, ui, wording
from loyalty.errors import Problems
from loyalty.messages.sending import gateways
from loyalty.messages.sending.gateways import MAIN, RESERVE, Account, Setting
from loyalty.sms.answers import kopecks
from loyalty.sms.catalogue import GATEWAYS, SANDBOX, SMS, Provider
from pages._gateways import tried

NAME = "gateway"


def kinds(channel: str, known: Sequence[Account], *, is_reserve: bool) -> list[str]:
    """Which gateways can be chosen; the reserve is another one than the main, and no sandbox."""
    main = next(one.kind for one in known if one.place == MAIN)
    offered = [kind for kind, one in GATEWAYS.items() if channel in one.channels]
    return [kind for kind in offered if kind not in (SANDBOX, main)] if is_reserve else offered


def open_form(channel: str, known: Sequence[Account], *, is_reserve: bool, kind: str = "") -> None:
    """The dialog over the page, at the gateway of `kind` where one is named."""
    title = "Запасной шлюз" if is_reserve else "Кто отправляет SMS" if channel == SMS else "Откуда уходят письма"
    st.dialog(title, on_dismiss=lambda: ui.put_aside(NAME))(_dialog)(channel, known, is_reserve, kind)


def _dialog(channel: str, known: Sequence[Account], is_reserve: bool, named: str) -> None:
    offered = kinds(channel, known, is_reserve=is_reserve)
    by_kind = {one.kind: one for one in known}
    place = RESERVE if is_reserve else MAIN
    current = named or next((one.kind for one in known if one.place == place), offered[0])
    if current == SANDBOX and not named:  # who opens this wants to connect something
        current = next(kind for kind in offered if kind != SANDBOX)
    with ui.form(f"{NAME} {channel} {place}", _start(offered, by_kind, current)) as form:
        if len(offered) > 1:
            form.field(st.selectbox, "kind", "Шлюз", offered, format_func=lambda kind: GATEWAYS[kind].title)
        kind = form["kind"]
        if kind == SANDBOX:
            st.caption("Сообщения пишутся на экран «Шлюзы» и в файл, с компьютера не уходит ничего.")
        else:
            _fields(form, GATEWAYS[kind], by_kind.get(kind))
        if channel == SMS:
            form.field(
                st.text_input, f"price_{kind}", "Цена одной SMS, ₽", placeholder="3,20",
                help="По ней считаются расходы на рассылки, если шлюз сам не называет цену",
            )  # fmt: skip
        form.place()
        if st.button("Сохранить", type="primary", key=form.key("save")):
            _save(form, channel, by_kind.get(kind), is_reserve)


def _start(offered: Sequence[str], known: Mapping[str, Account], current: str) -> dict[str, Any]:
    """What is stored of each; a key never is."""
    start: dict[str, Any] = {"kind": current}
    for kind in offered:
        access = known[kind].access if kind in known else None
        price = access.price if access else None
        start |= {
            f"key_{kind}": "",
            f"sender_{kind}": access.sender if access else "",
            f"url_{kind}": access.url if access else "",
            f"price_{kind}": "" if price is None else wording.bonuses(price),
        }
    return start


def _fields(form: ui.Form, provider: Provider, known: Account | None) -> None:
    kind, has_key = provider.kind, bool(known and known.access.key)
    if provider.needs_url:
        form.field(st.text_input, f"url_{kind}", "Сервер почты", placeholder="smtps://smtp.yandex.ru")
    form.field(
        st.text_input, f"key_{kind}", "Ключ", type="password", autocomplete="off",
        placeholder="Сохранён. Впишите новый, если он сменился" if has_key else provider.key,
    )  # fmt: skip
    st.caption(ui.plain(provider.where))
    form.field(
        st.text_input, f"sender_{kind}", provider.sender,
        placeholder="Лето <shop@mail.ru>" if provider.needs_url else "Латиницей, как в кабинете шлюза",
    )  # fmt: skip
    if not provider.needs_url:
        with st.expander("Другой адрес шлюза"):
            form.field(st.text_input, f"url_{kind}", "Адрес", placeholder="Обычно не нужен")


def _save(form: ui.Form, channel: str, known: Account | None, is_reserve: bool) -> None:
    kind = form["kind"]
    typed = {name: form[f"{name}_{kind}"] or "" for name in ("key", "sender", "url", "price")}
    price = kopecks(typed["price"]) if typed["price"] else None
    if typed["price"] and price is None:
        form.refuse({f"price_{kind}": "Цену пишут в рублях: 3,20"})
        return
    if known and known.access.key and not typed["key"] and typed["url"] != known.access.url:
        form.refuse({f"key_{kind}": "Адрес другой: впишите ключ ещё раз, чтобы он не ушёл кому-то ещё"})
        return
    said = Setting(kind, typed["key"] or None, typed["sender"], typed["url"], price, is_reserve)
    title, written = GATEWAYS[kind].title, False

    def change(session: Session) -> Account:
        try:
            return gateways.change(session, channel, said)
        except Problems as problems:
            raise Problems({f"{name}_{kind}": words for name, words in problems.by_field.items()}) from None

    def save(_key: str) -> None:
        nonlocal written
        written = ui.write(f"шлюз {title}", change, f"{title}: сохранено").is_written

    if form.saved(save):
        if written and kind != SANDBOX:
            with db.reading() as session:
                account = gateways.account(session, channel, kind)
            tried.now(account)
        st.rerun()

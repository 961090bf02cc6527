"""How a customer refuses: the shop's public address for links, and the words where it has none."""

import streamlit as st

from loyalty import options, ui
from loyalty.messages.consent.optout import PATH, PUBLIC_ADDRESS, REFUSAL_WORDS, WORDS_MAX

NAME = "refusal"


def show(address: str, said: str) -> None:
    """The two settings, and what a message will say by them."""
    hint = "Это стоит в сообщении на месте {отписка}"
    with ui.section("Как отказываются", hint=hint, height="content"):
        with ui.form(NAME, {PUBLIC_ADDRESS: address, REFUSAL_WORDS: said}) as form:
            form.field(
                st.text_input, PUBLIC_ADDRESS, "Адрес этой программы в интернете",
                placeholder="https://bonus.shop.ru",
                help="Если его нет, оставьте пустым. Настроить его поможет тот, кто ведёт ваш сайт: снаружи должны "
                "открываться только /o/ и /hook/, остальное программа чужим не покажет",
            )  # fmt: skip
            form.field(
                st.text_input, REFUSAL_WORDS, "Слова, пока адреса нет", max_chars=WORDS_MAX,
                help="Ответ «СТОП» доходит не через всякий шлюз: на имя магазина ответить нельзя",
            )  # fmt: skip
            form.place()
            if st.button("Сохранить", type="primary", key=form.key("do")) and form.saved(lambda _: _save(form)):
                st.rerun()
        if address:
            st.caption(f"В сообщении будет ссылка клиента: {ui.plain(address)}{PATH}…")
        else:
            st.caption(f"В сообщении будет: «{ui.plain(said)}»")
        st.caption("По ссылке открывается страница с кнопкой: отказ записывается, только когда её нажали.")


def _save(form: ui.Form) -> None:
    """Both at once, each mistake at its field."""
    values = {name: form[name] or "" for name in (PUBLIC_ADDRESS, REFUSAL_WORDS)}
    ui.write("как отказываются от рассылок", lambda session: options.put_all(session, values), "Сохранено")

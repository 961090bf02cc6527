"""The card's consents and refusals by day with what proves them; a new one, and «Отказ от рекламы»."""

import streamlit as st
from sqlmodel import Session

from loyalty import acts, db, ui, wording
from loyalty.customers import consent_texts, people
from loyalty.customers import consents as rules
from loyalty.customers.consents import CODE, PAPER, STAFF
from loyalty.messages.consent import optout
from loyalty.reports.customers.card import CustomerCard
from loyalty.reports.customers.person import Said
from pages._addresses import CONSENTS

NAME = "consent"
PURPOSES = {rules.SMS: "реклама по SMS", rules.EMAIL: "реклама по почте", rules.PERSONAL_DATA: "обработка данных"}
HOW = {PAPER: "на бумаге", STAFF: "сказано сотруднику", CODE: "кодом из SMS"}
LETTERS_MAX = 200


def show(card: CustomerCard, said: list[Said]) -> None:
    """Everything she said, newest first."""
    refused = {one.channel for one in said if one.is_latest and not one.is_given}
    with ui.section("Согласия и отказы", height="content") as actions:
        with actions:
            if st.button("Согласие", icon=":material/add:", key="consent-open", help="Записать новое согласие"):
                _dialog(card)
        if not said:
            st.caption("Не спрашивали: рекламы не будет, пока нет согласия.")
        for one in said:
            _line(one)
        if any(one.holds for one in said):
            _withdrawing(said)
        if refused.issuperset(rules.CHANNELS):
            return
        if st.button("Отказ от рекламы", type="tertiary", icon=":material/block:", key="refuse",
                     help="Клиент сказал сотруднику, что не хочет рассылок: ни SMS, ни писем"):  # fmt: skip
            _refuse(card)


def _line(one: Said) -> None:
    """A word with its day, where it is known from, and the text it was about."""
    sign = ":green[:material/check:]" if one.is_given else ":red[:material/block:]"
    with st.container(gap=None):
        st.markdown(f"{sign} {wording.day(one.at.date())} — {ui.plain(_small(one.words))}")
        if one.circumstances:
            st.caption(f"Откуда известно: {' · '.join(map(ui.plain, one.circumstances))}")
        if one.text:
            with st.popover(f"Текст: редакция {one.text.version}", type="tertiary"):
                ui.lines(one.text.text.splitlines())
        elif one.is_given:
            st.caption("На какой текст согласие, не записано")


def _withdrawing(said: list[Said]) -> None:
    """How she takes back what holds."""
    holds = {one.channel for one in said if one.holds}
    with db.reading() as session:
        refusals = optout.Refusals(session)
    if holds.intersection(rules.CHANNELS):
        by_herself = "по ссылке в сообщении" if refusals.address else f"в сообщении сказано «{refusals.words}»"
        st.caption(ui.plain(f"Как отказаться от рекламы: {by_herself}; здесь — кнопкой «Отказ от рекламы»"))
    if rules.PERSONAL_DATA in holds:
        st.caption("Как отозвать согласие на обработку данных: по заявлению, кнопкой «Удалить данные» ниже")


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _refuse(card: CustomerCard) -> None:
    id_ = card.customer.id or 0

    def refuse(session: Session) -> None:
        act = acts.begin(session, acts.Origin.SCREEN)
        rules.refuse(session, id_, act, method=STAFF, place="Карточка клиента")

    ui.write_by_click(
        f"отказ от рекламы — {people.full_name(card.customer)}", refuse, "Записано: рекламы больше не будет"
    )


@st.dialog("Новое согласие", on_dismiss=lambda: ui.put_aside(NAME))
def _dialog(card: CustomerCard) -> None:
    known = {"channel": rules.SMS, "method": PAPER, "place": "", "proof": ""}
    with ui.form(f"{NAME} {card.customer.id}", known) as form:
        channel = form.field(st.selectbox, "channel", "На что", list(PURPOSES), format_func=PURPOSES.__getitem__)
        form.field(st.selectbox, "method", "Как дано", list(HOW), format_func=HOW.__getitem__)
        form.field(st.text_input, "place", "Где", placeholder="Шоурум на Лесной", max_chars=LETTERS_MAX)
        form.field(
            st.text_input, "proof", "Чем подтверждается", placeholder="Анкета № 17, скан в папке «Анкеты»",
            max_chars=LETTERS_MAX,
        )  # fmt: skip
        with db.reading() as session:
            text = consent_texts.current(session, channel)
        if text:
            st.caption(f"{text.called}, от {wording.day(text.since.date())}")
        else:
            ui.link("Текста согласия ещё нет: запишите его", CONSENTS, icon=":material/edit_document:")
        form.place()

        def agree(_: str) -> None:
            id_, said = card.customer.id or 0, {name: form[name] or "" for name in ("method", "place", "proof")}

            def write(session: Session) -> bool:
                act = acts.begin(session, acts.Origin.SCREEN)
                return rules.say_now(
                    session, id_, is_given=True, act=act, channel=channel, text_id=text.id if text else None, **said
                )

            what = f"согласие: {PURPOSES[channel]} — {people.full_name(card.customer)}"
            ui.write(what, write, lambda new: "Согласие записано" if new else "Такое согласие уже есть")

        if st.button("Записать", type="primary", key=form.key("do")) and form.saved(agree):
            st.rerun()

"""«Чей это чек?»: receipts whose phone or card several customers have, and whose each may be; one click answers."""

from datetime import time

import streamlit as st

from loyalty import db, ui, wording
from loyalty.reports.customers import faces
from loyalty.reports.customers import whose as report
from loyalty.reports.customers.faces import Face
from loyalty.sales import answers
from pages import _find_customer, _whose_answers
from pages._addresses import CUSTOMER, CUSTOMERS
from pages._learning import learning

PAGE_SIZE = 10
NO_TIME = time.min  # a file that tells days only


def main() -> None:
    ui.header(
        "Чей это чек?", "Телефон или карта в чеке — у нескольких клиентов. Бонусы получит тот, кого вы выберете"
    )
    with db.reading() as session:
        count, answered = report.count(session), report.recent(session)
    if count:
        questions_of(count)
    else:
        ui.empty(
            "Все чеки разобраны",
            "Здесь появятся чеки, по которым нельзя понять, кто из клиентов покупал: например, "
            "с телефоном, который есть и у мамы, и у дочери.",
            step="К клиентам",
            page=CUSTOMERS,
            icon="task_alt",
        )
    if answered:
        with ui.section("Последние ответы", hint="Ошиблись — спросите снова", height="content"):
            for receipt, face in answered:
                _whose_answers.row(receipt, face)


def questions_of(count: int) -> None:
    """A page of the receipts that wait."""
    questions, pages = st.container(), st.container(horizontal=True, horizontal_alignment="distribute")
    with pages:
        st.caption(f"{wording.plural(count, 'чек ждёт', 'чека ждут', 'чеков ждут')} ответа", width="content")
        last = -(-count // PAGE_SIZE)
        number = st.pagination(last, key=f"whose-page {last}", persist_state="session") if last > 1 else 1
    with db.reading() as session:
        asked = report.page(session, number, PAGE_SIZE)
    with questions:
        for question in asked:
            show(question)


def show(question: report.Question) -> None:
    """A receipt, what it says of its customer, and whose it may be."""
    receipt = question.receipt
    when = wording.time(receipt.at) if receipt.at.time() != NO_TIME else wording.day(receipt.at.date())
    hint = " · ".join(filter(None, (when, question.place)))
    with ui.section(
        f"Чек {receipt.number} на {wording.roubles(receipt.total)}", hint=hint, height="content"
    ) as actions:
        with actions:
            if st.button("Другой клиент", icon=":material/search:", key=f"whose-other-{receipt.id}"):
                other(question)
        st.markdown("  \n".join(filter(None, (goods(question), said(question)))))
        if not question.may_be:
            st.caption("Подходящих клиентов нет: найдите покупателя кнопкой «Другой клиент».")
            return
        called = faces.told_apart(question.may_be)
        with st.grid(min(len(question.may_be), 3), min_column_width=260, gap="small"):
            for face in question.may_be:
                candidate(question, face, called[face.id])


def goods(question: report.Question) -> str:
    """The first few, and how many more."""
    names = ", ".join(map(ui.plain, question.goods))
    more = wording.plural(question.more, "товар", "товара", "товаров")
    return f"{names} и ещё {more}" if question.more else names


def said(question: report.Question) -> str:
    """What the document says of its customer."""
    card, phone, name = question.receipt.said
    known = [wording.phone(phone), f"карта {card}" if card else "", f"имя «{name}»" if name else ""]
    return f"В чеке: {', '.join(ui.plain(one) for one in known if one)}"


def candidate(question: report.Question, face: Face, called: str) -> None:
    """One whose receipt it may be; the button tells her from her namesakes, as it decides who gets the bonuses."""
    with st.container(border=True, gap="small", height="stretch", vertical_alignment="distribute"):
        with st.container(gap=None):
            ui.link(face.name, CUSTOMER, id=face.id)
            st.caption("  \n".join(_find_customer.said(face)))
        if st.button(f"Это {ui.plain(called)}", key=f"whose-{question.receipt.id}-{face.id}", width="stretch"):
            answer(question, face, called)


@st.dialog("Чей это чек?", width="medium")
def other(question: report.Question) -> None:
    """Somebody else, found by a word."""
    receipt = question.receipt
    st.caption(f"Чек {ui.plain(receipt.number)} на {wording.roubles(receipt.total)}. Найдите, кто покупал:")
    if found := _find_customer.chosen(f"whose-find-{receipt.id}", "Это чек клиента"):
        answer(question, found, found.name)


def answer(question: report.Question, face: Face, called: str) -> None:
    """Keep it, bonuses included; the same said twice changes nothing."""
    ui.write_by_click(
        f"чек {question.receipt.number} — {called}",
        learning(lambda session, act: answers.answer(session, question.receipt.id, face.id, act)),
        f"Чек {question.receipt.number} записан: {called}",
    )


main()

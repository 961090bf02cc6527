"""«Контрольная группа»: the shop's lasting one (M15): what each size is good for, then what it shows."""

from datetime import date

import pandas as pd
import streamlit as st
from sqlmodel import Session

from loyalty import acts, db, settings, ui, wording
from loyalty.messages import holdout
from loyalty.messages.effect import LEAST_PEOPLE
from loyalty.messages.holdout import Choice, Group
from pages import _effect
from pages._addresses import CAMPAIGNS, CUSTOMERS

START, BEST = "control-start", 20


def main() -> None:
    ui.back_link("Рассылки", CAMPAIGNS)
    actions = ui.header(
        "Контрольная группа", "Случайная часть клиентов, которой не пишут рекламу: по ней видно, что дают сообщения"
    )
    with db.reading() as session:
        today = settings.today(session)
        group, past = holdout.current(session), holdout.past(session)
        people, choices = holdout.choices(session, today) if group is None else (0, [])
    if group is not None:
        with actions:
            if st.button("Завершить", icon=":material/stop:", key="control-end"):
                end(group)
        shown(group, today, "Что показывает")
    elif people < LEAST_PEOPLE:
        told = wording.plural(people, "клиент", "клиента", "клиентов")
        ui.empty(
            "Пока не из кого выбирать",
            f"Согласие на рекламу дали {told}, а для контрольной группы нужны хотя бы сотни. Собирайте согласия — "
            "и возвращайтесь.", step="Клиенты", page=CUSTOMERS, icon="science",
        )  # fmt: skip
    else:
        choose(people, choices)
    for one in past:
        shown(one, today, f"Закончилась {wording.day(one.ended_on)}")


def shown(group: Group, today: date, title: str) -> None:
    """Who was drawn and what that shows."""
    with db.reading() as session:
        answer = holdout.measured(session, group.id, today)
    hint = (
        f"С {wording.day(group.began_on)}: {wording.number(group.control)} из {wording.number(group.people)} "
        f"согласившихся ({group.percent}{wording.NBSP}%) не получают рекламу"
    )
    with ui.section(title, hint=hint):
        _effect.show(answer, "сообщения", str(group.id))


def choose(people: int, choices: list[Choice]) -> None:
    """What each size is good for, before it is chosen."""
    told = wording.plural(people, "клиент", "клиента", "клиентов")
    with ui.section("Какой она будет", hint=f"Согласие на рекламу дали {told}"):
        st.markdown(
            "Этим людям не будут писать ни рассылки, ни рекламные триггеры; служебные сообщения придут. Через "
            "полгода их покупки сравнят с покупками остальных. Чем больше группа, тем легче заметить пользу — и "
            "тем больше людей останутся без сообщений."
        )
        shown = pd.DataFrame(
            {
                "Доля": [f"{one.percent}{wording.NBSP}%" for one in choices],
                "Не будут получать рекламу": [one.control for one in choices],
                "Вероятность доказать": [round(one.chance * 10_000) // 100 * 100 for one in choices],
            },
            index=[one.percent for one in choices],
        )
        ui.table(
            shown, {"Не будут получать рекламу": "count", "Вероятность доказать": "percent"}, alt="Размеры группы",
            key="control-sizes",
            phone=ui.Lines("Доля", note="без рекламы {Не будут получать рекламу}",
                           aside="вероятность доказать {Вероятность доказать}"),
        )  # fmt: skip
        st.caption(
            "Вероятность доказать за полгода пользу, если сообщения на самом деле увеличивают продажи на 15 %. "
            "Малый магазин часто не может доказать ничего: тогда программа так и скажет"
        )
        with ui.form(START, {"percent": BEST}) as form:
            form.field(
                st.select_slider, "percent", "Доля контрольной группы", [one.percent for one in choices],
                format_func=lambda percent: f"{percent} %",
            )  # fmt: skip
            percent = form["percent"]

            def start(_: str) -> None:
                def write(session: Session) -> None:
                    holdout.start(session, percent, acts.begin(session, acts.Origin.SCREEN))

                ui.write("контрольная группа", write, "Контрольная группа выбрана: рекламу ей не отправят")

            if st.button("Выбрать случайно и начать", type="primary", key=form.key("start")) and form.saved(start):
                st.rerun()


@st.dialog("Завершить контрольную группу?")
def end(group: Group) -> None:
    """Everybody may be written to again; asked once."""
    people = wording.plural(group.control, "клиенту", "клиентам", "клиентам")
    st.markdown(f"{people} снова можно будет писать. Что группа показала, останется; продолжить её будет нельзя.")
    with ui.form("control-end", {}) as asked:
        if st.button("Завершить", type="primary", key=asked.key("do")) and asked.saved(
            lambda _: ui.write(
                "конец контрольной группы",
                lambda session: holdout.end(session, settings.today(session)),
                "Контрольная группа завершена",
            )
        ):
            st.rerun()


main()

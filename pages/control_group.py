"""«Контрольная группа»: the shop's lasting one (M15): what each size is good for, then what it shows."""

from datetime import date

import streamlit as st

from loyalty import db, settings, ui, wording
from loyalty.messages.results import holdout
from loyalty.messages.results.effect import LEAST_PEOPLE, Verdict
from loyalty.messages.results.holdout import Group
from loyalty.reports.messages import effects
from pages import _effect
from pages._addresses import CAMPAIGN_EDIT, CAMPAIGNS, CONSENTS, TRIGGERS
from pages._control_group import choice


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
    elif not any(map(choice.is_enough, choices)):
        told = wording.plural(people, "клиент", "клиента", "клиентов")
        ui.empty(
            "Пока не из кого выбирать",
            f"Согласие на рекламу дали {told}, а нужно хотя бы {choice.ENOUGH}: в контрольной группе должно быть "
            f"не меньше {LEAST_PEOPLE} человек. Собирайте согласия — и возвращайтесь.",
            step="Согласия", page=CONSENTS, icon="science",
        )  # fmt: skip
    else:
        choice.show(people, choices)
    for one in past:
        shown(one, today, f"Закончилась {wording.day(one.ended_on)}")


def shown(group: Group, today: date, title: str) -> None:
    """Who was drawn and what that shows."""
    with db.reading() as session:
        answer = holdout.measured(session, group.id, today)
        ahead = holdout.ahead(session, group.id, today)
    hint = (
        f"С {wording.day(group.began_on)}: {wording.number(group.control)} из {wording.number(group.people)} "
        f"согласившихся ({group.percent}{wording.NBSP}%) не получают рекламу"
    )
    with ui.section(title, hint=hint):
        next_step = effects.of_group(answer.effect, answer.is_over, ahead, today)
        _effect.show(answer, "сообщения", str(group.id), next_step=next_step)
        if answer.effect.verdict is Verdict.FEW and not answer.is_over:
            with st.container(horizontal=True, gap="medium"):
                if not ahead.is_written:
                    ui.link("Новая рассылка", CAMPAIGN_EDIT)
                    ui.link("Триггеры", TRIGGERS)
                ui.link("Согласия", CONSENTS)


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

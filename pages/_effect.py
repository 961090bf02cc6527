"""The honest effect on a screen: the verdict, the interval drawn over zero, what it means."""

import streamlit as st

from loyalty import ui, wording
from loyalty.messages.results.effect import Verdict
from loyalty.messages.results.measuring import Answer
from loyalty.reports.messages import effects

BADGES: dict[Verdict, ui.Badge] = {
    Verdict.PROVEN: ui.Badge("доказано", "green", "check"),
    Verdict.UNPROVEN: ui.Badge("не доказано", "gray"),
    Verdict.HARMS: ui.Badge("вредит", "orange", "warning"),
}


def show(answer: Answer, what: str, key: str, *, next_step: str) -> None:
    """A section's content; `what` are the messages: «сообщения этой рассылки».

    `next_step` is what to do where nothing can be told yet.
    """
    found = answer.effect
    badge = BADGES.get(found.verdict) or ui.Badge(effects.what_is_few(found))
    icon = f":material/{badge.icon}: " if badge.icon else ""
    st.markdown(f":{badge.colour}-badge[{icon}{badge.words}] **{effects.title(found, what)}**")
    if found.verdict is not Verdict.FEW:
        ui.figures(
            [
                ui.Figure("Скорее всего", wording.roubles_short(found.effect), help="Сколько принесли сообщения"),
                ui.Figure("Не меньше", wording.roubles_short(found.low), help="С уверенностью 95 %"),
                ui.Figure("Не больше", wording.roubles_short(found.high), help="С уверенностью 95 %"),
                ui.Figure(
                    "Сравнили",
                    wording.number(found.treated),
                    of=f"и {wording.number(found.control)}",
                    help="Кому писали и контрольная группа, которой не писали",
                ),
            ],
            key=f"effect-{key}",
            alt="Польза против контрольной группы",
        )
    st.markdown(effects.meaning(found))
    if told := effects.profit(answer):
        st.markdown(told)
    if found.verdict is Verdict.FEW:
        st.markdown(next_step)
    elif not answer.is_over:
        st.caption(f"Ещё считается: пока покупки по {wording.day(answer.until)}")

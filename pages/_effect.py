"""The honest effect on a screen: the verdict, the interval drawn over zero, what it means."""

import streamlit as st

from loyalty import ui, wording
from loyalty.messages.effect import Verdict
from loyalty.messages.measuring import Answer
from loyalty.reports import effects

BADGES: dict[Verdict, ui.Badge] = {
    Verdict.PROVEN: ui.Badge("доказано", "green", "check"),
    Verdict.UNPROVEN: ui.Badge("не доказано", "gray"),
    Verdict.HARMS: ui.Badge("вредит", "orange", "warning"),
    Verdict.FEW: ui.Badge("мало людей", "gray"),
}


def show(answer: Answer, grew: str, fell: str) -> None:
    """A section's content: figures and sentences."""
    found, badge = answer.effect, BADGES[answer.effect.verdict]
    icon = f":material/{badge.icon}: " if badge.icon else ""
    st.markdown(f":{badge.colour}-badge[{icon}{badge.words}] **{effects.title(found, grew, fell)}**")
    if found.verdict is not Verdict.FEW:
        ui.figures(
            [
                ui.Figure("Принесли", wording.roubles_round(found.effect), of="скорее всего"),
                ui.Figure("Почти наверняка", effects.interval(found), of="95 % уверенности"),
                ui.Figure("Писали", wording.number(found.treated)),
                ui.Figure("Не писали", wording.number(found.control), of="контрольная группа"),
            ],
            key=f"effect-{grew}",
            alt="Эффект против контрольной группы",
        )
    st.markdown(effects.meaning(found))
    if told := effects.profit(answer):
        st.markdown(told)
    if not answer.is_over:
        st.caption(f"Ещё считается: покупки до {wording.day(answer.until)} включительно")

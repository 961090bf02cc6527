"""Which control group the shop will have: what each size is good for, before it is chosen."""

import pandas as pd
import streamlit as st
from sqlmodel import Session

from loyalty import acts, ui, wording
from loyalty.messages.results import holdout
from loyalty.messages.results.effect import LEAST_PEOPLE
from loyalty.messages.results.holdout import PERCENTS, Choice

START, BEST = "control-start", 20
ENOUGH = -(-LEAST_PEOPLE * 100 // max(PERCENTS))  # who agreed, for the largest group to be large enough


def is_enough(one: Choice) -> bool:
    """Whether a group of this size may show anything at all."""
    return one.control >= LEAST_PEOPLE


def show(people: int, choices: list[Choice]) -> None:
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
        sizes = [one.percent for one in choices if is_enough(one)]
        with ui.form(START, {"percent": max(BEST, sizes[0])}) as form:
            form.field(
                st.segmented_control, "percent", "Доля контрольной группы", sizes, required=True,
                format_func=lambda percent: f"{percent} %",
            )  # fmt: skip
            percent = form["percent"]

            def start(_: str) -> None:
                def write(session: Session) -> None:
                    holdout.start(session, percent, acts.begin(session, acts.Origin.SCREEN))

                ui.write("контрольная группа", write, "Контрольная группа выбрана: рекламу ей не отправят")

            if st.button("Выбрать случайно и начать", type="primary", key=form.key("start")) and form.saved(start):
                st.rerun()

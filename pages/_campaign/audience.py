"""The funnel beside the editor: from everyone to who will get it; each row opens its people."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pandas as pd
import streamlit as st
from sqlmodel import Session

from loyalty import db, ui, wording
from loyalty.messages import reasons
from loyalty.messages.audience import Audience, Recipient
from loyalty.messages.campaigns import proving
from loyalty.messages.campaigns.stored import audience_words
from loyalty.messages.results.effect import LIFT
from loyalty.messages.writing.draft import Draft
from loyalty.messages.writing.pricing import Price
from loyalty.money import WHOLE
from loyalty.reports.messages import recipients as report
from pages._addresses import IMPORT

STEP, REACHED, DEARER = "step", "reached", "dearer"
LISTED_MAX, NAMED_MAX = 200, 3
LIKELY = 0.5
UNLIKELY = ": скорее всего, выйдет «не доказано»"
KINDS: dict[str, ui.Kind] = {"Телефон": "phone", "Куда": "phone", "Частей": "count"}


def show(found: Audience, price: Price, draft: Draft) -> None:
    """The funnel; a row that is clicked, or that the address names, opens its list."""
    few = len(draft.minus) <= NAMED_MAX
    whom = audience_words(draft if few else replace(draft, minus=()))
    if not few:
        whom += f", кроме {wording.plural(len(draft.minus), 'сегмента', 'сегментов', 'сегментов')}"
    rungs = [ui.Rung("Все клиенты", found.everyone)]
    if len(found.people) != found.everyone:
        rungs.append(ui.Rung(whom, len(found.people)))
    for step in found.steps:
        words = wording.sentence(reasons.words(step.reason))
        rungs.append(ui.Rung(words, step.left, len(step.out), step.reason))
    rungs.append(ui.Rung("Получат", len(found.reached), key=REACHED if found.reached else None, is_end=True))
    if opened := ui.funnel(rungs, key="campaign-funnel", alt="Кто получит рассылку"):
        st.query_params[STEP] = opened
    if not found.everyone:
        ui.link("Загрузите клиентов из 1С", IMPORT)
    asked = st.query_params.get(STEP)
    if asked == REACHED:
        listed("Получат", found.reached)
    elif asked == DEARER:
        listed("На часть больше из-за длинных имён и сумм", price.dearer)
    elif asked:
        listed(title(asked), found.of(asked))


def proof(session: Session, found: Audience, draft: Draft, today: date) -> None:
    """What the control group is good for, before it is chosen."""
    if not draft.control_percent:
        return
    ids = [one.id for one in found.people if one.reason in ("", "control")]
    chance = proving.chance(session, ids, draft.control_percent, draft.window_days, today)
    lift = wording.percent(int(LIFT * WHOLE))
    told = f"Если рассылка поднимет продажи на {lift}, контрольная группа докажет это с вероятностью "
    st.caption(f"{told}{wording.percent(round(chance * 100) * 100)}{'' if chance >= LIKELY else UNLIKELY}")


def title(reason: str) -> str:
    """What the list of a step is called."""
    known = reason in reasons.REASONS
    return f"Не получат: {reasons.words(reason)}" if known else "Не получат"


def forget() -> None:
    """The list is closed."""
    st.query_params.pop(STEP, None)


def listed(title: str, people: Sequence[Recipient]) -> None:
    """A dialog of its own title."""
    st.dialog(ui.plain(title), width="large", on_dismiss=forget)(_people)(title, people)


def _people(title: str, people: Sequence[Recipient]) -> None:
    """Who they are; a row opens the card, all of them go to Excel."""
    told = wording.plural(len(people), "клиент", "клиента", "клиентов")
    more = f", первые {LISTED_MAX} из них:" if len(people) > LISTED_MAX else ""
    with db.reading() as session:
        frame = report.frame(session, people[:LISTED_MAX]).drop(columns="Почему", errors="ignore")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(f"{told}{more}", width="content")

        def whole() -> pd.DataFrame:
            with db.reading() as session:
                return report.frame(session, people)

        ui.excel_button(title, whole, KINDS, key="excel-campaign-step")
    if people:
        ui.table(frame, KINDS, alt=title, key="campaign-step", rows_shown=10, address="customer?id={}")

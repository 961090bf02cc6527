"""The funnel of a launched campaign: from the audience to who bought; each row opens its people."""

import pandas as pd
import streamlit as st

from loyalty import db, ui, wording
from loyalty.messages import audience, reasons
from loyalty.messages.results.figures import Result
from loyalty.reports.messages import campaign as report

STEP = "step"
LISTED_MAX = 200
KINDS: dict[str, ui.Kind] = {"Куда": "phone", "Отправлено": "time", "Доставлено": "time", "Цена": "money"}
TITLES = {
    report.HANDED: "Отправляли", report.DELIVERED: "Доставлено", report.BOUGHT: "Купили",
    report.FAILED: "Не доставлено", report.UNKNOWN: "Неизвестно, отправлено ли",
    report.UNCONFIRMED: "Доставка пока не подтверждена", report.WAITING: "Ждут отправки",
}  # fmt: skip


def show(result: Result, whom: str) -> None:
    """The funnel; a row that is clicked, or that the address names, opens its list."""
    if opened := ui.funnel(rungs(result, whom), key="campaign-steps", alt="Кто получил рассылку"):
        st.query_params[STEP] = opened
    if asked := st.query_params.get(STEP):
        listed(result.id, asked)


def rungs(result: Result, whom: str) -> list[ui.Rung]:
    """Whom it was meant for, who was left out and why in the order of the editor, whom it reached, who bought."""
    counts = result.counts
    out = [
        (wording.sentence(reasons.words(reason)), reason, counts.skipped[reason])
        for reason in sorted(counts.skipped, key=audience.place)
    ]
    out += [("Остановлено", "stopped", counts.cancelled), (TITLES[report.WAITING], report.WAITING, counts.waiting)]
    found = [ui.Rung(whom, counts.audience), *_less(counts.audience, out)]
    found.append(ui.Rung("Отправляли", counts.handed, key=report.HANDED if counts.handed else None))
    lost = [(TITLES[report.FAILED], report.FAILED, counts.failed),
            (TITLES[report.UNKNOWN], report.UNKNOWN, counts.unknown),
            (TITLES[report.UNCONFIRMED], report.UNCONFIRMED, counts.unconfirmed)]  # fmt: skip
    found += _less(counts.handed, lost)
    found.append(ui.Rung("Доставлено", counts.delivered, key=report.DELIVERED if counts.delivered else None))
    bought = report.BOUGHT if result.buyers else None
    return [*found, ui.Rung("Купили", result.buyers, key=bought, is_end=True)]


def _less(left: int, out: list[tuple[str, str, int]]) -> list[ui.Rung]:
    """A row for each that leaves anybody out."""
    found = []
    for words, key, count in out:
        left -= count
        if count:
            found.append(ui.Rung(words, left, count, key))
    return found


def forget() -> None:
    """The list is closed."""
    st.query_params.pop(STEP, None)


def listed(id_: int, step: str) -> None:
    """A dialog of its own title."""
    title = TITLES.get(step) or f"Не получили: {reasons.REASONS[step].words if step in reasons.REASONS else '…'}"
    st.dialog(ui.plain(title), width="large", on_dismiss=forget)(_people)(id_, step, title)


def _people(id_: int, step: str, title: str) -> None:
    """Who they are; a row opens the card, all of them go to Excel."""
    with db.reading() as session:
        frame = report.people(session, id_, step)
    said = [name for name in ("Статус", "Почему") if frame[name].nunique() < 2 and step != report.FAILED]
    shown = frame.head(LISTED_MAX).drop(columns=said)  # the title says it
    told = wording.plural(len(frame), "клиент", "клиента", "клиентов")
    more = f", первые {LISTED_MAX} из них" if len(frame) > LISTED_MAX else ""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(f"{told}{more}", width="content")
        ui.excel_button(title, frame, KINDS, key="excel-campaign-people")
    if not frame.empty:
        shown = shown[[name for name in shown if name == "Клиент" or _says(shown[name])]]
        why = "{Почему}" if "Почему" in shown else ""
        where = "{Куда}" if "Куда" in shown else ""
        when = "{Доставлено}" if "Доставлено" in shown else ""
        ui.table(
            shown, KINDS, alt=title, key="campaign-people", rows_shown=10, address="customer?id={}",
            phone=ui.Lines("Клиент", note=why or where, aside="" if why else when),
        )  # fmt: skip


def _says(column: "pd.Series[str]") -> bool:
    return any(value not in ("", None) for value in column)

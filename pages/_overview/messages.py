"""«Обзор»: messages of today, and for how many more a gateway's money is enough."""

from collections.abc import Sequence

from loyalty import ui, wording
from loyalty.reports.messages.sending import Purse, SentToday
from pages._addresses import CAMPAIGNS, GATEWAYS
from pages._today.messages import enough


def show(sent: SentToday, purses: Sequence[Purse]) -> None:
    """A row of figures."""
    lead = ui.Lead("Рассылки", CAMPAIGNS)
    found = [
        ui.Figure("Отправлено сегодня", wording.number(sent.sent), of=_waits(sent), lead=lead),
        ui.Figure("Доставлено", wording.number(sent.delivered)),
        ui.Figure("Не доставлено", wording.number(sent.failed)),
        ui.Figure("Расход сегодня", wording.roubles(sent.cost)),
    ]
    for purse in purses:
        if purse.balance is not None:
            hint = wording.sentence(enough(purse.enough_for)) if purse.enough_for is not None else None
            found.append(
                ui.Figure(
                    f"На счёте {purse.title}", wording.roubles(purse.balance), help=hint,
                    of=None if purse.enough_for is None else f"≈ {_pieces(purse.enough_for)}",
                    lead=ui.Lead("Шлюзы", GATEWAYS),
                )
            )  # fmt: skip
    with ui.section("Сообщения", hint="За сегодня", height="content"):
        ui.figures(found, key="messages", alt="Сообщения сегодня")


def _waits(sent: SentToday) -> str | None:
    waits = wording.form(sent.waiting, "ждёт", "ждут", "ждут")
    return f"ещё {wording.number(sent.waiting)} {waits}" if sent.waiting else None


def _pieces(count: int) -> str:
    return wording.plural(count, "сообщение", "сообщения", "сообщений")

"""What «Сегодня» and «Обзор» say of messages: what stopped, what did not arrive, for how many money is enough."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import Session

from loyalty import db
from loyalty.messages.sending import gateways, limits
from loyalty.models import Batch, Campaign
from loyalty.reports.messages import sending
from tests.messages import sent
from tests.pages.factory import small_shop
from tests.pages.opened import maria, named_shop, opened, press, shop, sold, toasts, whole_figures, words

assert named_shop and shop and sold  # fixtures
TODAY = date(2026, 3, 1)


def balance(session: Session, kopecks: int, trouble: str = "") -> None:
    account = gateways.change(session, "sms", gateways.Setting("smsru", key="A" * 36, price=2_80))
    gateways.said(session, account, balance=kopecks, trouble=trouble)


def paused(session: Session) -> None:
    id_ = sent.campaign(session, "Весна", "2026-02-28 12:00")
    row = session.get_one(Campaign, id_)
    row.status, row.why = "paused", "На счёте шлюза нет денег"


def asking(session: Session) -> None:
    row = session.get_one(Campaign, sent.campaign(session, "Весна", "2026-02-28 12:00"))
    row.status, row.why = "asking", "Её время было 27.02.2026 10:00"


def missed(*statuses: str) -> Callable[[Session], None]:
    def write(session: Session) -> None:
        spring = sent.campaign(session, "Весна", "2026-02-28 12:00")
        other = sent.campaign(session, "Лето", "2026-02-20 12:00")
        for at, status in enumerate(statuses):
            sent.message(
                session, 1 + at % 2, campaign_id=(spring, other)[at // 2], status=status, reason="expired",
                sent_at=sent.moscow("2026-02-28 12:00"), address=f"+7{at}",
            )  # fmt: skip

    return write


@pytest.mark.parametrize(
    ("happened", "sentence", "meaning"),
    [
        (lambda s: limits.hold(s, "База восстановлена из копии"), "Отправка остановлена", "База восстановлена"),
        (paused, "Рассылка «Весна» приостановлена", "На счёте шлюза нет денег. Исправьте это и продолжите"),
        (asking, "Рассылка «Весна» ждёт вашего решения", "Её время было 27.02.2026 10:00."),
        (lambda s: balance(s, 100_00, "Плохой ключ"), "Шлюз SMS.ru: сообщения не уходят", "Плохой ключ."),
        (lambda s: balance(s, 100_00), "На счёте SMS.ru 100 ₽: хватит примерно на 35 сообщений", "Пополните счёт"),
        (lambda s: balance(s, 1_00), "На счёте SMS.ru 1 ₽: не хватит и на одно сообщение", "Пополните счёт"),
        (missed("failed"), "Не доставлено 1 сообщение за 7 дней", "Причина"),
        (missed("unknown", "unknown"), "Неизвестно, дошло ли 2 сообщения за 7 дней", "второй раз"),
    ],
    ids=["held", "paused", "asking", "trouble", "low", "empty", "failed", "unknown"],
)  # fmt: skip
def test_a_row_is_there_when_it_asks_for_something(
    sold: str, happened: Callable[[Session], None], sentence: str, meaning: str
) -> None:
    assert sentence not in words(opened("today"))
    with db.writing() as session:
        happened(session)
    said = words(opened("today"))
    assert sentence in said and meaning in said


def test_enough_money_and_old_failures_ask_for_nothing(sold: str) -> None:
    with db.writing() as session:
        balance(session, 1_000_00)
        spring = sent.campaign(session, "Весна", "2026-02-01 12:00")
        sent.message(session, 1, campaign_id=spring, status="failed", sent_at=sent.moscow("2026-02-01 12:00"))
    said = words(opened("today"))
    assert "На счёте" not in said and "Не доставлено" not in said


def test_sending_goes_on_by_the_owners_word(sold: str) -> None:
    with db.writing() as session:
        limits.hold(session, "База восстановлена из копии")
    app = press(opened("today"), "today-go-on")
    assert toasts(app) == ["Отправка продолжается"] and "Отправка остановлена" not in words(app)
    with db.reading() as session:
        assert limits.held(session) == ""


def test_the_overview_counts_what_left_today_and_what_money_is_enough_for(sold: str) -> None:
    assert "Отправлено сегодня" not in whole_figures(opened("overview"))
    with db.writing() as session:
        balance(session, 90_00)
        spring = sent.campaign(session, "Весна", "2026-03-01 09:00")
        today, before = sent.moscow("2026-03-01 10:00"), sent.moscow("2026-02-28 10:00")
        batch = Batch(client_id=7, gateway="smsru", worker="w", claimed_at=today)
        session.add(batch)
        session.flush()
        for at, (status, when) in enumerate(
            (("delivered", today), ("failed", today), ("unknown", today), ("delivered", before), ("queued", None))
        ):
            campaign_id = sent.campaign(session, f"Р{at}", "2026-03-01 09:00") if at else spring
            sent.message(
                session, maria(), campaign_id=campaign_id, status=status, sent_at=when, queued_at=before,
                batch_id=batch.id, cost=3_00 if when else None,
            )  # fmt: skip
    figures = whole_figures(opened("overview"))
    assert (figures["Отправлено сегодня"]["value"], figures["Отправлено сегодня"]["of"]) == ("3", "ещё 1 ждёт")
    assert (figures["Доставлено"]["value"], figures["Не доставлено"]["value"]) == ("1", "1")
    assert figures["Расход сегодня"]["value"].replace("\u00a0", " ") == "9 ₽"
    purse = figures["На счёте SMS.ru"]
    assert (
        purse["value"].replace("\u00a0", " ") == "90 ₽" and purse["of"].replace("\u00a0", " ") == "≈ 30 сообщений"
    )


def test_a_day_begins_with_the_shops_midnight(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    small_shop(session)
    for at, when in enumerate(("2026-02-28 23:59", "2026-03-01 00:00", "2026-03-01 23:59", "2026-03-02 00:00")):
        id_ = sent.campaign(session, f"Р{at}", when)
        sent.message(
            session, 1, campaign_id=id_, status="sent", sent_at=sent.moscow(when), queued_at=sent.moscow(when)
        )
    assert sending.today(session, TODAY).sent == 2

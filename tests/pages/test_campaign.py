"""A campaign's page, all messages together, and the control group, opened without a browser."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from loyalty import acts, db, options, settings
from loyalty.customers import consents
from loyalty.messages import audience, campaigns
from loyalty.messages.results import figures as results
from loyalty.messages.results import holdout
from loyalty.messages.sending import gateways
from loyalty.models import Campaign, Customer, messages
from loyalty.reports.messages import totals
from tests.messages import sent
from tests.pages import factory
from tests.pages.opened import (
    _given,
    _table,
    by_card,
    chart,
    checked,
    figures,
    has_table,
    maria,
    named_shop,
    opened,
    plainly,
    press,
    shop,
    shown,
    sold,
    started,
    toasts,
    words,
)

__all__ = ["by_card", "named_shop", "shop", "sold"]
NAME = "**Весна** <b>"


def strangers(session: Session, count: int) -> list[int]:
    act = acts.begin(session, acts.Origin.SCREEN)
    rows = [Customer(first_name=f"Имя{at}", act_id=act.id, updated_at=act.at) for at in range(count)]
    session.add_all(rows)
    session.flush()
    return [row.id or 0 for row in rows]


def spring(session: Session, **more: Any) -> int:
    """Sent on 15 February; Мария bought on the 20th for 3 000, of which nothing came back."""
    id_ = sent.campaign(session, NAME, "2026-02-15T12:00", audience="Все клиенты", **more)
    sent.message(session, maria(), "2026-02-15T12:05", campaign_id=id_, text="Мария, ждём вас", cost=3_20)
    one, two, three = strangers(session, 3)
    session.get_one(Customer, one).phone = "+79160000077"
    act = acts.begin(session, acts.Origin.SCREEN)
    consents.say(session, one, is_given=True, at=settings.now(), act=act)
    sent.message(
        session, one, campaign_id=id_, status="failed", reason="no_route", queued_at=sent.moscow("2026-02-15")
    )
    sent.message(session, two, campaign_id=id_, status="skipped", reason="no_phone", address="", cost=None)
    sent.message(session, three, campaign_id=id_, status="queued", queued_at=sent.moscow("2026-02-15"), cost=None)
    return id_


def page(step: str = "") -> AppTest:
    app = started()
    app.query_params["name"] = NAME
    if step:
        app.query_params["step"] = step
    return checked(app.switch_page("pages/campaign.py").run())


def funnel(app: AppTest) -> list[tuple[str, str]]:
    (data,) = _given(app, "loyalty.funnel")
    return [(row["words"], row["figure"]) for row in data["rows"]]


def test_a_campaign_shows_its_figures_its_funnel_and_its_receipts(sold: str) -> None:
    with db.writing() as session:
        spring(session)
    app = page()
    assert figures(app) == {
        "Доставлено": "1", "Купили": "1", "Выручка": "3 000 ₽", "Расходы": "6 ₽", "ROI": "46 775 %",
    }  # fmt: skip
    assert funnel(app) == [
        ("Все клиенты", "4"), ("Нет телефона", "−1"), ("Ждут отправки", "−1"), ("Отправляли", "2"),
        ("Не доставлено", "−1"), ("Доставлено", "1"), ("Купили", "1"),
    ]  # fmt: skip
    (row,) = shown(app, "campaign-receipts")
    assert row == {
        "Когда": "20.02.2026 12:00", "Клиент": "Алёшина Мария Сергеевна", "Чек": "000004", "Магазин": "Шоурум",
        "Сумма": "3 000 ₽", "Засчитано": "3 000 ₽",
    }  # fmt: skip
    assert _table(app, "campaign-receipts")["rows"][0]["href"] == f"customer?id={maria()}"
    said = words(app)
    assert NAME in said and "Срок учёта идёт до 01.03.2026" in said and "не было контрольной группы" in said
    assert "3 000 ₽, все 20.02.2026" in said  # one day is a sentence
    assert "Мария, ждём вас" in [element.value for element in app.text]


def test_the_funnel_leaves_people_out_in_the_order_of_the_editor(sold: str) -> None:
    with db.writing() as session:
        id_ = spring(session)
        reasons = ("stale", *reversed(audience.STEPS))
        more = [
            reason for at, reason in enumerate(reasons) for _ in range(1 + at % 3)
        ]  # the order of counts is none
        for one, reason in zip(strangers(session, len(more)), more, strict=True):
            sent.message(session, one, campaign_id=id_, status="skipped", reason=reason, cost=None)
    (data,) = _given(page(), "loyalty.funnel")
    keys = [row["key"] for row in data["rows"]]
    assert [key for key in keys if key in reasons] == [*audience.STEPS, "stale"]


def test_each_step_of_the_funnel_opens_its_people_with_the_reason(sold: str) -> None:
    with db.writing() as session:
        spring(session)
    (row,) = shown(page("failed"), "campaign-people")
    assert (row["Клиент"], row["Почему"]) == (
        "Имя0", "На этот номер нельзя доставить"
    )  # fmt: skip
    assert [one["Клиент"] for one in shown(page("no_phone"), "campaign-people")] == ["Имя1"]
    assert [one["Клиент"] for one in shown(page("bought"), "campaign-people")] == ["Алёшина Мария Сергеевна"]
    assert not has_table(page("нет такого"), "campaign-people")


def test_days_are_drawn_and_what_came_after_the_end_is_told(sold: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.writing() as session:
        id_ = sent.campaign(session, NAME, "2026-01-09T12:00", window_days=27)
        sent.message(session, maria(), "2026-01-09T12:05", campaign_id=id_)
        session.get_one(Campaign, id_).launch_act_id = 1  # launched as the shop's history was loaded
    app = page()
    # 12 000 on the 10th of January; 1 000 on the 5th of February came back whole, on the 22nd.
    assert figures(app)["Выручка"] == "12 000 ₽"
    assert "вернули на 1 000 ₽" in words(app)
    assert len(shown(app, "campaign-receipts")) == 1
    monkeypatch.setenv("LOYALTY_TODAY", "2026-02-03")
    assert "вернули" not in words(page())


def test_a_campaign_under_way_is_paused_gone_on_with_and_stopped(sold: str) -> None:
    with db.writing() as session:
        id_ = spring(session)
        session.get_one(Campaign, id_).status = "sending"
    app = page()
    assert "Отправлено 2 из 3" in [element.proto.text.replace("\u00a0", " ") for element in app.get("progress")]
    app = press(app, "campaign-pause")
    assert toasts(app) == ["На паузе"]
    app = press(page(), "campaign-resume")
    assert toasts(app) == ["Отправка продолжается"]
    assert "Отправить недошедшим: 1" in [button.label for button in page().button]
    with db.reading() as session:
        assert session.get_one(Campaign, id_).status == "sending"


def test_a_campaign_that_waits_for_the_morning_says_so(sold: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.writing() as session:
        session.get_one(Campaign, spring(session)).status = "sending"
    monkeypatch.setenv("LOYALTY_TODAY", "2026-03-01T21:00")
    assert "Сейчас тихие часы: отправка продолжится 02.03.2026 10:00" in words(page())
    monkeypatch.setenv("LOYALTY_TODAY", "2026-03-02T12:00")
    assert "тихие часы" not in words(page())
    with db.writing() as session:
        session.connection().execute(update(messages).values(status="queued"))
    monkeypatch.setenv("LOYALTY_TODAY", "2026-03-02T21:00")
    assert "Сейчас тихие часы: отправка начнётся 03.03.2026 10:00" in words(page())


def test_a_campaign_that_stopped_by_itself_says_the_way_out(sold: str) -> None:
    with db.writing() as session:
        row = session.get_one(Campaign, spring(session))
        row.status, row.why = "paused", "На счёте шлюза нет денег"
    app = page()
    assert "Когда исправите, нажмите «Продолжить»" in words(app)
    assert "gateways" in [element.proto.page for element in app.get("page_link")]


def test_before_anything_is_sent_nothing_is_compared(sold: str) -> None:
    with db.writing() as session:
        id_ = sent.campaign(session, NAME, "2026-02-15T12:00", control_percent=20)
        for at, one in enumerate(strangers(session, 4)):
            status = {"status": "skipped", "reason": "control"} if at else {"status": "queued"}
            sent.message(session, one, campaign_id=id_, cost=None, sent_at=None, delivered_at=None, **status)
    said = words(page())
    assert "Пока никому не отправили: сравнивать нечего" in said and "Текст сообщения" in said
    assert "Судить пока рано" not in said


def test_again_to_the_failed_is_asked_once_with_how_many_and_for_how_much(sold: str) -> None:
    with db.writing() as session:
        id_ = spring(session)
        gateways.change(session, "sms", gateways.Setting("sandbox", price=2_50))
    app = press(page(), "campaign-resend")
    said = words(app)
    assert "Получит 1 клиент, 1 часть SMS" in said and "с этого компьютера ничего не уйдёт" in said
    asked = next(button for button in app.button if button.key and button.key.endswith("do"))
    assert plainly(asked.label) == "Отправить 1 сообщение за 2,50 ₽"
    app = press(app, "campaign-resend", str(asked.key))
    assert toasts(app) == ["Отправляется: 1 сообщение"]
    assert "Отправить недошедшим" not in " ".join(button.label for button in page().button)
    with db.reading() as session:
        assert campaigns.unsent(session, id_) == 2


def test_who_may_not_be_written_to_is_not_offered(sold: str) -> None:
    with db.writing() as session:
        spring(session)
        consents.refuse(session, by_phone(session), acts.begin(session, acts.Origin.SCREEN), method=consents.STAFF)
    offered = " ".join(button.label for button in page().button)
    assert "Отправить недошедшим" not in offered and "Отправить остальным" not in offered
    assert "Исправить текст" in offered  # one waits in the queue


def by_phone(session: Session) -> int:
    return int(session.scalars(select(Customer.id).where(Customer.phone == "+79160000077")).one() or 0)


def test_a_campaign_with_a_control_group_says_how_few_they_are(sold: str) -> None:
    with db.writing() as session:
        id_ = spring(session)
        for one in strangers(session, 6):
            sent.message(session, one, campaign_id=id_, status="skipped", reason="control", cost=None)
    said = words(page())
    assert (
        "Судить пока рано" in said
        and "в контрольной группе 6 человек" in said
        and "купил 1 человек" in said
        and "мало людей" in said
    )
    assert "Покупки считаются по 01.03.2026: загляните на следующий день" in said


def test_a_campaign_that_is_not_there_is_said_so(sold: str) -> None:
    assert "Нет рассылки" in words(page())


# --- All together ------------------------------------------------------------------------------------------


def test_costs_by_topic_and_month_and_whom_messages_brought_back(sold: str) -> None:
    assert "Сообщений ещё не было" in words(opened("messages_totals"))
    with db.writing() as session:
        spring(session)
        birthday = sent.trigger(session, "День рождения")
        pyotr = factory_pyotr()
        sent.message(session, pyotr, "2026-01-20T10:00", trigger_id=birthday, occurrence="2026", cost=6_40)
        sent.message(session, maria(), "2026-01-09T10:00", trigger_id=birthday, occurrence="2026", cost=1_00)
    with db.reading() as session:
        behind = totals.receipts_behind(session)
        brought = results.of_campaigns(session) + results.of_triggers(session)
    assert [*zip(behind["Тема"], behind["Засчитано"], strict=True)] == [
        (NAME, 3_000_00),
        ("День рождения", 12_000_00),
    ]
    assert sum(behind["Засчитано"]) == sum(one.revenue for one in brought)
    app = opened("messages_totals")
    assert shown(app, "messages-topics") == [
        {"Тема": "День рождения", "Вид": "Триггер", "Сообщений": "2", "Расходы": "7,40 ₽"},
        {"Тема": NAME, "Вид": "Рассылка", "Сообщений": "1", "Расходы": "3,20 ₽"},
    ]
    bars = chart(app, "Расходы на сообщения по месяцам")
    assert [[plainly(row["value"]) for row in point["rows"]] for point in bars["points"]] == [
        ["0 ₽", "7 ₽"], ["3 ₽", "0 ₽"], ["0 ₽", "0 ₽"]
    ]  # fmt: skip
    # Пётр bought on 10 February of 2025; Мария a few days before she was written to.
    (back,) = shown(app, "back-topics")
    assert (back["Тема"], back["Участников"], back["Вернулись"]) == ("День рождения", "1", "0")
    app.selectbox(key="back-days").set_value(30)
    assert len(shown(checked(app.run()), "back-topics")) == 1


def factory_pyotr() -> int:
    with db.reading() as session:
        query = Customer.__table__.select().where(Customer.__table__.c.external_id == factory.PYOTR.code)
        return int(session.connection().execute(query).one().id)


# --- The control group -------------------------------------------------------------------------------------


def test_the_control_group_is_chosen_shown_and_ended(sold: str) -> None:
    assert "Пока не из кого выбирать" in words(opened("control_group"))
    with db.writing() as session:
        options.put(session, "margin", "40")
        act = acts.begin(session, acts.Origin.SCREEN)
        for id_ in strangers(session, 200):
            consents.say(session, id_, is_given=True, at=settings.now(), act=act)
    app = opened("control_group")
    assert [(row["Доля"], row["Не будут получать рекламу"]) for row in shown(app, "control-sizes")][3] == (
        "20 %",
        "40",
    )
    app = press(app, next(button.key for button in app.button if button.key and "start" in button.key))
    assert toasts(app) == ["Контрольная группа выбрана: рекламу ей не отправят"]
    app = opened("control_group")
    said = words(app)
    assert "40 из 201 согласившихся (20 %) не получают рекламу" in said and "Судить пока рано" in said
    assert "мало покупок" in said and "купили 0 человек" in said
    assert "рекламу ещё не отправляли, сравнивать нечего: отправьте рассылку" in said
    assert "За прошлый год из обеих групп купили меньше 20 человек" in said
    assert "Вероятность, которую вы видели, когда выбирали группу, на 30.08.2026" in said
    app = press(opened("control_group"), "control-end")
    ending = next(button.key for button in app.button if button.key and button.key.endswith("do"))
    press(app, "control-end", ending)
    with db.reading() as session:
        assert holdout.current(session) is None
    assert "Закончилась 01.03.2026" in words(opened("control_group"))

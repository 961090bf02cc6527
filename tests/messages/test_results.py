"""What campaigns brought, in the table of M1 and in files: figures of facts made here, exactly as shown."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlmodel import Session

from loyalty import acts, db, wording
from loyalty.engine import ledger
from loyalty.export import export
from loyalty.files.importing import Report
from loyalty.identity import same
from loyalty.messages.results import figures
from loyalty.models import Customer, customers
from loyalty.reports.messages import campaign as report
from loyalty.reports.messages import totals
from loyalty.ui.kinds import said_alike
from pages._result_kinds import KINDS
from tests.messages import sent
from tests.till import ANNA, give_back, sale, shop_that_adds_up

TODAY = date(2026, 12, 1)
Took = Callable[..., Report]
NBSP = wording.NBSP
STEPS = (
    report.HANDED, report.DELIVERED, report.BOUGHT, report.FAILED, report.UNKNOWN, report.UNCONFIRMED,
    report.WAITING,
)  # fmt: skip


@pytest.fixture(autouse=True)
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with shop_that_adds_up(database_url, TODAY, monkeypatch):
        yield


def people(session: Session, count: int) -> list[int]:
    """Customers who never bought; their ids."""
    act = acts.begin(session, acts.Origin.SCREEN)
    rows = [Customer(act_id=act.id, updated_at=act.at) for _ in range(count)]
    session.add_all(rows)
    session.flush()
    ids = [row.id or 0 for row in rows]
    ledger.refresh(session, ids, TODAY)
    return ids


def known(session: Session) -> list[int]:
    return list(session.connection().scalars(select(customers.c.id).order_by(customers.c.id)))


def shown() -> list[list[str]]:
    """The table as the screen says it."""
    with db.reading() as session:
        frame = figures.frame(session, figures.of_campaigns(session))
    columns = [said_alike(list(frame[name]), KINDS.get(name, "text")) for name in frame]
    return [list(row) for row in zip(*columns, strict=True)]


def test_the_table_is_as_the_shop_knows_it(took: Took) -> None:
    """13 000 on 319,80 from one of 154; 40 450 on 3 017 from three of 411."""
    took(
        sale("03.06.2026 12:00:00", "1", ANNA, "13000"),
        *(sale("03.07.2026 12:00:00", f"{at}", f"Л-{at};;;", amount)
          for at, amount in enumerate(("20000", "20449.50", "0.50"), 2)),
    )  # fmt: skip
    with db.writing() as session:
        anna, *three = known(session)
        strangers = people(session, 153 + 408)
        june = sent.campaign(session, "Летняя распродажа", "2026-06-01T10:00")
        for at, id_ in enumerate([anna, *strangers[:153]]):
            sent.message(session, id_, "2026-06-01T10:05", campaign_id=june, cost=3_09 if at == 0 else 2_07)
        july = sent.campaign(session, "Новая коллекция", "2026-07-01T12:30", channel="email")
        for at, id_ in enumerate([*three, *strangers[153:]]):
            sent.message(session, id_, "2026-07-01T13:00", campaign_id=july, cost=7_60 if at == 0 else 7_34)
    assert shown() == [
        ["01.07.2026 12:30", "Новая коллекция", "Почта", f"1{NBSP}241{NBSP}%", f"0,73{NBSP}%",
         f"40{NBSP}450", f"3{NBSP}017"],
        ["01.06.2026 10:00", "Летняя распродажа", "SMS", f"3{NBSP}965{NBSP}%", f"0,65{NBSP}%",
         f"13{NBSP}000", "320"],
    ]  # fmt: skip


def test_nothing_is_divided_by_nothing(took: Took) -> None:
    with db.writing() as session:
        (one,) = people(session, 1)
        free = sent.campaign(session, "Песочница", "2026-06-01T10:00")
        sent.message(session, one, campaign_id=free, status="failed", reason="no_route", cost=None)
    assert shown() == [["01.06.2026 10:00", "Песочница", "SMS", "—", "—", "0", "0"]]


def test_who_came_back_had_not_bought_for_so_long(took: Took) -> None:
    """M11; who was joined to another is that one."""
    took(
        *(sale("01.01.2026 12:00:00", f"{number}", f"К-{number};;;", "1000") for number in (1, 2, 3)),
        sale("20.05.2026 12:00:00", "4", "К-2;;;", "500"),
        sale("03.06.2026 12:00:00", "5", "К-1;;;", "700"),
    )
    with db.writing() as session:
        query = select(customers.c.external_id, customers.c.id)
        ids = {row[0]: row[1] for row in session.connection().execute(query)}
        (twin,) = people(session, 1)
        june = sent.campaign(session, "Мы скучали", "2026-06-01T10:00")
        for id_ in (ids["К-1"], ids["К-2"], twin):
            sent.message(session, id_, "2026-06-01T10:05", campaign_id=june, cost=3_00)
        same.join(session, twin, ids["К-3"])
    with db.reading() as session:
        found = totals.reanimation(session, 90, date(2026, 5, 1), date(2026, 6, 30))
    assert found.to_numpy().tolist() == [["Мы скучали", 2, 6_00, 1, 1, 700_00]]


def funnel(session: Session) -> None:
    """Everything that can become of a message, in one campaign."""
    one = sent.campaign(session, "Всякое", "2026-06-01T10:00")
    ids = people(session, 9)
    queued = sent.moscow("2026-06-01T10:00")
    sent.message(session, ids[0], "2026-06-01T10:05", campaign_id=one, cost=3_00, gateway_id="g-1")
    waiting: dict[str, Any] = {"campaign_id": one, "queued_at": queued, "cost": None}
    gone: dict[str, Any] = waiting | {"sent_at": queued + timedelta(minutes=1), "cost": 3_00}
    sent.message(session, ids[1], status="sent", **gone)
    sent.message(
        session, ids[2], status="failed", reason="no_route", status_at=sent.moscow("2026-06-02T09:00"), **gone
    )
    sent.message(session, ids[3], status="unknown", reason="no_answer", **waiting)
    sent.message(session, ids[4], status="queued", **waiting)
    sent.message(session, ids[5], status="skipped", reason="opted_out", **waiting)
    for id_, reason in zip(ids[6:], ("no_phone", "no_phone", "control"), strict=True):
        sent.message(session, id_, campaign_id=one, status="skipped", reason=reason, cost=None, text="")


def test_the_funnel_is_counted_and_every_difference_has_its_reason() -> None:
    with db.writing() as session:
        funnel(session)
    with db.reading() as session:
        (one,) = figures.of_campaigns(session)
        (before,) = figures.of_campaigns(session, date(2026, 6, 1))
        assert figures.of_campaigns(session, date(2026, 5, 31)) == []
    counts = one.counts
    assert (counts.recipients, counts.sent, counts.delivered, counts.failed, counts.unknown) == (6, 3, 1, 1, 1)
    assert (counts.waiting, one.cost) == (1, 9_00)
    assert counts.skipped == {"no_phone": 2, "opted_out": 1, "control": 1}
    assert (before.counts.sent, before.counts.failed) == (3, 0)  # that it failed came the day after


def test_every_figure_of_the_funnel_opens_as_many_people_and_every_sum_its_receipts(took: Took) -> None:
    """Acceptance 38 and 39: the receipts behind the revenue, and a reason for whoever did not get it."""
    took(*(sale(f"0{at}.06.2026 12:00:00", str(at), ANNA, f"{at}00") for at in range(2, 6)),
         give_back("05.06.2026", "В", "2", ANNA, "50"), give_back("05.06.2026", "Г", "3", ANNA, "300"))  # fmt: skip
    with db.writing() as session:
        funnel(session)
        sent.message(session, known(session)[0], "2026-06-01T10:05", campaign_id=1)
    with db.reading() as session:
        one = report.load(session, "Всякое", TODAY)
        assert one is not None
        counts = one.result.counts
        sizes = {step: len(report.people(session, 1, step)) for step in (*STEPS, *counts.skipped)}
        assert sizes == {
            report.HANDED: counts.handed, report.DELIVERED: counts.delivered, report.FAILED: counts.failed,
            report.UNKNOWN: counts.unknown, report.UNCONFIRMED: counts.unconfirmed, report.WAITING: counts.waiting,
            report.BOUGHT: one.result.buyers, **counts.skipped,
        }  # fmt: skip
        assert counts.audience == counts.handed + counts.waiting + sum(counts.skipped.values())
        behind = report.receipts_behind(session, one)
        assert sum(behind["Засчитано"]) == one.result.revenue == 1_050_00
        assert len(behind) == one.result.receipts == 3
        assert [*behind["Возвращено"]] == [None, None, 50_00]
        by = report.by_day(session, one, TODAY)
        assert (sum(by["Выручка"]), len(by)) == (one.result.revenue, 15)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_campaigns_as_a_file(took: Took, tmp_path: Path) -> None:
    took(sale("03.06.2026 12:00:00", "1", ANNA, "1000"), give_back("20.06.2026", "В", "1", ANNA, "250"))
    with db.writing() as session:
        one = sent.campaign(session, "Лето", "2026-06-01T10:00")
        sent.message(session, known(session)[0], "2026-06-01T10:05", campaign_id=one, cost=3_00)
        sent.message(session, people(session, 1)[0], "2026-06-01T10:05", campaign_id=one, cost=3_00)
    with db.reading() as session:
        assert export(session, "campaigns", tmp_path / "c.jsonl") == 1
        export(session, "campaigns", tmp_path / "c.csv")
        export(session, "campaigns", tmp_path / "c.xlsx")
        export(session, "campaigns", tmp_path / "then.jsonl", as_of=date(2026, 6, 10))
    assert lines(tmp_path / "c.jsonl") == [
        {"name": "Лето", "channel": "sms", "started_at": "2026-06-01T10:00:00", "recipients": 2, "sent": 2,
         "delivered": 2, "failed": 0, "unknown": 0, "buyers": 1, "revenue": 75000, "cost": 600, "cr": 0.5,
         "roi": 124.0}
    ]  # fmt: skip
    assert lines(tmp_path / "then.jsonl")[0]["revenue"] == 100000
    rows = list(csv.reader((tmp_path / "c.csv").read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert dict(zip(*rows, strict=True))["CR"] == "50,00%"
    assert dict(zip(*rows, strict=True))["Канал"] == "SMS"
    sheet = load_workbook(tmp_path / "c.xlsx").active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][-3:] == [6, 0.5, 124]


def test_messages_as_a_file(tmp_path: Path) -> None:
    with db.writing() as session:
        funnel(session)
    with db.reading() as session:
        assert export(session, "messages", tmp_path / "m.jsonl") == 9
        export(session, "messages", tmp_path / "m.csv")
        export(session, "messages", tmp_path / "then.jsonl", as_of=date(2026, 6, 1))
    rows = lines(tmp_path / "m.jsonl")
    names = "id campaign trigger customer_id external_id phone text parts cost status reason queued_at sent_at"
    assert " ".join(rows[0]) == f"{names} delivered_at gateway_id"
    assert [row["status"] for row in rows] == [
        "delivered", "sent", "failed", "unknown", "queued", "skipped", "skipped", "skipped", "skipped"
    ]  # fmt: skip
    assert rows[0] | {"id": 0, "customer_id": 0, "phone": ""} == {
        "id": 0, "campaign": "Всякое", "trigger": None, "customer_id": 0, "external_id": None, "phone": "",
        "text": "Ждём вас", "parts": 1, "cost": 300, "status": "delivered", "reason": None,
        "queued_at": "2026-06-01T10:03:00", "sent_at": "2026-06-01T10:04:00",
        "delivered_at": "2026-06-01T10:05:00", "gateway_id": "g-1",
    }  # fmt: skip
    assert (rows[2]["reason"], lines(tmp_path / "then.jsonl")[2]["status"]) == ("no_route", "sent")
    people_read = (tmp_path / "m.csv").read_text("utf-8-sig")
    assert "не доставлено;на этот номер нельзя доставить" in people_read
    assert "не отправлялось;контрольная группа рассылки" in people_read

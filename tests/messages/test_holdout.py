"""The lasting control group, and campaigns' own ones: who is drawn, what is compared, nothing counted twice."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select
from sqlmodel import Session

from loyalty import acts, db, options
from loyalty.acts import Origin
from loyalty.errors import Refused
from loyalty.files.importing import Report, import_file
from loyalty.identity import same
from loyalty.messages.consent.permission import Permission
from loyalty.messages.results import effect, holdout, measuring
from loyalty.messages.results.effect import Verdict
from loyalty.models import customers, holdout_members
from loyalty.service import night
from tests.messages import sent
from tests.till import sale, shop_that_adds_up

TODAY = date(2026, 6, 1)
Took = Callable[..., Report]
Agree = Callable[..., list[int]]
W = holdout_members.c


@pytest.fixture(autouse=True)
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with shop_that_adds_up(database_url, TODAY, monkeypatch):
        yield


@pytest.fixture
def agree(tmp_path: Path) -> Agree:
    """agree(count, since): so many customers who agreed to SMS, К-0, К-1 …; their ids."""

    def come(count: int, since: int = 0) -> list[int]:
        lines = [f"К-{at};+7916{at:07};Да" for at in range(since, since + count)]
        path = tmp_path / f"people{since}.csv"
        path.write_text("\n".join(("Код клиента;Телефон;Согласие", *lines, "")), encoding="utf-8")
        assert import_file(path).imported == count
        with db.reading() as session:
            query = select(customers.c.external_id, customers.c.id)
            known = {row.external_id: row.id for row in session.connection().execute(query)}
        return [known[f"К-{at}"] for at in range(since, since + count)]

    return come


def members(session: Session) -> dict[int, tuple[int, bool]]:
    """Stratum and whether she is in the control group, by customer."""
    rows = session.connection().execute(select(W.customer_id, W.stratum, W.is_control))
    return {id_: (stratum, bool(control)) for id_, stratum, control in rows}


def bought(codes: range, on: str, amount: int, first: int) -> list[str]:
    return [sale(on, str(first + at), f"К-{code};;;", str(amount)) for at, code in enumerate(codes)]


def test_a_fifth_of_every_stratum_is_drawn_and_no_advertising_reaches_it(took: Took, agree: Agree) -> None:
    ids = agree(200)
    took(*bought(range(50), "01.03.2026", 100, 1), *bought(range(50, 100), "01.03.2026", 9000, 100))
    with db.writing() as session:
        with pytest.raises(Refused, match="от 5 до 50"):
            holdout.start(session, 60, acts.begin(session, Origin.SCREEN))
        holdout.start(session, 20, acts.begin(session, Origin.SCREEN), seed="a")
        with pytest.raises(Refused, match="уже есть"):
            holdout.start(session, 20, acts.begin(session, Origin.SCREEN))
        drawn = members(session)
        controls = [stratum for stratum, control in drawn.values() if control]
        assert sorted(controls) == [0] * 20 + [1] * 10 + [2] * 10
        now = sent.moscow("2026-06-01T12:00")
        held = Permission(session, "sms", True, now).why_not(ids)
        assert held == {id_: "holdout" for id_, (_, control) in drawn.items() if control}
        assert Permission(session, "sms", False, now).why_not(ids) == {}
        group = holdout.current(session)
        assert group is not None
        assert (group.people, group.control) == (200, 40)
        holdout.end(session, TODAY)
        assert Permission(session, "sms", True, now).why_not(ids) == {}
        assert holdout.current(session) is None
        assert [one.control for one in holdout.past(session)] == [40]


def test_too_few_people_are_refused(agree: Agree) -> None:
    agree(100)
    with db.writing() as session, pytest.raises(Refused, match="ничего не показала"):
        holdout.start(session, 20, acts.begin(session, Origin.SCREEN))


def test_who_agrees_later_is_drawn_at_night_once(agree: Agree) -> None:
    agree(200)
    with db.writing() as session:
        holdout.start(session, 20, acts.begin(session, Origin.SCREEN), seed="a")
    new = agree(100, since=200)
    night.run(TODAY + timedelta(days=1))
    with db.reading() as session:
        drawn = members(session)
    assert {drawn[id_][0] for id_ in new} == {holdout.NEWCOMERS}
    by_lot = effect.lots("a", new) < 0.2
    assert [drawn[id_][1] for id_ in new] == by_lot.tolist()
    assert 8 < int(by_lot.sum()) < 34
    night.run(TODAY + timedelta(days=2))
    with db.reading() as session:
        assert members(session) == drawn


def test_the_chance_is_told_before_the_size_is_chosen(took: Took, agree: Agree) -> None:
    agree(200)
    with db.reading() as session:
        assert holdout.choices(session, TODAY)[1][3].chance == 0  # nobody ever bought
    took(*(sale("01.03.2026", str(at), f"К-{at};;;", str(500 + 40 * at)) for at in range(100)))
    with db.reading() as session:
        people, told = holdout.choices(session, TODAY)
    assert people == 200
    assert [(one.percent, one.control, one.chance > 0) for one in told] == [
        (5, 10, False), (10, 20, False), (15, 30, True), (20, 40, True), (30, 60, True),
    ]  # fmt: skip
    assert told[2].chance < told[3].chance < told[4].chance


def test_the_group_shows_what_messages_brought_since_it_was_drawn(
    took: Took, agree: Agree, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = agree(200)
    with db.writing() as session:
        options.put(session, "margin", "40")
        group = holdout.start(session, 20, acts.begin(session, Origin.SCREEN), seed="a")
        drawn = members(session)
    monkeypatch.setenv("LOYALTY_TODAY", "2026-08-01")
    treated = [at for at, id_ in enumerate(ids) if not drawn[id_][1]]
    control = [at for at, id_ in enumerate(ids) if drawn[id_][1]]
    lines = [sale("01.06.2026", f"0{at}", f"К-{at};;;", "777") for at in range(10)]  # the day of the drawing
    lines += [sale("10.06.2026", f"1{at}", f"К-{at};;;", "500") for at in treated]
    lines += [sale("10.06.2026", f"1{at}", f"К-{at};;;", "100") for at in control]
    lines += [sale("10.07.2026", f"2{at}", f"К-{at};;;", "10") for at in control[:20]]
    took(*lines)
    with db.writing() as session:
        sent.message(
            session, ids[treated[0]], "2026-06-05T10:00", campaign_id=sent.campaign(session, "Лето", "2026-06-05")
        )
        answer = holdout.measured(session, group, date(2026, 8, 1))
        assert (answer.since, answer.until, answer.is_over) == (date(2026, 6, 2), date(2026, 8, 1), False)
        assert (answer.effect.treated, answer.effect.control) == (160, 40)
        assert answer.effect.effect == 160 * (500_00 - 105_00)
        assert answer.effect.verdict is Verdict.PROVEN
        assert answer.taken_off == 3_20
        assert answer.profit is not None
        assert answer.profit[0] == 160 * 395_00 * 40 // 100 - 3_20
        earlier = holdout.measured(session, group, date(2026, 6, 30))
        assert earlier.effect.effect == 160 * 400_00
        same.join(session, ids[treated[1]], ids[control[1]])  # one of each is of neither now
        one_less = holdout.measured(session, group, date(2026, 8, 1)).effect
        assert (one_less.treated, one_less.control) == (159, 39)


def test_a_group_that_cannot_tell_yet_says_when_it_may(took: Took, agree: Agree) -> None:
    ids = agree(200)
    took(*bought(range(19), "20.05.2026", 500, 1))
    with db.writing() as session:
        group = holdout.start(session, 20, acts.begin(session, Origin.SCREEN), seed="a")
        none = holdout.ahead(session, group, TODAY)
        assert (none.is_written, none.enough_on, none.chance_on) == (False, None, date(2026, 11, 30))
        sent.message(session, ids[0], "2026-06-01T10:00", campaign_id=sent.campaign(session, "До", "2026-06-01"))
        assert not holdout.ahead(session, group, TODAY).is_written  # who is compared is so from the day after
    took(*bought(range(100, 101), "31.05.2026", 500, 100))
    with db.writing() as session:
        # Twenty bought within 14 days: from the 2nd of June on that is until the 15th.
        assert holdout.ahead(session, group, TODAY).enough_on == date(2026, 6, 16)
        assert holdout.ahead(session, group, date(2026, 6, 10)).enough_on == date(2026, 6, 23)
        sent.message(session, ids[1], "2026-06-05T10:00", campaign_id=sent.campaign(session, "После", "2026-06-05"))
        assert holdout.ahead(session, group, date(2026, 6, 10)).is_written


def campaign(session: Session, name: str, on: str, treated: list[int], control: list[int], window: int = 14) -> int:
    id_ = sent.campaign(session, name, f"{on}T10:00", window_days=window, control_percent=20)
    for one in treated:
        sent.message(session, one, f"{on}T10:05", campaign_id=id_)
    for one in control:
        sent.message(session, one, campaign_id=id_, status="skipped", reason="control", cost=None)
    return id_


def test_a_campaigns_own_control_and_several_together(took: Took, agree: Agree) -> None:
    ids = agree(400)
    with db.writing() as session:
        one = campaign(session, "Раз", "2026-03-01", ids[:100], ids[100:150])
        # Overlapping: of these the first hundred and fifty are compared by «Раз» already, all but for themselves.
        two = campaign(session, "Два", "2026-03-10", ids[:50] + ids[150:250], ids[50:150] + ids[250:300])
        sent.message(session, ids[399], campaign_id=one, status="skipped", reason="no_phone", cost=None)
        none = sent.campaign(session, "Без контроля", "2026-04-01T10:00")
    took(
        *bought(range(100), "05.03.2026", 300, 1), *bought(range(100, 150), "05.03.2026", 100, 1000),
        *bought(range(150, 250), "12.03.2026", 50, 2000), *bought(range(250, 300), "12.03.2026", 40, 3000),
        *bought(range(100), "16.03.2026", 7000, 4000),  # the window of the first is over
        sale("05.03.2026", "99999", "К-399;;;", "100000"),
    )  # fmt: skip
    with db.reading() as session:
        assert measuring.of_campaign(session, none, TODAY) is None
        answer = measuring.of_campaign(session, one, TODAY)
        assert answer is not None
        assert (answer.effect.effect, answer.effect.treated, answer.effect.control) == (100 * 200_00, 100, 50)
        assert answer.effect.verdict is Verdict.PROVEN
        assert answer.taken_off == 100 * 3_20
        alone = measuring.of_campaign(session, two, TODAY)
        assert alone is not None
        assert (alone.effect.treated, alone.effect.control) == (150, 150)
        both = measuring.of_all(session, TODAY)
        assert both is not None
        assert (both.effect.effect, both.effect.treated, both.effect.control) == (20_000_00 + 1_000_00, 200, 100)
        early = measuring.of_campaign(session, one, date(2026, 3, 3))
        assert early is not None
        assert (early.effect.verdict, early.is_over) == (Verdict.FEW, False)
    assert np.array_equal(measuring.one_each(np.array([3, 1, 3, 2, 2]), np.array([1, 0, 1, 1, 0], bool))[0], [1, 3])


@pytest.mark.parametrize("said", ["0", "101", "сорок", "-5", "1.5"])
def test_a_margin_that_cannot_be_is_refused(said: str) -> None:
    with db.writing() as session, pytest.raises(Refused, match=said):
        options.put(session, "margin", said)

"""A customer's one line of events: what stands there and in which order; on both databases."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlmodel import Session

from loyalty import acts, settings
from loyalty.customers import consents, grants
from loyalty.identity import same
from loyalty.models import Grant
from loyalty.reports.customers import card, events, listed
from loyalty.reports.customers.events import Event, Sort
from loyalty.segments import membership
from loyalty.segments.tree import Tree, is_
from tests.pages.factory import TODAY, small_shop


@pytest.fixture
def maria(session: Session, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    small_shop(session)
    return one_id(session, "К-1")


def one_id(session: Session, code: str) -> int:
    return int(listed.everyone(session, listed.Wanted(code), TODAY, sort="Клиент", descending=False).index[0])


def line(session: Session, id_: int) -> list[Event]:
    session.flush()
    return events.load(session, card.load(session, id_))


def told(event: Event) -> tuple[str, str, int | None, int | None, int | None]:
    """Day, words, roubles, bonuses, what is available then."""
    sums = (None if one is None else one // 100 for one in (event.money, event.bonuses, event.available))
    return (f"{event.at:%d.%m.%y}", event.words, *sums)


def saved(session: Session, name: str, tree: Tree, at: datetime, **options: str) -> None:
    act = acts.begin(session, acts.Origin.SCREEN)
    membership.save(session, name, tree, act, at, TODAY, **options)


def test_purchases_and_bonuses_stand_in_one_line_by_time(session: Session, maria: int) -> None:
    """By hand: 10 000 at full price earn 500; 400 of them pay half a skirt, which comes back."""
    assert [told(one) for one in line(session, maria) if one.sort is not Sort.PERSON] == [
        ("22.02.27", "Сгорит", None, -400, 0),  # a year after they came back
        ("20.02.27", "Сгорит", None, -250, 400),
        ("06.03.26", "Станет доступно", None, 150, 650),
        ("22.02.26", "Возврат 000001 (к чеку 000003)", -1_000, None, None),
        ("22.02.26", "Отменено", None, -30, 500),
        ("22.02.26", "Вернулось", None, 400, 530),
        ("20.02.26", "Чек 000004, Шоурум", 3_000, None, None),
        ("20.02.26", "Начислено, ждёт", None, 150, 130),
        ("19.02.26", "Стало доступно", None, 30, 130),
        ("05.02.26", "Чек 000003, Шоурум", 1_000, None, None),
        ("05.02.26", "Начислено", None, 30, 100),
        ("05.02.26", "Потрачено", None, -400, 100),
        ("24.01.26", "Стало доступно", None, 500, 500),
        ("10.01.26", "Чек 000002, Шоурум", 12_000, None, None),
        ("10.01.26", "Начислено", None, 500, 0),
    ]


def test_what_is_ahead_stands_above_and_leads_to_why(session: Session, maria: int) -> None:
    found, of_hers = line(session, maria), card.load(session, maria)
    assert [one.is_ahead(TODAY) for one in found] == [True] * 3 + [False] * (len(found) - 3)
    assert len({one.id for one in found}) == len(found)
    movements = of_hers.story.movements(TODAY)
    bonuses = [one for one in found if one.sort is Sort.BONUSES]
    assert [(one.lead, one.bonuses, one.available) for one in bonuses] == [
        (moved.at, moved.amount, moved.after) for moved in movements
    ]
    documents = [one.lead for one in found if one.sort in (Sort.PURCHASE, Sort.RETURN)]
    assert documents == list(of_hers.documents.index)


def test_gifts_are_told_with_what_they_were_for_and_what_became_of_them(session: Session, maria: int) -> None:
    for key, left in (("one", 100_00), ("other", 0)):
        grants.give(session, maria, "manual", 300_00, f"Конкурс {key}", key)
        session.flush()
        gift = session.scalars(select(Grant).order_by(Grant.id.desc())).first()  # type: ignore[union-attr]
        assert gift and gift.id
        grants.correct(session, gift.id, left, "ошиблись")
    found = [one for one in line(session, maria) if one.sort is Sort.GIFT]
    assert [one.words for one in found if one.bonuses is None] == [
        "Подарок забрали: 300", "Подарок уменьшен с 300 до 100",
    ]  # fmt: skip
    assert "Конкурс one»" in found[-1].details or "Конкурс one; ошиблись" in found[-1].details
    assert [one.bonuses for one in found if one.bonuses] == [100_00]


def test_segments_consents_joins_and_registration_are_told(session: Session, maria: int) -> None:
    pyotr, act = one_id(session, "К-2"), acts.begin(session, acts.Origin.SCREEN)
    consents.say(session, pyotr, is_given=False, at=datetime(2026, 2, 11, 9, tzinfo=UTC), act=act, place="Касса")
    same.join(session, pyotr, maria)
    found = [(f"{one.at:%d.%m.%Y %H:%M}", one.words, one.details) for one in line(session, maria)
             if one.sort is Sort.PERSON]  # fmt: skip
    assert {words for _, words, _ in found} == {
        "Регистрация", "Согласие на рекламу по SMS", "Отказ от рекламы по SMS",
        "Объединена с карточкой «Котов Пётр»",
    }  # fmt: skip
    assert ("11.02.2026 12:00", "Отказ от рекламы по SMS", "Касса") in found  # by the shop's clock
    assert found[-1] == ("03.05.2023 00:00", "Регистрация", "")


def test_a_passage_is_told_with_its_time_and_whether_she_moved_or_the_question(
    session: Session, maria: int
) -> None:
    night = datetime(2026, 2, 27, 23, 30, tzinfo=UTC)  # 2:30 the next day in the shop
    saved(session, "Ц*ен*ные", is_("purchases_sum", **{"from": 1_000_00}), night)
    saved(session, "Ц*ен*ные", is_("purchases_sum", **{"from": 90_000_00}), night.replace(day=28), was="Ц*ен*ные")
    saved(session, "Свои", is_("purchases_sum", **{"from": 1_000_00}), night)
    found = [one for one in line(session, maria) if one.sort is Sort.SEGMENT]
    assert [(f"{one.at:%d.%m %H:%M}", one.words, one.lead) for one in found] == [
        ("01.03 02:30", "Больше не в сегменте «Ц*ен*ные»: сегмент изменили", "Ц*ен*ные"),
        ("28.02 02:30", "Теперь в сегменте «Ц*ен*ные»: сегмент завели или изменили", "Ц*ен*ные"),
        ("28.02 02:30", "Теперь в сегменте «Свои»: сегмент завели или изменили", "Свои"),
    ]
    stays = events.stays(session, card.load(session, maria))
    assert sorted(stays) == [
        ("Свои", date(2026, 2, 28), None), ("Ц*ен*ные", date(2026, 2, 28), date(2026, 3, 1)),
    ]  # fmt: skip


def test_a_passage_by_her_own_doing_names_no_reason(session: Session, maria: int) -> None:
    saved(session, "Тихие", is_("days_without_purchase", **{"from": 10}), datetime(2026, 2, 27, tzinfo=UTC))
    later = date(2026, 3, 11)
    membership.refresh(session, settings.utc_now().replace(year=2026, month=3, day=11, hour=12), later)
    found = [one.words for one in line(session, maria) if one.sort is Sort.SEGMENT]
    assert found == ["Теперь в сегменте «Тихие»"]

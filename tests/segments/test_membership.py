"""Who is in a segment, as recorded: each passage once with its time, by whom it was caused, on any day."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from loyalty import db, models, settings
from loyalty.demo import leaving, load
from loyalty.errors import NotFound, Problems
from loyalty.identity import same
from loyalty.models import imports, memberships, segments
from loyalty.segments import crowds, membership, refreshing, stored
from loyalty.segments.tree import All, Any_, Not, is_
from loyalty.service import checking, night
from tests.recorded import Shop, code_of, members, passages, refused
from tests.till import ANNA, BORIS, emptied, give_back, sale

SLEEPING = is_("days_without_purchase", **{"from": 30})
TWICE = is_("purchases_count", **{"from": 2})
VERA = "К-3;Вера Ким;+79161110003;"


@pytest.fixture
def shop(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Anna bought on 1 January, Boris on 20 February; it is 1 March, 10:00."""
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    made = Shop(tmp_path, monkeypatch)
    made.at("2026-03-01T10:00")
    made.took(sale("01.01.2026", "1", ANNA, "1000"), sale("20.02.2026", "2", BORIS, "1000"))
    yield made
    db.engine().dispose()


# --- By time and facts ------------------------------------------------------------------------------------


def test_the_first_filling_is_no_event_and_what_time_and_facts_do_is(shop: Shop) -> None:
    assert shop.save("Уснувшие", SLEEPING) == 1
    assert passages("Уснувшие") == ["К-1 in 2026-03-01 10:00 quietly"]
    shop.night("2026-03-21T00:01")  # the 29th day of Boris
    shop.night("2026-03-22T00:01")
    assert passages("Уснувшие")[1:] == ["К-2 in 2026-03-22 00:01"]
    shop.at("2026-03-23T15:30")
    shop.took(sale("23.03.2026", "3", ANNA, "1000"))
    assert passages("Уснувшие")[2:] == ["К-1 out 2026-03-23 15:30"]
    assert members("Уснувшие") == {"К-2"}
    shop.night("2026-04-22T00:01")
    assert passages("Уснувшие")[3:] == ["К-1 in 2026-04-22 00:01"]


def test_again_there_is_nothing_new(shop: Shop) -> None:
    shop.save("Уснувшие", SLEEPING)
    shop.night("2026-03-22T00:01")
    told = passages("Уснувшие")
    shop.night("2026-03-22T09:00")
    shop.took(sale("20.02.2026", "2", BORIS, "1000"))
    assert shop.refresh() == {"Уснувшие": (0, 0, 2)}
    assert passages("Уснувшие") == told


def test_missed_nights_are_recorded_at_the_end_of_their_days(shop: Shop) -> None:
    shop.save("Уснувшие", SLEEPING)
    shop.save("Недавние", is_("days_without_purchase", to=9))
    shop.night("2026-03-01T23:00")
    shop.night("2026-03-25T09:00")
    assert passages("Уснувшие")[1:] == ["К-2 in 2026-03-22 23:59"]
    assert passages("Недавние") == ["К-2 in 2026-03-01 10:00 quietly", "К-2 out 2026-03-02 23:59"]
    assert (members("Уснувшие", "2026-03-22"), members("Уснувшие", "2026-03-23")) == ({"К-1"}, {"К-1", "К-2"})


def test_a_missed_night_is_not_recorded_over_what_was_recorded_after_it(shop: Shop) -> None:
    shop.night("2026-03-01T11:00")
    shop.save("Уснувшие", SLEEPING)
    shop.at("2026-03-24T12:00")
    shop.refresh()
    shop.night("2026-03-25T09:00")
    assert passages("Уснувшие")[1:] == ["К-2 in 2026-03-24 12:00"]


def test_a_night_ahead_is_taken_back_by_a_refresh_of_today(shop: Shop) -> None:
    shop.save("Уснувшие", SLEEPING)
    shop.night("2026-03-01T11:00")
    night.run(date(2026, 3, 25))
    assert members("Уснувшие") == {"К-1", "К-2"}
    shop.refresh()
    assert members("Уснувшие") == {"К-1"}
    with db.reading() as session:  # nobody left before she entered
        m = memberships.c
        assert session.connection().execute(select(m.id).where(m.left_at < m.entered_at)).all() == []
    assert [len(members("Уснувшие", f"2026-03-{day:02}")) for day in (2, 22, 23, 31)] == [1, 1, 1, 1]


def test_figures_are_brought_to_today_by_a_refresh(shop: Shop) -> None:
    """The bonuses of 20 February can be spent on 6 March."""
    shop.save("С бонусами", is_("available", **{"from": 1}))
    assert members("С бонусами") == {"К-1"}
    shop.at("2026-03-06T10:00")
    assert shop.refresh() == {"С бонусами": (1, 0, 2)}


def test_a_return_and_a_late_file_move_people(shop: Shop) -> None:
    shop.save("Дважды", TWICE)
    shop.at("2026-03-02T10:00")
    shop.took(sale("10.01.2026", "3", ANNA, "500"))
    shop.at("2026-03-03T10:00")
    shop.took(give_back("03.03.2026", "В3", "3", ANNA, "500"))
    assert passages("Дважды") == ["К-1 in 2026-03-02 10:00", "К-1 out 2026-03-03 10:00"]


def test_who_is_joined_to_another_leaves_and_comes_back_with_the_workers_next_look(shop: Shop) -> None:
    shop.took(sale("05.01.2026", "3", VERA, "500"))
    shop.save("Уснувшие", SLEEPING)
    assert members("Уснувшие") == {"К-1", "К-3"}
    ids = {code: id_ for id_, code in code_of().items()}
    with db.writing() as session:
        same.join(session, ids["К-3"], ids["К-1"])
    assert {one.name: (one.entered, one.left) for one in refreshing.catch_up()} == {"Уснувшие": (0, 1)}
    assert members("Уснувшие") == {"К-1"} and refreshing.catch_up() == []
    with db.writing() as session:
        same.undo(session, 1)
    assert {one.name: (one.entered, one.left) for one in refreshing.catch_up()} == {"Уснувшие": (1, 0)}
    assert members("Уснувшие") == {"К-1", "К-3"}


# --- By a person ------------------------------------------------------------------------------------------


def test_an_edit_moves_quietly_and_says_before_how_many(shop: Shop) -> None:
    shop.save("Люди", SLEEPING)
    recent = is_("days_without_purchase", to=29)
    shop.at("2026-03-02T10:00")
    assert shop.would_move("Люди", recent) == (1, 1)
    assert shop.would_move(None, recent) == (1, 0)
    assert shop.save("Люди", recent, was="Люди") == 1
    assert passages("Люди")[1:] == ["К-1 out 2026-03-02 10:00 quietly", "К-2 in 2026-03-02 10:00 quietly"]
    shop.night("2026-03-22T00:01")
    assert passages("Люди")[3:] == ["К-2 out 2026-03-22 00:01"]


def test_who_would_have_moved_without_the_edit_too_is_an_event(shop: Shop) -> None:
    shop.save("Люди", SLEEPING)
    shop.at("2026-03-23T10:00")  # nobody has refreshed since Boris fell asleep
    shop.save("Люди", Any_((SLEEPING, TWICE)), was="Люди")
    assert passages("Люди")[1:] == ["К-2 in 2026-03-23 10:00"]
    shop.save("Люди", is_("days_without_purchase", **{"from": 20, "to": 60}), was="Люди")
    assert "К-1 out 2026-03-23 10:00 quietly" in passages("Люди")
    assert len(passages("Люди")) == 3


def test_a_segment_follows_the_one_it_uses(shop: Shop) -> None:
    shop.save("Уснувшие", SLEEPING)
    shop.save("Не уснувшие", Not(is_("segment", name="Уснувшие")))
    shop.save("Дальше", All((is_("segment", name="Не уснувшие"),)))
    shop.at("2026-03-02T10:00")
    shop.save("Уснувшие", is_("days_without_purchase", **{"from": 5}), was="Уснувшие")
    for name in ("Не уснувшие", "Дальше"):
        assert passages(name) == ["К-2 in 2026-03-01 10:00 quietly", "К-2 out 2026-03-02 10:00 quietly"]
    shop.at("2026-03-03T10:00")
    shop.took(sale("03.03.2026", "3", ANNA, "500"))
    for name in ("Не уснувшие", "Дальше"):
        assert passages(name)[2:] == ["К-1 in 2026-03-03 10:00"]


def test_a_renamed_segment_is_followed_and_keeps_its_history(shop: Shop) -> None:
    shop.save("Уснувшие", SLEEPING)
    shop.save("Дальше", is_("segment", name="Уснувшие"))
    told = passages("Уснувшие")
    shop.save("  Спящие ", SLEEPING, was="Уснувшие")
    assert passages("Спящие") == told
    with db.reading() as session:
        assert stored.get(session, "Дальше").tree == is_("segment", name="Спящие")
    assert shop.refresh() == {"Спящие": (0, 0, 1), "Дальше": (0, 0, 1)}


def test_a_ring_is_refused_and_changes_nothing(shop: Shop) -> None:
    shop.save("А", SLEEPING)
    shop.save("Б", is_("segment", name="А"))
    ring = All((is_("segment", name="Б"), SLEEPING))
    with refused("зависеть сам от себя: «А» → «Б» → «А»"):
        shop.save("А", ring, was="А")
    with refused("зависит сам от себя"):
        shop.would_move("А", ring)
    with db.reading() as session:
        assert stored.get(session, "А").tree == SLEEPING


def test_one_that_is_used_is_not_deleted_and_another_goes_with_its_history(shop: Shop) -> None:
    shop.save("А", SLEEPING)
    shop.save("Б", is_("segment", name="А"))
    with refused("на нём держится «Б»"), db.writing() as session:
        membership.delete(session, "А")
    with db.writing() as session:
        membership.delete(session, "Б")
        membership.delete(session, "А")
    with db.reading() as session:
        assert stored.everything(session) == []
        assert session.connection().execute(select(memberships)).all() == []
        with pytest.raises(NotFound):
            membership.members(session, "А")


def test_a_name_that_is_taken_or_none_is_refused(shop: Shop) -> None:
    shop.save("Уснувшие", SLEEPING)
    for name in ("УСНУВШИЕ", " ", "ю" * 201, "а\0"):
        with pytest.raises(Problems) as told:
            shop.save(name, TWICE)
        assert list(told.value.by_field) == ["name"]
    assert shop.save("ю" * 200, TWICE) == 0


def test_a_segment_that_cannot_be_evaluated_keeps_its_members_and_says_why(shop: Shop) -> None:
    shop.save("А", SLEEPING)
    shop.save("Б", is_("segment", name="А"))
    with db.writing() as session:  # as an older version of the program may have left it
        id_ = stored.get(session, "А").id
        crowds.forget(session, id_)
        session.connection().execute(delete(memberships).where(memberships.c.segment_id == id_))
        session.connection().execute(delete(segments).where(segments.c.id == id_))
    shop.at("2026-03-02T10:00")
    assert shop.refresh() == {"Б": (0, 0, 1)}
    with db.reading() as session:
        assert stored.get(session, "Б").trouble.startswith("Сегмента «А» больше нет")
        assert not membership.is_due(session, settings.today(session))
    shop.save("А", TWICE)
    assert shop.refresh() == {"А": (0, 0, 0), "Б": (0, 0, 0)}
    with db.reading() as session:
        assert stored.get(session, "Б").trouble == ""
    assert passages("Б")[1:] == ["К-1 out 2026-03-02 10:00 quietly"]


def test_who_is_inside_is_kept_as_the_stays_say(shop: Shop) -> None:
    shop.save("Дважды", TWICE)
    shop.took(sale("10.01.2026", "3", ANNA, "500"), sale("11.01.2026", "4", "К-300;;;", "500"))
    shop.save("Уснувшие", SLEEPING)
    shop.at("2026-06-01T10:00")
    shop.refresh()
    with db.reading() as session:
        assert list(checking.everything(session)) == []
        inside = {name: membership.members(session, name).tolist() for name in ("Дважды", "Уснувшие")}
    assert all(inside.values())
    with db.writing() as session:
        crowds.forget(session)  # as a version without them has left it
    with db.reading() as session:
        assert inside == {name: membership.members(session, name).tolist() for name in inside}
    assert {moves[:2] for moves in shop.refresh().values()} == {(0, 0)}
    with db.reading() as session:
        assert session.connection().scalar(select(func.count()).select_from(models.crowds)) == 2


def test_who_is_kept_wrongly_is_found_and_mended(shop: Shop) -> None:
    shop.save("Дважды", TWICE)
    shop.took(sale("10.01.2026", "3", ANNA, "500"))
    with db.writing() as session:  # past the program
        session.connection().execute(update(models.crowds).values(bits=b"\x60"))
    with db.reading() as session:
        (wrong,) = checking.everything(session)
        assert (wrong.what, wrong.stored, wrong.computed) == ("состав сегмента «Дважды», 1 не те", "2", "1")
        today = settings.today(session)
    found = checking.night(today)
    assert found and found.is_wrong and "состав сегментов" in found.words
    with db.writing() as session:
        checking.mend(session)
    with db.reading() as session:
        assert list(checking.everything(session)) == []
    assert members("Дважды") == {"К-1"}


# --- The record -------------------------------------------------------------------------------------------


def test_on_a_day_is_at_its_start_in_the_shop(shop: Shop) -> None:
    """rules.md §18a, case 26: she entered at 10:00, and is in it from the next day on."""
    with db.writing() as session:
        settings.name_shop(session, "Магазин", "Asia/Vladivostok")
    shop.save("Дважды", TWICE)
    shop.at("2026-03-10T01:00")  # still the 9th in Moscow and in UTC
    shop.took(sale("10.03.2026", "3", ANNA, "500"))
    assert passages("Дважды") == ["К-1 in 2026-03-10 01:00"]
    assert (members("Дважды", "2026-03-10"), members("Дважды", "2026-03-11")) == (set(), {"К-1"})
    shop.at("2026-03-12T00:00:05")
    shop.took(give_back("11.03.2026", "В3", "3", ANNA, "500"))
    assert [members("Дважды", f"2026-03-{day}") for day in (11, 12, 13)] == [{"К-1"}, {"К-1"}, set()]


def test_sizes_are_what_the_days_say(shop: Shop) -> None:
    shop.save("Уснувшие", SLEEPING)
    shop.night("2026-03-22T10:00")
    shop.took(sale("22.03.2026", "3", ANNA, "500"))
    first, last = date(2026, 2, 28), date(2026, 3, 24)
    with db.reading() as session:
        found = membership.sizes(session, "Уснувшие", first, last)
        said = [len(membership.inside_on(session, "Уснувшие", day)) for day in found["day"]]
    assert (found["day"].iloc[0], found["day"].iloc[-1], len(found)) == (first, last, 25)
    assert found["size"].tolist() == said == [0, 0, *[1] * 23]


def test_the_segments_of_a_customer(shop: Shop) -> None:
    shop.save("Уснувшие", SLEEPING)
    shop.at("2026-03-10T10:00")
    shop.took(sale("10.03.2026", "3", ANNA, "500"))
    shop.save("Дважды", TWICE)
    ids = {code: id_ for id_, code in code_of().items()}
    with db.reading() as session:
        stays = membership.of_customer(session, ids["К-1"])
        assert membership.of_customer(session, ids["К-2"]) == []
    told = [(one.segment, one.left_at is None, one.entering_is_event, one.leaving_is_event) for one in stays]
    assert told == [("Дважды", True, False, False), ("Уснувшие", False, False, True)]


def test_the_latest_passages_are_told_first(shop: Shop) -> None:
    shop.save("Уснувшие", SLEEPING)
    shop.night("2026-03-22T10:00")
    with db.reading() as session:
        (latest,) = membership.passages(session, "Уснувшие", 1)
        assert len(membership.passages(session, "Уснувшие", 5)) == 2
    assert (code_of()[latest.customer_id], latest.has_entered) == ("К-2", True)


# --- Nobody, at first -------------------------------------------------------------------------------------


def test_in_an_empty_shop_the_first_import_is_the_first_filling(shop: Shop) -> None:
    emptied()
    shop.save("Все", All(()))
    assert shop.refresh() == {"Все": (0, 0, 0)}
    with db.reading() as session:
        assert not membership.is_due(session, settings.today(session))
    shop.took(sale("01.01.2026", "1", ANNA, "1000"))
    assert passages("Все") == ["К-1 in 2026-03-01 10:00 quietly"]


def test_who_was_invented_is_in_no_segment_any_more(shop: Shop) -> None:
    emptied()
    shop.save("Все", All(()))
    with db.writing() as session:
        load.load(session, 20)
    assert shop.refresh()["Все"] == (20, 0, 20)
    with db.writing() as session:
        leaving.remove(session)
    assert members("Все") == set()
    shop.took(sale("01.01.2026", "1", ANNA, "1000"))
    assert passages("Все") == ["К-1 in 2026-03-01 10:00 quietly"]


# --- What waits to be done --------------------------------------------------------------------------------


def test_what_was_answered_before_somebody_wrote_is_not_written(shop: Shop) -> None:
    shop.save("Дважды", TWICE)
    with db.reading() as session:
        told = membership.answers(session, settings.today(session))
    shop.took(sale("10.01.2026", "3", ANNA, "500"))
    with db.writing() as session:
        assert not membership.is_true(session, told)
    with db.reading() as session:
        told = membership.answers(session, settings.today(session))
    with db.writing() as session:
        assert membership.is_true(session, told)
        assert membership.write(session, told, settings.now())[0].members == 1


def test_an_import_that_segments_do_not_know_is_caught_up(shop: Shop) -> None:
    shop.save("Дважды", TWICE)
    shop.refresh()
    assert refreshing.catch_up() == []
    shop.took(sale("10.01.2026", "3", ANNA, "500"))
    assert refreshing.catch_up() == []
    with db.writing() as session:  # as if killed between the import and its refresh
        session.connection().execute(delete(memberships))
        crowds.forget(session)
        settings.put(session, membership.KNOWN, str(len(session.connection().execute(select(imports)).all()) - 1))
    assert [one.members for one in refreshing.catch_up()] == [1]
    assert refreshing.catch_up() == []


def test_a_new_day_that_segments_do_not_know_is_caught_up(shop: Shop) -> None:
    shop.save("Уснувшие", SLEEPING)
    shop.refresh()
    shop.at("2026-03-22T00:00:30")
    assert [one.entered for one in refreshing.catch_up()] == [1]
    assert refreshing.catch_up() == []

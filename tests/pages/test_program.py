"""«Программа»: what is promised in plain words, and a new version that is asked once and made once."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from streamlit.testing.v1 import AppTest

from loyalty import acts, db
from loyalty.errors import Refused
from loyalty.models import Customer, Receipt
from loyalty.program import stored
from loyalty.program.stored import Versions
from loyalty.program.terms import BurnRule, Program
from tests.pages.opened import checked, column, keyed, named_shop, opened, shop, words  # noqa: F401 — fixtures

TODAY, TOMORROW = date(2026, 2, 1), date(2026, 2, 2)
NOW = datetime(2026, 1, 10, 12)
STAMP = NOW.replace(tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("named_shop")


@pytest.fixture
def sold(named_shop: str) -> None:  # noqa: F811
    """A customer with 60 000 ₽ of turnover has been promised something."""
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.TILL)
        whose = Customer(turnover=60_000_00, act_id=act.id, updated_at=act.at)
        session.add(whose)
        session.flush()
        session.add(
            Receipt(
                number="1", shop="", year=2026, at=NOW, day=NOW.date(), customer_id=whose.id, content="",
                act_id=act.id,
            )
        )  # fmt: skip


def all_versions() -> Versions:
    with db.reading() as session:
        return stored.versions(session, TODAY)


def plan(program: Program, start: date = TOMORROW) -> None:
    with db.writing() as session:
        stored.save(session, start, program, TODAY)


def new_version() -> AppTest:
    return checked(opened("program").button(key="program-new").click().run())


def test_the_version_in_force_is_told_in_plain_words() -> None:
    app = opened("program")
    said = words(app)
    assert "С первого чека" in said
    assert "До 50 % суммы чека" in said
    assert "через 365 дней после последней покупки" in said
    assert column(app, "program-levels", "Уровень") == ["Базовый", "Серебряный", "Золотой"]


@pytest.mark.usefixtures("sold")
def test_a_new_version_is_shown_with_its_changes_asked_once_and_saved() -> None:
    app = new_version()
    app.number_input(key=keyed(app, "confirm_days")).set_value(7).run()
    assert "через 7 дней после покупки, а не через 14 дней" in words(app)
    checked(app.button(key="program-save").click().run())
    assert not all_versions().coming
    checked(app.button(key="program-confirm").click().run())
    assert all_versions().coming == [(TOMORROW, replace(Program(), confirm_days=7))]
    assert "С 02.02.2026" in words(app)


@pytest.mark.usefixtures("sold")
def test_a_level_that_begins_later_tells_how_many_customers_it_moves() -> None:
    app = new_version()
    app.text_input(key=keyed(app, "levels.1.start")).set_value("70 000").run()
    said = words(app)
    assert "«Серебряный» начнётся при покупках от 70 000 ₽, а не от 50 000 ₽" in said
    assert "из 1 клиента сменят уровень — 1, будут получать меньше — 1" in said


@pytest.mark.usefixtures("sold")
def test_a_renamed_level_moves_nobody() -> None:
    app = new_version()
    app.text_input(key=keyed(app, "levels.1.name")).set_value("Серебро").run()
    said = words(app)
    assert "Уровень «Серебряный» будет называться «Серебро»" in said
    assert "Уровни и проценты клиентов останутся прежними" in said


def test_levels_are_added_and_removed_line_by_line() -> None:
    app = new_version()
    app = checked(app.button(key=keyed(app, "remove-1")).click().run())
    app = checked(app.button(key=keyed(app, "add-level")).click().run())
    assert "Как называется" not in words(app)  # an empty line is no level yet
    app.text_input(key=keyed(app, "levels.3.name")).set_value("Друг").run()
    app.text_input(key=keyed(app, "levels.3.start")).set_value("20000,5").run()
    app.text_input(key=keyed(app, "levels.3.rate")).set_value("7,5").run()
    app.button(key="program-save").click().run()
    checked(app.button(key="program-confirm").click().run())
    assert [(one.name, one.threshold, one.rate) for one in all_versions().current.program.levels] == [
        ("Базовый", 0, 500), ("Друг", 20_000_50, 750), ("Золотой", 100_000_00, 1000),
    ]  # fmt: skip


def test_all_mistakes_are_told_at_once_each_under_its_field() -> None:
    app = new_version()
    app.text_input(key=keyed(app, "levels.0.name")).set_value("  ")
    app.text_input(key=keyed(app, "levels.0.start")).set_value("100")
    app.text_input(key=keyed(app, "levels.1.start")).set_value("100 000")
    app.text_input(key=keyed(app, "levels.2.rate")).set_value("")
    app.text_input(key=keyed(app, "levels.2.name")).set_value("Серебряный")
    app.number_input(key=keyed(app, "redeem_cap")).set_value(None)
    app = checked(app.number_input(key=keyed(app, "gift_delay_welcome")).set_value(None).run())
    said = words(app)
    for sentence in (
        "Как называется уровень?", "Первый уровень — с 0 ₽", "С этой суммы уже начинается другой уровень",
        "От 0 до 100", "Такой уровень уже есть", "Напишите процент", "Напишите число дней: 0 — сразу",
        "Сначала исправьте выше 7 отмеченных мест",
    ):  # fmt: skip
        assert sentence in said
    assert app.button(key="program-save").disabled


def test_what_was_typed_is_there_after_another_page_and_gone_after_cancel() -> None:
    app = new_version()
    app.number_input(key=keyed(app, "redeem_cap")).set_value(35.0).run()
    app = checked(app.switch_page("pages/journal.py").run())
    app = checked(app.switch_page("pages/program.py").run())
    assert app.number_input(key=keyed(app, "redeem_cap")).value == 35.0
    app = checked(app.button(key=keyed(app, "cancel")).click().run())
    app = checked(app.button(key="program-new").click().run())
    assert app.number_input(key=keyed(app, "redeem_cap")).value == 50.0


@pytest.mark.usefixtures("sold")
def test_who_saves_second_is_told_that_the_day_has_other_terms_now() -> None:
    app = new_version()
    app.number_input(key=keyed(app, "redeem_cap")).set_value(35.0).run()
    app = checked(app.button(key="program-save").click().run())
    with db.reading() as session, pytest.raises(Refused, match="Пока вы заполняли"):
        stored.save(session, TOMORROW, replace(Program(), redeem_cap=3500), TODAY, replace(Program(), burn_days=7))
    plan(replace(Program(), confirm_days=3))
    app = checked(app.run())
    assert "уже запланированы новые условия" in words(app)


def test_a_mistake_is_told_beside_its_field_and_nothing_can_be_saved() -> None:
    app = new_version()
    app.number_input(key=keyed(app, "confirm_days")).set_value(400).run()
    assert "увеличьте срок сгорания" in words(app)
    assert app.button(key="program-save").disabled


def test_before_the_first_receipt_the_terms_are_simply_replaced() -> None:
    app = new_version()
    app.number_input(key=keyed(app, "redeem_cap")).set_value(30.0).run()
    app.button(key="program-save").click().run()
    checked(app.button(key="program-confirm").click().run())
    assert all_versions() == ((stored.BEGINNING, replace(Program(), redeem_cap=3000)), [], [])


@pytest.mark.parametrize(
    ("rule", "name", "typed", "changed"),
    [
        (BurnRule.AFTER_ACCRUAL, "burn_days", 90, {"burn_days": 90}),
        (BurnRule.FIXED_DATES, "burn_dates", "01.01, 1.07", {"burn_dates": ((1, 1), (7, 1))}),
        (BurnRule.NEVER, None, None, {}),
    ],
)
def test_every_way_to_burn_has_its_own_fields(
    rule: BurnRule, name: str | None, typed: object, changed: dict[str, object]
) -> None:
    app = new_version()
    app.selectbox(key=keyed(app, "burn")).set_value(rule).run()
    if name:
        widgets = app.text_input if rule is BurnRule.FIXED_DATES else app.number_input
        widgets(key=keyed(app, name)).set_value(typed).run()
    app.button(key="program-save").click().run()
    checked(app.button(key="program-confirm").click().run())
    assert all_versions().current.program == replace(Program(), burn=rule, **changed)  # type: ignore[arg-type]


def test_a_date_that_no_year_has_is_a_mistake() -> None:
    app = new_version()
    app.selectbox(key=keyed(app, "burn")).set_value(BurnRule.FIXED_DATES).run()
    app.text_input(key=keyed(app, "burn_dates")).set_value("31.02").run()
    assert "день и месяц, которые есть в каждом году" in words(app)


@pytest.mark.usefixtures("sold")
def test_a_planned_version_is_changed_and_deleted_until_its_day() -> None:
    plan(replace(Program(), redeem_cap=3000))
    app = opened("program")
    app.button(key=f"edit-{TOMORROW}").click().run()
    app.number_input(key=keyed(app, "redeem_cap")).set_value(40.0).run()
    app.button(key="program-save").click().run()
    checked(app.button(key="program-confirm").click().run())
    assert all_versions().coming == [(TOMORROW, replace(Program(), redeem_cap=4000))]
    app.button(key=f"delete-{TOMORROW}").click().run()
    checked(app.button(key="program-delete-confirm").click().run())
    assert not all_versions().coming


def test_past_versions_are_told_with_their_periods(monkeypatch: pytest.MonkeyPatch) -> None:
    plan(replace(Program(), redeem_cap=3000))
    monkeypatch.setenv("LOYALTY_TODAY", "2026-03-01")
    app = opened("program")
    assert "С 02.02.2026" in words(app)
    assert [expander.label for expander in app.expander] == ["По 01.02.2026"]

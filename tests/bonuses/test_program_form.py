"""What a person types into the programme's form becomes terms, to the kopeck."""

import pytest

from loyalty.program.editing import dates_typed, dates_words, fields, hundredths, problems, typed
from loyalty.program.terms import BurnRule, GiftTerms, Level, Program, same_levels
from loyalty.program.words import GIFTS


@pytest.mark.parametrize(
    "program",
    [
        Program(),
        Program(levels=(Level("Базовый", 0, 555), Level("Высший", 12_345_67, 1250)), redeem_cap=3333),
        Program(burn=BurnRule.FIXED_DATES, burn_dates=((1, 1), (7, 1)), earn_on_redeemed=True, bonus_unit=10),
        Program(gifts={"welcome": GiftTerms(3, None), "birthday": GiftTerms(0, 7), "manual": GiftTerms(1, 1)}),
    ],
)
def test_a_programme_shown_and_read_back_is_the_same(program: Program) -> None:
    form = fields(program, GIFTS)
    assert not problems(form, GIFTS)
    assert typed(program, form, GIFTS) == program


def test_levels_are_ordered_by_where_they_start() -> None:
    rows = [
        {"name": "Высший", "start": "1 000 ₽", "rate": "7,5 %"},
        {"name": "Базовый", "start": "0", "rate": "5"},
    ]
    draft = typed(Program(), fields(Program(), GIFTS) | {"levels": rows}, GIFTS)
    assert draft.levels == (Level("Базовый", 0, 500), Level("Высший", 1000_00, 750))


def test_a_level_is_the_same_by_its_name_and_a_renamed_one_by_its_threshold() -> None:
    base, silver, gold = Program().levels
    renamed, moved = Level("Серебро", silver.threshold, 700), Level("Золотой", 90_000_00, 1000)
    assert same_levels((base, silver, gold), (base, renamed, moved)) == [
        (base, base), (silver, renamed), (gold, moved),
    ]  # fmt: skip
    assert same_levels((base, silver), (base, Level("Новый", 1_00, 700))) == [(base, base)]


@pytest.mark.parametrize(("number", "whole"), [(0.29, 29), (1.005, 101), (50_000, 5_000_000), (7, 700), (None, 0)])
def test_numbers_of_fields_become_exact(number: float | None, whole: int) -> None:
    assert hundredths(number) == whole


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("01.01, 1.7", ((1, 1), (7, 1))),
        ("1.07;01.01;01.01", ((1, 1), (7, 1))),
        ("31.12.", ((12, 31),)),
        ("", ()),
        ("январь", ((0, 0),)),
        ("1.1.2026", ((0, 0),)),
    ],
)
def test_dates_are_read_as_people_type_them(text: str, dates: tuple[tuple[int, int], ...]) -> None:
    assert dates_typed(text) == dates


def test_dates_are_shown_in_order() -> None:
    assert dates_words(((7, 1), (1, 1))) == "01.01, 01.07"

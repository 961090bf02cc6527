"""What a person types into the programme's form becomes terms, to the kopeck."""

import math

import pytest

from loyalty.program.editing import (
    NAME,
    RATE,
    THRESHOLD,
    dates_typed,
    dates_words,
    hundredths,
    level_rows,
    levels_typed,
)
from loyalty.program.terms import Level, Program


def test_levels_shown_and_read_back_are_the_same() -> None:
    levels = (Level("Базовый", 0, 555), Level("Высший", 12_345_67, 1250))
    assert levels_typed(level_rows(levels)) == levels


def test_rows_left_empty_are_no_levels_and_the_others_are_ordered_by_threshold() -> None:
    rows = [
        {NAME: " Высший ", THRESHOLD: 1000.0, RATE: 7.0},
        {NAME: None, THRESHOLD: math.nan, RATE: None},
        {NAME: "Базовый", THRESHOLD: None, RATE: 5.0},
    ]
    assert levels_typed(rows) == (Level("Базовый", 0, 500), Level("Высший", 1000_00, 700))


def test_a_level_without_a_percent_cannot_be_promised() -> None:
    levels = levels_typed([{NAME: "Базовый", THRESHOLD: 0.0, RATE: None}])
    assert Program(levels=levels).problem() == "Процент начисления — от 0 до 100"


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

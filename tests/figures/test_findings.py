"""What charts and figures say they found: honest, in Russian, and silent where there is too little."""

import pytest

from loyalty.reports import findings
from loyalty.wording import Change, changed, short


def plainly(words: str | None) -> str | None:
    return words and words.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("now", "before", "sentence"),
    [
        (138_00, 100_00, "Выручка выросла на 38 % к прошлому году"),
        (38_00, 100_00, "Выручка упала на 62 % к прошлому году"),
        (102_50, 100_00, "Выручка выросла на 2,5 % к прошлому году"),
        (100_00, 100_00, "Выручка такая же, как год назад"),
        (200_00, 100_00, "Выручка выросла в 2 раза к прошлому году"),
        (239_99, 100_00, "Выручка выросла в 2,3 раза к прошлому году"),
        (500_00, 100_00, "Выручка выросла в 5 раз к прошлому году"),
        (100_00, None, None),  # the data does not reach so far
        (100_00, 0, None),
        (-100_00, 100_00, None),  # more came back than was sold
    ],
)
def test_a_title_says_how_revenue_changed(now: int, before: int | None, sentence: str | None) -> None:
    assert plainly(findings.revenue(now, before, 100, 100)) == sentence


@pytest.mark.parametrize("receipts", [(29, 100), (100, 29)])
def test_few_receipts_say_nothing(receipts: tuple[int, int]) -> None:
    assert findings.revenue(138_00, 100_00, *receipts) is None
    assert findings.spending(100_00, 38_00, 29) is None


def test_how_much_of_what_was_accrued_is_spent() -> None:
    assert plainly(findings.spending(1000_00, 384_00, 30)) == "Потрачено 38 % от начисленных бонусов"
    assert findings.spending(0, 0, 100) is None


@pytest.mark.parametrize(
    ("burns", "comes", "sentence"),
    [
        (810_819_50, 1, "За 12 недель сгорит 810 819 бонусов"),
        (2_00, 0, "За 12 недель сгорит 2 бонуса"),
        (0, 5_00, "За 12 недель ничего не сгорит"),
        (0, 0, "За 12 недель ничего не изменится"),
    ],
)
def test_what_the_weeks_ahead_bring(burns: int, comes: int, sentence: str) -> None:
    assert plainly(findings.burning(burns, comes, 12)) == sentence


@pytest.mark.parametrize(
    ("now", "before", "more_is_good", "found"),
    [
        (138, 100, True, ("↑ +38 %", "больше, чем год назад", True)),
        (38, 100, True, ("↓ −62 %", "меньше, чем год назад", False)),
        (38, 100, False, ("↓ −62 %", "меньше, чем год назад", True)),
        (138, 100, None, ("↑ +38 %", "больше, чем год назад", None)),
        (100, 100, True, ("= 0 %", "как год назад", None)),
    ],
)
def test_a_fall_and_a_growth_differ_by_arrow_sign_and_word(
    now: int, before: int, more_is_good: bool | None, found: tuple[str, str, bool | None]
) -> None:
    change = changed(now, before, "год назад", more_is_good=more_is_good)
    assert change is not None
    assert Change(change.said.replace("\u00a0", " "), change.against, change.good) == Change(*found)


def test_nothing_to_compare_with_is_no_change() -> None:
    assert changed(100, None, "год назад") is None
    assert changed(100, 0, "год назад") is None


@pytest.mark.parametrize(
    ("roubles", "unit", "words"),
    [
        (5_000_000, "₽", "5 млн ₽"),
        (1_500_000, "₽", "1,5 млн ₽"),
        (10_000_000, "", "10 млн"),
        (800_000, "", "800 тыс."),
        (2_500, "₽", "2,5 тыс. ₽"),
        (-20_000, "₽", "−20 тыс. ₽"),
        (500, "₽", "500 ₽"),
        (0, "₽", "0"),
        (3_000_000_000, "₽", "3 млрд ₽"),
    ],
)
def test_an_axis_is_told_in_short_units(roubles: int, unit: str, words: str) -> None:
    assert plainly(short(roubles * 100, unit)) == words

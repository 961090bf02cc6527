"""Figures as the owner reads them: no-break spaces, kopecks only where there are some, right plural forms."""

from datetime import date, datetime
from fractions import Fraction

import pytest

from loyalty import wording
from loyalty.sales.warnings import PER_TOPIC, Warnings

NBSP = "\u00a0"


def said(text: str) -> str:
    """Expected words are written with plain spaces below."""
    return text.replace(NBSP, " ")


@pytest.mark.parametrize(
    ("kopecks", "words"),
    [
        (0, "0 ₽"),
        (1_300_000, "13 000 ₽"),
        (31_980, "319,80 ₽"),
        (5, "0,05 ₽"),
        (-104_000, "−1 040 ₽"),
        (123_456_789_00, "123 456 789 ₽"),
    ],
)
def test_money_shows_kopecks_only_where_they_are_not_zero(kopecks: int, words: str) -> None:
    assert said(wording.roubles(kopecks)) == words


def test_the_space_inside_a_sum_does_not_break() -> None:
    assert wording.roubles(1_300_000) == f"13{NBSP}000{NBSP}₽"


@pytest.mark.parametrize(
    ("kopecks", "words"),
    [
        (1_040_024_969_360_00, "1 040 млрд ₽"),
        (99_999_949_00, "100 млн ₽"),
        (26_789_400_00, "26,8 млн ₽"),
        (4_812_300_50, "4 812 301 ₽"),
    ],
)
def test_a_card_shortens_only_what_would_not_fit(kopecks: int, words: str) -> None:
    assert said(wording.roubles_short(kopecks)) == words


@pytest.mark.parametrize(
    ("rate", "words"),
    [(500, "5 %"), (65, "0,65 %"), (750, "7,5 %"), (396_500, "3 965 %"), (0, "0 %"), (10_000, "100 %")],
)
def test_a_share_has_no_needless_zeros(rate: int, words: str) -> None:
    assert said(wording.percent(rate)) == words


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (112, 100, "+12 %"),
        (964, 1000, "−3,6 %"),
        (100, 100, "0 %"),
        (5, 0, None),
        (3000, 100, "+2 900 %"),
        (1000, 1001, "−0,1 %"),
    ],
)
def test_growth_is_told_against_what_there_was(now: int, before: int, words: str | None) -> None:
    told = wording.change(now, before)
    assert (told and said(told)) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 чек"), (2, "2 чека"), (5, "5 чеков"), (11, "11 чеков"), (12, "12 чеков"), (21, "21 чек"),
     (111, "111 чеков"),
     (1004, "1 004 чека"), (0, "0 чеков")],
)  # fmt: skip
def test_words_agree_with_numbers(count: int, words: str) -> None:
    assert said(wording.plural(count, "чек", "чека", "чеков")) == words


def test_a_phone_is_read_in_groups_and_a_foreign_one_is_left_alone() -> None:
    assert said(wording.phone("+79161234567")) == "+7 916 123-45-67"
    assert wording.phone("+375291234567") == "+375291234567"
    assert wording.phone(None) == ""


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (0, "0 с"),
        (12.9, "12 с"),
        (61, "1 мин"),
        (3 * 3600 + 5, "3 ч"),
        (200_000, "2 дня"),
    ],
)
def test_the_pulse_tells_how_long_it_is_silent(passed: float, words: str) -> None:
    assert said(wording.seconds(passed)) == words


def test_days_are_told_from_today() -> None:
    today = date(2026, 3, 14)
    told = [wording.days_ago(date(2026, 3, day), today) for day in (14, 13, 12, 17)]
    assert [said(words) for words in told] == ["сегодня", "вчера", "2 дня назад", "через 3 дня"]


def test_days_times_and_weeks_are_russian() -> None:
    assert wording.day(date(2019, 3, 20)) == "20.03.2019"
    assert wording.time(datetime(2019, 3, 20, 10, 25)) == "20.03.2019 10:25"
    assert said(wording.week(date(2026, 3, 30))) == "30 мар – 5 апр"
    assert said(wording.week(date(2026, 3, 2))) == "2–8 мар"
    assert said(wording.span(date(2025, 12, 30), date(2026, 1, 5), date(2026, 3, 1))) == "30 дек – 5 янв"
    assert said(wording.span(date(2025, 11, 16), date(2025, 11, 16), date(2026, 3, 1))) == "16 ноя 2025"
    assert said(wording.date_in_words(date(1992, 3, 14))) == "14 марта 1992"


def test_an_age_changes_on_the_birthday() -> None:
    born = date(1992, 3, 14)
    assert said(wording.age(born, date(2026, 3, 13))) == "33 года"
    assert said(wording.age(born, date(2026, 3, 14))) == "34 года"


def test_a_quantity_shows_only_the_thousandths_it_has() -> None:
    assert [wording.quantity(amount) for amount in (1000, 1500, 250, -2000)] == ["1", "1,5", "0,25", "−2"]


def test_of_warnings_the_first_of_each_topic_are_kept_and_the_rest_counted() -> None:
    warnings = Warnings()
    for number in range(PER_TOPIC + 2):
        for topic in ("cap", "debt"):
            warnings.add(topic, f"{topic} {min(number, PER_TOPIC - 1) if topic == 'debt' else number}")
            warnings.add(topic, f"{topic} 0")
    kept = [f"cap {number}" for number in range(PER_TOPIC)]
    told = [*kept, "…и ещё таких предупреждений: 2.", *(words.replace("cap", "debt") for words in kept)]
    assert (warnings.as_list(), PER_TOPIC) == (told, 20)


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [
        (Fraction(5, 1000), 0, "1 %"),  # half a percent, up
        (Fraction(-5, 1000), 0, "0 %"),
        (Fraction(-15, 1000), 0, "−1 %"),
        (Fraction(-1), 0, "−100 %"),
        (Fraction(645, 100_000), 2, "0,65 %"),
        (Fraction(6449, 1_000_000), 2, "0,64 %"),
        (Fraction(7, 1000), 2, "0,70 %"),
        (Fraction(-1, 30_000), 2, "0,00 %"),
        (None, 2, "—"),
    ],
)
def test_shares_are_rounded_half_up(value: Fraction | None, decimals: int, words: str) -> None:
    assert said(wording.fraction(value, decimals)) == words

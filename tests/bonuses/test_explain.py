"""«Почему столько?» says what happened: every sum to its receipt, line and rule, and all of them to the balance."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given

from loyalty.engine import entries as e
from loyalty.engine.figures import balance
from loyalty.explain.movements import Explanation, Story
from loyalty.program.terms import BurnRule, Program, Programs
from tests.bonuses import histories
from tests.onec import translated

DAY_0 = datetime(2026, 1, 10, 12)
OWN = Programs([(date.min, Program())])


def receipt(id_: int, day: int, *amounts: int, redeemed: int = 0, discounted: int = 0) -> e.Receipt:
    lines = [e.Line(f"a{i}", 1000, amount * 100, True) for i, amount in enumerate(amounts)]
    if discounted:
        lines.append(e.Line("sale", 1000, discounted * 100, False))
    return e.Receipt(id_, f"{id_:06}", DAY_0 + timedelta(days=day), redeemed * 100, lines)


def returned(id_: int, day: int, of: int, article: str, amount: int) -> e.Return:
    at = DAY_0 + timedelta(days=day)
    return e.Return(id_, f"В-{id_}", at, of, [e.ReturnLine(article, 1000, amount * 100)])


def words(answer: Explanation) -> str:
    rows = " ".join(" ".join(row) for row in answer.rows)
    return " ".join((answer.title, *answer.sentences, rows, answer.conclusion)).replace("\u00a0", " ")


def why(story: Story, kind: e.Kind, today: date) -> str:
    at = next(at for at, entry in enumerate(story.entries) if entry.kind is kind)
    return words(story.why(at, today))


def on(day: int) -> date:
    return DAY_0.date() + timedelta(days=day)


def test_an_accrual_is_told_line_by_line_with_level_and_rate() -> None:
    story = Story([receipt(1, 0, 1999, discounted=500)], OWN, goods={1: ["Платье", "Шарф"]})
    told = why(story, e.Kind.EARNED, on(1))
    assert "Чек 000001 от 10.01.2026 на 2 499 ₽." in told
    assert "покупок было на 0 ₽: уровень «Базовый», 5 %" in told
    assert "1 999 ₽ × 5 % = 99,95, вниз до целого шага 1 ₽: 99" in told
    assert "Платье 1 999 ₽ 1 999 ₽" in told
    assert "Шарф 500 ₽ со скидкой — не начисляется" in told
    assert "станут доступны с 24.01.2026: 14 дней на подтверждение" in told


def test_an_accrual_says_when_and_by_which_rule_it_will_burn() -> None:
    told = why(Story([receipt(1, 0, 10_000)], OWN), e.Kind.EARNED, on(20))
    assert "10.01.2027 сгорят 500" in told
    assert "365 дней без покупок, считая от последней покупки 10.01.2026" in told
    assert "Новая покупка отодвинет этот день" in told


def test_what_was_paid_with_bonuses_earns_nothing_and_is_shown_apart() -> None:
    story = Story([receipt(1, 0, 10_000), receipt(2, 20, 800, redeemed=400)], OWN)
    last = max(at for at, entry in enumerate(story.entries) if entry.kind is e.Kind.EARNED)
    told = words(story.why(last, on(21)))
    assert "кроме оплаченного бонусами: 400 ₽ × 5 % = 20" in told
    assert "a0 800 ₽ 400 ₽ 400 ₽" in told


def test_spending_names_the_lots_that_paid_as_one_movement() -> None:
    facts = [receipt(1, 0, 2_000), receipt(2, 1, 4_000), receipt(3, 30, 1_000, redeemed=250)]
    story, today = Story(facts, OWN), on(31)
    spent = [movement for movement in story.movements(today) if movement.what == "Потрачено"]
    assert [movement.amount for movement in spent] == [-250_00]
    told = words(story.why(spent[0].at, today))
    assert "Бонусы за чек 000001 от 10.01.2026 −100" in told
    assert "Бонусы за чек 000002 от 11.01.2026 −150" in told
    assert "до 50 % чека: 500" in told


def test_a_return_says_what_is_cancelled_and_why() -> None:
    story = Story([receipt(1, 0, 5_000, 5_000), returned(1, 5, 1, "a0", 5_000)], OWN)
    told = why(story, e.Kind.CANCELLED_PENDING, on(6))
    assert "вернули товары из чека 000001 от 10.01.2026 на 5 000 ₽" in told
    assert "было начислено 500, за то, что осталось у клиента, положено 250 по той же ставке 5 %" in told
    assert "Отменено 250" in told


def test_the_second_return_of_a_receipt_counts_from_what_the_first_left() -> None:
    facts = [receipt(1, 0, 5_000, 5_000), returned(1, 5, 1, "a0", 5_000), returned(2, 6, 1, "a1", 5_000)]
    story = Story(facts, OWN)
    last = max(at for at, entry in enumerate(story.entries) if entry.kind is e.Kind.CANCELLED_PENDING)
    assert "было начислено 250, за то, что осталось у клиента, положено 0" in words(story.why(last, on(7)))


def test_debt_after_returning_spent_bonuses_is_told_and_so_is_its_payment() -> None:
    """Worked case 12 of rules.md."""
    facts = [receipt(1, 0, 10_000), receipt(2, 20, 1_000, redeemed=500), returned(1, 21, 1, "a0", 10_000)]
    story = Story(facts, OWN)
    assert "записана в долг" in why(story, e.Kind.OWED, on(22))
    assert "Это бонусы за чек 000002" in why(story, e.Kind.DEBT_PAID, on(40))


def test_bonuses_that_came_back_name_the_receipt_they_had_paid() -> None:
    facts = [receipt(1, 0, 10_000), receipt(2, 20, 1_000, redeemed=500), returned(1, 25, 2, "a0", 1_000)]
    told = why(Story(facts, OWN), e.Kind.CAME_BACK, on(26))
    assert "вернули товары из чека 000002 от 30.01.2026 на 1 000 ₽" in told
    assert "Бонусами в том чеке было оплачено 500" in told


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        (Program(burn=BurnRule.AFTER_ACCRUAL, burn_days=100), "Бонусы живут 100 дней с 24.01.2026"),
        (
            Program(burn=BurnRule.FIXED_DATES, burn_dates=((12, 31),)),
            "первая дата сгорания по программе после 24.01.2026",
        ),
    ],
)
def test_other_ways_to_burn_are_told_by_their_own_rule(program: Program, sentence: str) -> None:
    story = Story([receipt(1, 0, 10_000)], Programs([(date.min, program)]))
    assert sentence in why(story, e.Kind.BURNED, date.max)


def test_a_gift_says_how_long_it_lives() -> None:
    gift = e.Grant(1, "", DAY_0, 500_00, 0, 30)
    story = Story([gift], OWN, gift_words={1: "Подарок ко дню рождения"})
    assert "Подарок действует 30 дней с 10.01.2026" in why(story, e.Kind.BURNED, on(40))


def test_bonuses_that_come_due_while_pending_burn_the_day_after_and_it_says_so() -> None:
    program = Program(confirm_days=30, burn_days=31)
    gift = e.Grant(1, "", DAY_0, 500_00, 60)
    story = Story([gift], Programs([(date.min, program)]))
    assert "Срок прошёл, пока они ждали подтверждения" in why(story, e.Kind.BURNED, on(100))


def test_what_is_ahead_is_marked_and_told_in_the_future() -> None:
    movements = Story([receipt(1, 0, 10_000)], OWN).movements(on(1))
    assert [(m.what, m.ahead) for m in movements] == [
        ("Сгорит", True),
        ("Станет доступно", True),
        ("Начислено, ждёт", False),
    ]


def test_the_balance_is_made_of_what_is_left_of_each_receipt() -> None:
    story = Story([receipt(1, 0, 10_000), receipt(2, 20, 800, redeemed=400)], OWN)
    today = on(40)
    told = words(story.balance(today, balance(story.entries, today).available))
    assert "Доступно 120" in told
    assert "Бонусы за чек 000001 от 10.01.2026 100 30.01.2027" in told
    assert "Стало доступно 520 − потрачено 400 = 120. Столько и показано." in told


def test_a_balance_that_is_not_what_movements_give_is_admitted() -> None:
    story = Story([receipt(1, 0, 10_000)], OWN)
    assert "Движения дают 500, а показано 600" in story.proof(on(40), 600_00).replace("\u00a0", " ")


@given(histories.histories())
def test_every_movement_of_any_history_has_an_answer_and_they_add_up(history: histories.History) -> None:
    story = Story(translated.facts_of(history.facts), translated.programs_of(history.programmes))
    for today in (history.last_day, history.last_day + timedelta(days=400)):
        available = balance(story.entries, today).available
        assert story.proof(today, available).endswith("Столько и показано.")
        movements = story.movements(today)
        assert all(story.why(movement.at, today).sentences or movement.amount for movement in movements)
        past = [movement for movement in movements if not movement.ahead]
        assert (past[0].after if past else 0) == available

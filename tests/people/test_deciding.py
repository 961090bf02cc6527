"""Whose a document without a code is: the smallest circles of cards, phones and names that tell."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from loyalty.identity.deciding import Circle, Holder, Said, Sign, Stranger, agree

DAY = date(2026, 3, 10)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
ANNA, OLEG = 1, 2
CARD, OTHER_CARD, PHONE, OTHER_PHONE = "0001", "0002", "+79161110001", "+79161110002"
BY_CARD, BY_PHONE, BOTH = Said(CARD, None), Said(None, PHONE), Said(CARD, PHONE)
OF_CARD, OF_PHONE = Stranger("card", CARD), Stranger("phone", PHONE)
NAMES = {ANNA: ["Нюра", "Сергеева Анна"], OLEG: ["Сергеев Олег"]}


def circle(cards: list[int] | list[Sign], phones: list[int] | list[Sign], *said: Said) -> Callable[[], Circle]:
    """The card is these people's, the phone those; and so it was said of them."""

    def signs(some: list[int] | list[Sign]) -> list[Sign]:
        return [one if isinstance(one, Sign) else Sign(one) for one in some]

    return lambda: Circle({CARD: signs(cards)}, {PHONE: signs(phones)}, said, NAMES)


@pytest.mark.parametrize(
    ("says", "known", "said", "whose"),
    [
        ("an unknown card is a stranger's", circle([], []), BY_CARD, OF_CARD),
        ("an unknown phone is a stranger's", circle([], []), BY_PHONE, OF_PHONE),
        ("a card is its holder's", circle([ANNA], []), BY_CARD, ANNA),
        ("a card is its holder's, whoever has the phone", circle([ANNA], [OLEG]), BOTH, ANNA),
        ("a card of two is open", circle([ANNA, OLEG], []), BY_CARD, None),
        ("a card of two is hers whose the phone is", circle([ANNA, OLEG], [ANNA]), BOTH, ANNA),
        ("a card and a phone of two are open", circle([ANNA, OLEG], [ANNA, OLEG]), BOTH, None),
        ("a card of two with a phone of neither is open", circle([ANNA, OLEG], []), BOTH, None),
        ("a card of two is his whose name is said", circle([ANNA, OLEG], []), Said(CARD, None, "Олег"), OLEG),
        ("a card of one is hers, whatever name is said", circle([ANNA], []), Said(CARD, None, "Олег"), ANNA),
        ("a name of neither says nothing", circle([ANNA, OLEG], []), Said(CARD, None, "Пётр"), None),
        ("a phone of two is open", circle([], [ANNA, OLEG]), BY_PHONE, None),
        ("a phone of two is hers by any name of hers", circle([], [ANNA, OLEG]), Said(None, PHONE, "Анна"), ANNA),
        ("a card is hers with whose phone it was said", circle([], [ANNA], BOTH), BY_CARD, ANNA),
        ("with a phone of two it is a stranger's", circle([], [ANNA, OLEG], BOTH), BY_CARD, OF_CARD),
        (
            "with a phone of two it is his whose name is on it",
            circle([], [ANNA, OLEG], Said(CARD, PHONE, "Олег")),
            BY_CARD,
            OLEG,
        ),
        (
            "a name that was said with another card is not on it",
            circle([], [ANNA, OLEG], BOTH, Said(OTHER_CARD, PHONE, "Олег")),
            BY_CARD,
            OF_CARD,
        ),
        ("a phone is hers with whose card it was said", circle([ANNA], [], BOTH), BY_PHONE, ANNA),
        ("a phone of his said with her card is open", circle([ANNA], [OLEG], BOTH), BY_PHONE, None),
        ("a name tells from a nameless card", circle([], [ANNA, OLEG], BOTH), Said(None, PHONE, "Олег"), OLEG),
        ("a card of two says nothing of its phone", circle([ANNA, OLEG], [], BOTH), BY_PHONE, OF_PHONE),
        ("a phone said with a stranger's card is the stranger's", circle([], [], BOTH), BY_PHONE, OF_CARD),
        (
            "of several the stranger whose name is on her card",
            circle([], [ANNA, OLEG], Said(CARD, PHONE, "Пётр Орлов")),
            Said(None, PHONE, "Орлов Пётр"),
            OF_CARD,
        ),
        (
            "a phone of two, one with each card, is his whose name is on it",
            circle([], [], Said(CARD, PHONE, "Анна"), Said(OTHER_CARD, PHONE, "Олег")),
            Said(None, PHONE, "Олег"),
            Stranger("card", OTHER_CARD),
        ),
    ],
)
def test_it_is(says: str, known: Callable[[], Circle], said: Said, whose: Holder | None) -> None:
    assert known().decide(said, DAY) == whose


def test_a_card_said_with_phones_of_two_is_a_strangers() -> None:
    phones = {PHONE: [Sign(ANNA)], OTHER_PHONE: [Sign(OLEG)]}
    both = Circle({}, phones, [BOTH, Said(CARD, OTHER_PHONE)])
    assert both.decide(BY_CARD, DAY) == OF_CARD


def test_a_name_that_both_have_says_nothing() -> None:
    names = {ANNA: ["Ким Анна"], OLEG: ["А. Ким"]}
    both = Circle({CARD: [Sign(ANNA), Sign(OLEG)]}, names=names)
    assert both.decide(Said(CARD, None, "Анна Ким"), DAY) is None


def test_everybody_it_may_be() -> None:
    assert circle([ANNA, OLEG], [])().possible(BY_CARD, DAY) == {ANNA, OLEG}
    assert circle([ANNA], [OLEG], BOTH)().possible(BY_PHONE, DAY) == {ANNA, OLEG}


PASSED_ON = [Sign(ANNA, until=DAY), Sign(OLEG, since=DAY)]


@pytest.mark.parametrize(
    ("says", "known", "said"),
    [
        ("a card", circle(PASSED_ON, []), BY_CARD),
        ("a phone", circle([], PASSED_ON), BY_PHONE),
        ("a card said with a phone", circle([], PASSED_ON, BOTH), BY_CARD),
        ("a phone said with a card", circle(PASSED_ON, [], BOTH), BY_PHONE),
        ("a card of both with the phone", circle([ANNA, OLEG], PASSED_ON), BOTH),
        ("a card passed on with a phone of both", circle(PASSED_ON, [ANNA, OLEG], BOTH), BOTH),
    ],
)
def test_what_was_passed_on_is_each_ones_by_the_day(says: str, known: Callable[[], Circle], said: Said) -> None:
    assert [known().decide(said, day) for day in (BEFORE, DAY, AFTER)] == [ANNA, OLEG, OLEG]
    assert known().turns(said) == [DAY]


@pytest.mark.parametrize("said", [BY_CARD, BY_PHONE, BOTH, Said(CARD, OTHER_PHONE)])
def test_the_days_on_which_an_answer_may_change_are_those_of_all_signs_said_together(said: Said) -> None:
    days = [DAY + timedelta(days=n) for n in range(5)]
    cards = {CARD: [Sign(ANNA, days[3])], OTHER_CARD: [Sign(ANNA, BEFORE)]}
    phones = {
        PHONE: [Sign(ANNA, days[0], days[4])],
        OTHER_PHONE: [Sign(OLEG, days[2], days[3]), Sign(ANNA)],
        "+79161110003": [Sign(ANNA, AFTER)],
    }
    known = Circle(cards, phones, [BOTH, Said(CARD, OTHER_PHONE), Said(OTHER_CARD, "+79161110003")])
    assert known.turns(said) == [days[0], days[2], days[3], days[4]]


def test_a_card_alone_turns_with_its_own_signs_and_the_document_with_its_phone() -> None:
    known = Circle({CARD: [Sign(ANNA, DAY)]}, {PHONE: [Sign(ANNA, AFTER)]})
    assert (known.turns(BY_CARD), known.turns(BY_PHONE), known.turns(BOTH)) == ([DAY], [AFTER], [DAY, AFTER])


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        ("Сергеева Анна", "Анна Сергеева", True),
        ("Анна", "Сергеева Анна Петровна", True),
        ("Яна", "Анна Яна", True),
        ("А. Сергеева", "Анна Сергеева", True),
        ("Сергеева Анна", "Сергеева А. П.", True),
        ("Ли А.", "Анна Ли", True),
        ("С. Сергей", "Сергей Семёнов", True),  # the initial is of the other word
        ("Анна", "Олег", False),
        ("Анна Сергеева", "Анна Орлова", False),
        ("Анна Анна", "Анна Сергеева", False),
        ("Сергеева О.", "Сергеева Анна", False),
        ("Сергеева Ал", "Сергеева Алла", False),  # two letters are no initial
        ("А. С.", "Анна Сергеева", False),  # initials alone are anybody's
        ("Анна Сергеева", "А. С. П.", False),
        ("", "Анна", False),
    ],
)
def test_two_names_may_be_one_persons(one: str, other: str, may_be: bool) -> None:
    assert (agree(one, other), agree(other, one)) == (may_be, may_be)

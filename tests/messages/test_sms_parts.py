"""Parts of an SMS, by the table of sms_basics.md; Latin letters and what they save."""

from random import Random

import pytest

from loyalty.sms import parts, translit
from loyalty.sms.parts import GSM_7, UCS_2


@pytest.mark.parametrize(
    ("text", "encoding", "units", "expected"),
    [
        ("", GSM_7, 0, 0),
        ("A", GSM_7, 1, 1),
        ("A" * 160, GSM_7, 160, 1),
        ("A" * 161, GSM_7, 161, 2),
        ("A" * 306, GSM_7, 306, 2),
        ("A" * 307, GSM_7, 307, 3),
        ("Б" * 70, UCS_2, 70, 1),
        ("Б" * 71, UCS_2, 71, 2),
        ("Б" * 134, UCS_2, 134, 2),
        ("Б" * 135, UCS_2, 135, 3),
        ("€" * 80, GSM_7, 160, 1),
        ("€" * 81, GSM_7, 162, 2),
        ("😀" * 35, UCS_2, 70, 1),
        ("😀" * 36, UCS_2, 72, 2),
        ("A" * 159 + "№", UCS_2, 160, 3),
        # What fits by division and not by packing: a pair at the border goes to the next part whole.
        ("Б" * 66 + "😀" + "Б" * 66, UCS_2, 134, 3),
        ("A" * 152 + "€" + "A" * 152, GSM_7, 306, 3),
        ("Б" * 65 + "😀" + "Б" * 67, UCS_2, 134, 2),
        ("Скидка 10 % & подарок" * 77, UCS_2, 1617, 25),
    ],
)
def test_a_text_is_counted_as_it_is_sent(text: str, encoding: str, units: int, expected: int) -> None:
    assert parts.count(text) == (encoding, units, expected)


@pytest.mark.parametrize("letter", list("^{}\\[~]|€\f"))
def test_letters_of_the_extension_take_two(letter: str) -> None:
    assert parts.count(letter) == (GSM_7, 2, 1)


@pytest.mark.parametrize("letter", list("№«»—–…₽ё“”‘’•`´\u00a0\u202fй"))
def test_one_other_letter_makes_the_whole_of_it_ucs_2(letter: str) -> None:
    assert parts.count("A" * 100 + letter).encoding == UCS_2


def test_units_are_those_of_utf_16(chance: Random) -> None:
    for _ in range(300):
        text = "".join(chance.choices("Бё 😀🇷€", k=chance.randrange(1, 200)))
        units = len(text.encode("utf-16-be")) // 2
        length = parts.count("Б" + text)
        assert length.units == units + 1
        fewest = 1 if units + 1 <= 70 else -(-(units + 1) // 67)
        assert fewest <= length.parts <= fewest + 1 + units // 134


@pytest.mark.parametrize(
    ("russian", "expected"),
    [
        ("Мария, Вам 500 бонусов!", "Mariya, Vam 500 bonusov!"),
        ("Жена щёголя съела вьюгу", "Zhena shchegolya sela vyugu"),
        ("ЖАР-ПТИЦА и Жар", "ZHAR-PTITSA i Zhar"),
        ("Я", "Ya"),
        ("«Лето» — №1, 13\u00a0000\u00a0₽…", '"Leto" - N1, 13 000 rub....'),
        ("already Latin: 100%", "already Latin: 100%"),
        ("Схема", "Skhema"),
        ("Смайл 😀", "Smayl 😀"),
    ],
)
def test_russian_is_read_in_latin_letters(russian: str, expected: str) -> None:
    assert translit.latin(russian) == expected


def test_the_whole_alphabet_fits_one_part() -> None:
    alphabet = "".join(map(chr, range(ord("а"), ord("я") + 1))) + "ё"
    assert parts.count(translit.latin(alphabet + alphabet.upper())).encoding == GSM_7


def test_what_latin_letters_save_is_told() -> None:
    assert translit.saves("Ждём вас! " * 15) == 1  # 150 letters: 3 parts, 165 in Latin: 2
    assert translit.saves("Ждём") == 0
    assert translit.saves("Hello") == 0

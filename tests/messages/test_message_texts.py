"""Texts of messages: what is understood, what is refused at once and how, what stands where a value was."""

from random import Random

import pytest

from loyalty.errors import Problems
from loyalty.messages.writing import text
from loyalty.messages.writing.naming import spoken
from loyalty.messages.writing.text import EMAIL, PLACEHOLDERS, Unfilled
from loyalty.sms import parts, translit

MARIA = {"имя": "Мария", "бонусы": "1\u00a0240", "уровень": "", "магазин": "Шоурум {лето}"}


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("Здравствуйте!", "Здравствуйте!"),
        ("{имя}, у вас {бонусы} бонусов", "Мария, у вас 1 240 бонусов"),  # a plain space in an SMS
        ("{ Имя }!", "Мария!"),
        ("{имя|Здравствуйте}!", "Мария!"),
        ("{фамилия|Здравствуйте}, ждём", "Здравствуйте, ждём"),
        ("Ждём{фамилия|} вас", "Ждём вас"),
        ("{магазин}", "Шоурум {лето}"),  # what a value brings is no placeholder
        ("=СУММ(A1) & <b>1</b> %s %(a)s \\n", "=СУММ(A1) & <b>1</b> %s %(a)s \\n"),
        ("Ура 🎉👨\u200d👩\u200d👧!", "Ура 🎉👨\u200d👩\u200d👧!"),
        ("неви\u200bди\u00adмое\ufeff", "невидимое"),
        ("и\u0306", "й"),
        ("строка\r\nещё\rи ещё", "строка\nещё\nи ещё"),
        ("\u202eобратно", "обратно"),
        ("  по краям  ", "по краям"),
        ("а" * 1_600, "а" * 1_600),
    ],
)
def test_what_is_sent(said: str, sent: str) -> None:
    assert text.parse(said).rendered(MARIA) == sent


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "Напишите текст сообщения"),
        (" \n\u200b", "Напишите текст сообщения"),
        ("а" * 1_601, "Слишком длинно: 1601 знаков, а помещается 1600"),
        ("Привет, {имя", "Не закрыта скобка в «{имя»: подстановка пишется так: {имя}"),
        ("{{имя}}", "Две скобки подряд в «{{имя}}»: подстановка пишется в одних, например {имя}"),
        ("{имя|{бонусы}}", "Не закрыта скобка в «{имя|{бонусы}}»: подстановка пишется так: {имя}"),
        ("имя}", "Лишняя скобка } после «имя»: фигурные скобки только вокруг подстановок"),
        ("{бонус}", "Нет подстановки {бонус}: может быть, {бонусы}?"),
        ("{}", "Пустые скобки {}: напишите в них, что подставить, например {имя}"),
        ("{имя|a|b}", "В «{имя|a|b}» две черты: запасное слово пишется после одной"),
    ],
)
def test_what_is_refused_at_once(said: str, why: str) -> None:
    with pytest.raises(Problems) as told:
        text.parse(said)
    assert told.value.by_field == {"text": why}


def test_an_unknown_placeholder_names_those_that_there_are() -> None:
    with pytest.raises(Problems) as told:
        text.parse("{qwerty}")
    assert all(f"{{{name}}}" in str(told.value) for name in PLACEHOLDERS)


@pytest.mark.parametrize("said", ["Привет, {фамилия}!", "{уровень}", "{фамилия|}"])
def test_an_empty_value_without_a_fallback_is_no_message(said: str) -> None:
    with pytest.raises(Unfilled) as told:
        text.parse(said).rendered(MARIA)
    assert told.value.reason == "empty_value"


def test_a_text_that_values_make_too_long_is_no_message() -> None:
    with pytest.raises(Unfilled) as told:
        text.parse("а" * 1_590 + "{магазин}").rendered(MARIA)
    assert told.value.reason == "too_long"


def test_an_e_mail_keeps_no_break_spaces_and_its_subject_is_one_line() -> None:
    assert text.parse("{бонусы}", EMAIL).rendered(MARIA) == "1\u00a0240"
    assert text.parse_subject("Вам {бонусы}").rendered(MARIA) == "Вам 1\u00a0240"
    with pytest.raises(Problems) as told:
        text.parse_subject("Тема\nBcc: all@example.com")
    assert told.value.by_field == {"subject": "Тема письма — одна строка: уберите перевод строки"}


def test_how_long_a_text_is_in_latin_letters_is_counted_fast_and_exactly() -> None:
    chance, signs = Random(1), "абвЖЩЮЯьъё «»—№₽…😀{}€abc" + "\u00a0\n"
    for _ in range(2_000):
        said = "".join(chance.choice(signs) for _ in range(chance.randrange(300)))
        assert translit.length(said) == parts.count(translit.latin(said))


def test_a_latin_text_is_latin_with_the_names_in_it() -> None:
    assert text.parse("{имя}, ждём!", is_latin=True).rendered(MARIA) == "Mariya, zhdem!"


@pytest.mark.parametrize(
    ("fields", "first", "formal", "last"),
    [
        (("Медведева", "МАРИЯ", "ПЕТРОВНА"), "Мария", "Мария Петровна", "Медведева"),
        (("", "мария-анна", ""), "Мария-Анна", "Мария-Анна", ""),
        (("", "МАрия", ""), "Мария", "Мария", ""),
        (("ООО Ромашка", "", ""), "", "", ""),
        (("", "ООО", "Ромашка"), "", "", ""),
        (("ип Иванов", "Иван", ""), "", "", ""),
        (("", "Салон «Лето»", ""), "", "", ""),
        (("", "Иванова Мария Петровна", ""), "Мария", "Мария Петровна", "Иванова"),
        (("Иванова Мария Петровна", "", ""), "Мария", "Мария Петровна", "Иванова"),
        (("", "Мария Петровна", ""), "Мария", "Мария Петровна", ""),
        (("", "Александр Александр", ""), "Александр", "Александр", ""),
        (("Александр", "Александр", ""), "Александр", "Александр", ""),
        (("Мария", "Иванова", ""), "Мария", "Мария", "Иванова"),
        (("Иванов", "А.", ""), "", "", "Иванов"),
        (("Иванов", "А.", "П."), "", "", "Иванов"),
        (("Иванова", "", "Петровна"), "", "", "Иванова"),  # a patronymic alone is no way to call anybody
        (("Иванова", "Мария", "П."), "Мария", "Мария", "Иванова"),
        (("", "Клиент 123", ""), "", "", ""),
        (("", "Покупатель", ""), "", "", ""),
        (("", "89161234567", ""), "", "", ""),
        (("", "Маша2", ""), "", "", ""),
        (("", "Анна Мария", ""), "", "", ""),  # two people, or one with two names: nobody knows
        (("", "Anna", ""), "Anna", "Anna", ""),
        (("", "MAPИЯ", ""), "Мария", "Мария", ""),  # half of it typed in Latin letters
        (("", "AHHA", ""), "Анна", "Анна", ""),
        (("", "Vfhbz", ""), "", "", ""),
        (("", "😀 Маша", ""), "Маша", "Маша", ""),
        (("", "Мария (Ленина подруга)", ""), "Мария", "Мария", ""),
        (("", "Фёдор", ""), "Фёдор", "Фёдор", ""),
        (("О'НИЛ", "ШОН", ""), "Шон", "Шон", "О'Нил"),
        (("Алиев", "Мамед", "Гусейн оглы"), "Мамед", "Мамед Гусейн оглы", "Алиев"),
        (("", "ааа", ""), "", "", ""),
        (("", "-", ""), "", "", ""),
        (("", "", ""), "", "", ""),
    ],
)
def test_names_as_people_say_them(fields: tuple[str, str, str], first: str, formal: str, last: str) -> None:
    """Case 41: «Здравствуйте, !», «МАРИЯ» and «ООО» are nobody's name."""
    assert tuple(spoken(*fields)) == (first, formal, last)

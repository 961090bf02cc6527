"""ui.plain: foreign text for places that read Markdown; the browser's word on it is test_names_are_text.py."""

import pytest

from loyalty.ui import file_name, plain
from tests.pages.opened import seen


@pytest.mark.parametrize(
    "words",
    [
        "**b** $x$ [a](https://x) <b>",
        ":red[r] :material/home: www.x.ru - =1+1",
        "a -> b <- c <-> d -- e >= g <= h ~= i",
        ":smile: :+1: :streamlit: :a: a::b",
        "почта a.b_c@d.ru",
        "1. x",
        "12) x",
        "- x",
        "&lt; &amp; &#60;",
        "C:\\Users\\*",
        "| a | b |",
    ],
)
def test_what_a_person_sees_is_what_was_typed(words: str) -> None:
    assert plain(words) != words
    assert seen(plain(words)) == words


@pytest.mark.parametrize(
    "words",
    ["Алёшина Мария", "5 %", "13 000 ₽", "20.03.2019 10:00 — да", "Итог: сходится", "№ 12 (опт)", "а-б", "−5"],
)
def test_ordinary_words_stay_as_they_are(words: str) -> None:
    assert seen(plain(words)) == words and "small" not in plain(words)


def test_lines_are_one_line_and_orders_to_the_browser_are_left_out() -> None:
    assert plain(" а\r\n\tб  в\u2028г ") == "а б в г"
    assert plain("а\u202eб\x00\x1bв") == "абв"


def test_a_files_name_holds_only_what_every_system_allows() -> None:
    assert file_name('Бонусы <b>/a:b "в"\n?*| 20.11.2026', "html") == "Бонусы -b--a-b -в- --- 20.11.2026.html"
    assert file_name("я" * 500 + ".", "xlsx") == "я" * 100 + ".xlsx"

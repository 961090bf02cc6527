"""«Условия сегмента»: conditions by a click, a count that follows, and saving that loses and doubles nothing."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from loyalty import acts, db
from loyalty.segments import membership, stored
from loyalty.segments.building.draft import Mode
from loyalty.segments.tree import Tree, as_json, is_, parse
from tests.pages import factory
from tests.pages.opened import checked, maria, named_shop, shop, shown, sold, started, words  # noqa: F401

pytestmark = pytest.mark.usefixtures("sold")
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
LONG_AGO, MOSCOW = {"is": "days_without_purchase", "from": 90}, {"is": "city", "in": ["Москва"]}


def editor(**asked: str) -> AppTest:
    """The page at an address."""
    app = started()
    for name, value in asked.items():
        app.query_params[name] = value
    return checked(app.switch_page("pages/segment_edit.py").run())


def given(where: dict[str, Any]) -> AppTest:
    return editor(where=json.dumps(where))


def keep(name: str, where: dict[str, Any], was: str | None = None) -> None:
    """What somebody saves meanwhile."""
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        membership.save(session, name, parse(where), act, NOW, factory.TODAY, was=was)


def kept() -> dict[str, Tree]:
    with db.reading() as session:
        return stored.questions(session)


def press(app: AppTest, label: str) -> AppTest:
    return checked(next(one for one in app.button if one.label == label).click().run())


def write(app: AppTest, label: str, value: Any) -> AppTest:
    return checked(next(one for one in app.text_input if one.label == label).set_value(value).run())


def count(app: AppTest) -> str:
    """The figure at the top."""
    return next(one.value for one in app.header).replace("\u00a0", " ")


def test_a_segment_is_made_by_clicking_and_counted_meanwhile() -> None:
    app = editor()
    assert count(app) == "2 клиента" and "100 % базы" in words(app)
    app = press(app, "Дней без покупок")
    assert count(app) == "2 клиента" and "Без 1 условия: ещё не дописано" in words(app)
    app = write(app, "От, дней", "90")
    assert count(app) == "1 клиент"
    assert "50 % базы" in words(app)
    assert "Клиенты, у которых после последней покупки прошло 90 дней или больше" in words(app)
    (member,) = shown(app, "segment-sample")
    assert member == {"Клиент": "Котов Пётр", "Дней без покупок": "384 дня, с 10.02.2025"}
    app = write(app, "Название", "Давно не были")
    press(app, "Сохранить")
    assert kept() == {"Давно не были": parse({"all": [LONG_AGO]})}
    with db.reading() as session:
        assert len(membership.members(session, "Давно не были")) == 1


def test_a_word_finds_what_the_shop_has_and_a_click_adds_it_chosen() -> None:
    app = write(editor(), "Добавить условие", "одеж")
    assert "группа товаров · 2 клиента" in words(app)
    app = press(app, "Одежда")
    assert "Клиенты, которые покупали товары из группы «Одежда»" in words(app)
    (groups,) = (one for one in app.multiselect if one.label == "Группы товаров")
    assert groups.value == ["Одежда"]
    assert next(one for one in app.text_input if one.label == "Добавить условие").value == ""
    app = write(app, "Товары", "плать")
    app = press(app, "Платье · 1")
    assert "или товар «Платье»" in words(app)


def test_mistakes_stand_at_their_fields_and_what_is_unfinished_is_not_saved() -> None:
    app = press(editor(), "Возраст")
    app = press(write(app, "Название", "Ровесницы"), "Сохранить")
    assert "Допишите условие «Возраст» или удалите его" in words(app)
    app = write(app, "От, лет", "тридцать")
    assert "Напишите число" in words(app)
    app = write(write(app, "От, лет", "40"), "До, лет", "30")
    assert "Это меньше, чем «от»" in words(app)
    assert kept() == {}


def test_nothing_is_saved_without_a_name_or_a_condition() -> None:
    app = press(editor(), "Сохранить")
    assert "Напишите название сегмента" in words(app)
    app = press(write(app, "Название", "Все"), "Сохранить")
    assert "Добавьте хотя бы одно условие" in words(app)
    keep("Москвичи", MOSCOW)
    app = press(write(given(MOSCOW), "Название", "москвичи"), "Сохранить")
    assert "Сегмент «Москвичи» уже есть: назовите иначе" in words(app)
    assert list(kept()) == ["Москвичи"]


def test_a_deep_question_from_json_is_shown_and_kept() -> None:
    where = {"any": [MOSCOW, {"not": {"all": [LONG_AGO, {"not": {"any": [{"all": [MOSCOW]}]}}]}}]}
    app = write(given(where), "Название", "Сложный")
    assert [one.value.value for one in app.get("button_group")] == ["любое", "не все", "ни одного", "все"]
    press(app, "Сохранить")
    assert as_json(kept()["Сложный"]) == where


def test_how_many_must_hold_is_chosen_for_a_group() -> None:
    app = given({"all": [LONG_AGO, MOSCOW]})
    assert count(app) == "0 клиентов"
    assert "Вместе всем условиям не отвечает никто" in words(app) and "было бы 1" in words(app)
    (mode,) = app.get("button_group")
    app = checked(mode.set_value(Mode.ANY).run())
    assert count(app) == "2 клиента"
    assert "Клиенты, у которых" in words(app) and " или " in words(app)


def test_why_somebody_is_in_a_segment_or_not() -> None:
    """Acceptance 36."""
    keep("Давно не были", LONG_AGO)
    app = editor(name="Давно не были", who=str(maria()))
    assert "не в сегменте" in words(app)
    (row,) = shown(app, "Условия сегмента для клиента")
    assert row["У клиента"] == "9 дней, с 20.02.2026" and row["Выполнено"] == "нет"
    assert "Алёшина Мария Сергеевна" in str(app.get("page_link")[-1].proto)


def test_a_change_asks_who_moves_and_a_new_name_alone_does_not() -> None:
    keep("Давно не были", LONG_AGO)
    app = press(write(editor(name="Давно не были"), "Название", "Давненько"), "Сохранить")
    assert list(kept()) == ["Давненько"]
    app = editor(name="Давненько")
    app = press(app, "После последней покупки прошло 90\u00a0дней или больше")
    app = press(write(app, "От, дней", "1"), "Сохранить")
    assert "Войдёт 1 клиент. Это не запустит рассылки." in words(app)
    assert kept()["Давненько"] == parse(LONG_AGO), "asked, not saved"


def test_who_saves_second_is_told() -> None:
    keep("Давно не были", LONG_AGO)
    app = editor(name="Давно не были")
    app = press(app, "После последней покупки прошло 90\u00a0дней или больше")
    app = write(app, "От, дней", "30")
    keep("Давно не были", MOSCOW, was="Давно не были")
    app = checked(app.run())
    assert "Пока вы писали, здесь сохранили другое" in words(app)
    assert kept()["Давно не были"] == parse(MOSCOW)


def test_what_is_stored_meanwhile_is_shown_where_nothing_was_touched() -> None:
    keep("Давно не были", LONG_AGO)
    app = editor(name="Давно не были")
    keep("Давно не были", MOSCOW, was="Давно не были")
    app = checked(app.run())
    assert "Клиенты, у которых город «Москва»" in words(app) and count(app) == "1 клиент"


def test_a_copy_has_a_free_name_and_leaves_the_first_alone() -> None:
    keep("Москвичи", MOSCOW)
    app = editor(copy="Москвичи")
    assert next(one for one in app.text_input if one.label == "Название").value == "Москвичи (копия)"
    press(app, "Сохранить")
    assert sorted(kept()) == ["Москвичи", "Москвичи (копия)"]


@pytest.mark.parametrize("asked", [{"name": "Нет такого"}, {"copy": "Нет такого"}, {"where": "{"}, {"where": "[1]"},
                                   {"where": '{"is": "возраст"}'}, {"where": "[" * 5000}])  # fmt: skip
def test_an_address_that_asks_for_nothing_is_told(asked: dict[str, str]) -> None:
    (told,) = editor(**asked).error
    assert told.value


def test_foreign_names_are_plain_text() -> None:
    odd = "**Жирный** [ссылка](http://x) :red[цвет] `код` <b>тег</b> =1+1 $x$"
    keep(odd, MOSCOW)
    keep("Зависит", {"is": "segment", "name": odd})
    app = editor(name=odd)
    assert app.title[0].value.count("\\*") >= 2
    app = editor(name="Зависит")
    assert any(
        "Клиенты, которые входят в сегмент" in one.value and "\\*\\*Жирный" in one.value for one in app.markdown
    )


def test_what_is_gone_is_told_on_the_segment() -> None:
    app = given({"any": [{"is": "level", "in": ["Платиновый"]}, MOSCOW]})
    assert "Уровня «Платиновый» больше нет ни в программе, ни у клиентов" in words(app)
    app = given({"any": [{"is": "segment", "name": "Забытый"}, MOSCOW]})
    assert "Сегмента «Забытый» больше нет: уберите это условие или выберите другой сегмент" in words(app)
    assert "Входят в сегмент «Забытый»" in " ".join(one.label for one in app.button).replace("\u00a0", " ")
    assert is_("segment", name="Забытый")

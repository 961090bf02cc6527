"""«Сегменты» and a segment's page, opened without a browser."""

import io
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from loyalty import acts, db, settings, ui
from loyalty.segments import membership, ready, stored
from loyalty.segments.tree import Tree, is_
from loyalty.ui.excel import to_excel
from pages._segment import excel
from pages._segments import combine
from pages._segments import list as segments_list
from tests.pages import factory
from tests.pages.opened import (
    _given,
    _table,
    checked,
    figures,
    has_table,
    keyed,
    named_shop,
    opened,
    press,
    shop,
    shown,
    sold,
    started,
    toasts,
    words,
)

__all__ = ["named_shop", "shop", "sold"]
HERS = "РФМ: Растущие"
NAMES = ("=1+1", "../x", "**жирный** `код` <b>", "Я" * 200)


@pytest.fixture
def segmented(sold: str) -> str:
    """The small shop with its ready segments, counted."""
    with db.writing() as session:
        ready.add_missing(session)
    refresh()
    return sold


def refresh(later: int = 0) -> None:
    day = factory.TODAY + timedelta(days=later)
    with db.writing() as session:
        membership.refresh(session, settings.day_starts(day, "Europe/Moscow"), day)


def save(name: str, tree: Tree) -> None:
    with db.writing() as session:
        begun = acts.begin(session, acts.Origin.SCREEN)
        membership.save(session, name, tree, begun, settings.now(), factory.TODAY)


def segment_page(name: str, tab: str | None = None) -> AppTest:
    app = started()
    app.query_params["name"] = name
    if tab:
        app.session_state["segment_tab"] = tab
    return checked(app.switch_page("pages/segment.py").run())


def picture(app: AppTest) -> dict[str, dict[str, Any]]:
    """The cells of the RFM picture by name."""
    (data,) = _given(app, "loyalty.matrix")
    return {cell["title"]: cell for row in data["rows"] for cell in row["cells"]}


# --- The list ----------------------------------------------------------------------------------------------


def test_without_customers_the_page_says_what_will_be_here(named_shop: str) -> None:
    said = words(opened("segments"))
    assert "Здесь будут сегменты" in said and "загрузите продажи" in said


def test_a_shop_without_segments_can_make_them_out_of_the_picture(sold: str) -> None:
    app = opened("segments")
    assert "Своих сегментов пока нет" in words(app)
    cell = picture(app)["Растущие"]
    assert (cell["value"], cell["words"]) == ("1", "Создать сегмент")
    assert cell["leads"].startswith("pages/segment_edit.py?where=")


def test_the_list_and_the_picture_tell_the_same(segmented: str) -> None:
    app = opened("segments")
    row = next(row for row in shown(app, "segments") if row["Сегмент"] == HERS)
    assert (row["Клиентов"], row["От базы"], row["От выручки"], row["Средний чек"]) == (
        "1",
        "50 %",
        "78,9 %",
        "7 500 ₽",
    )
    cell = picture(app)["Растущие"]
    assert (cell["value"], cell["note"].replace("\u00a0", " "), cell["words"]) == (
        "1",
        "78,9 % выручки",
        f"Открыть «{HERS}»",
    )
    assert "«Растущие» принесли 78,9 % выручки" in words(app)


def test_segments_not_counted_yet_are_counted_by_a_click(sold: str) -> None:
    with db.writing() as session:
        ready.add_missing(session)
    app = opened("segments")
    assert "Ещё не посчитаны: 20" in words(app)
    app = press(app, "segments-refresh")
    assert toasts(app) == ["Сегменты обновлены"]
    assert next(row for row in shown(app, "segments") if row["Сегмент"] == HERS)["Клиентов"] == "1"


def test_what_moved_lately_stands_in_the_list(segmented: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", str(factory.TODAY + timedelta(days=55)))
    refresh(later=55)
    moved = {row["Сегмент"]: row["За 30 дней"] for row in shown(opened("segments"), "segments")}
    assert (moved[HERS], moved["РФМ: Остывающие"], moved["Разовые"]) == ("−1", "+1", "")


def test_a_row_opens_its_segment(segmented: str) -> None:
    rows = _table(opened("segments"), "segments")["rows"]
    assert next(row for row in rows if row["id"] == HERS)["href"] == f"segment?name={quote(HERS)}"


def test_a_trouble_is_told_in_the_list_and_on_the_segment(segmented: str) -> None:
    save("Основа", is_("available", **{"from": 1}))
    save("Ветка", is_("segment", name="Основа"))
    with db.writing() as session:  # as a shop may be whose database was mended by hand
        session.connection().exec_driver_sql("UPDATE segments SET name = 'Другая' WHERE name = 'Основа'")
    refresh()
    row = next(row for row in shown(opened("segments"), "segments") if row["Сегмент"] == "Ветка")
    assert "Сегмента «Основа» больше нет" in row["Что не так"]
    assert "Не обновляется: Сегмента «Основа» больше нет" in words(segment_page("Ветка"))


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("И в том, и в другом", "Клиенты, которые входят в сегмент «А», и которые входят в сегмент «Б»"),
        ("Хотя бы в одном", "Клиенты, которые входят в сегмент «А», или которые входят в сегмент «Б»"),
        ("В первом, но не во втором", "Клиенты, которые входят в сегмент «А», и которые не входят в сегмент «Б»"),
    ],
)
def test_two_segments_as_one(how: str, sentence: str) -> None:
    from loyalty.segments.sentences import sentence as said

    tree = combine.HOW[how](is_("segment", name="А"), is_("segment", name="Б"))
    assert said(tree) == sentence


# --- A segment ---------------------------------------------------------------------------------------------


def test_a_segment_shows_itself_beside_all_customers(segmented: str) -> None:
    app = segment_page(HERS)
    said = words(app)
    assert "прошло не больше 60 дней, и которые покупали от 2 до 3 раз." in said
    assert figures(app) == {
        "Клиенты": "1", "Выручка": "15 000 ₽", "Средний чек": "7 500 ₽", "Купили снова": "100 %",
        "Доступно бонусов": figures(app)["Доступно бонусов"],
    }  # fmt: skip
    assert shown(app, "Уровни") == [{"Уровень": "Базовый", "В сегменте": "100 %", "У всех": "100 %"}]
    assert "Ничего не выделяется" in said


def test_members_are_found_by_a_search_and_by_a_day(segmented: str) -> None:
    app = segment_page(HERS, "Клиенты")
    assert [row["Клиент"] for row in shown(app, "segment-members")] == ["Алёшина Мария Сергеевна"]
    app.text_input(key="segment-search").set_value("Котов")
    assert "Никого" in words(checked(app.run()))
    app.text_input(key="segment-search").set_value("")
    app.date_input(key="segment-day").set_value(factory.TODAY - timedelta(days=1))
    assert "Никого" in words(checked(app.run()))


def test_who_entered_is_listed(segmented: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", str(factory.TODAY + timedelta(days=55)))
    refresh(later=55)
    app = segment_page("РФМ: Остывающие", "Движение")
    (row,) = shown(app, "segment-moves")
    assert (row["Клиент"], row["Что"], row["Когда"][:10]) == ("Алёшина Мария Сергеевна", "вошёл", "25.04.2026")


def test_what_is_named_and_gone_is_told(segmented: str) -> None:
    save("Платина", is_("level", **{"in": ["Платиновый"]}))
    said = words(segment_page("Платина"))
    assert "«Платиновый»" in said and "Поправьте условия" in said
    assert "Сейчас в сегменте никого" in said


def test_no_such_segment_and_none_asked_for(segmented: str) -> None:
    assert "Нет сегмента «Нету»" in words(segment_page("Нету"))
    assert "Выберите его в списке сегментов" in words(opened("segment"))


def test_a_segment_is_renamed_and_deleted(segmented: str) -> None:
    app = press(segment_page(HERS), "segment-rename")
    app.text_input(key=keyed(app, "name")).set_value("Разовые")
    app.button(key=keyed(app, "save")).click()
    assert "уже есть" in words(press(app, "segment-rename"))
    app = press(segment_page(HERS), "segment-delete")
    app = press(app, "segment-delete", keyed(app, "do"))
    assert toasts(app) == [f"Сегмент «{HERS}» удалён"]
    assert HERS not in [row["Сегмент"] for row in shown(app, "segments")]


def test_a_segment_in_use_is_not_deleted(segmented: str) -> None:
    save("Опора", is_("available", **{"from": 1}))
    save("Стоит на ней", is_("segment", name="Опора"))
    app = press(segment_page("Опора"), "segment-delete")
    assert "На сегменте «Опора» держатся другие" in words(app)
    assert "Стоит на ней" in str(app.get("page_link")[-1].proto)
    assert not any(one.label == "Удалить" and one.key != "segment-delete" for one in app.button)


# --- To Excel ----------------------------------------------------------------------------------------------


def test_everything_goes_to_excel_in_roubles(segmented: str) -> None:
    with db.reading() as session:
        saved = stored.get(session, HERS)
    sheets = excel.sheets(saved, factory.TODAY)
    assert len(sheets) == 9
    book = load_workbook(io.BytesIO(to_excel(*sheets["Клиенты"])))
    row = dict(zip(*([cell.value for cell in line] for line in book.active.iter_rows()), strict=True))
    assert (row["Клиент"], row["Сумма"], row["Чеков"]) == ("Алёшина Мария Сергеевна", 15_000, 3)
    months = load_workbook(io.BytesIO(to_excel(*sheets["По месяцам"]))).active
    assert [cell.value for cell in months[12]] == ["Февраль 2026", 3_000, 2, 2_000]


@pytest.mark.parametrize("name", NAMES)
def test_acceptance_35_a_name_breaks_neither_page_nor_file_nor_spreadsheet(segmented: str, name: str) -> None:
    save(name, is_("turnover", **{"from": 1}))
    assert segment_page(name).title
    assert has_table(opened("segments"), "segments")
    with db.reading() as session:
        sheets = excel.sheets(stored.get(session, name), factory.TODAY)
    cell = load_workbook(io.BytesIO(to_excel(*sheets["О сегменте"]))).active["B2"]
    assert (cell.value, cell.data_type) == (name, "s")
    file = ui.file_name(name, "xlsx")
    assert len(file) <= 105 and not set(file) & set('\\/:*?"<>|') and not file.startswith(".")


def test_acceptance_29_the_list_the_page_and_the_members_count_the_same(segmented: str) -> None:
    rows = {row["Сегмент"]: row["Клиентов"] for row in shown(opened("segments"), "segments")}
    for name in (HERS, "Разовые", "90 дней без покупок"):
        app = segment_page(name, "Клиенты")
        assert rows[name] == figures(app)["Клиенты"] == str(len(shown(app, "segment-members"))), name


def test_moves_are_said_with_signs() -> None:
    assert [segments_list.moved(*pair) for pair in ((12, 5), (0, 1), (1_200, 0), (0, 0), (None, None))] == [
        "+12 −5", "−1", "+1\u00a0200", "", "",
    ]  # fmt: skip

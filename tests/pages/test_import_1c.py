"""«Импорт из 1С»: a dropped file is understood, corrected where it must be, loaded once, and reported on."""

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from loyalty import db
from loyalty.demo import load as demo
from loyalty.files import queue, uploads
from loyalty.models import ColumnMapping, customers, imports, receipts
from pages._import.columns import NOT_NEEDED
from tests.pages.opened import act, checked, column, has_table, named_shop, opened, shop, shown, words

assert named_shop and shop  # fixtures

pytestmark = pytest.mark.usefixtures("named_shop")
SALES = uploads.TEMPLATE.replace("8900,00;0,00;карта", "8900,00;500,00;карта").encode("cp1251")
DOCUMENTS = "Первые документы файла, как их поняла программа"
STRANGE = (
    "Когда;Бумажка;Кто;Что;Почём;Штук;Вышло\r\n"
    "01.01.2026;00001;+7 916 000-00-01;Юбка;1000,00;2;2000,00\r\n"
    "02.01.2026;00002;+7 916 000-00-02;Юбка;1000,00;1;1000,00\r\n"
).encode("cp1251")


def dropped(*files: tuple[str, bytes]) -> AppTest:
    app = opened("import_1c")
    return checked(app.file_uploader[0].set_value([(name, content, "text/csv") for name, content in files]).run())


def loaded(app: AppTest) -> AppTest:
    """Press «Загрузить», let the worker do its work, look again."""
    checked(app.button(key="import-load").click().run())
    while queue.work():
        pass
    return checked(app.run())


def rows_of(table: object) -> list[tuple[object, ...]]:
    with db.reading() as session:
        return [tuple(row) for row in session.connection().execute(select(table))]  # type: ignore[call-overload]


def choose(app: AppTest, **columns: str) -> AppTest:
    """Say what columns of the file mean, one after another as a person does: date="Когда"."""
    for name, label in columns.items():
        select_ = next(one for one in app.selectbox if one.label == f"Что в колонке «{label}»")
        app = checked(select_.set_value(name).run())
    return app


def test_a_dropped_file_and_what_was_said_of_it_are_there_when_one_comes_back() -> None:
    app = choose(dropped(("непонятный.csv", STRANGE), ("продажи.csv", SALES)), date="Когда")
    checked(app.switch_page("pages/customers.py").run())
    app = checked(app.switch_page("pages/import_1c.py").run())
    assert {"непонятный.csv", "продажи.csv"} <= {one.value for one in app.subheader}
    date_ = next(one for one in app.selectbox if one.label == "Что в колонке «Когда»")
    assert date_.value == "date"
    app = checked(next(one for one in app.button if one.label == "Убрать").click().run())
    assert "непонятный.csv" not in {one.value for one in app.subheader}
    app = loaded(app)
    assert len(rows_of(receipts)) == 1 and "Загрузить" not in {one.label for one in app.button}
    assert not app.session_state["_unsaved"]


def test_in_the_demo_shop_it_is_said_before_the_first_own_file_that_there_is_a_way_out() -> None:
    assert not opened("import_1c").info
    with db.writing() as session:
        demo.load(session, 20)
    (said,) = opened("import_1c").info
    assert "Начать со своими данными" in said.value
    loaded(dropped(("продажи.csv", SALES)))
    assert not opened("import_1c").info


def test_a_file_is_told_before_anything_is_loaded() -> None:
    app = dropped(("продажи.csv", SALES))
    said = words(app)
    assert "Продажи, 20 колонок" in said and "windows" not in said
    assert "«Сумма» в этом файле — до оплаты бонусами: 8 900 ₽ × 1 = 8 900 ₽" in said
    assert column(app, DOCUMENTS, "Документ") == ["Чек 000123", "Возврат 000007"]
    assert column(app, DOCUMENTS, "Клиент") == ["Иванова Мария Сергеевна, +7 916 123-45-67"] * 2
    assert not rows_of(receipts)


def test_a_loaded_file_is_reported_in_plain_words_and_the_next_step_is_offered() -> None:
    app = loaded(dropped(("продажи.csv", SALES)))
    said = words(app)
    for figure in (
        "Строк с данными: 3",
        "Загружено: 3",
        "Отклонено: 0",
        "Заголовок и прочие строки: 1",
        "Новых клиентов: 1",
        "1 чек: 10 900 ₽",
        "1 возврат: 1 000 ₽",
        "Дано бонусов: ",
    ):
        assert figure in said
    assert app.button(key="import-customers")
    assert len(rows_of(receipts)) == len(rows_of(customers)) == 1


def test_while_the_worker_is_silent_the_file_waits_and_the_page_says_what_to_do() -> None:
    app = checked(dropped(("продажи.csv", SALES)).button(key="import-load").click().run())
    said = words(app)
    assert "Можно уйти с этого экрана" in said
    assert "Фоновая служба не запущена: файл дождётся её" in said
    assert "start.py" in said


def test_the_same_file_again_changes_nothing() -> None:
    loaded(dropped(("продажи.csv", SALES)))
    app = loaded(dropped(("продажи.csv", SALES)))
    assert "ничего не посчитано дважды" in words(app)
    assert len(rows_of(receipts)) == 1


def test_a_double_click_queues_a_file_once() -> None:
    app = dropped(("продажи.csv", SALES))
    button = app.button(key="import-load")
    button.click().run()
    button.click()
    checked(app.run())
    assert len(rows_of(imports)) == 1


def test_a_file_that_is_no_table_is_refused_in_one_sentence_and_the_others_are_loaded() -> None:
    app = dropped(("фото.csv", b"\x89PNG\r\n\x1a\n" + bytes(500)), ("продажи.csv", SALES))
    said = words(app)
    assert "Это картинка, а не таблица" in said
    assert "Загрузятся только файлы без ошибок: 1 из 2" in said
    loaded(app)
    assert [row[1] for row in rows_of(imports)] == ["продажи.csv"]


def test_nothing_can_be_loaded_while_columns_are_missing() -> None:
    app = dropped(("непонятный.csv", STRANGE))
    assert "Укажите, где Номер, Дата, Сумма" in words(app)
    assert app.button(key="import-load").disabled


def test_columns_chosen_by_hand_load_the_file_and_are_remembered_for_the_next_one() -> None:
    app = dropped(("непонятный.csv", STRANGE))
    app = choose(app, date="Когда", number="Бумажка", phone="Кто", name="Что", quantity="Штук", amount="Вышло")
    assert column(app, DOCUMENTS, "Документ") == ["Чек 00001", "Чек 00002"]
    assert "Загружено: 2" in words(loaded(app))
    again = dropped(("непонятный за февраль.csv", STRANGE.replace(b"00002", b"00003")))
    assert "Укажите, где" not in words(again)
    assert not again.button(key="import-load").disabled


def test_needed_columns_are_named_at_once_and_the_file_is_judged_when_all_are_set() -> None:
    app = choose(dropped(("непонятный.csv", STRANGE)), date="Когда", number="Бумажка")
    assert "Укажите, где Сумма: без неё не посчитать" in words(app)
    assert not has_table(app, DOCUMENTS)
    app = choose(app, amount="Вышло")
    assert "Будет загружено: 2 чека на 3 000 ₽, с 01.01 по 02.01.2026 (2 дня с чеками), без клиентов" in words(app)
    app = choose(app, number="Кто")
    assert "Номер чека — сразу в двух колонках: «Бумажка» и «Кто»" in words(app)
    assert app.button(key="import-load").disabled


def test_a_question_is_answered_by_a_click() -> None:
    slashes = "Дата;Номер;Код клиента;Сумма\r\n1/5/2025;1;К-1;100\r\n2/6/2025;2;К-1;200\r\nИтого;;;300\r\n"
    app = dropped(("даты.csv", slashes.encode()))
    assert app.button(key="import-load").disabled
    assert app.radio[0].value is None
    app = checked(app.radio[0].set_value(1).run())
    assert "с 05.01 по 06.02.2025" in words(app)
    assert "Итог в файле 300 ₽ — сходится" in words(app)
    assert "Итог в файле 300 ₽ — сходится" in words(loaded(app))
    assert rows_of(ColumnMapping.shape)


def test_unknown_words_of_a_kind_and_an_unclear_column_are_asked_about() -> None:
    rows = ("1.01.2026;1;Усушка;К-1;100;x", "2.01.2026;2;Продажа;К-1;200;y")
    kinds = "\r\n".join(("Дата;Номер;Вид;Код клиента;Сумма;Признак чека", *rows, ""))
    app = dropped(("виды.csv", kinds.encode()))
    assert "Непонятно, что в «Признак чека»" in words(app)
    assert app.button(key="import-load").disabled
    app = choose(app, **{NOT_NEEDED: "Признак чека"})
    assert not app.button(key="import-load").disabled
    app = checked(app.get("button_group")[0].set_value("sale").run())
    assert "Будет загружено: 2 чека на 300 ₽" in words(app)


def test_the_meaning_of_the_sum_can_be_said_by_hand() -> None:
    app = dropped(("продажи.csv", SALES))
    meaning = next(one for one in app.selectbox if one.key and one.key.startswith("meaning-"))
    checked(meaning.set_value(True).run())
    assert "«Сумма» в этом файле — после оплаты бонусами" in words(app)
    assert column(app, DOCUMENTS, "Сумма") == ["11 400 ₽", "1 000 ₽"]


def test_the_header_row_can_be_said_by_hand() -> None:
    app = dropped(("непонятный.csv", STRANGE.replace("Когда;Бумажка".encode("cp1251"), b"1;2")))
    header = app.number_input[0]
    assert header.value == 0
    checked(header.set_value(1).run())
    assert any("Вышло" in one.label for one in app.selectbox)


def test_rejected_rows_are_listed_with_reasons_and_can_be_downloaded() -> None:
    bad = SALES + "32.01.2026;000124;Продажа;;;;;;;+7 916 123-45-67;;;Юбка;;1;10,00;;10,00;;\r\n".encode("cp1251")
    app = loaded(dropped(("продажи.csv", bad)))
    assert column(app, "Отклонённые строки и причины", "Строка") == ["5"]
    assert column(app, "Отклонённые строки и причины", "Значение") == ["32.01.2026"]
    assert "Отклонено: 1" in words(app)
    assert [button.label for button in app.get("download_button")] == [
        "Образец файла",
        "Excel",
        "Скачать отклонённые",
        "Excel",
    ]


def test_every_file_stays_in_the_history() -> None:
    loaded(dropped(("продажи.csv", SALES)))
    file = shown(opened("import_1c"), "import-history")[0]
    assert [file[heading] for heading in ("Файл", "Результат", "Что", "Откуда")] == [
        "продажи.csv",
        "Загружено 3",
        "Продажи",
        "С этого экрана",
    ]


def test_a_click_in_the_history_tells_again_what_became_of_the_file() -> None:
    app = loaded(
        dropped(("продажи.csv", SALES + "32.01.2026;000124;;;;;;;;;;;Юбка;;1;10,00;;10,00;;\r\n".encode("cp1251")))
    )
    app = act(app, "import-history", "open", 1)
    assert words(app).count("Отклонено: 1") == 2


def test_an_empty_shop_is_told_what_will_be_here() -> None:
    assert "Ещё ничего не загружали" in words(opened("import_1c"))

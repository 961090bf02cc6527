"""A file that has to be asked about: looked into, answered, remembered for its shape, forgotten."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from loyalty import db
from loyalty.errors import Refused, UnreadableFile
from loyalty.files import queue, shapes, uploads
from loyalty.files.importing import import_file
from loyalty.files.inbox import NOT_LOADED, Inbox
from loyalty.files.looking import Look
from loyalty.files.questions import FileAsks
from loyalty.onec import Mapping
from loyalty.reports import history
from tests.pages.opened import named_shop, shop  # noqa: F401 — fixtures
from tests.till import loyalty

pytestmark = pytest.mark.usefixtures("named_shop")
HEADER = "Дата;Номер;Код клиента;Номенклатура;Сумма"
THOUSANDS = f"{HEADER}\n10.01.2026;000001;К-1;Пальто;12,500\n11.01.2026;000002;К-2;Шарф;9,900\nИтого;;;;22,400\n"
DAYS = f"{HEADER}\n1/5/2025;000001;К-1;Пальто;10000\n2/6/2025;000002;К-2;Шарф;2000\n"
KINDS = HEADER.replace("Номенклатура", "Вид") + (
    "\n10.01.2026;000001;К-1;Продажа;10000\n11.01.2026;000002;К-2;Усушка;2000\n11.01.2026;000003;К-2;Обратно;500\n"
)
UNCLEAR = f"{HEADER};Признак чека\n10.01.2026;000001;К-1;Пальто;10000;x\n"


def kept(content: str, name: str = "продажи.csv") -> Path:
    return uploads.keep(f"{name}{content}", name, BytesIO(content.encode()))


def looked(path: Path, mapping: Mapping | None = None) -> Look:
    with db.reading() as session:
        return uploads.look(session, path, mapping)


def told(path: Path, **said: Any) -> tuple[Look, Mapping]:
    """The file as it is read once a person said something of it."""
    mapping = uploads.corrected(looked(path), **said)
    assert mapping is not None
    return looked(path, mapping), mapping


def test_what_the_command_line_takes_the_screen_takes_as_it_is(shared_cases: Path) -> None:
    """Of every file that shops bring: nothing is missing on the screen that isn't missing for the reader."""
    for path in sorted(shared_cases.glob("[0-9]*")):
        try:
            look = looked(path)
        except UnreadableFile:
            continue
        assert uploads.missing(look, look.fields) == look.missing, path.name
        assert look.missing or look.is_ready or look.unclear or look.questions or look.problem, path.name


def test_a_look_counts_the_whole_file_and_compares_it_with_its_own_total() -> None:
    content = THOUSANDS.replace(",500", "500").replace(",900", "900").replace("22,400", "22500")
    look = looked(kept(content))
    counted = look.counted
    assert counted is not None and look.is_ready
    assert (counted.receipts, counted.receipts_sum, counted.days, counted.customers) == (2, 2_240_000, 2, 2)
    assert (counted.file_sum, counted.difference) == (2_250_000, 10_000)
    assert history.total_words(2_250_000, 10_000)[1].replace("\u00a0", " ") == (
        "Итог в файле 22 500 ₽ — не сходится на 100 ₽"
    )


@pytest.mark.parametrize(
    ("content", "key", "value", "total"),
    [(THOUSANDS, "decimal", ".", 2_240_000), (THOUSANDS, "decimal", ",", 2_240), (DAYS, "dates", "mdy", 1_200_000)],
)
def test_a_question_stops_the_file_until_it_is_answered(content: str, key: str, value: str, total: int) -> None:
    path = kept(content)
    asked = looked(path)
    assert [question.key for question in asked.questions] == [key]
    assert asked.counted is None and not asked.is_ready
    answered, mapping = told(path, answers={key: value})
    assert answered.is_ready and answered.counted and answered.counted.receipts_sum == total
    assert import_file(path, mapping=mapping).totals["receipts_sum"] == total


def test_an_answer_alone_leaves_the_columns_to_the_program_and_is_remembered_for_the_shape() -> None:
    path = kept(THOUSANDS)
    look, mapping = told(path, answers={"decimal": "."})
    assert mapping.fields == {}
    with db.writing() as session:
        uploads.enqueue(session, [uploads.Ready(path, "продажи.csv", look, by_hand=True)])
    queue.work()
    again = looked(kept(THOUSANDS.replace("000001", "000009"), "ещё.csv"))
    assert again.is_remembered and again.is_ready
    with db.writing() as session:
        (one,) = shapes.all_remembered(session)
        assert (one.kind, one.labels[:2], one.said) == ("Продажи", ["Дата", "Номер"], "копейки после точки")
        shapes.forget(session, one.shape)
    assert not looked(kept(THOUSANDS, "третий.csv")).is_ready


def test_words_of_a_kind_nobody_knows_are_asked_about_and_do_not_stop_the_file() -> None:
    path = kept(KINDS)
    look = looked(path)
    (question,) = look.questions
    assert (question.key, set(question.subjects), look.is_ready) == ("kinds", {"Усушка", "Обратно"}, True)
    answered, _ = told(path, answers={"kinds": {"Усушка": "other", "Обратно": "return"}})
    assert answered.counted and not answered.questions
    assert (answered.counted.receipts, answered.counted.returns_sum, answered.counted.rejected) == (1, 50_000, 0)


def test_a_column_that_looks_decisive_waits_for_a_word() -> None:
    path = kept(UNCLEAR)
    look = looked(path)
    assert [column.label for column in look.unclear] == ["Признак чека"] and not look.is_ready
    assert told(path, ignored=["Признак чека"])[0].is_ready
    named = {"date": 0, "number": 1, "customer_code": 2, "name": 3, "amount": 4, "payment": 5}
    assert told(path, fields=named)[0].is_ready
    warned = import_file(path)  # by command line and from the folder it is a warning
    assert any("«Признак чека» не использована" in warning for warning in warned.warnings)


def test_sheets_are_read_together_named_or_chosen(tmp_path: Path) -> None:
    book = Workbook()
    rows = {"Январь": ("10.01.2025", "1", "К-1", "100"), "Март": ("10.03.2025", "2", "К-1", "200")}
    for name, row in rows.items():
        sheet = book.create_sheet(name)
        sheet.append(["Дата", "Номер", "Код клиента", "Сумма"])
        sheet.append(row)
    people = book.create_sheet("Клиенты")
    people.append(["Код клиента", "ФИО", "Дата рождения"])
    people.append(["К-1", "Иванова Мария", "01.02.1990"])
    del book["Sheet"]
    book.save(tmp_path / "книга.xlsx")
    look = looked(tmp_path / "книга.xlsx")
    assert (set(look.sheets), look.unread) == ({"Январь", "Март"}, ["Клиенты"])
    assert any("Лист «Клиенты» не прочитан" in warning for warning in look.warnings)
    march = looked(tmp_path / "книга.xlsx", uploads.with_sheet(look, "Март"))
    assert (march.sheets, set(march.unread)) == (["Март"], {"Январь", "Клиенты"})
    assert march.counted and march.counted.receipts_sum == 20_000


def test_the_queue_keeps_the_question_and_an_answer_loads_the_file() -> None:
    path = kept(THOUSANDS)
    with db.writing() as session:
        first = queue.add(session, path, "продажи.csv", "browser")
    queue.work()
    with db.writing() as session:
        (refused,) = history.taken_files(session, [first])
        assert (refused.status, refused.result) == ("failed", "Ждёт ответа")
        assert refused.question and refused.question["key"] == "decimal"
        values = [choice["value"] for choice in refused.question["choices"]]
        assert sorted(values) == [",", "."]
        again = queue.answer(session, first, ".")
    queue.work()
    with db.writing() as session:
        done, answered = history.taken_files(session, [first, again])
        assert (done.status, done.report["difference"]) == ("done", 0)
        assert (answered.question, answered.result) == (None, "Ответ дан")
        assert "отделяет тысячи" in answered.answer
        with pytest.raises(Refused, match="уже ответили"):
            queue.answer(session, first, ",")


def test_the_same_receipts_of_another_report_are_asked_about_in_the_history() -> None:
    row = "{at};{number};К-{whose};Пальто;{sum};{where}\n"

    def report(column: str, where: str, zeros: str) -> str:
        one = row.format(at="10.01.2026 12:30:15", number=f"{zeros}1", whose=1, sum=10_000, where=where)
        one = one.replace("Пальто", "Пальто" if column == "Магазин" else "Товары")  # else there is nothing to ask
        other = row.format(at="11.01.2026 13:30:15", number=f"{zeros}2", whose=2, sum=2_000, where=where)
        return f"{HEADER};{column}\n{one}{other}"

    import_file(kept(report("Магазин", "А", "00000")))
    path = kept(report("Касса", "ККМ 1", "0000"), "касса.csv")
    with db.writing() as session:
        first = queue.add(session, path, "касса.csv", "browser")
    queue.work()
    with db.writing() as session:
        (asked,) = history.taken_files(session, [first])
        assert asked.question and asked.question["key"] == "same_receipts"
        assert "Это те же чеки?" in asked.question["words"]
        again = queue.answer(session, first, True)
    queue.work()
    with db.reading() as session:
        (done,) = history.taken_files(session, [again])
    assert (done.status, done.report["imported"], done.report["unchanged"] + done.report["changed"]) == (
        "done",
        0,
        2,
    )
    assert import_file(path).imported == 0  # remembered for this shape


def test_a_file_of_the_folder_comes_back_with_its_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loyalty.files.inbox.STEADY_S", 0.0)
    inbox = Inbox(tmp_path / "inbox")
    inbox.folder.mkdir()
    (inbox.folder / "тысячи.csv").write_text(THOUSANDS, encoding="utf-8")
    inbox.look()
    inbox.look()
    queue.work()
    inbox.look()
    note = (inbox.folder / NOT_LOADED / "тысячи.csv.txt").read_text(encoding="utf-8-sig")
    assert "это сколько?" in note and "Импорт из 1С" in note


def test_a_file_of_answers_is_checked_key_by_key() -> None:
    for said, reason in (
        ({"knids": {}}, "Непонятный ключ «knids»"),
        ({"decimal": ";"}, "вместо \";\" может быть «,», «.»"),
        ({"fields": {"date": "1"}}, "Ключ «fields»"),
        ({"fields": {"датой": 1}}, "Непонятное поле «датой»"),
        ({"header_row": True}, "Ключ «header_row»"),
        ({"kinds": {"Усушка": "gift"}}, "«Усушка» в «kinds»"),
        ({"encoding": "utf-99"}, "Нет такой кодировки"),
        ([], "объект JSON"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=reason):
            shapes.from_json(said)
    own = Mapping("sales", {"date": 0}, 1, decimal=".", kinds={"Усушка": "other"}, same_receipts=False)
    assert shapes.from_json(json.loads(json.dumps(own.as_json()))) == own


def test_the_command_line_answers_by_a_file(sqlite_url: str, tmp_path: Path) -> None:
    file, answers = tmp_path / "тысячи.csv", tmp_path / "ответы.json"
    file.write_text(THOUSANDS, encoding="utf-8")
    refused = loyalty(sqlite_url, "import", file, "--json")
    assert refused.returncode == 2
    assert "это сколько?" in json.loads(refused.stdout)["errors"][0]["reason"]
    answers.write_text('{"decimal": "."}', encoding="utf-8")
    done = loyalty(sqlite_url, "import", file, "--mapping", answers)
    said = done.stdout.replace("\u00a0", " ")
    assert done.returncode == 0
    assert "2 чека: 22 400 ₽" in said and "Итог в файле 22 400 ₽ — сходится" in said
    answers.write_text('{"desimal": "."}', encoding="utf-8")
    wrong = loyalty(sqlite_url, "import", file, "--mapping", answers)
    assert (wrong.returncode, wrong.stdout) == (2, "") and "Непонятный ключ «desimal»" in wrong.stderr


def test_a_file_that_asks_is_refused_whole() -> None:
    with pytest.raises(FileAsks, match="это сколько"):
        import_file(kept(THOUSANDS))

"""`segment …` and exports of segments, as scripts and people use them."""

import json
from pathlib import Path
from typing import Any

import pytest

from loyalty.segments.criteria import CATALOGUE
from tests.till import ANNA, BORIS, file_of, loyalty, sale

TODAY = "2026-03-01T10:00"
TWICE = {"name": "Дважды", "where": {"is": "purchases_count", "from": 2}}


@pytest.fixture
def shop(database_url: str, tmp_path: Path) -> str:
    """Anna bought twice, Boris once."""
    sold = [("01.01.2026", "1", ANNA), ("02.01.2026", "2", ANNA), ("20.02.2026", "3", BORIS)]
    file = file_of(tmp_path / "sales.csv", [sale(on, number, who, "1000") for on, number, who in sold])
    assert loyalty(database_url, "import", file, today=TODAY).returncode == 0
    return database_url


def written(folder: Path, said: object) -> Path:
    path = folder / "segment.json"
    path.write_text(said if isinstance(said, str) else json.dumps(said, ensure_ascii=False), encoding="utf-8")
    return path


def asked(url: str, *arguments: object, today: str = TODAY) -> Any:
    done = loyalty(url, "segment", *arguments, "--json", today=today)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_a_segment_from_the_question_to_its_members(shop: str, tmp_path: Path) -> None:
    file = written(tmp_path, TWICE)
    told = {"name": "Дважды", "sentence": "Клиенты, которые покупали 2\u00a0раза или больше", "count": 1}
    assert asked(shop, "count", file) == told
    assert asked(shop, "list") == {"segments": []}
    assert asked(shop, "add", file) == told
    (listed,) = asked(shop, "list")["segments"]
    assert listed.pop("refreshed_at").startswith("2026-03-01T10:00")
    assert listed == {"name": "Дважды", "sentence": told["sentence"], "members": 1, "trouble": None}
    anna = {"customer_id": 1, "external_id": "К-1", "name": "Сергеева Анна", "phone": "+79161110001"}
    assert asked(shop, "members", "Дважды") == {"segment": "Дважды", "on": None, "members": [anna]}
    assert asked(shop, "members", "Дважды", "--on", "2026-03-01")["members"] == []
    assert asked(shop, "members", "Дважды", "--on", "2026-03-02")["members"] == [anna]
    again = loyalty(shop, "segment", "add", file, today=TODAY)
    assert (again.returncode, again.stderr) == (2, "Сегмент «Дважды» уже есть: назовите иначе\n")


def test_an_import_moves_members_and_a_refresh_finds_nothing_left(shop: str, tmp_path: Path) -> None:
    asked(shop, "add", written(tmp_path, TWICE))
    more = file_of(tmp_path / "more.csv", [sale("02.03.2026", "4", BORIS, "1000")])
    assert loyalty(shop, "import", more, today="2026-03-02T12:00").returncode == 0
    moved = {"name": "Дважды", "entered": 0, "left": 0, "members": 2, "trouble": None}
    assert asked(shop, "refresh", today="2026-03-02T13:00") == {"segments": [moved]}
    out = tmp_path / "stays.jsonl"
    assert loyalty(shop, "export", "segments", out, "--segment", "Дважды").returncode == 0
    stays = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(one["segment"], one["external_id"], one["entered_at"][:16], one["left_at"]) for one in stays] == [
        ("Дважды", "К-1", "2026-03-01T10:00", None),
        ("Дважды", "К-2", "2026-03-02T12:00", None),
    ]
    assert loyalty(shop, "export", "segments", out, "--as-of", "2026-03-01").stdout.endswith("1\u00a0строка\n")


def test_a_past_day_is_by_the_facts_up_to_it(shop: str, tmp_path: Path) -> None:
    """LOYALTY_TODAY before the last receipts: they are still to come."""
    one = written(tmp_path, {"name": "Все", "where": {"is": "purchases_count", "from": 1}})
    assert [asked(shop, "count", one, today=day)["count"] for day in ("2026-01-01", "2026-02-20")] == [1, 2]


def test_customers_of_a_segment_go_out(shop: str, tmp_path: Path) -> None:
    asked(shop, "add", written(tmp_path, TWICE))
    out = tmp_path / "customers.jsonl"
    for more, codes in (([], ["К-1"]), (["--as-of", "2026-03-01"], []), (["--as-of", "2026-03-05"], ["К-1"])):
        done = loyalty(shop, "export", "customers", out, "--segment", "Дважды", *more, today=TODAY)
        assert done.returncode == 0
        lines = out.read_text(encoding="utf-8").splitlines()
        assert [json.loads(line)["external_id"] for line in lines] == codes
    refused = loyalty(shop, "export", "receipts", out, "--segment", "Дважды", today=TODAY)
    assert (refused.returncode, refused.stderr) == (
        2,
        "По сегменту выгружают customers и segments, а не receipts\n",
    )
    nobody = loyalty(shop, "export", "customers", out, "--segment", "Трижды", today=TODAY)
    assert (nobody.returncode, nobody.stderr) == (2, "Нет сегмента «Трижды»\n")


def test_every_criterion_is_listed(sqlite_url: str) -> None:
    told = asked(sqlite_url, "criteria")["criteria"]
    assert [one["is"] for one in told] == list(CATALOGUE)
    for one in told:
        keys = {key for parameter in one["parameters"] for key in parameter["keys"]}
        assert one["example"].keys() <= {"is"} | keys
        assert one["title"]
        assert one["sentence"].startswith("Клиенты, ")


def test_a_person_reads_it_in_russian(shop: str, tmp_path: Path) -> None:
    file = written(tmp_path, TWICE)
    said = [
        loyalty(shop, "segment", *arguments, today=TODAY).stdout
        for arguments in (["list"], ["refresh"], ["add", file], ["members", "Дважды"], ["refresh"])
    ]
    assert said == [
        "Сегментов пока нет\n",
        "Сегментов пока нет\n",
        "«Дважды»: 1\u00a0клиент\n  Клиенты, которые покупали 2\u00a0раза или больше\n",
        "«Дважды»: 1\u00a0клиент\n  Сергеева Анна, +7\u00a0916\u00a0111-00-01, К-1\n",
        "«Дважды»: вошли 0, вышли 0, теперь 1\u00a0клиент\n",
    ]


UNFIT = {
    '{"name": "А", "where": {"is": "purchases_count"': "не JSON: ошибка в строке 1",
    "[" * 100_000: "не JSON, который можно прочитать",
    '{"name": "А", "where": {"is": "name", "contains": "\\ud83d"}}': "не текст в кодировке UTF-8",
    "[]": "Сегмент — это объект с «name» и «where», а не «[]»",
    '{"name": "А"}': "не сказано «where»",
    '{"name": "А", "where": {"all": []}, "who": 1}': "непонятно «who»",
    '{"name": " ", "where": {"all": []}}': "Напишите название сегмента",
    '{"name": "А", "where": {"is": "age", "form": 18}}': "«form» непонятно",
    '{"name": "А", "where": {"is": "no"}}': "Нет такого критерия: «no»",
    '{"name": "А", "where": {"is": "segment", "name": "Б"}}': "«Б»",
}


@pytest.mark.parametrize("command", ["add", "count"])
def test_what_cannot_be_is_refused_in_a_line(sqlite_url: str, tmp_path: Path, command: str) -> None:
    for said, words in UNFIT.items():
        done = loyalty(sqlite_url, "segment", command, written(tmp_path, said), today=TODAY)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
        assert words in done.stderr
    latin = tmp_path / "cp1251.json"
    latin.write_bytes('{"name": "Люди", "where": {"all": []}}'.encode("cp1251"))
    for path, words in (
        (tmp_path / "нет.json", "Нет такого файла"),
        (tmp_path, "это папка"),
        (latin, "не текст в кодировке UTF-8"),
    ):
        done = loyalty(sqlite_url, "segment", command, path, today=TODAY)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert words in done.stderr
    assert asked(sqlite_url, "list") == {"segments": []}


@pytest.mark.parametrize(
    "arguments", [[], ["members"], ["members", "Нет такого"], ["members", "А", "--on", "завтра"], ["count"]]
)
def test_a_command_that_lacks_something_is_refused_in_a_line(sqlite_url: str, arguments: list[str]) -> None:
    done = loyalty(sqlite_url, "segment", *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)

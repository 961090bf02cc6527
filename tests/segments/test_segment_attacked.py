"""What a hostile tester found in segments: names alike, days at the ends of the calendar, things said twice."""

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlmodel import Session

from loyalty import acts, settings
from loyalty.engine import ledger
from loyalty.errors import LoyaltyError, NotFound, Problems, Refused
from loyalty.segments import membership, stored
from loyalty.segments import tree as trees
from pages._segment import opened
from tests.till import loyalty

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
ADULTS = {"is": "age", "from": 18}


def saved(session: Session, name: str, *, was: str | None = None) -> None:
    act = acts.begin(session, acts.Origin.SCREEN)
    membership.save(session, name, trees.parse(ADULTS), act, NOW, TODAY, was=was)


@pytest.mark.parametrize("name", ["ёлка", "ЁЛКА", "Елка ", "Ёлка\u200b", "Е\u0308лка"])
def test_a_name_that_looks_like_another_is_taken(session: Session, name: str) -> None:
    saved(session, "Ёлка")
    with pytest.raises(Problems, match="«Ёлка» уже есть"):
        saved(session, name)


def test_spaces_within_tell_no_names_apart(session: Session) -> None:
    saved(session, "Давно не были")
    with pytest.raises(Problems, match="уже есть"):
        saved(session, "Давно  не\u00a0были")
    saved(session, "давно не были", was="Давно не были")  # its own name in other letters


@pytest.mark.parametrize("name", ["\u200b", "\u202e \u200b"])
def test_a_name_that_cannot_be_seen_is_refused(session: Session, name: str) -> None:
    with pytest.raises(Problems, match="В названии сегмента"):
        saved(session, name)


@pytest.mark.parametrize("name", ["Взрослые\nи дети", "Взрослые\u2028и дети", "Взрослые\r\nи дети"])
def test_a_name_of_several_lines_is_refused(session: Session, name: str) -> None:
    with pytest.raises(Problems, match="одна строка"):
        saved(session, name)


def test_a_segment_deleted_meanwhile_is_told_when_it_is_saved(session: Session) -> None:
    with pytest.raises(NotFound, match="переименовали или удалили"):
        saved(session, "Взрослые", was="Взрослые")


@pytest.mark.parametrize("where", ['{"is": "age", "from": 18, "from": 90}', '{"all": [], "all": []}'])
def test_what_is_said_twice_is_refused(tmp_path: Path, where: str) -> None:
    file = tmp_path / "segment.json"
    file.write_text(f'{{"name": "Взрослые", "where": {where}}}', encoding="utf-8")
    with pytest.raises(Refused, match="сказано дважды"):
        stored.from_file(file)
    with pytest.raises(Refused, match="сказано дважды"):
        opened._parsed(where)


@pytest.mark.parametrize("day", ["2026-W01-1", "20260101", "2026-1-01"])
def test_a_day_is_written_one_way(day: str) -> None:
    with pytest.raises(Refused, match="день вида 2026-03-14"):
        trees.parse({"is": "purchases_count", "from": 1, "since": day})


def test_the_first_day_and_the_last_one_of_the_calendar(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "segment.json"
    file.write_text(json.dumps({"name": "Взрослые", "where": ADULTS}), encoding="utf-8")
    done = [loyalty(sqlite_url, "segment", "add", file)]
    for day in ("0001-01-01", "9999-12-31"):
        done.append(loyalty(sqlite_url, "segment", "members", "Взрослые", "--on", day))
        done.append(loyalty(sqlite_url, "export", "segments", tmp_path / "stays.jsonl", "--as-of", day))
    assert [(one.returncode, one.stderr) for one in done] == [(0, "")] * 5


@pytest.mark.parametrize("today", ["0001-01-01", "9999-12-31T23:59"])
def test_a_clock_at_the_end_of_the_calendar_is_refused(monkeypatch: pytest.MonkeyPatch, today: str) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", today)
    with pytest.raises(Refused, match="год от 1900 до 2199"):
        settings.now()


def test_a_refusal_is_one_line_whatever_a_file_is_called(sqlite_url: str) -> None:
    done = loyalty(sqlite_url, "segment", "count", "нет\nтакого.json")
    assert (done.returncode, done.stderr.splitlines()) == (2, ["Нет такого файла: нет такого.json"])


def test_lines_of_a_return_are_told_in_words() -> None:
    assert ledger._say_lines({2: (7, 1000, 500), 0: (3, 2000, 100)}) == (
        "строка 1: товар 3, количество 2000, сумма 100; строка 3: товар 7, количество 1000, сумма 500"
    )
    assert ledger._say_lines({}) == "нет"


@pytest.mark.parametrize("where", ["9" * 5_000, "[" * 5_000, "", "не JSON"])
def test_a_broken_link_into_the_editor_is_told(where: str) -> None:
    with pytest.raises(LoyaltyError, match="В ссылке испорчено условие"):
        opened._parsed(where)


def test_a_backup_is_restored_by_a_path_from_here(sqlite_url: str, tmp_path: Path) -> None:
    assert loyalty(sqlite_url, "backup", tmp_path / "copies").returncode == 0
    (kept,) = (tmp_path / "copies").iterdir()
    done = loyalty(sqlite_url, "restore", os.path.relpath(kept))
    assert (done.returncode, done.stderr) == (0, "")

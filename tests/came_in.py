"""Files go in by the command line, and what came in is compared with what had to: for judges of the import room.

Nothing here knows how a file is read: `import --json`, `export` and `check` of contract.md are all there is. What
had to come is an Expected, or several of them, each of which will do. Sums are roubles, as a person says them.

    Expected([R("000001", 12_000, "К-01", earned=600)], warns="сумма документа")   # in, and said aloud
    Refused("веб-страница")                                                        # nothing in, and why

A customer is named by her code, by her phone (+7…), or by her card (card:…); None is nobody.
"""

import io
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from loyalty import db
from loyalty.cli import main

ANY: Any = type("Any", (), {"__repr__": lambda _: "ANY"})()
SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
ALL_IN, SOME_REJECTED, UNUSABLE = 0, 1, 2
SHOWN = 6
EXPORTS = ("receipts", "returns", "customers", "entries")
CRASHED = -1
CRASHES = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
COUNTED = ("imported", "unchanged", "changed", "rejected", "skipped")
NO_REPORT: dict[str, Any] = {
    **dict.fromkeys(("rows", *COUNTED, "customers_created", "unmatched_returns"), 0),
    "warnings": [],
    "errors": [],
}


# --- What had to come in --------------------------------------------------------------------------------


@dataclass(frozen=True)
class R:
    """A receipt: number and total, and whatever else is said. `maybe`: or rejected aloud."""

    number: str
    total: Any
    who: Any = ANY
    on: str = ""  # how its time begins: 2026-01-10, or 2026-01-10T12:00
    lines: Any = ANY
    earned: Any = ANY
    redeemed: Any = ANY
    maybe: bool = False

    def is_(self, found: "Receipt") -> bool:
        return (
            same(self.number, found.number)
            and same(self.total, found.total)
            and same(self.who, found.who)
            and found.at.startswith(self.on)
            and same(self.lines, found.lines)
            and same(self.earned, found.earned)
            and same(self.redeemed, found.redeemed)
        )


@dataclass(frozen=True)
class B:
    """A return: what it takes back and whose it is."""

    amount: Any
    who: Any = ANY
    number: Any = ANY
    of: Any = ANY  # the receipt's number
    matched: Any = ANY
    on: str = ""

    def is_(self, found: "Return") -> bool:
        return (
            same(self.amount, found.amount)
            and same(self.who, found.who)
            and same(self.number, found.number)
            and same(self.of, found.of)
            and same(self.matched, found.matched)
            and found.at.startswith(self.on)
        )


@dataclass(frozen=True)
class Expected:
    """These receipts and returns and no others; what is not said may be anything.

    `warns` and `rejects` are patterns, in any case, all of which must be found in what the reports warn of, or
    reject with. `refused`: files, counted from 0, that are stopped instead (exit 2), with a pattern of the reason.
    """

    receipts: Sequence[R] | None = None
    returns: Sequence[B] | None = ()
    count: int | None = None  # of receipts, where there are too many to name
    total: Any = ANY
    people: Sequence[str] | None = None  # exactly these customers are known
    names: dict[str, str] = field(default_factory=dict)  # who → a pattern
    born: dict[str, Any] = field(default_factory=dict)
    phones: dict[str, Any] = field(default_factory=dict)
    cards: dict[str, Any] = field(default_factory=dict)
    sexes: dict[str, Any] = field(default_factory=dict)
    bonuses: dict[str, Any] = field(default_factory=dict)  # who → available + pending - debt at the end
    turnover: dict[str, Any] = field(default_factory=dict)
    rejected: Any = ANY  # rows
    warns: str | tuple[str, ...] = ()
    rejects: str | tuple[str, ...] = ()
    refused: dict[int, str] = field(default_factory=dict)
    replaces: bool = False  # a later file replaces what a former one said: again is not the same

    def objections(self, came: "CameIn") -> list[str]:
        """What is otherwise; nothing where all is as it had to be."""
        return [
            *stops(self.refused, came),
            *documents("чеки", self.receipts, came.receipts, came.rejected),
            *documents("возвраты", self.returns, came.returns, came.rejected),
            *differs("чеков", self.count, len(came.receipts)),
            *differs("всего", self.total, sum((one.total for one in came.receipts), Decimal(0))),
            *differs("клиенты", None if self.people is None else sorted(self.people), sorted(came.people)),
            *differs("отклонено строк", self.rejected, came.rejected),
            *self._of_people(came),
            *missing("нет предупреждения", self.warns, came.warnings),
            *missing("нет причины отказа", self.rejects, came.reasons),
        ]

    def _of_people(self, came: "CameIn") -> Iterator[str]:
        for who, pattern in self.names.items():
            name = came.people.get(who, {}).get("name") or ""
            if not re.search(pattern, plain(name), re.IGNORECASE):
                yield f"имя {who}: {name!r}, а не {pattern!r}"
        for what, wanted in (
            *(("birth_date", self.born), ("phone", self.phones), ("card", self.cards), ("sex", self.sexes)),
            *(("bonuses", self.bonuses), ("turnover", self.turnover)),
        ):
            for who, value in wanted.items():
                if who not in came.people:
                    yield f"нет клиента {who}"
                else:
                    yield from differs(f"{what} {who}", value, came.people[who][what])


@dataclass(frozen=True)
class Refused:
    """The file, or each of the files, is stopped (exit 2) with these words, and nothing of it is written."""

    words: str = "."

    replaces = False

    def objections(self, came: "CameIn") -> list[str]:
        found = [*stops(dict.fromkeys(range(len(came.files)), self.words), came)]
        if came.receipts or came.returns or came.people:
            found.append(f"записано: {some(came.receipts)} {some(came.returns)} {[*came.people]}")
        return found


@dataclass(frozen=True)
class NothingIn:
    """Nothing came in: every document rejected, or the file stopped; why is said in these words."""

    words: str = "."

    replaces = False

    def objections(self, came: "CameIn") -> list[str]:
        found = [*missing("не сказано, почему", self.words, came.reasons)]
        if came.receipts or came.returns:
            found.append(f"записано: {some(came.receipts)} {some(came.returns)}")
        if not any(file.code for file in came.files):
            found.append("ничего не загружено, а код выхода 0")
        return found


Outcome = Expected | Refused | NothingIn


def same(wanted: Any, found: Any) -> bool:
    """A set is any one of these."""
    if wanted is ANY:
        return True
    if isinstance(wanted, set | frozenset):
        return any(same(one, found) for one in wanted)
    if isinstance(found, Decimal) and wanted is not None:
        return Decimal(str(wanted)) == found
    return bool(wanted == found)


def differs(what: str, wanted: Any, found: Any) -> Iterator[str]:
    if wanted is not None and not same(wanted, found):
        yield f"{what}: {shown(found)}, а не {shown(wanted)}"
    if wanted is None and isinstance(found, str):  # said to be empty
        yield f"{what}: {found!r}, а не пусто"


def shown(value: Any) -> str:
    return str(value) if isinstance(value, Decimal) else repr(value)


def missing(what: str, patterns: str | tuple[str, ...], texts: str) -> Iterator[str]:
    for pattern in (patterns,) if isinstance(patterns, str) else patterns:
        if not re.search(pattern, texts, re.IGNORECASE | re.DOTALL):
            yield f"{what} ({pattern})"


def stops(refused: dict[int, str], came: "CameIn") -> Iterator[str]:
    for place, file in enumerate(came.files):
        stopped = file.code == UNUSABLE
        if file.code == CRASHED or "Traceback" in file.errors:
            yield f"{file.name}: авария: {plain(file.errors)}"
        if stopped and place not in refused:
            yield f"{file.name} остановлен: {file.reasons}"
        elif place in refused and not stopped:
            yield f"{file.name} не остановлен"
        elif stopped:
            yield from missing(
                f"{file.name} остановлен не теми словами: {file.reasons}", refused[place], file.reasons
            )


def documents(what: str, wanted: Sequence[Any] | None, found: Sequence[Any], rejected: int) -> Iterator[str]:
    """Each wanted one is there, and no other; one that may be missing is missing only where rows are rejected."""
    if wanted is None:
        return
    left, lost = list(found), []
    for one in wanted:
        fits = next((it for it in left if one.is_(it)), None)
        if fits is not None:
            left.remove(fits)
        elif not (getattr(one, "maybe", False) and rejected):
            lost.append(one)
    if lost:
        yield f"{what}: нет {some(lost)}"
    if left:
        yield f"{what}: лишние {some(left)}"


def some(found: Sequence[Any]) -> str:
    """A few of them, each by what is known of it."""
    more = f" …и ещё {len(found) - SHOWN}" if len(found) > SHOWN else ""
    return ", ".join(brief(one) for one in found[:SHOWN]) + more


def brief(one: Any) -> str:
    said = ((item.name, getattr(one, item.name)) for item in fields(one))
    known = (f"{name}={shown(value)}" for name, value in said if value is not ANY and value not in ("", False))
    return f"[{' '.join(known)}]"


# --- What came in ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class File:
    """One import: its exit code, its report and what was said on stderr."""

    name: str
    code: int
    report: dict[str, Any]
    errors: str

    @property
    def reasons(self) -> str:
        said = (
            " ".join(str(value) for value in error.values() if value is not None) for error in self.report["errors"]
        )
        return plain(" | ".join((*said, self.errors)))

    @property
    def warnings(self) -> str:
        texts = (
            one if isinstance(one, str) else " ".join(map(str, one.values())) for one in self.report["warnings"]
        )
        waiting = self.report["unmatched_returns"]
        return plain(" | ".join((*texts, *([f"возвратов ждут своего чека: {waiting}"] if waiting else []))))


@dataclass(frozen=True)
class Receipt:
    number: str
    total: Decimal
    who: str | None
    at: str
    lines: int
    earned: Decimal
    redeemed: Decimal


@dataclass(frozen=True)
class Return:
    number: str
    amount: Decimal
    who: str | None
    at: str
    of: str | None
    matched: bool


@dataclass(frozen=True)
class CameIn:
    """What the files brought, as the exports tell it."""

    files: list[File]
    receipts: list[Receipt]
    returns: list[Return]
    people: dict[str, dict[str, Any]]

    @property
    def warnings(self) -> str:
        return " | ".join(file.warnings for file in self.files)

    @property
    def reasons(self) -> str:
        return " | ".join(file.reasons for file in self.files)

    @property
    def rejected(self) -> int:
        return sum(int(file.report["rejected"]) for file in self.files)

    @property
    def stopped(self) -> bool:
        return any(file.code == UNUSABLE for file in self.files)


class Room:
    """An import room with an empty database of its own, in a folder."""

    def __init__(self, folder: Path, migrated: Path, today: str) -> None:
        self.folder, self._today = folder, today
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(migrated, folder / "shop.db")
        self._url = f"sqlite:///{folder / 'shop.db'}"

    @contextmanager
    def _inside(self) -> Iterator[None]:
        outside = {"LOYALTY_DATABASE_URL": self._url, "LOYALTY_TODAY": self._today}
        with mock.patch.dict(os.environ, outside), mock.patch.object(db, "migrate"):  # it is a copy of one migrated
            yield

    def ask(self, *arguments: object) -> tuple[int, str, str]:
        """A command: exit code, stdout, stderr."""
        said, errors = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        with self._inside(), redirect_stdout(said), redirect_stderr(errors):
            try:
                code = main([str(argument) for argument in arguments])
            except CRASHES as error:
                code = CRASHED
                print(f"Traceback: {type(error).__name__}: {error}", file=errors)
        said.seek(0)
        errors.seek(0)
        return code, said.read(), errors.read()

    def take(self, files: Iterable[Path], kind: str = "auto") -> CameIn:
        """These files, in order, each a command of its own."""
        self._kind = kind
        taken = [self._take(path) for path in files]
        self._before = self.everything()
        receipts, returns, customers, _ = self._before
        named = {one["id"]: called(one) for one in customers}
        return CameIn(
            taken,
            [
                Receipt(
                    *(one["number"], roubles(one["total"]), named.get(one["customer_id"]), one["at"], one["lines"]),
                    *(roubles(one["earned"]), roubles(one["redeemed"])),
                )
                for one in receipts
            ],
            [
                Return(
                    *(one["number"], roubles(one["amount"]), named.get(one["customer_id"]), one["at"]),
                    *(one["receipt_number"], one["matched"]),
                )
                for one in returns
            ],
            {named[one["id"]]: figures(one) for one in customers},
        )

    def _take(self, path: Path) -> File:
        code, said, errors = self.ask("import", path, "--kind", self._kind, "--json")
        return File(path.name, code, json.loads(said) if code != CRASHED else NO_REPORT, errors)

    def export(self, what: str) -> list[dict[str, Any]]:
        into = self.folder / f"{what}.jsonl"
        code, _, errors = self.ask("export", what, into)
        assert code == 0, errors
        return [json.loads(line) for line in into.read_text(encoding="utf-8").splitlines()]

    def everything(self) -> list[list[dict[str, Any]]]:
        return [self.export(what) for what in EXPORTS]

    def disagreements(self, came: CameIn, replaces: bool = False) -> list[str]:
        """What must hold whatever the files were: accounts that add up, and the same again brings nothing."""
        found = [words for file in came.files for words in unaccounted(file)]
        code, said, errors = self.ask("check")
        if code:
            found.append(f"check: {said}{errors}")
        if len(came.files) == 1 and came.files[0].code != UNUSABLE:
            found += totals_differ(came)
        if not replaces:
            again = [self._take(self.folder / file.name) for file in came.files]
            if self.everything() != self._before:
                found.append("те же файлы второй раз изменили записанное")
            found += [
                f"второй раз {file.name}: загружено {file.report['imported']}, изменено {file.report['changed']}"
                for file in again
                if len(again) == 1 and (file.report["imported"] or file.report["changed"])
            ]
        return found

    def close(self) -> None:
        with self._inside():
            db.engine().dispose()


@contextmanager
def room(folder: Path, migrated: Path, today: str) -> Iterator[Room]:
    made = Room(folder, migrated, today)
    try:
        yield made
    finally:
        made.close()


def unaccounted(file: File) -> Iterator[str]:
    """Every row is somewhere, and the exit code says whether some were rejected."""
    report = file.report
    if report["rows"] != sum(report[name] for name in COUNTED):
        yield f"{file.name}: строк {report['rows']}, а учтено {[report[name] for name in COUNTED]}"
    if file.code == ALL_IN and report["rejected"]:
        yield f"{file.name}: код 0, а отклонено {report['rejected']}"
    if file.code == SOME_REJECTED and not report["rejected"]:
        yield f"{file.name}: код 1, а не отклонено ничего"
    if file.code == UNUSABLE and report["imported"] + report["changed"]:
        yield f"{file.name}: код 2, а что-то записано"


def totals_differ(came: CameIn) -> Iterator[str]:
    """What the report says of its documents is what came in: one file on an empty database."""
    said = came.files[0].report.get("totals")
    if said is None:
        return
    for name, found in (
        ("receipts", len(came.receipts)),
        ("receipts_sum", sum(one.total for one in came.receipts) * 100),
        ("returns", len(came.returns)),
        ("earned", sum(one.earned for one in came.receipts) * 100),
    ):
        if said[name] != found:
            yield f"в отчёте {name} {said[name]}, а записано {found}"


def called(person: dict[str, Any]) -> str:
    """Code, else phone, else card, else name."""
    if person["external_id"]:
        return str(person["external_id"])
    return str(person["phone"] or (f"card:{person['card']}" if person["card"] else f"имя:{person['name']}"))


def figures(person: dict[str, Any]) -> dict[str, Any]:
    bonuses = roubles(person["available"] + person["pending"] - person["debt"])
    return {**person, "bonuses": bonuses, "turnover": roubles(person["turnover"])}


def roubles(kopecks: int) -> Decimal:
    return Decimal(kopecks) / 100


def plain(text: str) -> str:
    return SPACES.sub(" ", text)


def judge(came: CameIn, outcomes: Sequence[Outcome], never: str = "") -> tuple[Outcome | None, str]:
    """The first outcome that fits, and what speaks against each where none does."""
    if never and re.search(
        never, f"{came.warnings} {came.reasons} {came.receipts} {[*came.people]}", re.IGNORECASE
    ):
        return None, f"есть то, чего не должно быть: {never}"
    against = []
    for outcome in outcomes:
        objections = outcome.objections(came)
        if not objections:
            return outcome, ""
        against.append("\n   ".join((type(outcome).__name__, *objections)))
    return None, "\n либо ".join(against) + f"\n предупреждения: {came.warnings}\n отказы: {came.reasons}"


def against(shop: Room, files: Sequence[Path], kind: str, outcomes: Sequence[Outcome], never: str = "") -> str:
    """What speaks against these files as they came in; nothing when all is as it had to be."""
    came = shop.take(files, kind)
    fits, objections = judge(came, outcomes, never)
    return objections if fits is None else "\n".join(shop.disagreements(came, fits.replaces))


def settle(id: str, objections: str) -> None:
    """Fails the test where anything is objected to."""
    if objections:
        pytest.fail(f"{id}\n{objections}", pytrace=False)

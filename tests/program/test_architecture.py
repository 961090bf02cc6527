"""Who may know whom, and how large a room may grow: read from the source, so that no habit wears it off."""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOM_LINES_MAX = 400
PAGE_LINES_MAX = 120
FUNCTION_LINES_MAX = 70

# Rooms that know no database and no library: whoever reads them needs nothing else.
PURE = (
    "program.terms", "money", "sales.documents", "errors",
    "engine.entries", "engine.lot", "engine.purse", "engine.sale", "engine.replay", "engine.figures",
    "identity.deciding",
    "program.words", "program.editing", "wording", "customers.names", "zones",
    "reports.periods", "reports.findings",
)  # fmt: skip
# Rooms that run before anything is installed.
BARE = ("launcher.supervised", "launcher.install", "launcher.services", "launcher.command")

# From the ground up; a room may know its own floor and those below it. Unnamed rooms are the shop's work.
GROUND, ENGINE, WORK, FACES = range(4)
FLOORS = {
    **dict.fromkeys(
        ("errors", "money", "progress", "program.terms", "models", "settings", "db", "migrations"),
        GROUND,
    ),
    "engine": ENGINE,
    **dict.fromkeys(("ui", "front", "api", "site", "cli", "__main__"), FACES),
}

PRODUCT = [
    *(path for path in (ROOT / "start.py", ROOT / "app.py", ROOT / "worker.py") if path.exists()),
    *sorted((ROOT / "pages").rglob("*.py")),
    *(path for path in sorted((ROOT / "loyalty").rglob("*.py")) if path.parent.name != "versions"),
]
PAGES = [path for path in PRODUCT if path.is_relative_to(ROOT / "pages")]


def of_each_file(wrong: Callable[[Path], object]) -> dict[str, object]:
    """What is wrong with a file, by its path, for all files of the product: one test looks at them all."""
    return {str(path.relative_to(ROOT)): found for path in PRODUCT if (found := wrong(path))}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def room_path(room: str) -> Path:
    """`engine.replay` -> its file, a module or a package."""
    path = ROOT.joinpath("loyalty", *room.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Full names of the modules a file imports; `from loyalty import db` is loyalty.db."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *(node.module or "").split(".")]).strip(".")
            yield from (
                f"{base}.{alias.name}" if is_module(f"{base}.{alias.name}") else base for alias in node.names
            )


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").exists()


@cache
def rooms_known(path: Path) -> set[str]:
    """The rooms of loyalty/ a file imports, as `engine.replay`."""
    return {name.removeprefix("loyalty.") for name in imports(path) if name.startswith("loyalty.")}


@cache
def outside_standard_library(path: Path) -> set[str]:
    roots = {name.partition(".")[0] for name in imports(path)}
    return roots - set(sys.stdlib_module_names) - {"loyalty"}


def calls(path: Path) -> Iterator[tuple[str, str]]:
    """(receiver, name) of every call: `session.commit()` is (session, commit), `select()` is ('', select)."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield "", node.func.id
            elif isinstance(node.func, ast.Attribute):
                yield ast.unparse(node.func.value), node.func.attr


def test_only_the_screens_know_streamlit() -> None:
    def wrong(path: Path) -> bool:
        is_ui = path.relative_to(ROOT).parts[:2] in {("loyalty", "ui.py"), ("loyalty", "ui")}
        draws = path in PAGES or path == ROOT / "app.py" or is_ui
        return not draws and any(name.partition(".")[0] == "streamlit" for name in imports(path))

    assert not of_each_file(wrong)


def test_tables_charts_and_figures_are_the_products_own() -> None:
    """Streamlit's would look different, and speak English (docs/decisions/0013 to 0015)."""
    of_streamlit = re.compile(r"dataframe|data_editor|table|metric|\w+_chart")

    def wrong(path: Path) -> list[str]:
        return [name for receiver, name in calls(path) if receiver == "st" and of_streamlit.fullmatch(name)]

    assert not of_each_file(wrong)


def test_the_front_end_is_served_by_who_knows_nothing_of_the_shop() -> None:
    """Its words are of Streamlit, and it reads Streamlit's files without running them."""
    front = [path for path in PRODUCT if path.is_relative_to(ROOT / "loyalty" / "front")]
    assert {known.partition(".")[0] for path in front for known in rooms_known(path)} == {"front"}
    assert {library for path in front for library in outside_standard_library(path)} == {"starlette"}


def test_a_page_asks_rooms_and_never_the_database() -> None:
    queries = [
        (path.name, receiver, name)
        for path in PAGES
        for receiver, name in calls(path)
        if name in {"select", "commit", "text"} and (receiver, name) != ("st", "text")
    ]
    assert not queries


@pytest.mark.parametrize("room", [*PURE, *BARE])
def test_a_pure_room_needs_only_the_standard_library(room: str) -> None:
    """And so do all rooms it knows, however far."""
    seen: set[str] = set()
    to_read = {room}
    while to_read:
        current = to_read.pop()
        seen.add(current)
        foreign = outside_standard_library(room_path(current))
        assert not foreign, f"loyalty.{current}, which loyalty.{room} relies on, imports {foreign}"
        to_read |= rooms_known(room_path(current)) - seen


def test_a_room_knows_only_its_own_floor_and_those_below() -> None:
    def floor(room: str) -> int:
        return FLOORS.get(room, FLOORS.get(room.partition(".")[0], WORK))

    def too_high(path: Path) -> set[str]:
        if not path.is_relative_to(ROOT / "loyalty"):
            return set()
        parts = path.relative_to(ROOT / "loyalty").with_suffix("").parts
        return {known for known in rooms_known(path) if floor(known) > floor(parts[0])}

    assert not of_each_file(too_high)


def test_a_room_can_be_read_in_one_sitting() -> None:
    def too_long(path: Path) -> dict[str, int]:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        long = {
            node.name: node.end_lineno - node.lineno + 1
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.end_lineno
            and node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MAX
        }
        most = PAGE_LINES_MAX if path in PAGES else ROOM_LINES_MAX
        return long | ({"lines": lines} if lines > most else {})

    assert not of_each_file(too_long)


def test_a_room_says_what_it_is_for() -> None:
    """Its module has a docstring."""
    assert not of_each_file(lambda path: not ast.get_docstring(parsed(path)))


def test_only_the_edges_of_work_on_its_own_catch_everything() -> None:
    def broad(path: Path) -> list[int]:
        if path.name in {"worker.py", "queue.py", "waiting.py"}:
            return []
        return [
            handler.lineno
            for handler in ast.walk(parsed(path))
            if isinstance(handler, ast.ExceptHandler)
            and (handler.type is None or ast.unparse(handler.type) in {"Exception", "BaseException"})
        ]

    assert not of_each_file(broad)


CORE = ("engine", "program", "models", "sales", "customers", "identity", "reports", "explain")


def test_what_the_product_is_about_knows_neither_files_nor_the_demo_shop() -> None:
    """1C, the way files come in and the invented shop may change or go without it."""

    def knows(path: Path) -> set[str]:
        in_core = path.is_relative_to(ROOT / "loyalty") and path.relative_to(ROOT / "loyalty").parts[0] in CORE
        forbidden = ("onec", "files", "demo")
        return {known for known in rooms_known(path) if in_core and known.partition(".")[0] in forbidden}

    assert not of_each_file(knows)

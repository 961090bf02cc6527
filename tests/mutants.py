"""Small mistakes made on purpose, one at a time: does a test notice? `python3 start.py mutants [PART] [PATTERN]`.

mutmut makes them in a copy under mutants/<part>/, so that the tree may be edited meanwhile, and runs the tests that
reach the changed function, the quickest first, on SQLite alone and with the same random histories each time. What
no test notices is shown as a difference; docs/mutants.md says which of those do not matter. A second run tries only
what changed. mutmut needs fork(): not on Windows.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "mutants"
COPIED = ("loyalty", "tests", "pages", "static", ".streamlit", "start.py", "app.py", "worker.py")
JUDGES = ("-m", "not slow and not browser", "-k", "not postgres and not processes")
NOT_COPIED = shutil.ignore_patterns("__pycache__")


class Part(NamedTuple):
    """Files to mutate, and the tests that judge them."""

    files: tuple[str, ...]
    tests: tuple[str, ...]


PARTS = {
    "engine": Part(
        ("engine/entries", "engine/lot", "engine/purse", "engine/sale", "engine/replay", "engine/figures"),
        ("rules", "engine"),
    ),
    "facts": Part(
        ("engine/ledger", "engine/facts", "sales/*", "identity/deciding"),
        (
            "ledger", "revisions", "matching", "till_sales", "export", "grants", "checking", "programs", "identity",
            "boundaries", "deciding", "answers", "wording", "which", "elsewhere", "totals",
        ),
    ),
}  # fmt: skip


def main(arguments: list[str]) -> int:
    """0 when no mutant survived."""
    parts = [name for name in arguments if name in PARTS] or list(PARTS)
    # Said by a pattern, the tests are first run by their names on the code as it is: names that are not found would
    # pass for noticed mistakes.
    patterns = [pattern for pattern in arguments if pattern not in PARTS] or ["*"]
    return max([run(name, patterns) for name in parts])


def run(name: str, patterns: list[str]) -> int:
    folder = WORK / name
    copy_to(folder, PARTS[name])
    if mutmut(folder, "run", "--max-children", str(os.cpu_count() or 1), *patterns).returncode:
        return 1  # it has said why: a test fails on the code as it is
    found = survivors(folder)
    for mutant in found:
        mutmut(folder, "show", mutant)
    print(f"{name}: {len(found)} survived: {' '.join(found)}" if found else f"{name}: none survived")
    return int(bool(found))


def copy_to(folder: Path, part: Part) -> None:
    """What is tested, with the part's own files and tests in mutmut's settings."""
    for one in COPIED:
        if (ROOT / one).is_dir():
            shutil.copytree(ROOT / one, folder / one, dirs_exist_ok=True, ignore=NOT_COPIED)
        elif (ROOT / one).exists():
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / one, folder / one)
    files = [f"loyalty/{file}.py" for file in part.files]
    tests = [*JUDGES, *(str(found_test(it).relative_to(ROOT)) for it in part.tests)]
    own = {"only_mutate": files, "pytest_add_cli_args_test_selection": tests}
    lines = "\n".join(["[tool.mutmut]", *(f"{name} = {json.dumps(value)}" for name, value in own.items())])
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8").replace("[tool.mutmut]", lines)
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")


def found_test(name: str) -> Path:
    """The file of a test, in whatever room."""
    (path,) = (ROOT / "tests").rglob(f"test_{name}.py")
    return path


def mutmut(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """One of its commands; what it prints goes to the screen, that of `results` to whoever asked."""
    own = {"LOYALTY_SHARED": str(ROOT.parent / "shared"), "LOYALTY_TEST_PROFILE": "mutants"}
    output = subprocess.PIPE if arguments[0] == "results" else None
    command = [sys.executable, "-m", "mutmut", *arguments]
    return subprocess.run(command, cwd=folder, env=os.environ | own, text=True, stdout=output)


def survivors(folder: Path) -> list[str]:
    """Names of those that the last run left alive, or that no test reaches."""
    rows = [line.strip().rpartition(": ") for line in mutmut(folder, "results").stdout.splitlines()]
    return [mutant for mutant, _, became in rows if became in ("survived", "no tests")]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

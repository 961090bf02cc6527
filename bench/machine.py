"""What a process took, and the machine's own limit: sqlite3's `.import` of the same file."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import IO

from bench.errors import Stopped

ROOT = Path(__file__).resolve().parents[1]
ERROR_CHARACTERS = 2_000


@dataclass(frozen=True)
class Took:
    """What one process took; `cpu_s` and `peak_bytes` are None where the system does not tell (Windows)."""

    wall_s: float
    cpu_s: float | None
    peak_bytes: int | None
    output: str


def run(what: str, command: list[str], environment: dict[str, str] | None = None) -> Took:
    """Run a program to its end in the product's folder; Stopped if it fails."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        cpu_s, peak_bytes = _wait(child)
        wall_s = time.perf_counter() - started
        said, complained = (_text(stream) for stream in (out, err))
    if child.returncode:
        raise Stopped(f"{what}: код {child.returncode}. {(complained or said)[-ERROR_CHARACTERS:]}")
    return Took(wall_s, cpu_s, peak_bytes, said)


def _wait(child: "subprocess.Popen[bytes]") -> tuple[float | None, int | None]:
    try:
        if not hasattr(os, "wait4"):
            child.wait()
            return None, None
        _pid, status, used = os.wait4(child.pid, 0)
    except KeyboardInterrupt:
        child.kill()
        child.wait()
        raise
    child.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts in bytes, Linux in KiB
    return used.ru_utime + used.ru_stime, used.ru_maxrss * unit


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode(errors="replace").strip()


class Sqlite:
    """`sqlite3 x.db '.import …'`, each time into a new file; the median of all its runs is the limit."""

    def __init__(self, folder: Path) -> None:
        found = shutil.which("sqlite3")
        if found is None:
            raise Stopped(
                "Нет программы sqlite3: с ней сравнивается вся работа. Поставьте пакет sqlite3 (на Windows — "
                "sqlite-tools с sqlite.org, и добавьте папку в PATH) и запустите снова."
            )
        self._program, self._folder = found, folder
        self.runs: list[Took] = []

    def measure(self, path: Path, times: int = 1) -> None:
        """Import the file `times` times more."""
        for _ in range(times):
            target = self._folder / "sqlite3.db"
            command = [
                self._program,
                str(target),
                ".mode csv",
                ".separator ;",
                f'.import "{path.as_posix()}" sales',
            ]
            self.runs.append(run("sqlite3 .import", command))
            target.unlink()

    @property
    def wall_s(self) -> float:
        return median(took.wall_s for took in self.runs)

    @property
    def cpu_s(self) -> float | None:
        known = [took.cpu_s for took in self.runs if took.cpu_s is not None]
        return median(known) if known else None

"""Commands in processes of their own that start in no time, and that can be killed at a chosen step.

A command line spends most of a second loading libraries. Here one process, `python -m tests.forked`, has them
loaded and forks for every command: its child has its own memory, environment, output and exit code, and ends
as Python ends. The child runs what `python -m loyalty` runs. Where the start itself is tested, or fork() does not
exist, tests.till starts a fresh interpreter.

A step is a moment worth dying at: SQLite is about to run a statement (one for each row that goes in by the
thousand), SQLAlchemy is about to run one or to commit, has committed, or a file is about to be renamed or removed.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import select
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
POSSIBLE = hasattr(os, "fork") and hasattr(os, "pidfd_open")
PATIENCE_S = 120.0
KILLED = (-9, -14)  # SIGKILL; SIGALRM, by the clock: nobody catches it, and it is as sudden
COMMIT_S = 0.01
FILES = ("os.rename", "os.remove", "os.truncate")
LOADED = (
    "tests.compiled",
    "loyalty.cli",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "psycopg",
)


# --- In the tests ---------------------------------------------------------------------------------------


class Forks:
    """The process that forks; made when first asked, one for each process of the test run."""

    _made: "Forks | None" = None

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.forked"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl+C is pytest's, which then ends the server
        )
        self._one_at_a_time = threading.Lock()
        atexit.register(self._end)

    @classmethod
    def ours(cls) -> "Forks":
        if cls._made is None:
            cls._made = cls()
        return cls._made

    def ask(self, **question: Any) -> int:
        assert self._server.stdin is not None and self._server.stdout is not None
        with self._one_at_a_time:
            self._server.stdin.write(json.dumps(question) + "\n")
            self._server.stdin.flush()
            return int(self._server.stdout.readline())

    def _end(self) -> None:
        assert self._server.stdin is not None
        self._server.stdin.close()  # it ends when nobody can ask any more
        try:
            self._server.wait(5)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()


class Forked:
    """One command; `folder` keeps what it said. Killed where the test leaves it running."""

    def __init__(self, folder: Path, environment: dict[str, str], *arguments: object, **more: Any) -> None:
        self._output, self._errors = folder / "stdout", folder / "stderr"
        self.pid = Forks.ours().ask(
            what="start",
            arguments=[*map(str, arguments)],
            environment=environment,
            output=str(self._output),
            errors=str(self._errors),
            **more,
        )
        self._watched = os.pidfd_open(self.pid)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code as subprocess has it, None while it runs."""
        return self.wait(0)

    def wait(self, seconds: float = PATIENCE_S) -> int | None:
        """The exit code as soon as there is one; None when it still runs."""
        if self.returncode is None:
            ended, _, _ = select.select([self._watched], [], [], seconds)
            if ended:
                self.returncode = Forks.ours().ask(what="end", pid=self.pid)
                os.close(self._watched)
        return self.returncode

    def kill(self) -> int:
        """SIGKILL, unless it has ended by itself; its exit code tells which."""
        if self.returncode is None:
            os.kill(self.pid, signal.SIGKILL)  # nobody has waited for it: the number is still its own
        code = self.wait()
        assert code is not None
        return code

    def said(self) -> tuple[str, str]:
        """What it has written to stdout and stderr."""
        return self._output.read_text(encoding="utf-8"), self._errors.read_text(encoding="utf-8")


def command(environment: dict[str, str], *arguments: object, **more: Any) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end; `more`: see Forks.ask and start()."""
    with tempfile.TemporaryDirectory(prefix="forked-") as folder:
        process = Forked(Path(folder), environment, *arguments, **more)
        code = process.wait()
        if code is None:
            process.kill()
            raise subprocess.TimeoutExpired([*map(str, arguments)], PATIENCE_S)
        return subprocess.CompletedProcess([*map(str, arguments)], code, *process.said())


def steps(environment: dict[str, str], *arguments: object) -> list[str]:
    """The steps of a command that runs to its end, in order."""
    with tempfile.TemporaryDirectory(prefix="steps-") as folder:
        into = Path(folder) / "steps"
        done = command(environment, *arguments, steps_into=str(into))
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in into.read_text(encoding="utf-8").splitlines()]


class Death(NamedTuple):
    """To die at this step, counted from 0 among those of its name where one is said; or so much later."""

    step: int
    name: str = ""
    later_s: float = 0.0


def deaths(steps: list[str], count: int, chance: Random) -> list[Death]:
    """Both sides of every commit and the commit itself; to make up the count one in each part of the way."""
    found = []
    for number in range(steps.count("commit")):
        inside = Death(number, "commit", COMMIT_S * chance.random())
        found += [Death(number, "commit"), inside, Death(number, "committed")]
    left = count - len(found)
    return found + [Death(int(len(steps) * (part + chance.random()) / left)) for part in range(left)]


def by_the_clock(whole_s: float, count: int, chance: Random) -> list[Death]:
    """Moments from the first step to just after the end, one in each part of the way, wherever in it."""
    return [Death(0, later_s=whole_s * (part + chance.random()) / count) for part in range(count)]


def dies(environment: dict[str, str], death: Death, *arguments: object) -> bool:
    """Whether the command came to this step, and was killed there."""
    return command(environment, *arguments, die_at=death).returncode in KILLED


# --- In the process that forks --------------------------------------------------------------------------


def serve() -> int:
    """Answer until the tests are over; returns in every child too, with the command's exit code."""
    for name in LOADED:
        importlib.import_module(name)
    prepare()
    gc.collect()
    gc.freeze()  # a child that ends does not look through all that once more
    answers = os.fdopen(os.dup(1), "w")
    for line in iter(sys.stdin.readline, ""):
        question = json.loads(line)
        if question["what"] == "end":
            answer = os.waitstatus_to_exitcode(os.waitpid(question["pid"], 0)[1])
        else:
            answer = os.fork()
            if answer == 0:
                return obey(question)
        answers.write(f"{answer}\n")
        answers.flush()
    return 0


def prepare() -> None:
    """What every command would do anew: its SQL is compiled, the migrations are read."""
    from loyalty import cli, db
    from tests.till import ANNA, file_of, sale

    with tempfile.TemporaryDirectory(prefix="forked-") as folder, open(os.devnull, "w") as nowhere:
        os.environ["LOYALTY_DATABASE_URL"] = f"sqlite:///{folder}/prepared.db"
        os.environ["LOYALTY_TODAY"] = "2001-01-01T00:00"
        file = file_of(Path(folder) / "sales.csv", [sale("01.01.2001", "1", ANNA, "1000")])
        with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            for command in (("import", str(file)), ("night",), ("check",), ("segment", "refresh")):
                cli.main(command)
        db.engine().dispose()


def obey(question: dict[str, Any]) -> int:
    """In the child: everything as a fresh `python -m loyalty …` would find it, then the command."""
    new_outside(question)
    exec(question.get("before", ""), {})
    if "die_at" in question:
        watch(killer(Death(*question["die_at"])))
    elif "steps_into" in question:
        watch(writer(Path(question["steps_into"])))
    from loyalty.__main__ import run

    sys.argv = ["loyalty", *question["arguments"]]
    return run()


def new_outside(question: dict[str, Any]) -> None:
    """Environment, folder of temporary files, time zone, and the three streams."""
    os.environ.clear()
    os.environ.update(question["environment"])
    tempfile.tempdir = None
    time.tzset()
    create = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, (path, flags) in enumerate(
        ((os.devnull, os.O_RDONLY), (question["output"], create), (question["errors"], create))
    ):
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    encoding = os.environ.get("PYTHONIOENCODING", "utf-8")
    sys.stdin = os.fdopen(0, encoding=encoding, closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding=encoding, closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding=encoding, closefd=False, buffering=1)


def killer(death: Death) -> Callable[[str], None]:
    """Dies at its turn, as by `kill -9`: nothing is tidied up."""
    before = iter(range(death.step + 1))

    def step(name: str) -> None:
        if death.name in ("", name) and next(before, None) == death.step:
            die()

    def die() -> None:
        if death.later_s:
            signal.setitimer(signal.ITIMER_REAL, death.later_s)
        else:
            os.kill(os.getpid(), signal.SIGKILL)

    return step


def writer(path: Path) -> Callable[[str], None]:
    """Writes down each step's name."""
    file = path.open("w", encoding="utf-8")
    atexit.register(file.close)
    return lambda name: print(json.dumps(name), file=file)


def watch(step: Callable[[str], None]) -> None:
    """Call `step` at every step of this process from now on."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlmodel import Session

    plainly = sqlite3.connect

    def connect(*arguments: Any, **more: Any) -> sqlite3.Connection:
        connection = plainly(*arguments, **more)
        connection.set_trace_callback(lambda statement: step(f"sqlite: {statement[:60]}"))
        return connection

    sqlite3.connect = sqlite3.dbapi2.connect = connect
    sys.addaudithook(lambda name, _arguments: step(name) if name in FILES else None)
    event.listen(Engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: step(f"sql: {statement[:60]}"))
    event.listen(Engine, "commit", lambda _connection: step("commit"))
    event.listen(Session, "after_commit", lambda _session: step("committed"))


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        sys.exit(serve())

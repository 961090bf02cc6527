"""What start.py is told on the command line: run, setup, test, mutants, format; standard library only."""

import argparse
import contextlib
import os
import subprocess
import sys
import time

from loyalty.launcher.install import (
    PYTHON,
    ROOT,
    RUN,
    Lock,
    Refusal,
    child_environment,
    prepare_database,
    say,
    set_up,
)
from loyalty.launcher.services import answers, choose_port, open_browser, serve

QUICK = ("-m", "not slow and not browser", "-k", "not postgres")
COMMANDS = ("run", "setup", "test", "mutants", "format")


def main(arguments: list[str]) -> int:
    """The whole of start.py's command line; returns the exit code, and says every failure in one sentence."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        return obey(arguments)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
    except OSError as error:
        print(f"Не удалось записать в папку {ROOT}: {error.strerror or error}.", file=sys.stderr)
    except KeyboardInterrupt:
        print("Прервано. Запустите снова, чтобы продолжить.", file=sys.stderr)
    return 1


def obey(arguments: list[str]) -> int:
    if arguments[:1] == ["test"]:
        return test(arguments[1:])
    if arguments[:1] == ["mutants"]:
        set_up("requirements-dev.txt")
        return tool("tests.mutants", *arguments[1:])
    options = read_arguments(arguments)
    if options.command == "format":
        return tidy()
    if options.command == "run":
        return run(options)
    set_up()
    prepare_database(options.demo)
    say("Всё готово.")
    return 0


def run(options: argparse.Namespace) -> int:
    """Set up and serve until Ctrl+C; a second start in the same folder only opens the browser."""
    lock = Lock(RUN / "run.lock")
    address_file = RUN / "address"
    is_told = False
    while not lock.acquire():
        with contextlib.suppress(OSError):
            address = address_file.read_text(encoding="ascii")
            if answers(address):
                say(f"Программа уже работает: {address}. Другая база или порт — после её остановки")
                open_browser(address, options.browser)
                return 0
        if not is_told:
            say("Программа уже запускается в другом окне, жду её…")
            is_told = True
        time.sleep(0.3)
    try:
        address_file.unlink(missing_ok=True)
        set_up()
        port = choose_port(options.port)
        prepare_database(options.demo)
        return serve(port, address_file, options.browser)
    finally:
        address_file.unlink(missing_ok=True)
        lock.release()


def test(pytest_arguments: list[str]) -> int:
    """Style, types, tests; all three run, so that one reading shows everything. 0 when all are clean.

    --quick is for the minute between two edits: what is slow, in a browser or on PostgreSQL waits for the whole.
    """
    set_up("requirements-dev.txt")
    if "--quick" in pytest_arguments:
        os.environ["LOYALTY_TEST_PROFILE"] = "quick"
        pytest_arguments = [*QUICK, *(argument for argument in pytest_arguments if argument != "--quick")]
    if not any(argument.startswith("-n") for argument in pytest_arguments):
        workers = min(4, os.cpu_count() or 1)
        pytest_arguments = ["-n", str(workers), "--dist", "loadfile", "--no-loadscope-reorder", *pytest_arguments]
    steps = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["pytest", *pytest_arguments])
    return max(tool(*step) for step in steps)


def tidy() -> int:
    set_up("requirements-dev.txt")
    return max(tool("ruff", "check", "--fix"), tool("ruff", "format"))


def tool(name: str, *arguments: str) -> int:
    say(f"— {' '.join((name, *arguments))}")
    code = subprocess.run([str(PYTHON), "-m", name, *arguments], cwd=ROOT, env=child_environment()).returncode
    return abs(code)


def read_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="start.py", description="Запуск программы лояльности")
    parser.add_argument("command", nargs="?", choices=COMMANDS, default="run", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help="порт панели (обычно 8501 или следующий свободный)")
    parser.add_argument("--no-browser", dest="browser", action="store_false", help="не открывать браузер")
    parser.add_argument("--demo", action="store_true", help="заполнить пустую базу демо-магазином")
    return parser.parse_args(arguments)

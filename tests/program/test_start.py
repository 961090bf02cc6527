"""start.py as a shop meets it: set up, started, stopped, killed, started twice; in a folder of its own.

All but the last test run the real launcher over a stand-in for the product, which starts in no time.
"""

import ast
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and symbolic links as on Unix")

# What the launcher runs as `-m streamlit run app.py`: answers the health address and writes down who it is.
STAND_IN_STREAMLIT = """
import http.server, os, pathlib, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok")

pathlib.Path("dashboard.pid").write_text(str(os.getpid()))
if pathlib.Path("broken").exists():
    raise SystemExit("it does not start")
port = int(sys.argv[sys.argv.index("--server.port") + 1])
http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""
STAND_IN_WORKER = """
import os, pathlib, signal, time

if pathlib.Path("stubborn").exists() and hasattr(signal, "SIGTERM"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path("worker.pid").write_text(str(os.getpid()))
time.sleep(3600)
"""
# What the launcher runs as `-m ruff`, `-m mypy` and `-m pytest`: writes down what it was told.
STAND_IN_TOOL = """
import json, os, pathlib, sys

name = pathlib.Path(sys.argv[0]).stem
with open("told", "a") as told:
    told.write(json.dumps([name, *sys.argv[1:], os.environ.get("LOYALTY_TEST_PROFILE")]) + "\\n")
sys.exit(name == "mypy")
"""
STAND_IN_COMMANDS = """
import pathlib, sys

with open("commands", "a") as done:
    done.write(sys.argv[1] + "\\n")
if sys.argv[1] == "demo" and pathlib.Path("not-empty").exists():
    raise SystemExit(2)
if pathlib.Path("newer-database").exists():
    sys.exit("База данных новее программы: обновите программу")
"""


class Shop:
    """A folder with start.py in it, and what was started there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._started: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "start.py", *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONUTF8": "1", **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self._started.append(process)
        return process

    def say(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Run to the end: the exit code and the words."""
        process = self.start(*arguments, **environment)
        words, _ = process.communicate(timeout=PATIENCE_S)
        return process.returncode, words

    def address(self) -> str:
        """Where the running dashboard answers."""
        try:
            return str(eventually(lambda: (self.folder / ".run" / "address").read_text()))
        except AssertionError:
            log = self.folder / "logs" / "dashboard.log"
            raise AssertionError(log.read_text()[-2000:] if log.exists() else "nothing was started") from None

    def pid(self, name: str, other_than: int = 0) -> int:
        """The process of `dashboard` or `worker`, as it wrote it down itself."""

        def written() -> int:
            found = int((self.folder / f"{name}.pid").read_text() or 0)
            return found if found != other_than else 0

        return int(eventually(written))

    def clear(self) -> None:
        for process in self._started:
            if process.poll() is None:
                process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=30)


def eventually(asked: Callable[[], object]) -> object:
    """What `asked` returns as soon as it is true."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with suppress(OSError, ValueError):
            if found := asked():
                return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def is_alive(pid: int) -> bool:
    """Whether a process runs; a finished one that nobody has waited for does not."""
    status = Path(f"/proc/{pid}/stat")
    if status.exists():
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    with suppress(OSError):
        os.kill(pid, 0)
        return not Path("/proc/self").exists()
    return False


def stand_in(folder: Path) -> Shop:
    """The launcher's own files with a tiny product around them."""
    shutil.copytree(ROOT / "loyalty" / "launcher", folder / "loyalty" / "launcher")
    for name in ("start.py", "loyalty/__init__.py"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "requirements.txt").write_text("")
    (folder / "loyalty" / "__main__.py").write_text(STAND_IN_COMMANDS)
    (folder / "streamlit.py").write_text(STAND_IN_STREAMLIT)
    (folder / "worker.py").write_text(STAND_IN_WORKER)
    return Shop(folder)


@pytest.fixture(scope="session")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty .venv made by start.py itself, lent to every stand-in."""
    shop = stand_in(tmp_path_factory.mktemp("venv"))
    code, words = shop.say("setup")
    assert code == 0, words
    return shop.folder / ".venv"


@pytest.fixture
def bare_shop(tmp_path: Path) -> Iterator[Shop]:
    """A stand-in in which nothing was set up."""
    folder = tmp_path / "Мой магазин"  # a space and Russian letters, as on a real desktop
    folder.mkdir()
    shop = stand_in(folder)
    yield shop
    shop.clear()


@pytest.fixture
def shop(bare_shop: Shop, venv: Path) -> Shop:
    """A stand-in that is set up."""
    (bare_shop.folder / ".venv").symlink_to(venv, target_is_directory=True)
    return bare_shop


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def fetched(address: str) -> bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{address}/_stcore/health", timeout=5) as reply:
        return bytes(reply.read())


def test_dashboard_and_worker_start_together_and_one_signal_stops_both(shop: Shop) -> None:
    launcher = shop.start("--no-browser", "--port", str(free_port()))
    assert fetched(shop.address()) == b"ok"
    children = [shop.pid("dashboard"), shop.pid("worker")]

    launcher.send_signal(signal.SIGINT)
    words, _ = launcher.communicate(timeout=PATIENCE_S)

    assert launcher.returncode == 0
    assert "Готово: http://127.0.0.1:" in words and "Остановлено." in words
    assert not any(is_alive(child) for child in children)
    assert not (shop.folder / ".run" / "address").exists()


def test_a_child_that_does_not_want_to_stop_is_killed(shop: Shop) -> None:
    (shop.folder / "stubborn").touch()
    hurry(shop.folder / "loyalty" / "launcher" / "supervised.py", "PATIENCE_S = 8.0", "PATIENCE_S = 1.0")
    launcher = shop.start("--no-browser", "--port", str(free_port()))
    shop.address()
    worker = shop.pid("worker")
    launcher.terminate()
    assert launcher.wait(30) == 0
    assert not is_alive(worker)


def hurry(file: Path, patience: str, less: str) -> None:
    """The stand-in's own copy waits less."""
    text = file.read_text(encoding="utf-8")
    assert text.count(patience) == 1
    file.write_text(text.replace(patience, less), encoding="utf-8")


@pytest.mark.parametrize("name", ["dashboard", "worker"])
def test_what_dies_is_started_again(shop: Shop, name: str) -> None:
    launcher = shop.start("--no-browser", "--port", str(free_port()))
    shop.address()
    first = shop.pid(name)
    os.kill(first, signal.SIGKILL)
    second = shop.pid(name, other_than=first)
    assert is_alive(second)
    launcher.terminate()
    words, _ = launcher.communicate(timeout=PATIENCE_S)
    assert "неожиданная остановка" in words and "запускаю снова через 1 с." in words


def test_nothing_outlives_a_launcher_that_was_killed(shop: Shop) -> None:
    launcher = shop.start("--no-browser", "--port", str(free_port()))
    shop.address()
    children = [shop.pid("dashboard"), shop.pid("worker")]
    launcher.kill()
    eventually(lambda: not any(is_alive(child) for child in children))

    again = shop.start("--no-browser", "--port", str(free_port()))
    assert shop.pid("dashboard", other_than=children[0])
    again.terminate()
    assert again.wait(30) == 0


def test_a_second_start_says_so_and_opens_the_browser(shop: Shop) -> None:
    shop.start("--no-browser", "--port", str(free_port()))
    address = shop.address()
    opened = shop.folder / "opened"
    browser = shop.folder / "browser.sh"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{opened}"\n')
    browser.chmod(0o755)
    plain_path = shutil.copy(browser, shop.folder.parent / "browser.sh")  # BROWSER is split at spaces

    code, words = shop.say(BROWSER=str(plain_path))

    assert (code, words) == (0, f"Программа уже работает: {address}. Другая база или порт — после её остановки\n")
    assert str(eventually(opened.read_text)).strip() == address


def test_of_two_starts_at_once_one_serves_and_the_other_steps_back(shop: Shop) -> None:
    both = [shop.start("--no-browser") for _ in range(2)]
    eventually(lambda: sum(start.poll() is None for start in both) == 1)
    second, first = sorted(both, key=lambda start: start.poll() is None)
    assert second.returncode == 0
    assert f"Программа уже работает: {shop.address()}" in second.communicate()[0]
    first.terminate()
    assert first.wait(30) == 0


@pytest.mark.parametrize(
    ("arguments", "left_out", "profile"),
    [
        (("-x",), [], None),
        (("--quick", "-x"), ["-m", "not slow and not browser", "-k", "not postgres"], "quick"),
    ],
)
def test_one_tool_finds_something_and_the_others_run_all_the_same(
    shop: Shop,
    arguments: tuple[str, ...],
    left_out: list[str],
    profile: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("LOYALTY_TEST_PROFILE", raising=False)  # this very run may be a quick one
    for name in ("ruff", "mypy", "pytest"):
        (shop.folder / f"{name}.py").write_text(STAND_IN_TOOL)
    shutil.copy(shop.folder / "requirements.txt", shop.folder / "requirements-dev.txt")
    assert shop.say("test", *arguments, "-n1")[0] == 1
    told = [json.loads(line) for line in (shop.folder / "told").read_text().splitlines()]
    assert [step[0] for step in told] == ["ruff", "ruff", "mypy", "pytest"]
    assert told[-1] == ["pytest", *left_out, "-x", "-n1", profile]


def test_a_port_asked_for_and_taken_is_refused(shop: Shop, taken_port: int) -> None:
    code, words = shop.say("--no-browser", "--port", str(taken_port))
    assert code == 1
    assert words == f"Порт {taken_port} занят: укажите другой, например --port {taken_port + 1}.\n"


def test_without_a_port_the_first_free_one_is_taken(monkeypatch: pytest.MonkeyPatch, taken_port: int) -> None:
    from loyalty.launcher import services

    monkeypatch.setattr(services, "FIRST_PORT", taken_port)
    assert services.choose_port(None) > taken_port


def test_a_dashboard_that_never_starts_is_given_up_with_a_sentence(shop: Shop) -> None:
    (shop.folder / "broken").touch()
    code, words = shop.say("--no-browser", "--port", str(free_port()))
    assert code == 1
    assert words.splitlines()[-1].startswith("Панель не запускается, причина — в файле")
    assert "it does not start" in (shop.folder / "logs" / "dashboard.log").read_text()
    assert not is_alive(shop.pid("worker"))


def test_the_database_is_migrated_and_the_demo_shop_loaded_when_asked(shop: Shop) -> None:
    assert shop.say("setup", "--demo")[0] == 0
    assert (shop.folder / "commands").read_text().split() == ["migrate", "demo"]


def test_a_shop_with_data_keeps_it_when_asked_for_the_demo(shop: Shop) -> None:
    (shop.folder / "not-empty").touch()
    code, words = shop.say("setup", "--demo")
    assert code == 0
    assert "В базе уже есть данные, поэтому демо-магазин не загружен." in words


def test_why_the_database_cannot_be_used_is_said_in_its_own_words(shop: Shop) -> None:
    (shop.folder / "newer-database").touch()
    code, words = shop.say("--no-browser")
    assert (code, words) == (1, "База данных новее программы: обновите программу\n")


@pytest.mark.slow
def test_a_half_made_venv_is_made_whole(bare_shop: Shop) -> None:
    (bare_shop.folder / ".venv" / "bin").mkdir(parents=True)
    (bare_shop.folder / ".venv" / "bin" / "python").symlink_to("/nowhere/python")
    code, words = bare_shop.say("setup")
    assert code == 0, words
    started_at = time.monotonic()
    code, words = bare_shop.say("setup")
    assert (code, words) == (0, "Всё готово.\n")
    assert time.monotonic() - started_at < 3, "the second set-up does nothing"


def test_without_the_internet_one_sentence_says_so(shop: Shop) -> None:
    # The lent .venv stays as it is: nothing gets installed, so nothing is written to it.
    (shop.folder / "requirements.txt").write_text("nothing-of-this-name==1.0\n")
    closed = f"http://127.0.0.1:{free_port()}"
    pip = {"PIP_INDEX_URL": closed, "PIP_EXTRA_INDEX_URL": "", "PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "1"}
    code, words = shop.say("setup", **pip)
    assert code == 1
    expected = "Не удалось скачать библиотеки: проверьте, что интернет работает, и запустите снова."
    assert words.splitlines()[-1] == expected


def test_a_folder_closed_for_writing_is_one_sentence(bare_shop: Shop) -> None:
    (bare_shop.folder / ".run").write_text("a file where a folder should be")
    code, words = bare_shop.say("setup")
    assert code == 1
    assert words.startswith("Не удалось записать в папку") and len(words.splitlines()) == 1


def test_an_older_python_can_at_least_read_start_py() -> None:
    ast.parse((ROOT / "start.py").read_text(encoding="utf-8"), feature_version=(3, 4))


@pytest.mark.slow
def test_a_fresh_copy_sets_itself_up_and_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole way of a new shop, with every library installed for real and the product itself."""
    monkeypatch.delenv("LOYALTY_DATABASE_URL")
    monkeypatch.delenv("LOYALTY_INBOX")
    left_out = shutil.ignore_patterns(".git", ".venv", ".run", "logs", "*.db*", ".*_cache", "__pycache__")
    shop = Shop(Path(shutil.copytree(ROOT, tmp_path / "shop", ignore=left_out)))
    try:
        setup = shop.start("setup")
        words, _ = setup.communicate(timeout=500)
        if "интернет" in words:
            pytest.skip("no package registry in reach to set up from")
        assert setup.returncode == 0, words
        assert (shop.folder / "loyalty.db").exists()
        launcher = shop.start("--no-browser", "--port", str(free_port()))
        assert fetched(shop.address()) == b"ok"
        launcher.terminate()
        assert launcher.wait(30) == 0
    finally:
        shop.clear()

"""Keeps the dashboard and the worker running together until a signal; standard library only."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import webbrowser
from pathlib import Path

from loyalty.launcher.install import PYTHON, ROOT, Refusal, child_environment, say

LOGS = ROOT / "logs"
FIRST_PORT = 8501
PORTS_TRIED = 100
LOG_BYTES_MAX = 5_000_000
STEADY_S = 60.0  # a service that ran this long and died is no longer "dying again and again"
RESTART_PAUSE_MAX_S = 60.0
START_FAILURES_MAX = 3
START_PATIENCE_S = 180.0  # an old PC reads all the libraries from a cold disk for a minute
STOP_PATIENCE_S = 10.0  # a little more than loyalty.launcher.supervised gives the program
KILL_PATIENCE_S = 3.0


def dashboard_command(python: str, port: int) -> list[str]:
    """The dashboard's command line, run in the product's folder."""
    server = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
    return [python, "-m", "loyalty.launcher.supervised", "-m", "streamlit", "run", "app.py", *server]


def worker_command(python: str) -> list[str]:
    """The background process's command line, run in the product's folder."""
    return [python, "-m", "loyalty.launcher.supervised", "worker.py"]


class Lifeline:
    """A loopback connection that every child holds: it breaks when start.py stops or is killed."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._held: list[socket.socket] = []
        self._cut = threading.Event()
        threading.Thread(target=self._hold, daemon=True).start()

    def _hold(self) -> None:
        while not self._cut.is_set():
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            # Children never write, so what is readable belongs to one that died.
            dead = select.select(self._held, [], [], 0)[0] if self._held else []
            for gone in dead:
                self._held.remove(gone)
                gone.close()
            self._held.append(connection)
            if self._cut.is_set():
                connection.close()

    def cut(self) -> None:
        self._cut.set()
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for connection in list(self._held):
            connection.close()


class Service:
    """A child that is started again when it dies, after a pause that grows while it keeps dying."""

    def __init__(self, name: str, command: list[str], log: Path, lifeline: Lifeline) -> None:
        self.name, self.log = name, log
        self.failures = 0
        self._command, self._lifeline = command, lifeline
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = self._start_at = time.monotonic()

    def keep_running(self) -> None:
        """Start it if it is due; notice that it died."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._start_at:
                self._start(now)
            return
        code = self._process.poll()
        if code is None:
            return
        self._process = None
        self.failures = 1 if now - self._started_at >= STEADY_S else self.failures + 1
        pause_s = min(2.0 ** (self.failures - 1), RESTART_PAUSE_MAX_S)
        self._start_at = now + pause_s
        say(f"{self.name}: неожиданная остановка (код {code}), запускаю снова через {pause_s:.0f} с.")

    def _start(self, now: float) -> None:
        with contextlib.suppress(OSError):
            if self.log.stat().st_size > LOG_BYTES_MAX:
                self.log.replace(self.log.with_suffix(".old.log"))
        # Ctrl+C in the terminal is for start.py alone, which then stops the children in order.
        new_group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        with open(self.log, "ab") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env={**child_environment(), "LOYALTY_LAUNCHER_PORT": str(self._lifeline.port)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=sys.platform != "win32",
                creationflags=new_group,
            )
        self._started_at = now

    def end(self, deadline: float) -> None:
        """Wait until `deadline` (monotonic) for it to stop by itself, then terminate, then kill."""
        if self._process is None:
            return
        for force in (self._process.terminate, self._process.kill):
            try:
                self._process.wait(max(0.0, deadline - time.monotonic()))
                return
            except subprocess.TimeoutExpired:
                force()
                deadline = time.monotonic() + KILL_PATIENCE_S
        self._process.wait()


def choose_port(asked: int | None) -> int:
    """The port asked for, or else the first free one from 8501 on."""
    if asked is not None:
        if not is_free(asked):
            raise Refusal(f"Порт {asked} занят: укажите другой, например --port {asked + 1}.")
        return asked
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        if is_free(port):
            return port
    raise Refusal("Не нашлось свободного порта: закройте лишние программы или укажите порт в --port.")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            return False
    with socket.socket() as probe:
        # A port is free right after a restart of ours too, but never one where somebody listens.
        if sys.platform == "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def answers(address: str) -> bool:
    """Whether a dashboard answers there; never through a proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{address}/_stcore/health", timeout=2) as reply:
            return bool(reply.status == 200)
    except (OSError, ValueError):
        return False


def open_browser(address: str, wanted: bool) -> None:
    """Without a screen Linux would open a text browser in this very terminal."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    if wanted and (not sys.platform.startswith("linux") or any(os.environ.get(name) for name in screens)):
        webbrowser.open(address)


def serve(port: int, address_file: Path, browser: bool) -> int:
    """Keep dashboard and worker running until a signal; then stop both."""
    stops: list[int] = []
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    for name in names:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda number, _: stops.append(number))
    LOGS.mkdir(exist_ok=True)
    address = f"http://127.0.0.1:{port}"
    lifeline = Lifeline()
    python = str(PYTHON)
    dashboard = Service("Панель", dashboard_command(python, port), LOGS / "dashboard.log", lifeline)
    worker = Service("Фоновая служба", worker_command(python), LOGS / "worker.log", lifeline)
    is_open = False
    give_up_at = time.monotonic() + START_PATIENCE_S
    say("Запускаю…")
    try:
        while not stops:
            dashboard.keep_running()
            worker.keep_running()
            if not is_open and answers(address):
                is_open = True
                address_file.write_text(address, encoding="ascii")
                say(f"Готово: {address}\nЧтобы остановить, нажмите Ctrl+C.")
                open_browser(address, browser)
            elif not is_open and (dashboard.failures >= START_FAILURES_MAX or time.monotonic() > give_up_at):
                raise Refusal(f"Панель не запускается, причина — в файле {dashboard.log}.")
            time.sleep(0.2)
    finally:
        say("Останавливаю…")
        lifeline.cut()
        deadline = time.monotonic() + STOP_PATIENCE_S
        dashboard.end(deadline)
        worker.end(deadline)
    say("Остановлено.")
    return 0

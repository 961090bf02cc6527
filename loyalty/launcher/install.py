"""Makes .venv hold what the requirements pin, and the database what the models say; standard library only."""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
STAMP = VENV / "installed.json"
RUN = ROOT / ".run"  # locks, the installer's log, the address of the running dashboard


class Refusal(Exception):
    """What went wrong and what to do about it, in one Russian sentence."""


def say(sentence: str) -> None:
    print(sentence, flush=True)


class Lock:
    """A file that one process at a time holds; the system releases it when that process dies, however."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(exist_ok=True)
        self._file = open(path, "a+b")  # noqa: SIM115 — held until release()

    def acquire(self) -> bool:
        """Take the lock if nobody has it; says whether it was taken."""
        try:
            if sys.platform == "win32":
                self._file.seek(0)
                msvcrt.locking(self._file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(self._file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def release(self) -> None:
        self._file.close()


def set_up(requirements: str = "requirements.txt") -> None:
    """Make .venv hold exactly what the requirements file pins; instant when it already does."""
    lock = Lock(RUN / "setup.lock")
    while not lock.acquire():
        time.sleep(0.2)
    try:
        done = read_stamp()
        wanted = fingerprint(requirements)
        if done.get(requirements) == wanted and PYTHON.exists():
            return
        make_venv()
        install(requirements)
        # requirements-dev.txt includes requirements.txt
        done = {requirements: wanted, "requirements.txt": fingerprint("requirements.txt")}
        STAMP.write_text(json.dumps(done), encoding="utf-8")
    finally:
        lock.release()


def read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def fingerprint(requirements: str) -> str:
    """Of the file together with requirements.txt, which every other one includes."""
    names = sorted({"requirements.txt", requirements})
    return hashlib.sha256(b"\0".join((ROOT / name).read_bytes() for name in names)).hexdigest()


def make_venv() -> None:
    """A working .venv: made when there is none, made anew when it was left half-made."""
    with contextlib.suppress(OSError):
        if subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True).returncode == 0:
            return
    say("Готовлю папку .venv для библиотек…")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, errors="replace"
    )
    if made.returncode != 0:
        if "ensurepip" in made.stdout + made.stderr:
            raise Refusal(
                "В этом Python нет модуля venv: установите его (в Debian и Ubuntu — "
                "sudo apt install python3-venv) и запустите снова."
            )
        raise Refusal(f"Не удалось создать папку .venv: {last_line(made.stderr or made.stdout)}")


def install(requirements: str) -> None:
    say("Устанавливаю библиотеки, это займёт одну-две минуты…")
    log = RUN / "install.log"
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-q"]
    with open(log, "w", encoding="utf-8") as output:
        installed = subprocess.run(
            [*command, "-r", requirements], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    if installed.returncode != 0:
        raise Refusal(why_not_installed(log.read_text(encoding="utf-8", errors="replace"), log))


def why_not_installed(output: str, log: Path) -> str:
    if "No space left on device" in output or "Errno 28" in output:
        return "На диске не осталось места: освободите около гигабайта и запустите снова."
    if any(sign in output for sign in ("connection broken", "NewConnectionError", "ConnectionError", "Timeout")):
        return "Не удалось скачать библиотеки: проверьте, что интернет работает, и запустите снова."
    return f"Не удалось установить библиотеки: {last_line(output)} Подробности — в файле {log}."


def last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "причина неизвестна."


def prepare_database(demo: bool) -> None:
    """Create or migrate the database; with `demo`, put the demonstration shop into an empty one."""
    migrated = loyalty("migrate")
    if migrated.returncode != 0:
        raise Refusal(last_line(migrated.stderr))
    if demo:
        say("Загружаю демо-магазин…")
        loaded = loyalty("demo")
        if loaded.returncode == 2:
            say("В базе уже есть данные, поэтому демо-магазин не загружен.")
        elif loaded.returncode != 0:
            raise Refusal(last_line(loaded.stderr))


def loyalty(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PYTHON), "-m", "loyalty", command],
        cwd=ROOT,
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )


def child_environment() -> dict[str, str]:
    return {**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}

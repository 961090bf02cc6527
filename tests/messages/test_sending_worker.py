"""The worker sends in a thread of its own: while it does other things, and to the end of a request when stopped."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from loyalty import db
from loyalty.service import pulse
from tests import providers
from tests.messages.outgoing import campaign, clock, counted, launched, people, setting, through
from tests.till import ROOT, environment

pytestmark = pytest.mark.slow
PATIENCE_S = 60.0


@pytest.fixture
def begin(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    """Starts worker.py, a few minutes after the campaign."""
    monkeypatch.setenv("LOYALTY_DATABASE_URL", sqlite_url)
    clock(monkeypatch)
    started: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "loyalty.launcher.supervised", "worker.py"]
        now = environment(sqlite_url, "2026-12-01T12:05")
        started.append(subprocess.Popen(command, cwd=ROOT, env=now, stderr=subprocess.DEVNULL))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait()
    db.engine().dispose()


def wait_for(condition: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def test_it_hears_out_a_request_when_stopped_and_goes_on_at_its_next_start(
    begin: Callable[[], "subprocess.Popen[bytes]"],
) -> None:
    """Acceptance 14."""
    people(250)
    with providers.smsru() as server:
        through(server)
        id_ = launched()
        server.script(providers.late(2))
        worker = begin()
        wait_for(lambda: len(server.sent) == 100)
        worker.terminate()
        assert worker.wait(10) == 0
        assert counted(id_) == {"sent": 100, "queued": 150} and campaign(id_).status == "sending"
        again = begin()
        wait_for(lambda: campaign(id_).status == "done")
        assert len(server.sent) == 250 and not server.doubles() and counted(id_) == {"sent": 250}
        again.terminate()
        assert again.wait(10) == 0


def test_what_is_held_waits_until_she_says_go_on(begin: Callable[[], "subprocess.Popen[bytes]"]) -> None:
    people(20)
    with providers.smsru() as server:
        through(server)
        id_ = launched()
        setting("sending_held", "Так надо")
        begin()
        wait_for(pulse.last)
        time.sleep(3)
        assert counted(id_) == {"queued": 20}
        setting("sending_held", "none")
        wait_for(lambda: campaign(id_).status == "done")
        assert len(server.sent) == 20

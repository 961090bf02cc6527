"""Two workers, either killed at any moment: everybody gets exactly one, or is unknown (acceptance 14, 17).

LOYALTY_TEST_RECIPIENTS=10000 for as many as the requirement says; some minutes.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from loyalty import db
from tests import forked, providers
from tests.forked import KILLED, Death, Forked
from tests.messages.outgoing import campaign, clock, found, launched, people, phone, through
from tests.providers.server import Server
from tests.till import environment

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not forked.POSSIBLE, reason="needs fork() and pidfd_open()")]
RECIPIENTS = int(os.environ.get("LOYALTY_TEST_RECIPIENTS") or 2_000)
KILLS = 50
STEPS = 150  # of a worker's statements and commits: some four batches
AT, LATER = "2026-12-01T12:05", "2026-12-01T12:30"
SETTLED_S = 1
SMALL = f"""
from loyalty.messages.sending import sender, statuses
sender.BATCH_MAX, statuses.REQUEST_S = {max(RECIPIENTS // 200, 10)}, {SETTLED_S}
"""


@pytest.fixture
def url(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    clock(monkeypatch)
    yield database_url
    db.engine().dispose()


def worker(url: str, folder: Path, at: str = AT, **more: object) -> Forked:
    folder.mkdir(exist_ok=True)
    return Forked(folder, environment(url, at), "send", "--once", before=SMALL, **more)


def death(chance: Random) -> Death:
    """At a step, on either side of a commit, or wherever it is when its time comes."""
    return chance.choice(
        [
            Death(chance.randrange(STEPS)),
            Death(chance.randrange(STEPS // 8), chance.choice(["commit", "committed"])),
            Death(chance.randrange(20), later_s=0.3 * chance.random()),
        ]
    )


def killed(url: str, folder: Path, chance: Random, kills: int = KILLS) -> int:
    """Two workers at a time, another one in the place of each that dies; how many did before all was sent."""
    deaths, idle = 0, 0
    running: list[Forked] = []
    while deaths < kills and idle < 4:
        while len(running) < 2:
            running.append(worker(url, folder / f"w{len(running)}-{deaths}-{idle}", die_at=death(chance)))
        ended = [one for one in running if one.wait(0.05) is not None]
        running = [one for one in running if one.returncode is None]
        deaths += sum(one.returncode in KILLED for one in ended)
        idle += sum(one.returncode == 0 for one in ended)
        assert all(one.returncode in (0, *KILLED) for one in ended), [one.said() for one in ended]
    for one in running:
        one.kill()
    return deaths


def test_killed_at_fifty_moments_where_the_gateway_knows_our_ids(url: str, tmp_path: Path, chance: Random) -> None:
    people(RECIPIENTS)
    with providers.smsc() as server:
        through(server, "smsc")
        id_ = launched()
        deaths = killed(url, tmp_path, chance)
        finished(url, tmp_path)
        print(f"{deaths} died")
        assert deaths > KILLS // 2
        assert Counter(one.phone for one in server.sent) == Counter(phone(at)[1:] for at in range(RECIPIENTS))
        assert {one.status for one in found(id_)} <= {"sent", "delivered"}
        assert campaign(id_).status == "done"


def finished(url: str, folder: Path) -> None:
    """Nobody dies any more; what may still be under way has come to its end, and is asked about."""
    for number, at in enumerate((LATER, "2026-12-01T13:00", "2026-12-01T15:00")):
        time.sleep(SETTLED_S * 1.1)
        one = worker(url, folder / f"last-{number}", at)
        assert one.wait() == 0, one.said()


def test_killed_at_many_moments_where_it_does_not(url: str, tmp_path: Path, chance: Random) -> None:
    people(RECIPIENTS)
    with providers.smsru() as server:
        server.guards_repeats = False
        through(server)
        id_ = launched()
        deaths = killed(url, tmp_path, chance, KILLS if RECIPIENTS > 2_000 else KILLS // 2)
        finished(url, tmp_path)
        told = Counter(one.status for one in found(id_))
        print(f"{deaths} died: {told}")
        nobody_twice_and_nobody_lost(server, id_)
        assert campaign(id_).status == "done" and told["delivered"] > 0


def nobody_twice_and_nobody_lost(server: Server, id_: int) -> None:
    got = Counter(one.phone for one in server.sent)
    assert max(got.values()) == 1
    for one in found(id_):
        assert one.status in ("delivered", "sent", "unknown")
        assert one.status == "unknown" or got[one.address[1:]] == 1

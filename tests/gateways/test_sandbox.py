"""«Песочница»: delivered at once, in a file that outlives the kill of who wrote it."""

from pathlib import Path

import pytest

from loyalty.sms import sandbox
from loyalty.sms.gateway import Access, Known, Outgoing, Price, State
from loyalty.sms.sandbox import FILE, Sandbox
from tests.gateways.letters import ANNA, BEGUN, BORIS, HOSTILE, each, to


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "shop.files"


def test_all_are_delivered_and_seen(folder: Path) -> None:
    gateway = Sandbox(Access(price=320, folder=folder))
    told = gateway.send(each("А" * 71, HOSTILE), 7)
    assert {outcome.state for outcome in told.values()} == {State.DELIVERED}
    assert [(told[id_].parts, told[id_].cost) for id_ in (1, 2)] == [(2, 640), (1, 320)]
    gateway.send([Outgoing(3, "anna@example.ru", "Письмо", "Тема")], 8)
    seen = sandbox.latest(folder, 10)
    assert [(one.address, one.subject, one.text) for one in seen] == [
        ("anna@example.ru", "Тема", "Письмо"), (f"+{BORIS}", "", HOSTILE), (f"+{ANNA}", "", "А" * 71),
    ]  # fmt: skip
    assert [one.parts for one in seen] == [1, 1, 2]
    assert gateway.prices(to(ANNA)) == {1: Price(1, 320)}


def test_without_a_price_nothing_costs(folder: Path) -> None:
    gateway = Sandbox(Access(folder=folder))
    assert gateway.send(to(ANNA), 7)[1].cost is None
    assert gateway.prices(to(ANNA)) is None
    assert gateway.check().balance is None
    assert gateway.called({}, [], b"") is None


def test_what_was_written_is_found_and_nothing_else(folder: Path) -> None:
    gateway = Sandbox(Access(folder=folder))
    assert gateway.find(to(ANNA), 7, BEGUN) == {1: None}
    gateway.send(to(ANNA), 7)
    found = gateway.find(to(ANNA, BORIS), 7, BEGUN)
    assert found[1] is not None and found[1].state == State.DELIVERED
    assert found[2] is None
    assert gateway.find(to(ANNA), 8, BEGUN) == {1: None}
    assert gateway.status([Known(1, "7:1", f"+{ANNA}", 7)])[1].state == State.DELIVERED


def test_a_line_half_written_by_a_killed_worker_spoils_no_other(folder: Path) -> None:
    gateway = Sandbox(Access(folder=folder))
    gateway.send(to(ANNA), 7)
    with (folder / FILE).open("ab") as file:
        file.write(b'{"batch": 8, "id": 1, "te')
    gateway.send(to(BORIS), 9)
    assert [one.address for one in sandbox.latest(folder, 10)] == [f"+{BORIS}", f"+{ANNA}"]
    assert gateway.find(to(ANNA), 8, BEGUN) == {1: None}
    assert gateway.find(to(BORIS), 9, BEGUN)[1] is not None


def test_only_the_end_of_a_long_file_is_looked_at(folder: Path) -> None:
    gateway = Sandbox(Access(folder=folder))
    for number in range(20):
        gateway.send(to(*(f"7916{at:07}" for at in range(300)), text=f"№ {number} " + "ж" * 200), number + 1)
    seen = sandbox.latest(folder, 5)
    assert [one.text[:4] for one in seen] == ["№ 19"] * 5
    assert seen[0].address == "+79160000299"
    assert len(sandbox.latest(folder, 10_000)) < 1_000

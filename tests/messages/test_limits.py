"""Quiet hours, the cap, validity: how they are typed, refused, and when a message may leave; also as commands."""

import json
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from loyalty import options
from loyalty.errors import LoyaltyError
from loyalty.messages.sending import limits
from loyalty.messages.sending.limits import Cap, Window, next_open
from tests.till import loyalty

MOSCOW, BERLIN = "Europe/Moscow", "Europe/Berlin"


@pytest.mark.parametrize(
    ("typed", "window"),
    [
        ("20:00-10:00", Window(time(10), time(20))),
        ("20:00 – 9:30", Window(time(9, 30), time(20))),
        ("00:00-08:00", Window(time(8), time(0))),
        ("13:00-14:00", Window(time(14), time(13))),
        ("none", None),
        (" NONE ", None),
    ],
)
def test_quiet_hours_are_when_nothing_leaves(typed: str, window: Window | None) -> None:
    assert limits.read_quiet_hours(typed) == window


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("quiet_hours", "20-10"),
        ("quiet_hours", "20:00"),
        ("quiet_hours", "24:00-10:00"),
        ("quiet_hours", "20:60-10:00"),
        ("quiet_hours", "10:00-10:00"),
        ("quiet_hours", ""),
        ("quiet_hours", "с восьми до десяти"),
        ("frequency_cap", "1"),
        ("frequency_cap", "0/7"),
        ("frequency_cap", "1/0"),
        ("frequency_cap", "1/400"),
        ("frequency_cap", "1/-7"),
        ("frequency_cap", "1.5/7"),
        ("send_validity_hours", "0"),
        ("send_validity_hours", "1000"),
        ("send_validity_hours", "2,5"),
        ("send_validity_hours", "сутки"),
        ("sending_held", "подождать"),
        ("no_such_setting", "1"),
    ],
)
def test_what_does_not_fit_is_refused_by_a_sentence(sqlite_url: str, name: str, typed: str) -> None:
    done = loyalty(sqlite_url, "setting", "set", name, typed)
    assert done.returncode == 2 and not done.stdout
    assert done.stderr.count("\n") == 1 and (typed.partition("-")[0] in done.stderr or name in done.stderr)


def test_settings_are_set_and_listed(sqlite_url: str) -> None:
    for name, typed in (("quiet_hours", "21:00-9:00"), ("frequency_cap", "1/7"), ("send_validity_hours", "48")):
        assert loyalty(sqlite_url, "setting", "set", name, typed).returncode == 0
    listed = loyalty(sqlite_url, "setting", "list", "--json")
    told = json.loads(listed.stdout)["settings"]
    assert (told["quiet_hours"], told["frequency_cap"], told["send_validity_hours"]) == ("21:00-9:00", "1/7", "48")
    assert set(told) == set(options.OPTIONS)
    assert "quiet_hours 21:00-9:00" in loyalty(sqlite_url, "setting", "list").stdout


def test_the_cap_is_read() -> None:
    assert limits.read_cap("2/7") == Cap(2, 7) and limits.read_cap("none") is None
    assert limits.read_validity("36") == timedelta(hours=36)


def test_hours_of_a_trigger_are_not_empty() -> None:
    assert limits.window("22:00", "02:00") == Window(time(22), time(2))
    with pytest.raises(LoyaltyError, match="10:00"):
        limits.window("10:00", "10:00")


DAY, NIGHT, LUNCH = Window(time(10), time(20)), Window(time(22), time(2)), Window(time(14), time(13))


@pytest.mark.parametrize(
    ("at", "windows", "opens"),
    [
        ("2026-12-01 12:00", [DAY], "2026-12-01 12:00"),
        ("2026-12-01 10:00", [DAY], "2026-12-01 10:00"),
        ("2026-12-01 09:59", [DAY], "2026-12-01 10:00"),
        ("2026-12-01 20:00", [DAY], "2026-12-02 10:00"),
        ("2026-12-01 23:30", [DAY], "2026-12-02 10:00"),
        ("2026-12-01 23:30", [NIGHT], "2026-12-01 23:30"),
        ("2026-12-01 01:59", [NIGHT], "2026-12-01 01:59"),
        ("2026-12-01 02:00", [NIGHT], "2026-12-01 22:00"),
        ("2026-12-01 13:30", [LUNCH], "2026-12-01 14:00"),
        ("2026-12-01 12:00", [DAY, Window(time(18), time(22))], "2026-12-01 18:00"),
        ("2026-12-01 21:00", [DAY, Window(time(18), time(22))], "2026-12-02 18:00"),
        ("2026-12-01 12:00", [DAY, NIGHT], None),
        ("2026-12-01 03:00", [None], "2026-12-01 03:00"),
        ("2026-12-01 03:00", [], "2026-12-01 03:00"),
        ("2026-12-31 22:00", [DAY], "2027-01-01 10:00"),
    ],
)
def test_the_next_moment_to_send_at(at: str, windows: list[Window | None], opens: str | None) -> None:
    assert moment(at, windows, MOSCOW) == opens


def moment(at: str, windows: list[Window | None], zone: str) -> str | None:
    found = next_open(datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC), windows, zone)
    return None if found is None else f"{found.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("at", "windows", "opens"),
    [
        ("2026-03-28 21:00", [DAY], "2026-03-29 10:00"),  # that night has an hour less
        ("2026-10-24 21:00", [DAY], "2026-10-25 10:00"),  # and this one an hour more
        ("2026-03-29 01:00", [Window(time(2, 30), time(5))], "2026-03-29 03:30"),  # 2:30 does not exist
        ("2026-10-25 01:30", [Window(time(2, 30), time(5))], "2026-10-25 02:30"),
        ("2026-10-24 23:00", [Window(time(23), time(3))], "2026-10-24 23:00"),
    ],
)
def test_nights_in_which_the_clock_is_put(at: str, windows: list[Window | None], opens: str) -> None:
    assert moment(at, windows, BERLIN) == opens

"""What time it is for the product: LOYALTY_TODAY, a day or a moment from which the clock goes on, or the real."""

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from loyalty import settings
from loyalty.errors import Refused

VLADIVOSTOK = "Asia/Vladivostok"


@pytest.fixture(autouse=True)
def nobody_has_asked() -> None:
    settings._first_asked.cache_clear()


def test_nothing_said_it_is_the_real_clock() -> None:
    assert abs(settings.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert settings.now().tzinfo is UTC
    assert settings.now().microsecond == 0


def test_a_moment_is_the_shops_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", "2026-12-01T10:30")
    assert settings.now() == datetime(2026, 12, 1, 7, 30, tzinfo=UTC)
    time.sleep(1.1)
    later = settings.now() - datetime(2026, 12, 1, 7, 30, tzinfo=UTC)
    assert timedelta(seconds=1) <= later < timedelta(seconds=20)
    assert settings.shop_today() == date(2026, 12, 1)


def test_a_moment_is_of_the_zone_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", "2026-12-01T00:30")
    assert settings.now(VLADIVOSTOK) == datetime(2026, 11, 30, 14, 30, tzinfo=UTC)
    assert settings.shop_today(VLADIVOSTOK) == date(2026, 12, 1)


def test_the_day_turns_at_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", "2026-12-01T23:59:59")
    assert settings.shop_today() == date(2026, 12, 1)
    time.sleep(1.1)
    assert settings.shop_today() == date(2026, 12, 2)


@pytest.mark.parametrize("zone", [settings.DEFAULT_TIMEZONE, VLADIVOSTOK])
def test_a_day_alone_is_that_day_at_the_present_time(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", "2026-12-01")
    here, real = settings.now(zone).astimezone(ZoneInfo(zone)), datetime.now(ZoneInfo(zone))
    assert settings.shop_today(zone) == here.date() == date(2026, 12, 1)
    apart_s = abs((here - real.replace(year=2026, month=12, day=1)).total_seconds())
    assert min(apart_s, 86_400 - apart_s) < 10


def test_a_day_begins_at_the_shops_midnight() -> None:
    assert settings.day_starts(date(2026, 3, 1), VLADIVOSTOK) == datetime(2026, 2, 28, 14, tzinfo=UTC)


@pytest.mark.parametrize("said", ["завтра", "2026-13-01", "2026-12-01T25:00", "10:30"])
def test_what_is_no_time_is_refused(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", said)
    with pytest.raises(Refused, match=said):
        settings.shop_today()

"""The demo shop's history: its customers, and day after day of sales and returns up to today."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cached_property
from random import Random
from typing import TypeAlias

from loyalty.demo import places, seasons
from loyalty.demo.habits import Calendar
from loyalty.demo.people import Person, people
from loyalty.demo.till import Numbers, PlannedReturn, Till
from loyalty.sales.documents import CustomerDocument, ReturnDocument, SaleDocument

Document: TypeAlias = SaleDocument | ReturnDocument

NAME = "Шоурум «Лето»"
TIMEZONE = "Europe/Moscow"
UNKNOWN_BUYERS_SHARE = 0.08
UNKNOWN_BUYERS_PLACES = (94, 5, 1)
UNMATCHED_RETURNS = 2
NOON_SECONDS = 12 * 3600  # today has only begun: it is sold until noon


class Shop:
    """An invented shop; asked again, it tells the same story."""

    name = NAME
    timezone = TIMEZONE

    def __init__(self, customers: int, seed: int, today: date, days: int) -> None:
        if customers < 1 or days < 1:
            raise ValueError("a shop needs a customer and a day")
        self._count = customers
        self._seed = seed
        self._calendar = Calendar(today, days)

    @property
    def customers(self) -> Iterator[CustomerDocument]:
        """Everyone in the order of registration."""
        return (person.document for person in self._people)

    @property
    def documents(self) -> Iterator[Document]:
        """Sales and returns in the order of time, made while they are read."""
        return _tell(Random(f"{self._seed}:documents"), self._calendar, self._people)

    @cached_property
    def _people(self) -> list[Person]:
        return people(Random(f"{self._seed}:people"), self._calendar, self._count)


def shop(customers: int = 2000, seed: int = 1, *, today: date, days: int = 730) -> Shop:
    """A shop whose history of `days` days ends today; the same arguments give the same shop."""
    return Shop(customers, seed, today, days)


def _tell(rng: Random, calendar: Calendar, everyone: list[Person]) -> Iterator[Document]:
    coming = _visits_by_day(rng, calendar, everyone)
    first_number = _numbers_used_before(calendar, coming)
    till = Till(rng, Numbers(calendar.start, first_number))
    returns: dict[int, list[PlannedReturn]] = defaultdict(list)
    for stray in _strays(till, calendar, everyone, first_number):
        returns[stray.day].append(stray)
    for day in range(calendar.last + 1):
        on = calendar.day(day)
        for second, event in _in_order(rng, on, coming.pop(day, []), returns.pop(day, [])):
            if day == calendar.last and second >= NOON_SECONDS:
                break
            at = datetime.combine(on, time()) + timedelta(seconds=second)
            if isinstance(event, PlannedReturn):
                yield till.take_back(at, event)
                continue
            person, place = event
            receipt = till.sale(at, day, place, person)
            planned = till.plan_return(day, receipt, person)
            if planned:
                returns[planned.day].append(planned)
            yield receipt


_Event: TypeAlias = PlannedReturn | tuple[Person | None, str]


def _in_order(
    rng: Random, on: date, visitors: list[Person | None], returns: list[PlannedReturn]
) -> list[tuple[int, _Event]]:
    """The day's events by their second."""
    events: list[tuple[int, _Event]] = []
    for person in visitors:
        chances = person.places if person else UNKNOWN_BUYERS_PLACES
        place = rng.choices(places.PLACES, chances)[0]
        events.append((seasons.second_of_day(rng, place, on), (person, place)))
    for planned in returns:
        events.append((seasons.second_of_day(rng, places.SHOWROOM, on), planned))
    return sorted(events, key=lambda event: event[0])


def _visits_by_day(rng: Random, calendar: Calendar, everyone: list[Person]) -> dict[int, list[Person | None]]:
    coming: dict[int, list[Person | None]] = defaultdict(list)
    visits = 0
    for person in everyone:
        for day in person.habit.visits:
            coming[day].append(person)
            visits += 1
    unknown = round(visits * UNKNOWN_BUYERS_SHARE / (1 - UNKNOWN_BUYERS_SHARE))
    for _ in range(unknown):
        coming[calendar.pick(rng, 0, calendar.last)].append(None)
    return coming


def _numbers_used_before(calendar: Calendar, coming: dict[int, list[Person | None]]) -> int:
    """The last number of the year before the history starts, as if the shop had always sold so much."""
    a_day = sum(map(len, coming.values())) / (calendar.last + 1)
    return 50 + int(a_day * 0.8 * (calendar.start.timetuple().tm_yday - 1))


def _strays(till: Till, calendar: Calendar, everyone: list[Person], first_number: int) -> Iterator[PlannedReturn]:
    """Who brings back, in the first days, something bought before the history."""
    known = [person for person in everyone if person.habit.registered < -20]
    for day in sorted(till.rng.sample(range(2, 12), UNMATCHED_RETURNS)) if known else ():
        person = till.rng.choice(known)
        bought_at = datetime.combine(calendar.day(-2 - day), time(17, 30))
        receipt = till.forgotten(first_number - day, bought_at, person)
        yield PlannedReturn(day, receipt, receipt.lines, person)

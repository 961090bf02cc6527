"""Birthdays, hers and of whom she cares about; of 29 February on the 28th in other years (rules.md §17)."""

from calendar import isleap
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select

from loyalty import wording
from loyalty.messages.triggers.events.event import Asked, Days, Event, Occurrence
from loyalty.models import customers, relatives
from loyalty.models.people import is_herself, joined_root
from loyalty.segments.criteria.birthdays import month_and_day

c, t = customers.c, relatives.c


def told(days: int, of: str = "дня рождения", on: str = "в день рождения") -> str:
    """«за 3 дня до дня рождения», «в день рождения», «через 2 дня после дня рождения»."""
    if days == 0:
        return on
    return f"за {wording.days(-days)} до {of}" if days < 0 else f"через {wording.days(days)} после {of}"


def told_of_relatives(days: int) -> str:
    """The same of whom she cares about."""
    return told(days, "дня рождения близкого", "в день рождения близкого")


def _celebrated(asked: Asked) -> dict[int, list[date]]:
    """The days asked about as birthdays, by month and day of birth."""
    found = defaultdict[int, list[date]](list)
    for ahead in range((asked.last - asked.first).days + 1):
        day = asked.first + timedelta(days=ahead - asked.days)
        found[day.month * 100 + day.day].append(day)
        if (day.month, day.day) == (2, 28) and not isleap(day.year):
            found[229].append(day)
    return found


def _born(column: ColumnElement[date], celebrated: dict[int, list[date]]) -> ColumnElement[bool]:
    return month_and_day(column).in_(celebrated)


def _is_known(registered_on: date | None, day: date) -> bool:
    """Only who was registered by then (rules.md §17)."""
    return registered_on is None or registered_on <= day


def own(asked: Asked) -> Iterator[Occurrence]:
    """Each customer's own; once a year, whatever is mended in her date of birth."""
    celebrated = _celebrated(asked)
    query = select(c.id, c.birth_date, c.registered_on).where(is_herself, c.birth_date.is_not(None))
    for id_, born, registered_on in asked.session.connection().execute(
        query.where(_born(c.birth_date, celebrated))
    ):
        for birthday in celebrated[born.month * 100 + born.day]:
            day = birthday + timedelta(days=asked.days)
            if birthday > born and _is_known(registered_on, day):
                yield Occurrence(id_, day, str(birthday.year), f"день рождения {wording.day_and_month(birthday)}")


def of_relatives(asked: Asked) -> Iterator[Occurrence]:
    """Of whom she cares about: one for all who celebrate on a day."""
    celebrated, found = _celebrated(asked), defaultdict[tuple[int, date], list[str]](list)
    query = select(joined_root, t.birth_date, t.relation, t.name, c.registered_on)
    query = query.join_from(relatives, customers, c.id == t.customer_id).order_by(t.id)
    for id_, born, relation, name, registered_on in asked.session.connection().execute(
        query.where(_born(t.birth_date, celebrated))
    ):
        for birthday in celebrated[born.month * 100 + born.day]:
            if birthday > born and _is_known(registered_on, birthday + timedelta(days=asked.days)):
                found[id_, birthday].append(" ".join(filter(None, (relation, name))))
    for (id_, birthday), who in found.items():
        about = f"день рождения {wording.day_and_month(birthday)}: {', '.join(dict.fromkeys(who))}"
        yield Occurrence(id_, birthday + timedelta(days=asked.days), birthday.isoformat(), about)


BIRTHDAYS = (
    Event(
        "birthday", "День рождения", "cake", Days.AROUND, True, told, own, label="Дней до или после",
        hint="Родившихся 29 февраля в обычный год поздравляем 28-го", gift_kind="birthday",
    ),
    Event(
        "relative_birthday", "День рождения близкого", "family_restroom", Days.AROUND, True, told_of_relatives,
        of_relatives, label="Дней до или после",
        hint="Дни рождения мужа, детей и других близких — из карточки клиента", gift_kind="relative_birthday",
    ),
)  # fmt: skip

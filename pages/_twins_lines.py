"""Two customers compared: a line a thing that either of them has, those that contradict each other marked."""

from collections.abc import Sequence
from datetime import date

from loyalty import wording
from loyalty.reports.customers.twins import Side


def of(one: Side, other: Side) -> list[tuple[str, str, str, bool]]:
    """(what, of the one, of the other, whether they contradict each other); only what either has."""

    def several(what: str, mine: Sequence[str], hers: Sequence[str]) -> tuple[str, str, str, bool]:
        differs = bool(mine and hers) and not set(mine) & set(hers)
        return what, ", ".join(mine), ", ".join(hers), differs

    def single(what: str, mine: str, hers: str) -> tuple[str, str, str, bool]:
        return several(what, [mine] if mine else [], [hers] if hers else [])

    def figure(what: str, mine: str, hers: str) -> tuple[str, str, str, bool]:
        return what, mine, hers, False

    def born(day: date | None) -> str:
        return wording.date_in_words(day) if day else ""

    found = [
        several("Телефон", [*map(wording.phone, one.phones)], [*map(wording.phone, other.phones)]),
        several("Карта", one.cards, other.cards),
        several("Код 1С", one.codes, other.codes),
        single("День рождения", born(one.birth_date), born(other.birth_date)),
        single("E-mail", one.email, other.email),
        single("Город", one.city, other.city),
        single("Улица", one.street, other.street),
        figure("С нами с", wording.day(one.registered_on), wording.day(other.registered_on)),
        figure("Оборот", wording.roubles_round(one.turnover), wording.roubles_round(other.turnover)),
        figure("Чеков", wording.number(one.receipts_count), wording.number(other.receipts_count)),
        figure("Посл. чек", wording.day(one.last_purchase_on), wording.day(other.last_purchase_on)),
        figure("Доступно", wording.bonuses(one.available), wording.bonuses(other.available)),
    ]
    return [line for line in found if line[1] or line[2]]

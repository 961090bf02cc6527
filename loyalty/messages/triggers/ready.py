"""Triggers that a shop begins with, off: made once, the owner's from then on; one that she deletes stays deleted.

The texts are right Russian whatever is put in: no word depends on a number, each name has a word in its stead.
"""

from sqlmodel import Session

from loyalty import ready_made
from loyalty.acts import Act
from loyalty.messages.triggers import stored
from loyalty.messages.triggers.terms import Gift, Terms
from loyalty.money import ROUBLE

MADE = "ready_triggers"  # the setting: names of those made so far

READY = (
    Terms(
        "День рождения",
        "birthday",
        "{имя|Здравствуйте}, скоро день рождения! Дарим бонусы на 30 дней, на счёте: {бонусы}. "
        "{магазин|Ваш магазин}. {отписка}",
        days=-3,
        gift=Gift(500 * ROUBLE, lifetime_days=30),
    ),
    Terms(
        "90 дней без покупок",
        "no_purchase",
        "{имя|Здравствуйте}, давно вас не видели! Бонусов на счёте: {бонусы}. Приходите за новинками. "
        "{магазин|Ваш магазин}. {отписка}",
        days=90,
    ),
    Terms(
        "Приветствие после регистрации",
        "registration",
        "{имя|Здравствуйте}, вы в бонусной программе! Ваш уровень: {уровень|начальный}. Бонусы начисляются "
        "с каждой покупки. {магазин|Ваш магазин}",
        is_advertising=False,
    ),
    Terms(
        "Спасибо за первую покупку",
        "first_purchase",
        "{имя|Здравствуйте}, спасибо за первую покупку! Бонусов на счёте: {бонусы}, ждут подтверждения: {ждут}. "
        "{магазин|Ваш магазин}",
        is_advertising=False,
    ),
    Terms(
        "Бонусы стали доступны",
        "available",
        "{имя|Здравствуйте}, бонусы подтверждены, ими можно платить. Всего на счёте: {бонусы}. "
        "{магазин|Ваш магазин}",
        is_advertising=False,
    ),
    Terms(
        "Бонусы сгорят через 14 дней",
        "burns_soon",
        "{имя|Здравствуйте}, {дата сгорания} сгорит бонусов: {сгорит}. Успейте потратить. "
        "{магазин|Ваш магазин}. {отписка}",
        days=14,
    ),
    Terms(
        "Новый уровень",
        "level_up",
        "{имя|Здравствуйте}, поздравляем! Ваш новый уровень: {уровень}. Бонусов за покупки теперь больше. "
        "{магазин|Ваш магазин}",
        is_advertising=False,
    ),
    Terms(
        "Вход в «Спящие с бонусами»",
        "segment_entered",
        "{имя|Здравствуйте}, ваши бонусы ждут! Всего на счёте: {бонусы}. Загляните к нам. "
        "{магазин|Ваш магазин}. {отписка}",
        segment="Спящие с бонусами",
        pause_days=90,
    ),
)
"""The shop's own two first."""


def is_due(session: Session) -> bool:
    """Whether a shop lives here that some were never made in."""
    return ready_made.is_due(session, MADE, (terms.name for terms in READY))


def add_missing(session: Session) -> list[str]:
    """Make those that were never made here, off; their names. Ready segments are there already."""

    def add(_: str, terms: Terms, act: Act) -> None:
        stored.add(session, terms, act, is_ready_made=True)

    return ready_made.add_missing(session, MADE, {terms.name: terms for terms in READY}, add)

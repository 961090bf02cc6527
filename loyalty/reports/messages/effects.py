"""The honest effect in sentences: what may be said of messages against a control group, and what it means."""

from datetime import date

from loyalty import wording
from loyalty.messages.results.effect import LEAST_BUYERS, LEAST_PEOPLE, Effect, Verdict
from loyalty.messages.results.holdout import Ahead
from loyalty.messages.results.measuring import Answer


def title(effect: Effect, what: str) -> str:
    """What is found, beside the verdict; `what` are the messages: «сообщения этой рассылки»."""
    if effect.verdict is Verdict.PROVEN:
        return f"{wording.sentence(what)} увеличили продажи"
    if effect.verdict is Verdict.HARMS:
        return f"{wording.sentence(what)} уменьшили продажи"
    return "Судить пока рано" if effect.verdict is Verdict.FEW else f"Увеличили ли {what} продажи, неизвестно"


def what_is_few(effect: Effect) -> str:
    """What there is too little of to tell anything."""
    return "мало людей" if min(effect.treated, effect.control) < LEAST_PEOPLE else "мало покупок"


def interval(effect: Effect) -> str:
    """«от −5 000 ₽ до 40 000 ₽»."""
    return f"от {wording.roubles_round(effect.low)} до {wording.roubles_round(effect.high)}"


def meaning(effect: Effect) -> str:
    """What it means, in a sentence or two."""
    if effect.verdict is Verdict.FEW:
        bought = _people(effect.buyers)
        return (
            f"Сравнивать можно, когда в каждой группе хотя бы {LEAST_PEOPLE} человек, а купили хотя бы "
            f"{LEAST_BUYERS}. Сейчас в контрольной группе {_people(effect.control)}, сравнивают с ней "
            f"{_people(effect.treated)}, {wording.form(effect.buyers, 'купил', 'купили', 'купили')} {bought}."
        )
    likely = wording.roubles_round(abs(effect.effect))
    if effect.verdict is Verdict.PROVEN:
        return (
            f"Скорее всего, сообщения принесли {likely}{_beyond_usual(effect)}, и почти наверняка — "
            f"{interval(effect)}. Без них этих покупок не было бы."
        )
    if effect.verdict is Verdict.HARMS:
        return (
            f"Кому писали, купили меньше, чем купили бы без сообщений: скорее всего, на {likely}, "
            f"почти наверняка — {interval(effect)} разницы. Стоит изменить текст или писать реже."
        )
    return (
        f"Сообщения принесли {interval(effect)}: разница между группами могла выйти случайно. "
        "Это не значит, что они бесполезны, — чтобы узнать, нужно больше людей или времени."
    )


def of_group(effect: Effect, is_over: bool, ahead: Ahead, today: date) -> str:
    """What to do about the shop's control group that can't tell anything yet, and when it may be able to."""
    if is_over:
        return "Эта группа завершена и уже ничего не покажет. Следующую держите хотя бы полгода."
    if min(effect.treated, effect.control) < LEAST_PEOPLE:
        return "Собирайте согласия: каждый, кто согласится, в ту же ночь попадёт в одну из двух групп."
    told = "Ничего делать не нужно: пишите как обычно, контрольную группу программа пропускает сама."
    if not ahead.is_written:
        told = (
            "Пока группа есть, рекламу ещё не отправляли, сравнивать нечего: отправьте рассылку или включите "
            "триггер, контрольную группу они пропустят сами."
        )
    if ahead.enough_on is None:
        told += (
            f" За прошлый год из обеих групп купили меньше {LEAST_BUYERS} человек, и сравнение вряд ли что-то "
            "покажет: собирайте согласия, чтобы людей стало больше."
        )
    else:
        told += f" Столько покупателей наберётся примерно к {wording.day(ahead.enough_on)}: загляните тогда."
    if today < ahead.chance_on:
        told += f" Вероятность, которую вы видели, когда выбирали группу, на {wording.day(ahead.chance_on)}."
    return told


def of_campaign(answer: Answer, last_day: date) -> str:
    """What to do about a campaign whose control group can't tell anything."""
    if not answer.is_over:
        return f"Покупки считаются по {wording.day(last_day)}: загляните на следующий день."
    return (
        "Больше уже не станет. В следующей рассылке возьмите контрольную группу побольше или выберите одну на "
        "весь магазин: тогда считаются все сообщения сразу."
    )


ALL_FEW = "Отправляйте рассылки с контрольной группой дальше: каждая, срок которой закончился, прибавится к этим."
"""What to do where all campaigns together can't tell anything."""


def _people(count: int) -> str:
    return wording.plural(count, "человек", "человека", "человек")


def _beyond_usual(effect: Effect) -> str:
    if effect.usual <= 0:
        return ""
    return f" — на {wording.number(round(100 * effect.effect / effect.usual))}{wording.NBSP}% больше обычного"


def profit(answer: Answer) -> str | None:
    """What is left of it by margin, less what was paid; None where there is no margin, or nothing to say."""
    if answer.margin is None or answer.profit is None or answer.effect.verdict is Verdict.FEW:
        return None
    value, low, high = map(wording.roubles_round, answer.profit)
    share = f"{round(answer.margin * 100)}{wording.NBSP}%"
    return (
        f"Прибыль при доле магазина {share}, за вычетом сообщений и подарков "
        f"({wording.roubles_round(answer.taken_off)}): {value}, почти наверняка от {low} до {high}."
    )

"""The rows of «Сегодня» about messages: what stopped, what did not arrive, what a gateway asks for."""

from collections.abc import Iterator

from loyalty import wording
from loyalty.reports.messages import sending as report
from pages._addresses import CAMPAIGN, CAMPAIGNS, GATEWAYS
from pages._today.troubles import Row

STOPPED = {"paused": "приостановлена", "asking": "ждёт вашего решения"}


def rows(found: report.Sending) -> Iterator[Row]:
    """The most urgent first."""
    if found.held:
        yield Row("pan_tool", "Отправка остановлена", _sentence(found.held), "", CAMPAIGNS, is_trouble=True,
                  goes_on=True)  # fmt: skip
    for one in found.stopped:
        why = _sentence(one.why) or "Её остановили здесь: она ждёт, пока вы продолжите."
        if one.why and one.status == "paused":
            why += " Исправьте это и продолжите рассылку: второй раз никто не получит."
        sentence = f"Рассылка «{one.name}» {STOPPED[one.status]}"
        yield Row("pause_circle", sentence, why, "Открыть рассылку", CAMPAIGN, {"name": one.name}, is_trouble=True)
    for purse in found.purses:
        yield from _purse(purse)
    yield from _missed(found.missed)


def _purse(purse: report.Purse) -> Iterator[Row]:
    if purse.trouble:
        said = f"Шлюз {purse.title}: сообщения не уходят"
        yield Row("cloud_off", said, _sentence(purse.trouble), "Открыть шлюзы", GATEWAYS, is_trouble=True)
    elif purse.is_low and purse.balance is not None and purse.enough_for is not None:
        sentence = f"На счёте {purse.title} {wording.roubles(purse.balance)}: {enough(purse.enough_for)}"
        meaning = "Пополните счёт, чтобы рассылки и триггеры не остановились на полпути."
        yield Row("account_balance_wallet", sentence, meaning, "Открыть шлюзы", GATEWAYS)


def enough(count: int) -> str:
    """«хватит примерно на 114 сообщений»."""
    if not count:
        return "не хватит и на одно сообщение"
    return f"хватит примерно на {wording.plural(count, 'сообщение', 'сообщения', 'сообщений')}"


def _missed(missed: report.Missed) -> Iterator[Row]:
    step: tuple[str, str, dict[str, str | int]] = ("Открыть рассылки", CAMPAIGNS, {})
    if missed.campaign:
        step = ("Открыть рассылку", CAMPAIGN, {"name": missed.campaign})
    when = f"за {wording.days(report.DAYS)}"
    if missed.unknown:
        count = wording.plural(missed.unknown, "сообщение", "сообщения", "сообщений")
        meaning = "Шлюз не ответил. Само ничего не отправится второй раз: решите, повторять ли."
        yield Row("help", f"Неизвестно, дошло ли {count} {when}", meaning, *step, is_trouble=True)
    if missed.failed:
        count = wording.plural(missed.failed, "сообщение", "сообщения", "сообщений")
        yield Row("sms_failed", f"Не доставлено {count} {when}", "Причина стоит у каждого.", *step)


def _sentence(words: str) -> str:
    return f"{words.rstrip('.')}." if words else ""

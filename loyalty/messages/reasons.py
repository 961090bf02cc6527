"""Why a message was not sent, or did not arrive: keys that are stored, and the words for them."""

from typing import NamedTuple


class Reason(NamedTuple):
    """`words` fill a table's cell and a sentence after a dash; `hint` is what the owner can do, where anything."""

    words: str
    hint: str = ""


REASONS: dict[str, Reason] = {
    # Decided before, or at the instant of sending: the message never left.
    "no_phone": Reason("нет телефона"),
    "not_mobile": Reason("телефон не мобильный"),
    "no_email": Reason("нет адреса почты"),
    "no_consent": Reason("нет согласия на рекламу"),
    "opted_out": Reason("отказ от рассылок"),
    "erased": Reason("данные удалены по просьбе клиента"),
    "too_often": Reason("писали недавно"),
    "too_soon": Reason("этот триггер писал недавно"),
    "same_address": Reason("тот же телефон у другого клиента"),
    "same_email": Reason("тот же адрес почты у другого клиента"),
    "same_person": Reason("тот же человек, что другой получатель"),
    "control": Reason("контрольная группа рассылки"),
    "holdout": Reason("контрольная группа магазина"),
    "empty_value": Reason("нечего подставить в текст", "Добавьте запасное слово: {имя|Здравствуйте}"),
    "too_long": Reason("текст слишком длинный"),
    "stale": Reason("устарело, пока нельзя было отправлять"),
    "stopped": Reason("рассылку остановили"),
    "switched_off": Reason("триггер выключили"),
    "left_segment": Reason("больше не в сегменте"),
    # The gateway's word.
    "bad_number": Reason("шлюз не принял номер"),
    "bad_email": Reason("почтовый адрес не принят"),
    "undelivered": Reason("не доставлено"),
    "no_route": Reason("на этот номер нельзя доставить"),
    "expired": Reason("телефон был недоступен, срок доставки вышел"),
    "rejected": Reason("отклонено оператором"),
    "phone_failure": Reason("сбой телефона"),
    "stop_list": Reason("номер в стоп-листе шлюза"),
    "forbidden_text": Reason("шлюз не пропустил текст"),
    "sender": Reason("имя отправителя не одобрено", "Проверьте имя отправителя в кабинете шлюза"),
    "limit": Reason("лимит шлюза"),
    "repeated": Reason("шлюз счёл повтором: похоже, уже отправлено"),
    "money": Reason("на счёте шлюза нет денег", "Пополните счёт шлюза и продолжите"),
    "key": Reason("шлюз не принял ключ", "Проверьте ключ в «Шлюзах»"),
    "unavailable": Reason("шлюз недоступен"),
    "server": Reason("ошибка на стороне шлюза"),
    "other": Reason("шлюз отказал"),
    # Nobody knows.
    "no_answer": Reason("шлюз не ответил, отправлено ли — неизвестно"),
    "not_found": Reason("шлюз не знает такого сообщения"),
    "no_news": Reason("шлюз принял, но так и не сообщил, доставлено ли"),
}

STATUSES = {
    "queued": "ждёт отправки",
    "sending": "отправляется",
    "sent": "отправлено",
    "delivered": "доставлено",
    "failed": "не доставлено",
    "unknown": "неизвестно",
    "skipped": "не отправлялось",
    "cancelled": "отменено",
}
"""What became of a message, in words."""


def shared(address: str) -> str:
    """The reason not to write twice to a phone, or to an e-mail, that two customers have."""
    return "same_email" if "@" in address else "same_address"


def words(reason: str) -> str:
    """A stored reason in words; empty where there is none."""
    return REASONS[reason].words if reason else ""

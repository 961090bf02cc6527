"""SMS.ru: up to 100 messages a request, each recipient answered on his own; nothing can be found without its id.

HTTP 200 says nothing: the request has a status, each recipient another one. Codes 231 and 232 say that this text
went to this phone today already: probably ours, of which we heard nothing; so it is not sent again.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from loyalty.sms.answers import as_list, as_object, asked_in_turn, by_digits, kopecks, moment, whole
from loyalty.sms.gateway import (
    Access,
    Called,
    Checked,
    Known,
    NotAccepted,
    Outcome,
    Outgoing,
    Price,
    State,
)
from loyalty.sms.http import Answer, Client

TITLE = "SMS.ru"
TAKEN = 100
HOUR_S = 3600


class Code(NamedTuple):
    """What a refusal means: `pauses` until somebody mends something, `is_passing`: later or elsewhere it may do."""

    reason: str
    words: str
    pauses: bool = False
    is_passing: bool = False
    is_opt_out: bool = False
    wait_s: int | None = None


CODES: dict[int, Code] = {
    200: Code("key", "ключ api_id не подходит", pauses=True),
    201: Code("money", "на счёте не хватает денег", pauses=True),
    202: Code("bad_number", "номер указан неверно, или до него нет маршрута"),
    203: Code("other", "нет текста"),
    204: Code("sender", "имя отправителя не одобрено", pauses=True),
    205: Code("too_long", "текст длиннее 8 SMS"),
    206: Code("limit", "дневной лимит сообщений исчерпан", is_passing=True, wait_s=HOUR_S),
    207: Code("no_route", "на этот номер нельзя отправлять"),
    208: Code("other", "время отправки указано неверно"),
    209: Code("stop_list", "номер в вашем стоп-листе", is_opt_out=True),
    210: Code("other", "запрос не того вида", pauses=True),
    211: Code("other", "нет такого запроса", pauses=True),
    212: Code("other", "текст не в UTF-8", pauses=True),
    213: Code("other", "слишком много номеров сразу", pauses=True),
    214: Code("no_route", "номер за границей"),
    215: Code("stop_list", "номер в общем стоп-листе SMS.ru", is_opt_out=True),
    216: Code("forbidden_text", "в тексте запрещённое слово"),
    217: Code("forbidden_text", "в тексте нет обязательной фразы"),
    220: Code("unavailable", "сервис временно недоступен", is_passing=True, wait_s=60),
    221: Code("sender", "сначала создайте имя отправителя", pauses=True),
    230: Code("limit", "на этот номер сегодня больше нельзя", is_passing=True),
    231: Code("repeated", "такой же текст на этот номер был минуту назад"),
    232: Code("repeated", "такой же текст на этот номер сегодня уже был"),
    233: Code("limit", "слишком много одинаковых кодов на номер"),
    300: Code("key", "ключ не подходит", pauses=True),
    301: Code("key", "ключ не подходит", pauses=True),
    302: Code("key", "аккаунт не подтверждён", pauses=True),
    500: Code("server", "ошибка на сервере", is_passing=True, wait_s=60),
    **dict.fromkeys(range(501, 509), Code("limit", "сработала защита от мошенников")),
    550: Code("no_route", "страна номера закрыта"),
}  # fmt: skip

STATES: dict[int, tuple[State, str]] = {
    -1: (State.UNKNOWN, "not_found"),
    100: (State.SENT, ""), 101: (State.SENT, ""), 102: (State.SENT, ""),
    103: (State.DELIVERED, ""), 110: (State.DELIVERED, ""),
    104: (State.FAILED, "expired"),
    105: (State.FAILED, "rejected"), 108: (State.FAILED, "rejected"),
    106: (State.FAILED, "phone_failure"),
    107: (State.FAILED, "undelivered"),
    150: (State.FAILED, "no_route"),
}  # fmt: skip


class SmsRu:
    """An account of SMS.ru by its api_id."""

    batch_max = 100
    tells_delivery = True
    can_find = False

    def __init__(self, access: Access) -> None:
        self._key, self._sender = access.key, access.sender
        self._client = Client(TITLE, "https://sms.ru/", access.url, [access.key])

    def send(self, batch: Sequence[Outgoing], client_id: int) -> Mapping[int, Outcome]:
        """Each recipient his own text."""
        answer = self._client.send("sms/send?json=1", form=self._form(self._texts(batch)))
        told = as_object(answer.text)
        outcomes = self._plain(answer, batch) if told is None else self._told(answer, told, batch)
        _pause_if_all(outcomes)
        return outcomes

    def _texts(self, batch: Sequence[Outgoing]) -> list[tuple[str, str]]:
        texts = [(f"to[{phone}]", one.text) for phone, one in by_digits(batch).items()]
        return [*texts, *([("from", self._sender)] if self._sender else [])]

    def _form(self, fields: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        return [("api_id", self._key), ("json", "1"), *fields]

    def _told(self, answer: Answer, told: Mapping[str, Any], batch: Sequence[Outgoing]) -> dict[int, Outcome]:
        """By the JSON of the request and of each recipient; one who is not named is unknown."""
        said = told.get("sms")
        if not isinstance(said, Mapping):
            return self._all_refused(answer, told, batch)
        outcomes = {}
        for phone, one in by_digits(batch).items():
            about = said.get(phone) or said.get(f"+{phone}")
            if isinstance(about, Mapping) and (code := whole(about.get("status_code"))) is not None:
                detail = self._client.without_secrets(str(about.get("status_text") or ""))
                cost = kopecks(about.get("cost"))
                outcomes[one.id] = _outcome(code, str(about.get("sms_id") or ""), detail, cost)
        return outcomes

    def _all_refused(
        self, answer: Answer, told: Mapping[str, Any], batch: Sequence[Outgoing]
    ) -> dict[int, Outcome]:
        """The request as a whole was refused, by its code or by the first of its `errors`."""
        errors = [error for error in as_list(told.get("errors")) if isinstance(error, Mapping)]
        for about in (told, *errors):
            code = whole(about.get("status_code"))
            if code is not None and code != TAKEN:
                detail = self._client.without_secrets(str(about.get("status_text") or ""))
                return self._refused(code, detail, batch)
        raise self._client.makes_no_sense(answer)

    def _refused(self, code: int, detail: str, batch: Sequence[Outgoing]) -> dict[int, Outcome]:
        """What is of one recipient is said of each; all else is raised."""
        known = CODES.get(code)
        if known is None or known.pauses or known.wait_s:
            raise _not_accepted(code, detail)
        return {one.id: _outcome(code, "", detail, None) for one in batch}

    def _plain(self, answer: Answer, batch: Sequence[Outgoing]) -> dict[int, Outcome]:
        """The answer without JSON, in spite of json=1: the request's code, then a line a recipient, in order."""
        first, *lines = answer.text.strip().splitlines() or [""]
        code = whole(first)
        if code is None:
            raise self._client.makes_no_sense(answer)
        if code != TAKEN:
            return self._refused(code, "", batch)
        told = [line.strip() for line in lines if line.strip() and not line.startswith("balance=")]
        if len(told) != len(batch):  # which is whose is not said
            raise self._client.makes_no_sense(answer)
        return {one.id: _line(line) for one, line in zip(batch, told, strict=True)}

    def find(self, batch: Sequence[Outgoing], client_id: int, since: datetime) -> Mapping[int, Outcome | None]:
        """It can't tell."""
        return {}

    def status(self, asked: Sequence[Known]) -> Mapping[int, Outcome]:
        """By ids, 100 a request."""
        starts = range(0, len(asked), self.batch_max)
        return asked_in_turn((asked[start : start + self.batch_max] for start in starts), self._status)

    def _status(self, asked: Sequence[Known]) -> dict[int, Outcome]:
        listed = ",".join(one.gateway_id for one in asked)
        told = self._asked("sms/status?json=1", [("sms_id", listed)])
        said = told.get("sms")
        found = {}
        for one in asked:
            about = said.get(one.gateway_id) if isinstance(said, Mapping) else None
            code = whole(about.get("status_code")) if isinstance(about, Mapping) else None
            if isinstance(about, Mapping) and code is not None:
                detail = self._client.without_secrets(str(about.get("status_text") or ""))
                found[one.id] = _news(code, one.gateway_id, detail, kopecks(about.get("cost")))
        return found

    def prices(self, batch: Sequence[Outgoing]) -> Mapping[int, Price] | None:
        """By /sms/cost, 100 a request; who can't be sent to has no price."""
        found = {}
        for start in range(0, len(batch), self.batch_max):
            some = batch[start : start + self.batch_max]
            said = self._asked("sms/cost?json=1", self._texts(some)).get("sms")
            for phone, one in by_digits(some).items():
                about = said.get(phone) if isinstance(said, Mapping) else None
                cost = kopecks(about.get("cost")) if isinstance(about, Mapping) else None
                count = whole(about.get("sms")) if isinstance(about, Mapping) else None
                if cost is not None and count is not None:
                    found[one.id] = Price(count, cost)
        return found

    def check(self) -> Checked:
        """The balance, and the senders where it tells them."""
        balance = kopecks(self._asked("my/balance?json=1").get("balance"))
        senders = self._asked("my/senders?json=1").get("senders")
        return Checked(balance, [str(one) for one in as_list(senders)])

    def _asked(self, path: str, fields: Sequence[tuple[str, str]] = ()) -> Mapping[str, Any]:
        """What it answers to a question; NotAccepted by its code."""
        answer = self._client.ask(path, form=self._form(fields))
        told = as_object(answer.text)
        code = whole((told or {}).get("status_code")) if told is not None else whole(answer.text.split("\n")[0])
        if code is None or (told is None and code == TAKEN):
            raise NotAccepted(str(self._client.makes_no_sense(answer)), "server")
        if code != TAKEN:
            raise _not_accepted(code, self._client.without_secrets(str((told or {}).get("status_text") or "")))
        return told or {}

    def called(self, headers: Mapping[str, str], form: Sequence[tuple[str, str]], body: bytes) -> Called | None:
        """data[i]: lines of kind, id, code, time; `hash` signs all of them in their order."""
        fields = dict(form)
        numbered = [(place, value) for key, value in form if (place := _place(key)) is not None]
        records = [value for _, value in sorted(numbered)]
        signed = hashlib.sha256("".join([self._key, *records]).encode()).hexdigest()
        if not hmac.compare_digest(signed.encode(), fields.get("hash", "").strip().lower().encode()):
            return None
        statuses: dict[str, Outcome] = {}
        for record in records:
            kind, *rest = [line.strip() for line in record.splitlines()] or [""]
            code = whole(rest[1]) if kind == "sms_status" and len(rest) >= 3 else None
            if code is not None:
                news = _news(code, rest[0], "", None, moment(rest[2]))
                statuses[rest[0]] = _later(statuses.get(rest[0]), news)
        return Called(statuses, answer="100")


def _outcome(code: int, gateway_id: str, detail: str, cost: int | None) -> Outcome:
    """What a recipient's code in the answer to a request means; a code that nobody documents is a refusal."""
    if code in STATES and code != -1:
        state, reason = STATES[code]
        return Outcome(state, gateway_id, reason, detail if state == State.FAILED else "", cost)
    known = CODES.get(code, Code("other", f"код {code}"))
    words = f"{known.words} (код {code})"
    if known.reason == "repeated":
        return Outcome(State.UNKNOWN, gateway_id, "repeated", detail or words)
    return Outcome(
        State.FAILED, "", known.reason, detail or words,
        is_passing=known.is_passing or known.pauses, is_opt_out=known.is_opt_out,
    )  # fmt: skip


def _news(code: int, gateway_id: str, detail: str, cost: int | None, at: datetime | None = None) -> Outcome:
    """What a status of a message that was taken means."""
    state, reason = STATES.get(code, (State.FAILED, CODES[code].reason) if code in CODES else (State.UNKNOWN, ""))
    return Outcome(state, gateway_id, reason, detail if state != State.DELIVERED else "", cost, at=at)


def _line(line: str) -> Outcome:
    """A recipient's line of the plain answer: an id, or the code of a refusal."""
    code = whole(line)
    return Outcome(State.SENT, line) if code is None else _outcome(code, "", "", None)


def _later(known: Outcome | None, news: Outcome) -> Outcome:
    """The newer of two by the gateway's clock."""
    return known if known and known.at and news.at and known.at > news.at else news


def _not_accepted(code: int, detail: str) -> NotAccepted:
    known = CODES.get(code, Code("other", "отказ"))
    words = f"{TITLE}: {known.words} (код {code})" + (f". {detail}" if detail and known.reason == "other" else "")
    return NotAccepted(words, known.reason, is_permanent=known.pauses or code not in CODES, wait_s=known.wait_s)


def _pause_if_all(outcomes: Mapping[int, Outcome]) -> None:
    """Where the key, the money or the sender keeps everybody from being sent to, the whole request is refused."""
    reasons = {one.reason for one in outcomes.values()}
    if len(reasons) == 1 and (reason := reasons.pop()) in ("key", "money", "sender"):
        detail = next(iter(outcomes.values())).detail
        raise NotAccepted(f"{TITLE}: {detail}", reason, is_permanent=True)


def _place(key: str) -> int | None:
    """data[7] is the 7th."""
    return whole(key[5:-1]) if key.startswith("data[") and key.endswith("]") else None

"""SMSC.ru: a request bears our own id, by which and the phone every message of it is found again.

A whole request is refused for one phone that it does not like (errors 7 and 8): then nobody of it got anything, and
it is sent in halves, so that one phone keeps nobody else waiting. The answer is UTF-8 whatever its header says.
"""

import hashlib
import hmac
import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import ceil
from time import monotonic
from typing import Any, NamedTuple

from loyalty.sms import parts
from loyalty.sms.answers import as_list, as_object, by_digits, digits, kopecks, moment, whole
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

TITLE = "SMSC.ru"
TEXT_MAX = 1000  # letters
STATUSES_MAX = 500  # a request
MINUTE_S = 60  # between two requests for statuses of many
HALVING_S = 60  # how long a request that is refused for one phone is tried in halves
CONCURRENT = "concurrent"  # in the words of error 9


class Error(NamedTuple):
    """What a refused request means; `is_of_phone`: of one phone in it."""

    reason: str
    words: str
    pauses: bool = False
    wait_s: int | None = None
    is_of_phone: bool = False


ERRORS: dict[int, Error] = {
    1: Error("other", "ошибка в параметрах запроса", pauses=True),
    2: Error("key", "логин или пароль не подходит, или этот адрес в интернете не разрешён", pauses=True),
    3: Error("money", "на счёте не хватает денег", pauses=True),
    4: Error("limit", "адрес временно заблокирован из-за частых ошибок", wait_s=MINUTE_S),
    5: Error("other", "неверный формат даты", pauses=True),
    6: Error(
        "forbidden_text", "сообщение запрещено: текст, имя отправителя или рассылка без договора", pauses=True
    ),
    7: Error("bad_number", "неверный номер телефона", is_of_phone=True),
    8: Error("no_route", "на этот номер нельзя доставить", is_of_phone=True),
    9: Error("limit", "слишком часто", wait_s=MINUTE_S),
}

NOT_FOUND = -3
STATES: dict[int, tuple[State, str]] = {
    NOT_FOUND: (State.UNKNOWN, "not_found"),
    -1: (State.SENT, ""), 0: (State.SENT, ""),
    1: (State.DELIVERED, ""), 2: (State.DELIVERED, ""), 4: (State.DELIVERED, ""),
    -2: (State.FAILED, "rejected"),
    3: (State.FAILED, "expired"), 25: (State.FAILED, "expired"),
    20: (State.FAILED, "no_route"),
    22: (State.FAILED, "bad_number"),
    23: (State.FAILED, "stop_list"),
    24: (State.FAILED, "money"),
}  # fmt: skip
# State 23 is also of a duplicate, a flood or spam; of these only where `err` says no other (252: the black list).
BLACK_LIST = (None, 0, 252)


class Smsc:
    """An account of SMSC.ru by login:password or its API key."""

    batch_max = 100
    tells_delivery = True
    can_find = True

    def __init__(self, access: Access) -> None:
        login, _, password = access.key.partition(":")
        self._key = [("login", login), ("psw", password)] if password else [("apikey", access.key)]
        self._sender, self._word = access.sender, access.secret
        self._client = Client(TITLE, "https://smsc.ru/sys/", access.url, [access.key, password])
        self._many_asked = -float(MINUTE_S)  # when, in monotonic seconds

    def _form(self, *fields: tuple[str, str]) -> list[tuple[str, str]]:
        return [*self._key, ("fmt", "3"), ("charset", "utf-8"), *fields]

    # --- Sending ----------------------------------------------------------------------------------------------

    def send(self, batch: Sequence[Outgoing], client_id: int) -> Mapping[int, Outcome]:
        """All in one request by our id; a text that is too long for it is not sent."""
        outcomes = {one.id: _too_long() for one in batch if len(one.text) > TEXT_MAX}
        fits = [one for one in batch if one.id not in outcomes]
        return outcomes | (self._sent(fits, client_id, monotonic() + HALVING_S) if fits else {})

    def _sent(self, batch: Sequence[Outgoing], client_id: int, until: float) -> dict[int, Outcome]:
        answer = self._client.send("send.php", form=self._form(*self._messages(batch, client_id)))
        told = as_object(answer.text)
        if told is None:
            raise self._client.makes_no_sense(answer)
        if (code := whole(told.get("error_code"))) is not None:
            return self._refused(code, str(told.get("error") or ""), batch, client_id, until)
        if whole(told.get("id")) is None:
            raise self._client.makes_no_sense(answer)
        return _taken(told, batch, client_id)

    def _messages(self, batch: Sequence[Outgoing], client_id: int) -> list[tuple[str, str]]:
        return [
            *_texts(batch), ("id", str(client_id)), ("cost", "3"), ("op", "1"),
            *([("sender", self._sender)] if self._sender else []),
        ]  # fmt: skip

    def _refused(
        self, code: int, words: str, batch: Sequence[Outgoing], client_id: int, until: float
    ) -> dict[int, Outcome]:
        error = ERRORS.get(code, Error("other", "отказ"))
        detail = self._client.without_secrets(words)
        if code == 9 and CONCURRENT not in words:
            return self._repeated(batch, client_id)
        if not error.is_of_phone:
            raise _not_accepted(code, detail)
        if len(batch) == 1:
            return {batch[0].id: Outcome(State.FAILED, "", error.reason, f"{error.words} (ошибка {code})")}
        if monotonic() > until:
            return {one.id: Outcome(State.FAILED, "", "unavailable", detail, is_passing=True) for one in batch}
        half = len(batch) // 2
        found = self._sent(batch[:half], client_id, until)
        try:
            return found | self._sent(batch[half:], client_id, until)
        except NotAccepted as error_of_rest:  # of these nobody got it; the others are told
            passing = Outcome(State.FAILED, "", error_of_rest.reason, str(error_of_rest), is_passing=True)
            return found | {one.id: passing for one in batch[half:]}

    def _repeated(self, batch: Sequence[Outgoing], client_id: int) -> dict[int, Outcome]:
        """«Duplicate request»: perhaps it took this one before; whom it does not know may be tried in a minute."""
        known = self._found(batch, client_id)
        if any(outcome is not None for outcome in known.values()) or len(known) < len(batch):
            passing = Outcome(State.FAILED, "", "limit", ERRORS[9].words, is_passing=True)
            return {one: outcome or passing for one, outcome in known.items()}
        raise _not_accepted(9, "")

    # --- What became of them ----------------------------------------------------------------------------------

    def find(self, batch: Sequence[Outgoing], client_id: int, since: datetime) -> Mapping[int, Outcome | None]:
        """By our id and the phone: «-3» was surely not taken. Ask when the request can be under way no more."""
        return self._found(batch, client_id)

    def _found(self, batch: Sequence[Outgoing], client_id: int) -> dict[int, Outcome | None]:
        asked = [(client_id, digits(one.address)) for one in batch]
        told = self._statuses(asked)
        found: dict[int, Outcome | None] = {}
        for one, pair in zip(batch, asked, strict=True):
            if (outcome := told.get(pair)) is not None:
                found[one.id] = None if outcome.reason == "not_found" else outcome
        return found

    def status(self, asked: Sequence[Known]) -> Mapping[int, Outcome]:
        """By our ids and phones; of many at once no oftener than once a minute, and then of so many."""
        if len(asked) > 1:
            left_s = self._many_asked + MINUTE_S - monotonic()
            if left_s > 0:
                raise NotAccepted(f"{TITLE}: о многих сообщениях можно спросить раз в минуту", "limit",
                                  wait_s=ceil(left_s))  # fmt: skip
            self._many_asked = monotonic()
        pairs = {one.id: _pair(one) for one in asked[:STATUSES_MAX]}
        told = self._statuses(list(pairs.values()))
        return {id_: told[pair] for id_, pair in pairs.items() if pair in told}

    def _statuses(self, asked: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Outcome]:
        """By id and phone; who is not named in the answer is missing."""
        if not asked:
            return {}
        phones, ids = ",".join(phone for _, phone in asked), ",".join(str(id_) for id_, _ in asked)
        answer = self._client.ask("status.php", form=self._form(("phone", phones), ("id", ids), ("all", "1")))
        told = self._told(answer)
        rows = [row for row in as_list(told) if isinstance(row, Mapping)]
        if any(whole(row.get("phone")) is None for row in rows) and len(rows) != len(asked):
            return {}  # whose is which is not said
        found = {}
        for row, (id_, phone) in zip(rows, asked, strict=False):
            pair = (whole(row.get("id")) or id_, str(row.get("phone") or phone).lstrip("+"))
            if (outcome := _state(row, f"{pair[0]}:{pair[1]}")) is not None:
                found[pair] = outcome
        return found

    def _told(self, answer: Answer) -> Any:
        """The JSON of an answer to a question; NotAccepted where it is a refusal."""
        try:
            told = json.loads(answer.text)
        except ValueError:
            raise NotAccepted(str(self._client.makes_no_sense(answer)), "server") from None
        code = whole(told.get("error_code")) if isinstance(told, Mapping) else None
        if code is not None:
            raise _not_accepted(code, self._client.without_secrets(str(told.get("error") or "")))
        return told

    # --- Money, and what it tells by itself --------------------------------------------------------------------

    def prices(self, batch: Sequence[Outgoing]) -> Mapping[int, Price] | None:
        """By cost=1, which sends nothing."""
        found: dict[int, Price] = {}
        for start in range(0, len(batch), self.batch_max):
            some = batch[start : start + self.batch_max]
            fields = [*_texts(some), ("cost", "1"), ("op", "1")]
            told = self._told(self._client.ask("send.php", form=self._form(*fields)))
            for one, about in _by_phone(told, some).items():
                if (cost := kopecks(about.get("cost"))) is not None:
                    count = whole(told.get("cnt")) if len(some) == 1 else None
                    found[one.id] = Price(count or parts.count(one.text).parts, cost)
        return found

    def check(self) -> Checked:
        """The balance."""
        told = self._told(self._client.ask("balance.php", form=self._form()))
        return Checked(kopecks(told.get("balance") if isinstance(told, Mapping) else None))

    def called(self, headers: Mapping[str, str], form: Sequence[tuple[str, str]], body: bytes) -> Called | None:
        """A status, or what somebody wrote; signed where the address in the account asks for it (&md5)."""
        said = dict(form)
        is_reply = "mes" in said
        order = ("phone", "mes", "to") if is_reply else ("id", "phone", "status")
        if not _is_signed(said, ":".join([*(said.get(name, "") for name in order), self._word])):
            return None
        if is_reply:
            return Called(replies=[(f"+{digits(said.get('phone', ''))}", said["mes"])])
        id_, phone = whole(said.get("id")), digits(said.get("phone", ""))
        outcome = _state(said, f"{id_}:{phone}")
        return Called({outcome.gateway_id: outcome} if id_ is not None and outcome else {})


def _texts(batch: Sequence[Outgoing]) -> list[tuple[str, str]]:
    """One text to many phones, or a line a phone, its own newlines as \\n."""
    if len({one.text for one in batch}) == 1:
        return [("phones", ",".join(by_digits(batch))), ("mes", batch[0].text)]
    lines = [f"{phone}:{_one_line(one.text)}" for phone, one in by_digits(batch).items()]
    return [("list", "\n".join(lines))]


def _one_line(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _taken(told: Mapping[str, Any], batch: Sequence[Outgoing], client_id: int) -> dict[int, Outcome]:
    """Who is not named, where phones are named at all, is unknown."""
    count = whole(told.get("cnt")) if len(batch) == 1 else None
    outcomes = {}
    for one, about in _by_phone(told, batch).items():
        gateway_id = f"{client_id}:{digits(one.address)}"
        cost = kopecks(about.get("cost"))
        outcomes[one.id] = _refused_phone(about) or Outcome(State.SENT, gateway_id, cost=cost, parts=count)
    return outcomes


def _by_phone(told: Mapping[str, Any], batch: Sequence[Outgoing]) -> dict[Outgoing, Mapping[str, Any]]:
    """What is said of each; without `phones` the whole is of one, or of all without a cost each."""
    phones = [one for one in as_list(told.get("phones")) if isinstance(one, Mapping) and "phone" in one]
    if not phones:
        return {one: told if len(batch) == 1 else {} for one in batch}
    whose = by_digits(batch)
    named = {digits(str(about["phone"])): about for about in phones}
    return {one: named[phone] for phone, one in whose.items() if phone in named}


def _refused_phone(about: Mapping[str, Any]) -> Outcome | None:
    """A phone that was refused while the others were taken: surely not accepted."""
    state, error = whole(about.get("status")), whole(about.get("error"))
    if state in STATES and STATES[state][0] == State.FAILED:
        reason = STATES[state][1]
        is_black = state == 23 and error in BLACK_LIST
        return Outcome(State.FAILED, "", reason if state != 23 or is_black else "rejected", f"статус {state}",
                       is_passing=reason == "money", is_opt_out=is_black)  # fmt: skip
    if error:
        known = ERRORS.get(error, Error("other", "отказ"))
        passing = known.pauses or known.wait_s is not None
        return Outcome(State.FAILED, "", known.reason, f"{known.words} (ошибка {error})", is_passing=passing)
    return None


def _state(row: Mapping[str, Any], gateway_id: str) -> Outcome | None:
    """What a status means; None where there is none. 0 is one."""
    status, error = whole(row.get("status")), whole(row.get("err"))
    if status is None:
        return None
    state, reason = STATES.get(status, (State.UNKNOWN, ""))
    is_black = status == 23 and error in BLACK_LIST
    if status == 23 and not is_black:
        reason = "rejected"
    told = str(row.get("status_name") or f"статус {status}") + (f", ошибка {error}" if error else "")
    at = moment(row.get("last_timestamp") or row.get("ts"))
    detail = "" if state in (State.SENT, State.DELIVERED) else told
    return Outcome(state, gateway_id, reason, detail, kopecks(row.get("cost")), at=at, is_opt_out=is_black)


def _pair(one: Known) -> tuple[int, str]:
    id_, _, phone = one.gateway_id.partition(":")
    return whole(id_) or one.client_id, phone or digits(one.address)


def _too_long() -> Outcome:
    return Outcome(State.FAILED, "", "too_long", f"{TITLE} берёт до {TEXT_MAX} знаков")


def _not_accepted(code: int, detail: str) -> NotAccepted:
    known = ERRORS.get(code, Error("other", f"отказ: {detail}" if detail else "отказ", pauses=True))
    words = f"{TITLE}: {known.words} (ошибка {code})"
    return NotAccepted(words, known.reason, is_permanent=known.pauses, wait_s=known.wait_s)


def _is_signed(said: Mapping[str, str], text: str) -> bool:
    """By the signature that it bears, if it bears one: the address alone is a secret already."""
    data = text.encode()
    crc = zlib.crc32(data)
    right = {
        "md5": [hashlib.md5(data, usedforsecurity=False).hexdigest()],
        "sha1": [hashlib.sha1(data, usedforsecurity=False).hexdigest()],
        "crc32": [str(crc), f"{crc:x}", f"{crc:08x}"],
    }
    given = {kind: said[kind].strip().lower() for kind in right if kind in said}
    return all(
        any(hmac.compare_digest(one.encode(), sign.encode()) for one in right[kind]) for kind, sign in given.items()
    )

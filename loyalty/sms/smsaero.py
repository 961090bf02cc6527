"""SMS Aero v2: a message a request, in JSON; found again by its number and text.

Its own libraries try the next of its addresses after any failure, a time-out too, and plain http after an error of
TLS: the one sends twice, the other shows the key. Here one address is asked, by https. Callbacks are not signed:
what became of a message that one names is asked anew.
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from loyalty.sms.answers import Sign, as_list, as_object, asked_in_turn, digits, kopecks, moment, understood, whole
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

TITLE = "SMS Aero"
SIGN = "SMS Aero"  # the sender that everybody has
EARLIER = timedelta(minutes=10)  # how much their clock may be behind

STATES: dict[int, tuple[State, str]] = {
    0: (State.SENT, ""), 3: (State.SENT, ""), 4: (State.SENT, ""), 8: (State.SENT, ""),
    1: (State.DELIVERED, ""),
    2: (State.FAILED, "undelivered"),
    6: (State.FAILED, "rejected"),
}  # fmt: skip

SIGNS = (
    Sign("credential", "key", "почта или API-ключ не подходит", pauses=True),
    Sign("user or password", "key", "почта или API-ключ не подходит", pauses=True),
    Sign("no credits", "money", "на счёте не хватает денег", pauses=True),
    Sign("not enough", "money", "на счёте не хватает денег", pauses=True),
    Sign("недостаточно", "money", "на счёте не хватает денег", pauses=True),
    Sign("sender", "sender", "имя отправителя не одобрено", pauses=True),
    Sign("sign:", "sender", "имя отправителя не одобрено", pauses=True),
    Sign("blacklist", "stop_list", "номер в чёрном списке"),
    Sign("number", "bad_number", "неверный номер"),
    Sign("destination", "bad_number", "неверный номер"),
    Sign("text:", "forbidden_text", "текст не пропущен"),
)


class SmsAero:
    """An account of SMS Aero by email:api_key."""

    batch_max = 1
    tells_delivery = True
    can_find = True

    def __init__(self, access: Access) -> None:
        signed = base64.b64encode(access.key.encode()).decode()
        secrets = [access.key, access.key.partition(":")[2], signed, access.callback]
        self._client = Client(
            TITLE, "https://gate.smsaero.ru/v2/", access.url, secrets, {"Authorization": f"Basic {signed}"}
        )
        self._sign, self._callback = access.sender or SIGN, access.callback

    def send(self, batch: Sequence[Outgoing], client_id: int) -> Mapping[int, Outcome]:
        """A message."""
        (one,) = batch
        body: dict[str, Any] = {"number": digits(one.address), "text": one.text, "sign": self._sign}
        if self._callback:
            body |= {"callbackUrl": self._callback, "callbackFormat": "JSON"}
        answer = self._client.send("sms/send", body=body)
        told = as_object(answer.text)
        if told is None:
            raise self._client.makes_no_sense(answer)
        if _is_refused(told):
            return {one.id: self._refused(told)}
        messages = [about for about in as_list(told.get("data")) if isinstance(about, Mapping) and "id" in about]
        if len(messages) != 1:
            raise self._client.makes_no_sense(answer)
        return {one.id: _outcome(messages[0])}

    def _refused(self, told: Mapping[str, Any]) -> Outcome:
        sign, words = self._reason(told)
        if sign.pauses:
            raise NotAccepted(f"{TITLE}: {sign.words}", sign.reason, is_permanent=True)
        return Outcome(State.FAILED, "", sign.reason, words, is_opt_out=sign.reason == "stop_list")

    def _reason(self, told: Mapping[str, Any]) -> tuple[Sign, str]:
        """What a refusal means, and its words: «Validation error. number: incorrect»."""
        data, result = told.get("data"), told.get("result")
        fields = data.items() if isinstance(data, Mapping) else ()
        about = " ".join(f"{name}: {', '.join(map(str, as_list(what))) or what}" for name, what in fields)
        said = (told.get("message"), told.get("reason"), None if result == "reject" else result, about)
        words = self._client.without_secrets(" ".join(str(one) for one in said if one))
        return understood(SIGNS, about, words), words  # fields that it names say more than its message

    def find(self, batch: Sequence[Outgoing], client_id: int, since: datetime) -> Mapping[int, Outcome | None]:
        """By number and text: one of since then is it; an older one, perhaps another message, leaves it open."""
        return self._found(batch[0], since - EARLIER) if batch else {}

    def _found(self, one: Outgoing, since: datetime) -> dict[int, Outcome | None]:
        told = self._told(self._client.ask("sms/list", body={"number": digits(one.address), "text": one.text}))
        same = [
            about for about in as_list(told.get("data"))
            if isinstance(about, Mapping) and "id" in about
            and digits(str(about.get("number", ""))) == digits(one.address)
            and str(about.get("text", "")).strip() == one.text.strip()
        ]  # fmt: skip
        fresh = [about for about in same if (at := moment(about.get("dateCreate"))) and at >= since]
        if fresh:
            return {one.id: _outcome(max(fresh, key=lambda about: whole(about["dateCreate"]) or 0))}
        data = told.get("data")
        total = whole(data.get("totalCount")) if isinstance(data, Mapping) else None
        is_cut = total is not None and total > len(as_list(data))
        return {} if same or is_cut else {one.id: None}

    def status(self, asked: Sequence[Known]) -> Mapping[int, Outcome]:
        """One by one."""

        def ask(one: Known) -> dict[int, Outcome]:
            outcome = self._status(one.gateway_id)
            return {one.id: outcome} if outcome else {}

        return asked_in_turn(asked, ask)

    def _status(self, gateway_id: str) -> Outcome | None:
        """None where it knows no such message."""
        answer = self._client.ask("sms/status", body={"id": whole(gateway_id) or gateway_id})
        told = as_object(answer.text)
        if told is not None and _is_refused(told) and not self._reason(told)[0].pauses:
            return None
        told = self._told(answer)
        about = next((about for about in as_list(told.get("data")) if isinstance(about, Mapping)), {})
        return _outcome(about) if "status" in about else None

    def prices(self, batch: Sequence[Outgoing]) -> Mapping[int, Price] | None:
        """It has tariffs by operator, and nobody knows whose a number is."""
        return None

    def check(self) -> Checked:
        """The balance, and the senders that are approved."""
        data = self._told(self._client.ask("balance", body={})).get("data")
        signs = as_list(self._told(self._client.ask("sign/list", body={})).get("data"))
        names = [str(one["name"]) for one in signs if isinstance(one, Mapping) and "name" in one]
        return Checked(kopecks(data.get("balance")) if isinstance(data, Mapping) else None, names)

    def _told(self, answer: Answer) -> Mapping[str, Any]:
        """What it answers to a question; NotAccepted where it refuses."""
        told = as_object(answer.text)
        if told is None:
            raise NotAccepted(str(self._client.makes_no_sense(answer)), "server")
        if _is_refused(told):
            sign, words = self._reason(told)
            raise NotAccepted(f"{TITLE}: {sign.words} ({words})", sign.reason, is_permanent=sign.pauses)
        return told

    def called(self, headers: Mapping[str, str], form: Sequence[tuple[str, str]], body: bytes) -> Called | None:
        """It names a message; what became of that one is asked, as nothing is signed."""
        said: Mapping[str, Any] = as_object(body.decode("utf-8", "replace")) or dict(form)
        about = said.get("data") if isinstance(said.get("data"), Mapping) else said
        id_ = whole(about.get("id")) if isinstance(about, Mapping) else None
        outcome = self._status(str(id_)) if id_ is not None else None
        return Called({str(id_): outcome} if outcome else {})


def _is_refused(told: Mapping[str, Any]) -> bool:
    """By the envelope, or by a legacy answer that has none."""
    if "success" in told:
        return told["success"] is False
    return told.get("result") not in (None, "accepted")


def _outcome(about: Mapping[str, Any]) -> Outcome:
    """What a message object says of it."""
    status = whole(about.get("status"))
    state, reason = STATES.get(-1 if status is None else status, (State.SENT, ""))
    words = str(about.get("extendStatus") or "") if state == State.FAILED else ""
    at = moment(about.get("dateAnswer"))
    return Outcome(state, str(about.get("id") or ""), reason, words, kopecks(about.get("cost")), at=at)

"""MTS Exolve: a message a request, in JSON; found again in its list, by receiver, text and time.

What its numbers of statuses mean is documented nowhere that we know; only the words of its callbacks are plain. So
it counts as a gateway that does not tell «delivered», and what a callback says comes on top.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from loyalty.sms.answers import Sign, as_list, as_object, asked_in_turn, digits, understood, written
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

TITLE = "МТС Exolve"
EARLIER = timedelta(minutes=10)  # how much their clock may be behind
A_DAY = timedelta(days=1)  # of which is listed: a clock here that is wrong by hours hides nothing
LISTED_MAX = 100

# Ends of the words in callbacks: DELIVERY_STATUS_DELIVERED.
STATES: tuple[tuple[str, State, str], ...] = (
    ("UNDELIVERED", State.FAILED, "undelivered"),
    ("NOT_DELIVERED", State.FAILED, "undelivered"),
    ("DELIVERED", State.DELIVERED, ""),
    ("EXPIRED", State.FAILED, "expired"),
    ("REJECTED", State.FAILED, "rejected"),
    ("FAILED", State.FAILED, "undelivered"),
)

SIGNS = (
    Sign("authorization", "key", "API-ключ не подходит", pauses=True),
    Sign("has not signed", "key", "без договора писать можно только на свой номер", pauses=True),
    Sign("balance", "money", "на счёте не хватает денег", pauses=True),
    Sign("not enough", "money", "на счёте не хватает денег", pauses=True),
    Sign("funds", "money", "на счёте не хватает денег", pauses=True),
    Sign("alpha", "sender", "имя отправителя не одобрено", pauses=True),
    Sign("sender", "sender", "имя отправителя не одобрено", pauses=True),
    Sign("number format", "bad_number", "неверный номер"),
    Sign("destination", "bad_number", "неверный номер"),
    Sign("text must", "forbidden_text", "текст не пропущен"),
)


class Exolve:
    """An application of MTS Exolve by its API key."""

    batch_max = 1
    tells_delivery = False
    can_find = True

    def __init__(self, access: Access) -> None:
        self._client = Client(
            TITLE, "https://api.exolve.ru/", access.url, [access.key], {"Authorization": f"Bearer {access.key}"}
        )
        self._sender = access.sender

    def send(self, batch: Sequence[Outgoing], client_id: int) -> Mapping[int, Outcome]:
        """A message."""
        (one,) = batch
        body = {"number": self._sender, "destination": digits(one.address), "text": one.text}
        answer = self._client.send("messaging/v1/SendSMS", body=body)
        told = as_object(answer.text)
        if told is not None and told.get("message_id"):
            return {one.id: Outcome(State.SENT, str(told["message_id"]))}
        if answer.status < 400 and not (told and "error" in told):
            raise self._client.makes_no_sense(answer)
        sign, words = self._reason(answer)
        if sign.pauses:
            raise NotAccepted(f"{TITLE}: {sign.words}", sign.reason, is_permanent=True)
        return {one.id: Outcome(State.FAILED, "", sign.reason, words)}

    def _reason(self, answer: Answer) -> tuple[Sign, str]:
        """What a refusal means, and its words: {"error": {"message": …}}, {"error": …} or {"message": …}."""
        told = as_object(answer.text) or {}
        error = told.get("error") or told.get("message") or answer.text
        words = self._client.without_secrets(str(error.get("message") if isinstance(error, Mapping) else error))
        return understood(SIGNS, words), words

    def find(self, batch: Sequence[Outgoing], client_id: int, since: datetime) -> Mapping[int, Outcome | None]:
        """By receiver, text and time; where a list is cut off, or the same went before, it can't tell."""
        if not batch:
            return {}
        one, begun = batch[0], since - EARLIER
        listed_from = f"{since - A_DAY:%Y-%m-%dT%H:%M:%SZ}"
        asked = {"receiver": digits(one.address), "date_gte": listed_from, "limit": LISTED_MAX}
        listed = self._listed(asked)
        same = [
            about for about in listed
            if digits(str(about.get("receiver", ""))) == digits(one.address) and about.get("text") == one.text
        ]  # fmt: skip
        fresh = [about for about in same if (at := written(about.get("date"))) is None or at >= begun]
        if fresh:
            return {one.id: _outcome(fresh[-1])}
        return {} if same or len(listed) >= LISTED_MAX else {one.id: None}

    def status(self, asked: Sequence[Known]) -> Mapping[int, Outcome]:
        """One by one; numbers that nobody explains stay «sent», with the number kept."""
        return asked_in_turn(asked, self._status)

    def _status(self, one: Known) -> dict[int, Outcome]:
        number = int(one.gateway_id) if one.gateway_id.isdecimal() else one.gateway_id
        listed = self._listed({"message_id": number, "limit": 1})
        same = [about for about in listed if str(about.get("message_id", one.gateway_id)) == one.gateway_id]
        return {one.id: _outcome(same[0])} if same else {}

    def _listed(self, asked: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        answer = self._client.ask("messaging/v1/GetList", body=asked)
        told = as_object(answer.text)
        if answer.status >= 400 or (told and "error" in told):
            sign, words = self._reason(answer)
            raise NotAccepted(f"{TITLE}: {sign.words} ({words})", sign.reason, is_permanent=sign.pauses)
        if told is None:
            raise NotAccepted(str(self._client.makes_no_sense(answer)), "server")
        return [about for about in as_list(told.get("messages") or []) if isinstance(about, Mapping)]

    def prices(self, batch: Sequence[Outgoing]) -> Mapping[int, Price] | None:
        """It has no such question."""
        return None

    def check(self) -> Checked:
        """A list of one shows that the key works; it does not tell the balance."""
        self._listed({"limit": 1})
        return Checked(None)

    def called(self, headers: Mapping[str, str], form: Sequence[tuple[str, str]], body: bytes) -> Called | None:
        """News of a message, or what somebody wrote: of that several come, the paid one counts."""
        said = as_object(body.decode("utf-8", "replace")) or {}
        if "INCOMING" in f"{said.get('direction')} {said.get('event_id')}":
            is_paid = str(said.get("billing_status", "BILLED")).endswith("_BILLED") or "billing_status" not in said
            reply = (f"+{digits(str(said.get('sender', '')))}", str(said.get("text", "")))
            return Called(replies=[reply] if is_paid and len(reply[0]) > 1 else [])
        outcome = _outcome(said)
        return Called({outcome.gateway_id: outcome} if outcome.gateway_id else {})


def _outcome(about: Mapping[str, Any]) -> Outcome:
    """What an entry says: in words, or in a number of which nothing is known."""
    told = about.get("delivery_status")
    state, reason = State.SENT, ""
    if isinstance(told, str):
        state, reason = next(
            ((state, reason) for end, state, reason in STATES if told.upper().endswith(end)), (State.SENT, "")
        )
    count = about.get("segments_count")
    return Outcome(
        state, str(about.get("message_id") or ""), reason,
        "" if told is None or state == State.DELIVERED else f"delivery_status {told}",
        parts=count if isinstance(count, int) and count > 0 else None, at=written(about.get("date")),
    )  # fmt: skip

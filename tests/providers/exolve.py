"""MTS Exolve: messaging/v1/SendSMS and GetList, in JSON with a bearer's key."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from loyalty.sms import parts
from tests.providers.server import Answer, Request, Server, Step, serving

BAD_NUMBER, NO_MONEY, TRIAL, BAD_SENDER = 1, 2, 3, 4
REFUSALS: dict[int, Any] = {
    BAD_NUMBER: {"error": {"message": "incorrect number format"}},
    NO_MONEY: {"error": "not enough funds"},
    TRIAL: {"error": {"message": "customer has not signed, the number must match your confirmed phone number"}},
    BAD_SENDER: {"message": "alpha-name is not registered"},
}


class Exolve(Server):
    """MTS Exolve."""

    sends = ("/SendSMS",)

    def __init__(self) -> None:
        super().__init__()
        self.dates: dict[str, str] = {}

    def answer(self, request: Request, step: Step) -> Answer:
        """By the path."""
        if request.headers.get("Authorization") != f"Bearer {self.key}":
            return Answer({"error": {"message": "incorrect authorization token"}}, 401)
        if step.code is not None:
            return Answer(REFUSALS[step.code], 400)
        said = request.fields
        if request.path == "/messaging/v1/SendSMS":
            return self._send(said, step)
        if request.path == "/messaging/v1/GetList":
            return self._list(said)
        return Answer("404 page not found", 404)

    def _send(self, said: dict[str, Any], step: Step) -> Answer:
        phone = said["destination"]
        if "+" in phone or phone in self.refuse:
            return Answer(REFUSALS[self.refuse.get(phone, BAD_NUMBER)], 400)
        id_ = str(439166000000000000 + len(self.sent))
        self.dates[id_] = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.take(step, id_, phone, said["text"], said["number"])
        return Answer({"message_id": id_})

    def _list(self, said: dict[str, Any]) -> Answer:
        found = []
        for one in self.sent:
            about = {
                "message_id": one.id, "number": one.sender, "receiver": one.phone, "text": one.text,
                "date": self.dates[one.id], "segments_count": parts.count(one.text).parts,
                "direction": 2, "billing_status": 3, "delivery_status": self.states.get(one.id, 4), "status": 3,
            }  # fmt: skip
            if (
                str(said.get("message_id", one.id)) == one.id
                and said.get("receiver", one.phone) == one.phone
                and said.get("date_gte", "") <= self.dates[one.id]
            ):
                found.append(about)
        return Answer({"messages": found[: said.get("limit", 100)]})


def callback(id_: str, delivery: str, **more: str) -> dict[str, str]:
    """The JSON that its application posts of a message."""
    return {"event_id": "DIRECTION_OUTGOING", "direction": "DIRECTION_OUTGOING", "message_id": id_,
            "delivery_status": f"DELIVERY_STATUS_{delivery}", **more}  # fmt: skip


def reply(phone: str, text: str, billing: str = "BILLED") -> dict[str, str]:
    """The JSON that it posts of what somebody wrote, several times over."""
    return {"event_id": "DIRECTION_INCOMING", "direction": "DIRECTION_INCOMING", "sender": phone, "text": text,
            "message_id": "1", "billing_status": f"BILLING_STATUS_{billing}"}  # fmt: skip


@contextmanager
def exolve() -> Iterator[Exolve]:
    """MTS Exolve on a port of its own."""
    with serving(Exolve()) as server:
        yield server

"""SMS Aero v2: sms/send, sms/status, sms/list, balance, sign/list, in JSON with Basic authorization."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from time import time
from typing import Any

from tests.providers.server import Answer, Request, Server, Step, serving

PRICE = 5.49
TEXT_MAX = 640
INCORRECT, NO_MONEY, BAD_SIGN, BLACKLIST, REJECTED = 1, 2, 3, 4, 6  # for `refuse` and `refused`
REFUSALS: dict[int, dict[str, Any]] = {
    INCORRECT: {"success": False, "data": {"number": ["incorrect"]}, "message": "Validation error."},
    NO_MONEY: {"result": "no credits"},
    BAD_SIGN: {"success": False, "data": {"sign": ["not found"]}, "message": "Validation error."},
    BLACKLIST: {"result": "reject", "reason": "in blacklist"},
}


class SmsAero(Server):
    """SMS Aero; the key is email:api_key."""

    key = "shop@example.ru:the-secret-key-of-api"
    sends = ("/sms/send",)

    def __init__(self) -> None:
        super().__init__()
        self.balance = 337.03
        self.created: dict[str, int] = {}  # by id, when it was taken, unless now

    def answer(self, request: Request, step: Step) -> Answer:
        """By the path."""
        if request.headers.get("Authorization") != f"Basic {b64encode(self.key.encode()).decode()}":
            words = "Your request was made with invalid credentials."
            return Answer({"success": False, "data": None, "message": words}, 401)
        if step.code is not None:
            return self._refused(step.code)
        name = request.path.removeprefix("/v2/").strip("/")
        said = request.fields
        if name == "sms/send":
            return self._send(said, step)
        if name == "sms/status" and str(said["id"]) not in self.created:
            return Answer({"success": False, "data": {"id": ["not found"]}, "message": "Not found."})
        if name == "sms/status":
            return self._ok(self._about(str(said["id"])) | {"dateAnswer": 1719119600, "cost": str(PRICE)})
        if name == "sms/list":
            found = [one for one in self.sent if (one.phone, one.text) == (said["number"], said["text"])]
            listed = {str(number): self._about(one.id) for number, one in enumerate(found)}
            return self._ok({**listed, "links": {"self": "/v2/sms/list?page=1"}, "totalCount": str(len(found))})
        if name == "balance":
            return self._ok({"balance": self.balance})
        if name == "sign/list":
            return self._ok({"totalCount": "1", "0": {"id": 1, "name": "Leto", "status": 1}})
        return Answer("Not found", 404)

    def _send(self, said: dict[str, Any], step: Step) -> Answer:
        phone, text = said["number"], said["text"]
        if len(text) > TEXT_MAX:
            too_long = {"text": ["should contain at most 640 characters"]}
            return Answer({"success": False, "data": too_long, "message": "Validation error."}, 400)
        if (code := self.refuse.get(phone)) in REFUSALS:
            return self._refused(code)
        id_ = str(1000 + len(self.sent))
        self.created[id_] = int(time())
        self.take(step, id_, phone, text, said["sign"])
        if not step.takes:
            return self._ok({})
        if code == REJECTED:
            self.states[id_] = REJECTED
        return self._ok(self._about(id_, self.states.get(id_, 0)))

    def _about(self, id_: str, status: int | None = None) -> dict[str, Any]:
        one = next(one for one in self.sent if one.id == id_)
        status = self.states.get(id_, 1) if status is None else status
        words = {0: "queue", 1: "delivery", 2: "failed", 3: "smsc submit", 6: "rejected", 8: "moderation"}
        return {"id": int(id_), "from": one.sender, "number": one.phone, "text": one.text, "status": status,
                "extendStatus": words.get(status, ""), "channel": "FREE SIGN", "cost": PRICE,
                "dateCreate": self.created[id_], "dateSend": self.created[id_]}  # fmt: skip

    def _ok(self, data: Any) -> Answer:
        return Answer({"success": True, "data": data, "message": None})

    def _refused(self, code: int) -> Answer:
        told = REFUSALS[code]
        return Answer(told, 400 if "success" in told else 200)


@contextmanager
def smsaero() -> Iterator[SmsAero]:
    """SMS Aero on a port of its own."""
    with serving(SmsAero()) as server:
        yield server

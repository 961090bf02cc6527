"""SMS.ru: /sms/send, /sms/status, /sms/cost, /my/balance, /my/senders, as documented and recorded."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from loyalty.sms import parts
from tests.providers.server import Answer, Request, Server, Step, serving

PRICE = 4.1
WORDS = {
    200: "Неправильный api_id",
    201: "Не хватает средств на лицевом счету",
    207: "На этот номер (или один из номеров) нельзя отправлять сообщения",
    221: "Для работы с нашим сервисом, необходимо создать буквенного отправителя",
    232: "Превышен лимит одинаковых сообщений на этот номер в день",
}


class SmsRu(Server):
    """SMS.ru."""

    sends = ("/sms/send",)

    def __init__(self) -> None:
        super().__init__()
        self.senders: list[str] | None = None
        self.guards_repeats = True  # code 232 for the same text to the same phone
        self.is_plain = False  # it answers without JSON in spite of json=1

    def answer(self, request: Request, step: Step) -> Answer:
        """By the path."""
        if request.fields.get("api_id") != self.key:
            return self._refused(200)
        if step.code is not None:
            return self._refused(step.code)
        name = request.path.strip("/")
        if name == "sms/send":
            return self._send(request, step)
        if name == "sms/status":
            return self._ok(sms={id_: self._state(id_) for id_ in request.fields["sms_id"].split(",")})
        if name == "sms/cost":
            return self._ok(sms={phone: self._cost(said) for phone, said in _texts(request)})
        if name == "my/balance":
            return self._ok(balance=self.balance)
        if name == "my/senders":  # the key is absent where there are none
            return self._ok(**({} if self.senders is None else {"senders": self.senders}))
        return self._refused(211)

    def _send(self, request: Request, step: Step) -> Answer:
        told: dict[str, Any] = {}
        for phone, said in _texts(request):
            code = self.refuse.get(phone, 100)
            if code == 100 and self.guards_repeats and any((s.phone, s.text) == (phone, said) for s in self.sent):
                code = 232
            if code != 100:
                told[phone] = {
                    "status": "ERROR",
                    "status_code": code,
                    "status_text": WORDS.get(code, f"Код {code}"),
                }
                continue
            id_ = f"202647-{1000000 + len(self.sent)}"
            self.take(step, id_, phone, said, request.fields.get("from", ""))
            told[phone] = {"status": "OK", "status_code": 100, "sms_id": id_}
        if self.is_plain:
            lines = [one.get("sms_id") or str(one["status_code"]) for one in told.values()]
            return Answer("\n".join(["100", *lines, f"balance={self.balance}"]))
        return self._ok(sms=told, balance=self.balance)

    def _state(self, id_: str) -> dict[str, Any]:
        if not any(one.id == id_ for one in self.sent):
            return {"status": "ERROR", "status_code": -1, "status_text": "Сообщение не найдено"}
        code = self.states.get(id_, 103)
        return {"status": "OK", "status_code": code, "status_text": f"Статус {code}", "cost": PRICE}

    def _cost(self, said: str) -> dict[str, Any]:
        count = parts.count(said).parts
        return {"status": "OK", "status_code": 100, "cost": f"{PRICE * count:.2f}", "sms": count}

    def _ok(self, **told: Any) -> Answer:
        return Answer({"status": "OK", "status_code": 100, **told})

    def _refused(self, code: int) -> Answer:
        if self.is_plain:
            return Answer(str(code))
        return Answer({"status": "ERROR", "status_code": code, "status_text": WORDS.get(code, f"Код {code}")})

    def callback(self, *news: tuple[str, int, int], key: str | None = None) -> list[tuple[str, str]]:
        """The form that it posts: ids, codes and unix times."""
        records = [f"sms_status\n{id_}\n{code}\n{at}" for id_, code, at in news]
        signed = sha256("".join([key or self.key, *records]).encode()).hexdigest()
        return [*((f"data[{number}]", record) for number, record in enumerate(records)), ("hash", signed)]


def _texts(request: Request) -> list[tuple[str, str]]:
    """to[phone]=text (multi[…] in old libraries), or one msg to many."""
    named = [(found[1], said) for key, said in request.fields.items()
             if (found := re.fullmatch(r"(?:to|multi)\[(\d+)\]", key))]  # fmt: skip
    listed = request.fields.get("to", "")
    return named or [(phone, request.fields["msg"]) for phone in listed.split(",")]


@contextmanager
def smsru() -> Iterator[SmsRu]:
    """SMS.ru on a port of its own."""
    with serving(SmsRu()) as server:
        yield server

"""SMSC.ru: send.php, status.php, balance.php, with fmt=3, as documented and recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import md5
from typing import Any

from loyalty.sms import parts
from tests.providers.server import Answer, Request, Server, Step, serving

PRICE = 3.2
ERRORS = {
    1: "parameters error",
    2: "authorise error",
    3: "no money",
    4: "IP is blocked",
    6: "message is denied",
    7: "invalid number",
    8: "can't be delivered",
    9: "duplicate request, wait a minute",
}
OF_PHONE = (7, 8)


class Smsc(Server):
    """SMSC.ru; the key is login:password."""

    key = "summer:the-secret-word"
    sends = ("/send.php",)

    def __init__(self) -> None:
        super().__init__()
        self.balance = "1871.62"
        self.names_phones = True  # op=1 is honoured
        self.whole_refusals = True  # a phone that is refused by 7 or 8 refuses its whole request
        self.limits_statuses = False  # error 9 for a second request for many
        self.timestamps: dict[str, int] = {}
        self._many = 0

    def answer(self, request: Request, step: Step) -> Answer:
        """By the path."""
        said = request.fields
        login, password = self.key.split(":")
        if (said.get("login"), said.get("psw")) != (login, password) and said.get("apikey") != self.key:
            return self._refused(2)
        if step.code is not None:
            return self._refused(step.code)
        name = request.path.rpartition("/")[2]
        if name == "balance.php":
            return Answer({"balance": self.balance})
        if name == "status.php":
            return self._status(said)
        texts = _texts(said)
        if not texts or said.get("charset") != "utf-8" or said.get("fmt") != "3":
            return self._refused(1)
        if said.get("cost") == "1":
            return self._cost(texts)
        return self._send(said, texts, step)

    def _send(self, said: dict[str, str], texts: list[tuple[str, str]], step: Step) -> Answer:
        refused = [self.refuse[phone] for phone, _ in texts if phone in self.refuse]
        if refused and refused[0] in OF_PHONE and (self.whole_refusals or len(texts) == 1):
            return Answer({"error": ERRORS[refused[0]], "error_code": refused[0], "id": int(said["id"])})
        phones: list[dict[str, Any]] = []
        count = 0
        for phone, text in texts:
            if phone in self.refuse:
                code = self.refuse[phone]
                phones.append({"phone": phone, "status": str(code) if code >= 20 else "", "error": str(code)
                               if code < 20 else "", "cost": "0"})  # fmt: skip
                continue
            self.take(step, f"{said['id']}:{phone}", phone, text, said.get("sender", ""))
            count += parts.count(text).parts
            cost = f"{PRICE * parts.count(text).parts:.2f}"
            phones.append({"phone": phone, "mccmnc": "25001", "cost": cost, "status": "", "error": ""})
        told = {"id": int(said["id"]), "cnt": count, "cost": f"{PRICE * count:.2f}", "balance": self.balance}
        return Answer(told | ({"phones": phones} if said.get("op") == "1" and self.names_phones else {}))

    def _cost(self, texts: list[tuple[str, str]]) -> Answer:
        counts = [(phone, parts.count(text).parts) for phone, text in texts]
        total = sum(count for _, count in counts)
        phones = [{"phone": phone, "cost": f"{PRICE * count:.2f}"} for phone, count in counts]
        return Answer({"cnt": total, "cost": f"{PRICE * total:.2f}", "phones": phones})

    def _status(self, said: dict[str, str]) -> Answer:
        pairs = list(zip(said["phone"].split(","), said["id"].split(","), strict=True))
        if len(pairs) > 1 and self.limits_statuses:
            self._many += 1
            if self._many > 1:
                return self._refused(9)
        rows = [self._state(phone, id_) for phone, id_ in pairs if phone]
        return Answer(rows if len(pairs) > 1 else rows[0])

    def _state(self, phone: str, id_: str) -> dict[str, Any]:
        named = f"{id_}:{phone}"
        told = {"id": int(id_), "phone": phone}
        if not any(one.id == named for one in self.sent):
            return told | {"status": -3}
        status = self.states.get(named, 1)
        status, err = status if isinstance(status, tuple) else (status, None)
        return told | {
            "status": status, "last_date": "18.10.2016 15:34:12",
            "last_timestamp": self.timestamps.get(named, 1476794052), "cost": f"{PRICE:.2f}",
            **({"err": err} if err is not None else {}),
        }  # fmt: skip

    def _refused(self, code: int) -> Answer:
        return Answer({"error": ERRORS.get(code, "unknown error"), "error_code": code})


def callback(id_: str, status: int, at: int, word: str, **more: str) -> list[tuple[str, str]]:
    """The form that it posts of a message (`id:phone`), signed by the word typed in its account."""
    number, phone = id_.split(":")
    sign = md5(f"{number}:{phone}:{status}:{word}".encode(), usedforsecurity=False).hexdigest()
    said = {"id": number, "phone": phone, "status": str(status), "ts": str(at), "type": "0", "md5": sign, **more}
    return list(said.items())


def reply(phone: str, text: str, word: str) -> list[tuple[str, str]]:
    """The form that it posts of what somebody wrote."""
    sign = md5(f"{phone}:{text}:7999:{word}".encode(), usedforsecurity=False).hexdigest()
    return [("phone", phone), ("mes", text), ("to", "7999"), ("md5", sign)]


def _texts(said: dict[str, str]) -> list[tuple[str, str]]:
    if "list" in said:
        lines = [line.partition(":") for line in said["list"].split("\n")]
        return [(phone, text.replace("\\n", "\n")) for phone, _, text in lines]
    return [(phone, said["mes"]) for phone in said.get("phones", "").split(",") if phone]


@contextmanager
def smsc() -> Iterator[Smsc]:
    """SMSC.ru on a port of its own."""
    with serving(Smsc()) as server:
        yield server

"""`python -m bench messages`: what writing to 100,000 people costs, beside the machine's own work in the same run.

Each part is a function that gives rows, named in MEASURED.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, count
from statistics import median
from urllib.parse import parse_qsl

from sqlalchemy import func, insert, select
from sqlmodel import Session

from bench import asked, attribution, triggers
from bench.big.kept import FOLDER, kept
from bench.databases import Databases, opened
from bench.errors import Stopped
from bench.machine import ROOT
from bench.table import Row, printed
from loyalty import acts, db, settings
from loyalty.messages import campaigns
from loyalty.messages.sending import gateways, sender
from loyalty.messages.writing.draft import Draft
from loyalty.models import Consent, Customer, Message, messages
from loyalty.sms.gateway import Outgoing

FULL_CUSTOMERS = 100_000
LEAST = 1_000
NOW = "2026-12-01T12:00"
TEXT = "{имя|Здравствуйте}, у вас {бонусы} бонусов! До воскресенья скидка 20 %. {отписка}"
QUEUE_MAX, SEND_MS_MAX = 10, 1.0
TIMES = 3
FIRST_NAMES = ("Мария", "АННА", "ольга", "Екатерина Петровна", "", "ООО Ромашка", "Анастасия", "Ян")


class _TakenBack(Exception):
    """Nothing that was measured is kept."""


# --- The shop ---------------------------------------------------------------------------------------------


def fill(people: int) -> None:
    """So many customers with phones, names and bonuses, who agreed to messages."""
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        ids = list(db.new_ids(session, Customer, people))
        named = [
            {
                "id": id_,
                "phone": f"+7916{at:07}",
                "first_name": FIRST_NAMES[at % len(FIRST_NAMES)],
                "available": at % 700 * 100,
                "act_id": act.id,
                "updated_at": act.at,
            }
            for at, id_ in enumerate(ids)
        ]
        session.execute(insert(Customer), named)
        said = [
            {"customer_id": id_, "is_given": True, "at": act.at.replace(year=2020), "act_id": act.id} for id_ in ids
        ]
        session.execute(insert(Consent), said)


# --- Queueing ---------------------------------------------------------------------------------------------


def queueing(people: int) -> Iterator[Row]:
    """Audience, texts and parts of everybody, as rows: against as many rows put in as they are."""
    launches, inserts = [], []
    for number in range(TIMES):
        with suppress(_TakenBack), db.writing() as session:
            launches.append(_took(partial(_launch, session, f"Замер {number}")))
            inserts.append(_raw(session, people))
            raise _TakenBack
    raw = median(wall for wall, _ in inserts)
    yield Row(f"Столько же строк, {people}, вставлены как есть", raw, median(cpu for _, cpu in inserts))
    wall, cpu = median(wall for wall, _ in launches), median(cpu for _, cpu in launches)
    yield Row("Запуск рассылки: аудитория, тексты, части, очередь", wall, cpu, value=wall / raw, limit=QUEUE_MAX)


def _launch(session: Session, name: str) -> None:
    act, now = acts.begin(session, acts.Origin.SCREEN), settings.now(settings.timezone(session))
    campaigns.add(session, Draft(name, TEXT), act, now)
    campaigns.launch(session, name, act, now)


def _raw(session: Session, people: int) -> tuple[float, float]:
    """The rows of the launch, taken out and put in again by the driver alone."""
    columns = [column.name for column in messages.columns]
    rows = [tuple(row) for row in session.connection().execute(select(messages))]
    if len(rows) != people:
        raise Stopped(f"В очередь попали {len(rows)} сообщений из {people}")
    session.connection().execute(messages.delete())
    return _took(lambda: db.insert(session, Message, columns, rows))


def _took(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of this process's processor."""
    began, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - cpu


# --- Sending ----------------------------------------------------------------------------------------------


def sending(people: int) -> Iterator[Row]:
    """Claiming and recording, through a gateway on this machine that answers at once."""
    with answering() as url:
        with db.writing() as session:
            gateways.change(session, "sms", gateways.Setting("smsru", key="the-secret-key", url=url))
            _launch(session, "Отправка")
        direct = _took(partial(_requests, people))
        wall, cpu = _took(lambda: sender.run(once=True))
        with db.reading() as session:
            query = select(func.count()).select_from(messages).where(messages.c.status == "sent")
            sent = session.connection().scalar(query)
    if sent != people:
        raise Stopped(f"Отправлено {sent} сообщений из {people}")
    yield Row(f"Запросы к шлюзу, который отвечает сразу: {people} сообщений", *direct)
    each_ms = wall / people * 1_000
    yield Row(
        "Отправка: взять, проверить, отправить, записать", wall, cpu, value=each_ms, limit=SEND_MS_MAX, unit=" мс"
    )


def _requests(people: int) -> None:
    """The same requests, of nobody's messages."""
    with db.reading() as session:
        gateway = gateways.opened(gateways.accounts(session, "sms")[0])
    for start in range(0, people, sender.BATCH_MAX):
        some = range(start, min(start + sender.BATCH_MAX, people))
        gateway.send([Outgoing(at, f"+7916{at:07}", "Скидка 20 %") for at in some], 1)


@contextmanager
def answering() -> Iterator[str]:
    """A gateway in a process of its own that takes whatever it is sent; its address."""
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.messages"], cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
    finally:
        server.terminate()
        server.wait()


class _Gateway(BaseHTTPRequestHandler):
    """/sms/send of SMS.ru."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits for the client's 40 ms
    ids = count(1)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        phones = [key[3:-1] for key, _ in parse_qsl(body) if key.startswith("to[")]
        told = ",".join(
            f'"{phone}":{{"status":"OK","status_code":100,"sms_id":"202647-{next(self.ids)}"}}' for phone in phones
        )
        content = f'{{"status":"OK","status_code":100,"sms":{{{told}}},"balance":1000}}'.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


def serve() -> None:
    """Answer until terminated; the port is said first."""
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _Gateway)
    print(listening.server_address[1], flush=True)
    listening.serve_forever()


# --- Parts of others --------------------------------------------------------------------------------------


def _flat(measure: Callable[[int], Iterator[Row]]) -> "Part":
    """On a shop of people alone."""

    def rows(databases: Databases, people: int) -> Iterator[Row]:
        with _at(databases.empty("messages"), NOW):
            db.migrate()
            fill(people)
            yield from measure(people)

    return rows


def attributed(databases: Databases, people: int) -> Iterator[Row]:
    """Whose every receipt is, of a year of campaigns on the big shop."""
    yield from attribution.of_shop(kept(databases, people), people)


@contextmanager
def _at(address: str, now: str) -> Iterator[None]:
    """The product's own database and clock."""
    os.environ["LOYALTY_DATABASE_URL"], os.environ["LOYALTY_TODAY"] = address, now
    try:
        yield
    finally:
        db.engine().dispose()


# --- The command ------------------------------------------------------------------------------------------

Part = Callable[[Databases, int], Iterator[Row]]
MEASURED: dict[str, Part] = {
    "queue": _flat(queueing),
    "send": _flat(sending),
    "night": _flat(triggers.night),
    "attribution": attributed,
}


def main(words: list[str]) -> list[Row]:
    """Measure and print; every row."""
    options = _arguments(words)
    started, rows = time.monotonic(), []
    options.folder.mkdir(parents=True, exist_ok=True)
    with opened(options.database_url, options.folder) as databases:
        for row in chain.from_iterable(MEASURED[name](databases, options.customers) for name in options.only):
            rows.append(row)
            told = "  ".join(filter(None, row.cells()))
            print(f"{time.monotonic() - started:5.0f} с  {told}", file=sys.stderr, flush=True)
        databases.drop("messages")
    print(f"\nКлиентов: {options.customers}\n\n{printed(rows)}\n")
    if options.customers < FULL_CUSTOMERS:
        print(f"Пределы даны для {FULL_CUSTOMERS} клиентов.")
    return rows


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = asked.parser("python -m bench messages", "Замеры рассылок", MEASURED, FOLDER)
    asked.add_count(parser, "--customers", "клиентов (для пробы 5000)", LEAST, FULL_CUSTOMERS)
    return parser.parse_args(words)


if __name__ == "__main__":
    serve()

"""`send`: what the background process does with messages, here and now."""

from argparse import Namespace
from datetime import datetime
from time import monotonic

from loyalty import db, settings
from loyalty.cli.telling import DONE
from loyalty.messages.sending import limits, sender, statuses
from loyalty.messages.triggers import firing

ASKS_S = 20.0
"""For how long `--once` asks gateways what became of messages before that is due."""


def send(asked: Namespace) -> int:
    """What has happened becomes messages; send what is due, and ask what became of what was sent.

    `--once` until nothing is due now; as it is not there later, it asks about everything under way at once.
    """
    firing.run()
    sender.run(once=asked.once)
    if asked.once and statuses.poll_early(_now(), monotonic() + ASKS_S):
        sender.run(once=True)  # what the gateway surely never had
    with db.reading() as session:
        if why := limits.held(session):
            print(f"{why}. Чтобы продолжить: setting set {limits.HELD} {limits.NONE}")
    return DONE


def _now() -> datetime:
    with db.reading() as session:
        return settings.now(settings.timezone(session))

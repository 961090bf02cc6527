"""`send`: what the background process does with messages, here and now."""

from argparse import Namespace

from loyalty import db
from loyalty.cli.telling import DONE
from loyalty.messages import limits, sender
from loyalty.messages.triggers import firing


def send(asked: Namespace) -> int:
    """What has happened becomes messages; send what is due, and ask what became of what was sent.

    `--once` until nothing is due now.
    """
    firing.run()
    sender.run(once=asked.once)
    with db.reading() as session:
        if why := limits.held(session):
            print(f"{why}. Чтобы продолжить: setting set {limits.HELD} {limits.NONE}")
    return DONE

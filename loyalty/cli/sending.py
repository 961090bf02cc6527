"""`send`: what the background process does with messages, here and now."""

from argparse import Namespace

from loyalty.cli.telling import DONE
from loyalty.messages import sender


def send(asked: Namespace) -> int:
    """Send what is due, and ask what became of what was sent; `--once` until nothing is due now."""
    sender.run(once=asked.once)
    return DONE

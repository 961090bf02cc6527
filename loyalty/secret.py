"""The shop's own secret, drawn when its database was made: what signs links and hides what must be forgotten."""

import hmac
from secrets import token_hex

from sqlmodel import Session

from loyalty import db, settings

NAME = "secret"  # a setting that no screen and no command shows


def of(session: Session, purpose: str) -> bytes:
    """A key for one purpose, the same for ever; of a database that was emptied a new one."""
    drawn = settings.get(session, NAME)
    if not drawn:
        drawn = token_hex(32)
        if db.is_writer(session):
            settings.put(session, NAME, drawn)
            session.flush()
    return hmac.digest(bytes.fromhex(drawn), purpose.encode(), "sha256")

"""The shop's own secret, drawn when its database was made: what signs links and hides what must be forgotten."""

import hmac

from sqlmodel import Session

from loyalty import settings

NAME = "secret"  # a setting that no screen and no command shows


def of(session: Session, purpose: str) -> bytes:
    """A key for one purpose, the same for ever."""
    return hmac.digest(bytes.fromhex(settings.get(session, NAME)), purpose.encode(), "sha256")

"""Addresses that are written to no more, though whose they were is forgotten: kept as hashes (law.md §2)."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from secrets import token_hex

from sqlalchemy import select
from sqlmodel import Session

from loyalty import settings
from loyalty.models import Suppression, suppressions

SALT = "suppression_salt"  # the setting; ten digits alone would be guessed from a plain hash


def suppress(session: Session, address: str, at: datetime, source: str) -> None:
    """Write to a phone (E.164) or an e-mail no more, from whatever file it comes again."""
    if not settings.get(session, SALT):
        settings.put(session, SALT, token_hex(32))
        session.flush()
    kept = _hash(settings.get(session, SALT), address)
    if session.get(Suppression, kept) is None:
        session.add(Suppression(hash=kept, at=at, source=source))


def suppressed(session: Session, addresses: Iterable[str]) -> set[str]:
    """Which of these addresses are written to no more."""
    kept = set(session.connection().scalars(select(suppressions.c.hash)))
    if not kept:
        return set()
    salt = settings.get(session, SALT)
    return {address for address in addresses if _hash(salt, address) in kept}


def _hash(salt: str, address: str) -> str:
    said = address.strip().casefold().encode()
    return hashlib.blake2b(said, key=bytes.fromhex(salt), digest_size=32).hexdigest()

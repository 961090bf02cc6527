"""Addresses that are written to no more, whoever has them: kept as keyed hashes (law.md §2).

A consent said later by whoever has the address ends it.
"""

import hmac
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from loyalty import db, secret
from loyalty.models import suppressions

s = suppressions.c
ERASED = "erased"
"""The source of those whose data were destroyed: they get no service messages either."""


def hasher(session: Session) -> Callable[..., str]:
    """What is kept of an address or a sign: without the shop's own key nobody can try all phones there are."""
    key = secret.of(session, "suppression")

    def hashed(*values: str) -> str:
        said = "\x1f".join(value.strip().casefold() for value in values)
        return hmac.digest(key, said.encode(), "sha256").hex()

    return hashed


def suppress(session: Session, address: str, at: datetime, source: str) -> None:
    """Nothing advertising goes to a phone or an e-mail from a moment (UTC) on; the latest such moment counts."""
    upsert = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    row = upsert(suppressions).values(hash=hasher(session)(address), at=at, source=source)
    newer = {"at": row.excluded.at, "source": row.excluded.source}
    session.connection().execute(
        row.on_conflict_do_update(index_elements=["hash"], set_=newer, where=s.at < row.excluded.at)
    )


def among(session: Session, addresses: Iterable[str], source: str | None = None) -> dict[str, datetime]:
    """Those of the addresses that are suppressed, and since when (UTC); of one source where it is said."""
    if not _any(session):  # nothing to hash thousands of phones for
        return {}
    key = hasher(session)
    keys = {key(address): address for address in set(addresses) if address}
    query = select(s.hash, s.at).where(db.among(session, s.hash, keys))
    rows = session.connection().execute(query.where(s.source == source) if source else query)
    return {keys[key]: at for key, at in rows}


def lift(session: Session, address: str, at: datetime) -> None:
    """Whoever has the address agreed to messages at a moment (UTC): what was asked before that is over."""
    if _any(session):
        mine = delete(suppressions).where(s.hash == hasher(session)(address), s.at <= at)
        session.connection().execute(mine)


def _any(session: Session) -> bool:
    return session.connection().scalar(select(s.hash).limit(1)) is not None

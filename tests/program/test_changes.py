"""What is kept in memory of the database is known to be old as soon as somebody has written: `db.changes`."""

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import select

from loyalty import db, settings
from loyalty.models import Setting


def changes(engine: Engine) -> str:
    with db.reading(engine) as session:
        return db.changes(session)


def test_whoever_writes_changes_it(engine: Engine) -> None:
    before = changes(engine)
    with db.writing(engine) as session:
        settings.put(session, "shop_name", "Лён и шёлк")
    first = changes(engine)
    with db.writing(engine) as session:
        settings.put(session, "shop_name", "Лён")
    assert len({before, first, changes(engine)}) == 3


def test_who_only_looked_changes_nothing(engine: Engine) -> None:
    with db.writing(engine) as session:
        settings.put(session, "shop_name", "Лён и шёлк")
    before = changes(engine)
    with db.writing(engine) as session:
        assert session.scalars(select(Setting)).all()
    with db.reading(engine) as session:
        assert settings.shop_name(session)
    assert changes(engine) == before


def test_who_rolled_back_changes_nothing(engine: Engine) -> None:
    before = changes(engine)
    with pytest.raises(ZeroDivisionError), db.writing(engine) as session:
        settings.put(session, "shop_name", "Лён и шёлк")
        session.flush()
        raise ZeroDivisionError
    assert changes(engine) == before

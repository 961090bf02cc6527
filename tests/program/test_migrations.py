"""The migrations make exactly the tables that the models declare, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import SQLModel

from loyalty import db


def test_a_migrated_database_is_what_the_models_say(bare_database_url: str) -> None:
    db.migrate(bare_database_url)
    engine = db.connect(bare_database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()

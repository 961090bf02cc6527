"""people, acts and consents.

Facts name the act they came with; a customer's signs are rows of their own; consent is dated events; ids are never
given twice. Who is whose stays as it was: old documents mean the customer they were written to.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

REBUILT = ("relatives", "imports", "runs")


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    _create()
    _widen()
    _fill(on_sqlite)
    _tighten(on_sqlite)


def _create() -> None:
    op.create_table('articles',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('key'),
        sqlite_autoincrement=True
    )
    op.create_table('acts',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('origin', sa.String(), nullable=False),
        sa.Column('person', sa.String(), nullable=False),
        sa.Column('import_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['import_id'], ['imports.id'], ),
        sa.PrimaryKeyConstraint('id'),
        sqlite_autoincrement=True
    )
    with op.batch_alter_table('acts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_acts_import_id'), ['import_id'], unique=False)

    op.create_table('mentions',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('said', sa.String(), nullable=False),
        sa.Column('code', sa.String(), nullable=True),
        sa.Column('card', sa.String(), nullable=True),
        sa.Column('phone', sa.String(), nullable=True),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('named_id', sa.Integer(), nullable=True),
        sa.Column('customer_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], ),
        sa.ForeignKeyConstraint(['named_id'], ['customers.id'], ),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('said'),
        sqlite_autoincrement=True
    )
    with op.batch_alter_table('mentions', schema=None) as batch_op:
        batch_op.create_index('mentions_by_card', ['card'], unique=False, sqlite_where=sa.text('code IS NULL'), postgresql_where=sa.text('code IS NULL'))
        batch_op.create_index(batch_op.f('ix_mentions_customer_id'), ['customer_id'], unique=False)
        batch_op.create_index('mentions_by_phone', ['phone'], unique=False, sqlite_where=sa.text('code IS NULL'), postgresql_where=sa.text('code IS NULL'))
        batch_op.create_index('mentions_by_choice', ['named_id'], unique=False, sqlite_where=sa.text('named_id IS NOT NULL'), postgresql_where=sa.text('named_id IS NOT NULL'))

    op.create_table('answers',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('number', sa.String(), nullable=False),
        sa.Column('shop', sa.String(), nullable=False),
        sa.Column('year', sa.Integer(), nullable=False),
        sa.Column('customer_id', sa.Integer(), nullable=True),
        sa.Column('mention_id', sa.Integer(), nullable=True),
        sa.Column('act_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['act_id'], ['acts.id'], ),
        sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], ),
        sa.ForeignKeyConstraint(['mention_id'], ['mentions.id'], ),
        sa.PrimaryKeyConstraint('id'),
        sqlite_autoincrement=True
    )
    with op.batch_alter_table('answers', schema=None) as batch_op:
        batch_op.create_index('answers_of_document', ['kind', 'number', 'shop', 'year'], unique=False)

    op.create_table('aparts',
        sa.Column('one_id', sa.Integer(), nullable=False),
        sa.Column('other_id', sa.Integer(), nullable=False),
        sa.Column('act_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['act_id'], ['acts.id'], ),
        sa.ForeignKeyConstraint(['one_id'], ['customers.id'], ),
        sa.ForeignKeyConstraint(['other_id'], ['customers.id'], ),
        sa.PrimaryKeyConstraint('one_id', 'other_id')
    )
    op.create_table('consents',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('customer_id', sa.Integer(), nullable=False),
        sa.Column('channel', sa.String(), nullable=False),
        sa.Column('is_given', sa.Boolean(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('wording', sa.String(), nullable=False),
        sa.Column('place', sa.String(), nullable=False),
        sa.Column('proof', sa.String(), nullable=False),
        sa.Column('act_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['act_id'], ['acts.id'], ),
        sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], ),
        sa.PrimaryKeyConstraint('id'),
        sqlite_autoincrement=True
    )
    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consents_customer_id'), ['customer_id'], unique=False)

    op.create_table('identities',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('customer_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('value', sa.String(), nullable=False),
        sa.Column('since', sa.Date(), nullable=True),
        sa.Column('until', sa.Date(), nullable=True),
        sa.Column('is_derived', sa.Boolean(), nullable=False),
        sa.Column('act_id', sa.Integer(), nullable=False),
        sa.Column('ended_act_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['act_id'], ['acts.id'], ),
        sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], ),
        sa.ForeignKeyConstraint(['ended_act_id'], ['acts.id'], ),
        sa.PrimaryKeyConstraint('id'),
        sqlite_autoincrement=True
    )
    with op.batch_alter_table('identities', schema=None) as batch_op:
        batch_op.create_index('identities_by_value', ['kind', 'value'], unique=False)
        batch_op.create_index(batch_op.f('ix_identities_customer_id'), ['customer_id'], unique=False)

    op.create_table('joins',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('gone_id', sa.Integer(), nullable=False),
        sa.Column('into_id', sa.Integer(), nullable=False),
        sa.Column('act_id', sa.Integer(), nullable=False),
        sa.Column('undone_act_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['act_id'], ['acts.id'], ),
        sa.ForeignKeyConstraint(['gone_id'], ['customers.id'], ),
        sa.ForeignKeyConstraint(['into_id'], ['customers.id'], ),
        sa.ForeignKeyConstraint(['undone_act_id'], ['acts.id'], ),
        sa.PrimaryKeyConstraint('id'),
        sqlite_autoincrement=True
    )
    with op.batch_alter_table('joins', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_joins_gone_id'), ['gone_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_joins_into_id'), ['into_id'], unique=False)



def _widen() -> None:
    """Columns that are filled below."""
    for table, columns in {
        "customers": ("joined_to", "act_id"),
        "grants": ("given_to", "act_id", "superseded_by"),
        "products": ("article_id",),
        "program_versions": ("act_id",),
        "receipts": ("mention_id", "act_id", "superseded_by"),
        "returns": ("mention_id", "act_id", "superseded_by"),
    }.items():
        for column in columns:
            op.add_column(table, sa.Column(column, sa.Integer(), nullable=True))
    op.add_column("returns", sa.Column("counted", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("imports", sa.Column("checked", sa.String(), nullable=True))
    op.add_column("entries", sa.Column("lot_part", sa.Integer(), server_default="0", nullable=False))


def _fill(on_sqlite: bool) -> None:
    _fill_acts()
    _fill_people("char" if on_sqlite else "chr", "1" if on_sqlite else "true", "0" if on_sqlite else "false")
    _fill_articles()
    op.execute("UPDATE imports SET checked = ''")
    # What was counted by the rules of before is counted anew by service.recount; an empty shop needs none.
    op.execute("INSERT INTO settings (name, value) SELECT 'rules', '2' WHERE NOT EXISTS (SELECT 1 FROM customers)")
    op.execute("UPDATE returns SET counted = amount")
    op.execute(
        "UPDATE returns SET amount = coalesce((SELECT sum(amount) FROM return_lines WHERE return_id = returns.id), 0)"
    )


def _fill_acts() -> None:
    """One act for all that was written at one moment from one file."""
    op.execute(
        "INSERT INTO acts (at, origin, person, import_id) SELECT recorded_at,"
        " CASE WHEN import_id IS NULL THEN 'till' ELSE 'import' END, '', import_id"
        " FROM (SELECT recorded_at, import_id FROM receipts UNION SELECT recorded_at, import_id FROM returns) AS said"
    )
    for table, moment, origin in (
        ("customers", "created_at", "import"),
        ("grants", "recorded_at", "screen"),
        ("program_versions", "created_at", "screen"),
    ):
        op.execute(
            f"INSERT INTO acts (at, origin, person) SELECT DISTINCT {moment}, '{origin}', '' FROM {table}"
            f" WHERE {moment} NOT IN (SELECT at FROM acts WHERE origin = '{origin}')"
        )
        op.execute(
            f"UPDATE {table} SET act_id ="
            f" (SELECT min(id) FROM acts WHERE at = {table}.{moment} AND origin = '{origin}')"
        )
    op.execute("UPDATE grants SET given_to = customer_id")
    for table in ("receipts", "returns", "grants"):
        if table != "grants":
            op.execute(
                f"UPDATE {table} SET act_id = (SELECT min(id) FROM acts WHERE at = {table}.recorded_at"
                f" AND coalesce(import_id, 0) = coalesce({table}.import_id, 0))"
            )
        op.execute(
            f"UPDATE {table} SET superseded_by = (SELECT min(id) FROM acts WHERE at = {table}.superseded_at)"
            " WHERE superseded_at IS NOT NULL"
        )


def _fill_people(char: str, yes: str, no: str) -> None:
    """Old documents mean their customer; signs of those without a code follow from documents, as for new ones."""
    op.execute("INSERT INTO mentions (said, name, named_id, customer_id) SELECT '#' || id, '', id, id FROM customers")
    for table in ("receipts", "returns"):
        op.execute(
            f"UPDATE {table} SET mention_id = (SELECT id FROM mentions WHERE said = '#' || {table}.customer_id)"
            " WHERE customer_id IS NOT NULL"
        )
    gap = f"{char}(31)"
    op.execute(
        "INSERT INTO mentions (said, card, phone, name, customer_id)"
        f" SELECT {gap} || coalesce(card, '') || {gap} || coalesce(phone, '') || {gap}, card, phone, '', min(id)"
        " FROM customers WHERE external_id IS NULL AND (card IS NOT NULL OR phone IS NOT NULL) GROUP BY card, phone"
    )
    op.execute(  # how they are called decides between several of one phone
        "INSERT INTO mentions (said, name, named_id, customer_id)"
        f" SELECT '#' || id || {gap} || name, name, id, id FROM (SELECT id,"
        " trim(trim(last_name || ' ' || first_name) || ' ' || middle_name) AS name"
        " FROM customers WHERE external_id IS NOT NULL) AS called WHERE name <> ''"
    )
    by_documents = "id IN (SELECT customer_id FROM mentions WHERE named_id IS NULL)"
    for kind, column in (("code", "external_id"), ("card", "card"), ("phone", "phone")):
        op.execute(
            "INSERT INTO identities (customer_id, kind, value, is_derived, act_id)"
            f" SELECT id, '{kind}', {column}, CASE WHEN {by_documents} THEN {yes} ELSE {no} END, act_id"
            f" FROM customers WHERE {column} IS NOT NULL"
        )
    op.execute(
        "INSERT INTO consents (customer_id, channel, is_given, at, wording, place, proof, act_id)"
        " SELECT id, 'sms', sms_consent, updated_at, '', 'Отметка в карточке, без даты', '', act_id"
        " FROM customers WHERE sms_consent IS NOT NULL"
    )


def _fill_articles() -> None:
    connection, known = op.get_bind(), {}
    for id_, sku, name in connection.execute(sa.text("SELECT id, sku, name FROM products ORDER BY id")).all():
        key = sku or f"={name.casefold()}"
        if key not in known:
            added = connection.execute(sa.text("INSERT INTO articles (key) VALUES (:key) RETURNING id"), {"key": key})
            known[key] = added.scalar_one()
        change = sa.text("UPDATE products SET article_id = :article WHERE id = :id")
        connection.execute(change, {"article": known[key], "id": id_})


def _tighten(on_sqlite: bool) -> None:
    """What must be there, and to whom it points; on SQLite tables are made anew, with ids that are never given twice."""

    def batch(table: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
        return op.batch_alter_table(
            table, recreate="always" if on_sqlite else "never", table_kwargs={"sqlite_autoincrement": True},
            naming_convention={"uq": "uq_%(table_name)s_%(column_0_name)s"},
        )  # fmt: skip

    for index in ("receipts_current", "receipts_by_day"):
        op.drop_index(index, "receipts")
    op.drop_index("returns_current", "returns")
    for table, needed, pointers, gone in (
        ("customers", ("act_id",), {"joined_to": "customers", "act_id": "acts"}, ("created_at", "sms_consent")),
        (
            "grants",
            ("given_to", "act_id"),
            {"given_to": "customers", "act_id": "acts", "superseded_by": "acts"},
            ("recorded_at",),
        ),
        ("products", ("article_id",), {"article_id": "articles"}, ()),
        ("program_versions", ("act_id",), {"act_id": "acts"}, ("created_at",)),
        (
            "receipts",
            ("act_id",),
            {"mention_id": "mentions", "act_id": "acts", "superseded_by": "acts"},
            ("import_id", "recorded_at"),
        ),
        (
            "returns",
            ("act_id",),
            {"mention_id": "mentions", "act_id": "acts", "superseded_by": "acts"},
            ("import_id", "recorded_at"),
        ),
    ):
        if "import_id" in gone:
            op.drop_index(f"ix_{table}_import_id", table)
        with batch(table) as change:
            for column in needed:
                change.alter_column(column, existing_type=sa.Integer(), nullable=False)
            for column, of in pointers.items():
                change.create_foreign_key(f"{table}_{column}_fkey", of, [column], ["id"])
            for column in gone:
                change.drop_column(column)
            if table == "customers":
                change.drop_constraint("uq_customers_card" if on_sqlite else "customers_card_key", type_="unique")
    if on_sqlite:
        for table in REBUILT:
            with batch(table):
                pass
    _index()


def _index() -> None:
    current = sa.text("superseded_at IS NULL")
    former = sa.text("superseded_at IS NOT NULL")
    is_open = sa.text("superseded_at IS NULL AND customer_id IS NULL AND mention_id IS NOT NULL")
    for table, column in (
        ("grants", "given_to"),
        ("products", "article_id"), ("products", "group_name"), ("receipts", "mention_id"), ("receipts", "act_id"),
        ("returns", "mention_id"), ("returns", "act_id"),
    ):  # fmt: skip
        op.create_index(f"ix_{table}_{column}", table, [column])
    for table in ("receipts", "returns"):
        op.create_index(
            f"{table}_current", table, ["number", "shop", "year"], unique=True,
            sqlite_where=current, postgresql_where=current,
        )  # fmt: skip
        op.create_index(f"{table}_former", table, ["number"], sqlite_where=former, postgresql_where=former)
    op.create_index(
        "receipts_by_day", "receipts", ["day", "customer_id", "total"], sqlite_where=current, postgresql_where=current
    )
    joined = sa.text("joined_to IS NOT NULL")
    op.create_index(
        "customers_joined", "customers", ["joined_to"], sqlite_where=joined, postgresql_where=joined
    )
    op.create_index("receipts_open", "receipts", ["mention_id"], sqlite_where=is_open, postgresql_where=is_open)

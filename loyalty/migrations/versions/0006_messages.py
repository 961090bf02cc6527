"""messages.

Campaigns, triggers, every message with its way through a gateway; lasting control groups; texts of consents, and what
is kept of who was erased.
"""

from secrets import token_hex

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table("batches",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("client_id", sa.Integer(), nullable=False),
    sa.Column("gateway", sa.String(), nullable=False),
    sa.Column("worker", sa.String(), nullable=False),
    sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint("id"),
    sa.UniqueConstraint("client_id"),
    sqlite_autoincrement=True
    )
    op.create_index("batches_open", "batches", ["id"], sqlite_where=sa.text("answered_at IS NULL"), postgresql_where=sa.text("answered_at IS NULL"))
    op.create_table("gateways",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("channel", sa.String(), nullable=False),
    sa.Column("kind", sa.String(), nullable=False),
    sa.Column("place", sa.Integer(), nullable=False),
    sa.Column("key", sa.String(), nullable=False),
    sa.Column("sender", sa.String(), nullable=False),
    sa.Column("url", sa.String(), nullable=False),
    sa.Column("price", sa.BigInteger(), nullable=True),
    sa.Column("balance", sa.BigInteger(), nullable=True),
    sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("trouble", sa.String(), nullable=False),
    sa.Column("trouble_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("hook", sa.String(), nullable=False),
    sa.PrimaryKeyConstraint("id"),
    sa.UniqueConstraint("channel", "kind"),
    sqlite_autoincrement=True
    )
    op.create_table("suppressions",
    sa.Column("hash", sa.String(), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("source", sa.String(), nullable=False),
    sa.PrimaryKeyConstraint("hash")
    )
    op.create_table("campaigns",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("name", sa.String(), nullable=False),
    sa.Column("segment_id", sa.Integer(), nullable=True),
    sa.Column("minus", sa.JSON(), nullable=False),
    sa.Column("audience", sa.String(), nullable=False),
    sa.Column("channel", sa.String(), nullable=False),
    sa.Column("subject", sa.String(), nullable=False),
    sa.Column("text", sa.String(), nullable=False),
    sa.Column("at", sa.DateTime(), nullable=True),
    sa.Column("control_percent", sa.Integer(), nullable=False),
    sa.Column("is_advertising", sa.Boolean(), nullable=False),
    sa.Column("window_days", sa.Integer(), nullable=False),
    sa.Column("is_latin", sa.Boolean(), nullable=False),
    sa.Column("status", sa.String(), nullable=False),
    sa.Column("why", sa.String(), nullable=False),
    sa.Column("launched_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("seed", sa.String(), nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("act_id", sa.Integer(), nullable=False),
    sa.Column("launch_act_id", sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(["act_id"], ["acts.id"]),
    sa.ForeignKeyConstraint(["launch_act_id"], ["acts.id"]),
    sa.PrimaryKeyConstraint("id"),
    sa.UniqueConstraint("name"),
    sqlite_autoincrement=True
    )
    op.create_index("ix_campaigns_launched_at", "campaigns", ["launched_at"])
    op.create_table("consent_texts",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("purpose", sa.String(), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("text", sa.String(), nullable=False),
    sa.Column("sha256", sa.String(), nullable=False),
    sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    sa.Column("act_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["act_id"], ["acts.id"]),
    sa.PrimaryKeyConstraint("id"),
    sqlite_autoincrement=True
    )
    op.create_table("holdouts",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("percent", sa.Integer(), nullable=False),
    sa.Column("seed", sa.String(), nullable=False),
    sa.Column("began_on", sa.Date(), nullable=False),
    sa.Column("ended_on", sa.Date(), nullable=True),
    sa.Column("cap", sa.BigInteger(), nullable=False),
    sa.Column("act_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["act_id"], ["acts.id"]),
    sa.PrimaryKeyConstraint("id"),
    sqlite_autoincrement=True
    )
    op.create_table("erasures",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("customer_id", sa.Integer(), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("asked_on", sa.Date(), nullable=True),
    sa.Column("reason", sa.String(), nullable=False),
    sa.Column("destroyed", sa.JSON(), nullable=False),
    sa.Column("act_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["act_id"], ["acts.id"]),
    sa.ForeignKeyConstraint(["customer_id"], ["customers.id"]),
    sa.PrimaryKeyConstraint("id"),
    sqlite_autoincrement=True
    )
    op.create_index("ix_erasures_customer_id", "erasures", ["customer_id"])
    op.create_table("holdout_members",
    sa.Column("holdout_id", sa.Integer(), nullable=False),
    sa.Column("customer_id", sa.Integer(), nullable=False),
    sa.Column("stratum", sa.Integer(), nullable=False),
    sa.Column("is_control", sa.Boolean(), nullable=False),
    sa.Column("since", sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(["customer_id"], ["customers.id"]),
    sa.ForeignKeyConstraint(["holdout_id"], ["holdouts.id"]),
    sa.PrimaryKeyConstraint("holdout_id", "customer_id"),
    sqlite_with_rowid=False
    )
    op.create_table("triggers",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("name", sa.String(), nullable=False),
    sa.Column("event", sa.String(), nullable=False),
    sa.Column("days", sa.Integer(), nullable=False),
    sa.Column("segment_id", sa.Integer(), nullable=True),
    sa.Column("channel", sa.String(), nullable=False),
    sa.Column("subject", sa.String(), nullable=False),
    sa.Column("text", sa.String(), nullable=False),
    sa.Column("hours_from", sa.String(), nullable=False),
    sa.Column("hours_to", sa.String(), nullable=False),
    sa.Column("is_advertising", sa.Boolean(), nullable=False),
    sa.Column("pause_days", sa.Integer(), nullable=False),
    sa.Column("gift", sa.JSON(), nullable=True),
    sa.Column("is_ready_made", sa.Boolean(), nullable=False),
    sa.Column("done_on", sa.Date(), nullable=True),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("act_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["act_id"], ["acts.id"]),
    sa.ForeignKeyConstraint(["segment_id"], ["segments.id"]),
    sa.PrimaryKeyConstraint("id"),
    sa.UniqueConstraint("name"),
    sqlite_autoincrement=True
    )
    op.create_table("messages",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("campaign_id", sa.Integer(), nullable=True),
    sa.Column("trigger_id", sa.Integer(), nullable=True),
    sa.Column("occurrence", sa.String(), nullable=False),
    sa.Column("customer_id", sa.Integer(), nullable=False),
    sa.Column("channel", sa.String(), nullable=False),
    sa.Column("address", sa.String(), nullable=False),
    sa.Column("is_advertising", sa.Boolean(), nullable=False),
    sa.Column("subject", sa.String(), nullable=False),
    sa.Column("text", sa.String(), nullable=False),
    sa.Column("parts", sa.Integer(), nullable=False),
    sa.Column("status", sa.String(), nullable=False),
    sa.Column("reason", sa.String(), nullable=False),
    sa.Column("detail", sa.String(), nullable=False),
    sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("stale_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("attempt", sa.Integer(), nullable=False),
    sa.Column("batch_id", sa.Integer(), nullable=True),
    sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("status_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("poll_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("gateway_id", sa.String(), nullable=False),
    sa.Column("cost", sa.BigInteger(), nullable=True),
    sa.Column("consent_id", sa.Integer(), nullable=True),
    sa.Column("grant_id", sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(["batch_id"], ["batches.id"]),
    sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"]),
    sa.ForeignKeyConstraint(["consent_id"], ["consents.id"]),
    sa.ForeignKeyConstraint(["customer_id"], ["customers.id"]),
    sa.ForeignKeyConstraint(["grant_id"], ["grants.id"]),
    sa.ForeignKeyConstraint(["trigger_id"], ["triggers.id"]),
    sa.PrimaryKeyConstraint("id"),
    sa.UniqueConstraint("campaign_id", "customer_id"),
    sqlite_autoincrement=True
    )
    op.create_index("messages_batch", "messages", ["batch_id"])
    op.create_index("messages_by_gateway", "messages", ["gateway_id"])
    op.create_index("messages_effective", "messages", ["effective_at", "customer_id", "campaign_id", "trigger_id", "is_advertising"], sqlite_where=sa.text("is_advertising AND effective_at IS NOT NULL"), postgresql_where=sa.text("is_advertising AND effective_at IS NOT NULL"))
    op.create_index("messages_fired", "messages", ["trigger_id", "customer_id", "occurrence"], unique=True, sqlite_where=sa.text("trigger_id IS NOT NULL"), postgresql_where=sa.text("trigger_id IS NOT NULL"))
    op.create_index("messages_of_customer", "messages", ["customer_id", "is_advertising", "sent_at"])
    op.create_index("messages_once", "messages", ["campaign_id", "address"], unique=True, sqlite_where=sa.text("campaign_id IS NOT NULL AND queued_at IS NOT NULL"), postgresql_where=sa.text("campaign_id IS NOT NULL AND queued_at IS NOT NULL"))
    op.create_index("messages_under_way", "messages", ["poll_at"], sqlite_where=sa.text("status IN ('sending', 'sent', 'unknown')"), postgresql_where=sa.text("status IN ('sending', 'sent', 'unknown')"))
    op.create_index("messages_waiting", "messages", ["campaign_id", "due_at", "id"], sqlite_where=sa.text("status = 'queued'"), postgresql_where=sa.text("status = 'queued'"))
    op.create_table("switches",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("trigger_id", sa.Integer(), nullable=False),
    sa.Column("is_on", sa.Boolean(), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("act_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["act_id"], ["acts.id"]),
    sa.ForeignKeyConstraint(["trigger_id"], ["triggers.id"]),
    sa.PrimaryKeyConstraint("id"),
    sqlite_autoincrement=True
    )
    op.create_index("ix_switches_trigger_id", "switches", ["trigger_id"])
    op.create_table("attempts",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("message_id", sa.Integer(), nullable=False),
    sa.Column("attempt", sa.Integer(), nullable=False),
    sa.Column("batch_id", sa.Integer(), nullable=True),
    sa.Column("text", sa.String(), nullable=False),
    sa.Column("status", sa.String(), nullable=False),
    sa.Column("reason", sa.String(), nullable=False),
    sa.Column("detail", sa.String(), nullable=False),
    sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("gateway_id", sa.String(), nullable=False),
    sa.Column("cost", sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(["batch_id"], ["batches.id"]),
    sa.ForeignKeyConstraint(["message_id"], ["messages.id"]),
    sa.PrimaryKeyConstraint("id"),
    sqlite_autoincrement=True
    )
    op.create_index("ix_attempts_message_id", "attempts", ["message_id"])
    op.create_table("forgotten",
    sa.Column("hash", sa.String(), nullable=False),
    sa.Column("customer_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["customer_id"], ["customers.id"]),
    sa.PrimaryKeyConstraint("hash")
    )
    op.create_index("ix_forgotten_customer_id", "forgotten", ["customer_id"])
    with op.batch_alter_table("consents", table_kwargs={"sqlite_autoincrement": True}) as change:
        for column in ("method", "address"):
            change.add_column(sa.Column(column, sa.String(), server_default=sa.text("''"), nullable=False))
        change.add_column(sa.Column("text_id", sa.Integer(), nullable=True))
        change.create_foreign_key("consents_text_id_fkey", "consent_texts", ["text_id"], ["id"])
    for place, method in (("Файл клиентов", "file"), ("Карточка клиента", "staff")):
        op.execute(f"UPDATE consents SET method = '{method}' WHERE place = '{place}'")
    op.execute(f"INSERT INTO settings (name, value) VALUES ('secret', '{token_hex(32)}')")

"""days of birth.

«Сегодня» asks who has a birthday these days: an index answers, not a look at every customer.
"""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index("ix_customers_birth_date", "customers", ["birth_date"])

"""hide what links people over rounds

The names of people within a series stood in plain with list, invitation and answers; from here on with answers only. They cannot be taken
along: sealing them takes the keys of the installation, and masking them the codes, which are stored nowhere. So they are dropped.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("client", "invitation"):
        op.drop_column(table, "person_key")
    op.add_column("client", sa.Column("sealed_person_key", sa.String(), nullable=True))
    for table in ("invitation", "second_code"):
        op.add_column(table, sa.Column("masked_person_key", sa.String(64), nullable=True))


def downgrade() -> None:
    for table in ("invitation", "second_code"):
        op.drop_column(table, "masked_person_key")
    op.drop_column("client", "sealed_person_key")
    for table in ("client", "invitation"):
        op.add_column(table, sa.Column("person_key", sa.String(64), nullable=True))

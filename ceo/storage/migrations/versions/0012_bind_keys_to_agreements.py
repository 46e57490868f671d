"""bind keys to agreements

A key may belong to an agreement about microdata, and opens what leaves under that one. An agreement that was ended tells why.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_key", sa.Column("agreement", sa.String(32), nullable=True))
    op.add_column("microdata_agreement", sa.Column("ended_because", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("microdata_agreement", "ended_because")
    op.drop_column("api_key", "agreement")

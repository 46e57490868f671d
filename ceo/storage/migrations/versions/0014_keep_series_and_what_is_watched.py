"""keep series and what is watched

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "antenna",
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("core", sa.String(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("chosen_by", sa.String(), nullable=False),
        sa.Column("chosen_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("place", "core", "indicator", name="pk_antenna"),
    )
    op.create_table(
        "annotation",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("core", sa.String(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_annotation_municipality_municipality"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_annotation"),
    )
    op.create_index("ix_annotation_municipality", "annotation", ["municipality"])
    op.create_table(
        "series_edition",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("core", sa.String(), nullable=False),
        sa.Column("grain", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("until", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("made_from", sa.String(71), nullable=False),
        sa.Column("document", _DOCUMENT, nullable=False),
        sa.Column("ledger", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_series_edition_municipality_municipality"
        ),
        sa.PrimaryKeyConstraint("municipality", "core", "grain", "number", name="pk_series_edition"),
    )


def downgrade() -> None:
    op.drop_table("series_edition")
    op.drop_table("annotation")
    op.drop_table("antenna")

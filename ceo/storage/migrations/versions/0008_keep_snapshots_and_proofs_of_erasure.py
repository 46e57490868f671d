"""keep snapshots and proofs of erasure

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _create(
        "snapshot",
        sa.Column("file_id", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("submissions", sa.Integer(), nullable=False),
        sa.Column("fieldwork", _DOCUMENT, nullable=False),
        sa.Column("sealed_by", sa.String(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["kept_file.id"], name="fk_snapshot_file_id_kept_file"),
    )
    _create(
        "erasure",
        sa.Column("counts", _DOCUMENT, nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("erased_by", sa.String(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words_removed_on", sa.Date(), nullable=True),
    )
    _create(
        "answer_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        keys=("day",),
    )


def _create(table: str, *parts: sa.Column[object] | sa.Constraint, keys: tuple[str, ...] = ()) -> None:
    op.create_table(
        table,
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        *parts,
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name=f"fk_{table}_municipality_municipality"),
        sa.ForeignKeyConstraint(
            ["round_id", "municipality"],
            ["round.id", "round.municipality"],
            name=f"fk_{table}_round_id_municipality_round",
        ),
        sa.PrimaryKeyConstraint("round_id", *keys, name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_municipality", table, ["municipality"])


def downgrade() -> None:
    op.drop_table("answer_day")
    op.drop_table("erasure")
    op.drop_table("snapshot")

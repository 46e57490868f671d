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
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("file_id", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("submissions", sa.Integer(), nullable=False),
        sa.Column("fieldwork", _DOCUMENT, nullable=False),
        sa.Column("sealed_by", sa.String(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["kept_file.id"], name="fk_snapshot_file_id_kept_file"),
        keys=("period",),
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
    op.create_table(
        "inflow_key",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_inflow_key_municipality_municipality"
        ),
        sa.ForeignKeyConstraint(
            ["round_id", "municipality"],
            ["round.id", "round.municipality"],
            name="fk_inflow_key_round_id_municipality_round",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_inflow_key"),
        sa.UniqueConstraint("key_hash", name="uq_inflow_key_key_hash"),
    )
    op.create_index("ix_inflow_key_municipality", "inflow_key", ["municipality"])
    op.create_index("ix_inflow_key_round_id", "inflow_key", ["round_id"])
    op.add_column("round", sa.Column("series", sa.String(), nullable=True))
    op.add_column("round", sa.Column("wave", sa.Integer(), nullable=True))
    op.create_index("ix_round_series", "round", ["series"])
    for table in ("client", "invitation", "submission"):
        op.add_column(table, sa.Column("person_key", sa.String(64), nullable=True))
    op.create_index("ix_submission_person_key", "submission", ["person_key"])


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
    op.drop_index("ix_submission_person_key", "submission")
    for table in ("client", "invitation", "submission"):
        op.drop_column(table, "person_key")
    op.drop_index("ix_round_series", "round")
    op.drop_column("round", "wave")
    op.drop_column("round", "series")
    op.drop_table("inflow_key")
    op.drop_table("answer_day")
    op.drop_table("erasure")
    op.drop_table("snapshot")

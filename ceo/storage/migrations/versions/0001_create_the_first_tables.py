"""create the first tables

Revision ID: 0001
Revises: nothing
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "municipality",
        sa.Column("code", sa.String(6), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("province_code", sa.String(), nullable=False),
        sa.Column("province", sa.String(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("size_class", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_municipality"),
    )
    op.create_table(
        "published_questionnaire",
        sa.Column("content_hash", sa.String(71), nullable=False),
        sa.Column("questionnaire", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name="pk_published_questionnaire"),
        sa.UniqueConstraint("questionnaire", "version", name="uq_published_questionnaire_questionnaire_version"),
    )
    op.create_table(
        "round",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("questionnaire_hash", sa.String(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("results_shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_round_municipality_municipality"),
        sa.ForeignKeyConstraint(
            ["questionnaire_hash"],
            ["published_questionnaire.content_hash"],
            name="fk_round_questionnaire_hash_published_questionnaire",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_round"),
        sa.UniqueConstraint("id", "municipality", name="uq_round_id_municipality"),
        sa.UniqueConstraint("municipality", "measurement", name="uq_round_municipality_measurement"),
    )
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.create_index("ix_round_measurement", ["measurement"], unique=False)
        batch_op.create_index("ix_round_municipality", ["municipality"], unique=False)

    op.create_table(
        "draft",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.String(), nullable=False),
        sa.Column("questionnaire_hash", sa.String(), nullable=False),
        sa.Column("answers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("last_save", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_draft_municipality_municipality"),
        sa.ForeignKeyConstraint(
            ["questionnaire_hash"],
            ["published_questionnaire.content_hash"],
            name="fk_draft_questionnaire_hash_published_questionnaire",
        ),
        sa.ForeignKeyConstraint(
            ["round_id", "municipality"],
            ["round.id", "round.municipality"],
            name="fk_draft_round_id_municipality_round",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index("ix_draft_municipality", ["municipality"], unique=False)
        batch_op.create_index("ix_draft_round_id", ["round_id"], unique=False)

    op.create_table(
        "edition",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("submissions", sa.Integer(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_edition_municipality_municipality"),
        sa.ForeignKeyConstraint(
            ["round_id", "municipality"],
            ["round.id", "round.municipality"],
            name="fk_edition_round_id_municipality_round",
        ),
        sa.PrimaryKeyConstraint("round_id", "number", name="pk_edition"),
    )
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.create_index("ix_edition_municipality", ["municipality"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("access_hash", sa.String(64), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_invitation_municipality_municipality"
        ),
        sa.ForeignKeyConstraint(
            ["round_id", "municipality"],
            ["round.id", "round.municipality"],
            name="fk_invitation_round_id_municipality_round",
        ),
        sa.PrimaryKeyConstraint("access_hash", name="pk_invitation"),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index("ix_invitation_municipality", ["municipality"], unique=False)
        batch_op.create_index("ix_invitation_round_id", ["round_id"], unique=False)

    op.create_table(
        "stratum",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_stratum_municipality_municipality"),
        sa.ForeignKeyConstraint(
            ["round_id", "municipality"],
            ["round.id", "round.municipality"],
            name="fk_stratum_round_id_municipality_round",
        ),
        sa.PrimaryKeyConstraint("round_id", "name", name="pk_stratum"),
    )
    with op.batch_alter_table("stratum", schema=None) as batch_op:
        batch_op.create_index("ix_stratum_municipality", ["municipality"], unique=False)

    op.create_table(
        "submission",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.String(), nullable=False),
        sa.Column("questionnaire_hash", sa.String(), nullable=False),
        sa.Column("answers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("dropped", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_submission_municipality_municipality"
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_hash"],
            ["published_questionnaire.content_hash"],
            name="fk_submission_questionnaire_hash_published_questionnaire",
        ),
        sa.ForeignKeyConstraint(
            ["round_id", "municipality"],
            ["round.id", "round.municipality"],
            name="fk_submission_round_id_municipality_round",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index("ix_submission_municipality", ["municipality"], unique=False)
        batch_op.create_index("ix_submission_round_id_edition", ["round_id", "edition"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index("ix_submission_round_id_edition")
        batch_op.drop_index("ix_submission_municipality")

    op.drop_table("submission")
    with op.batch_alter_table("stratum", schema=None) as batch_op:
        batch_op.drop_index("ix_stratum_municipality")

    op.drop_table("stratum")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index("ix_invitation_round_id")
        batch_op.drop_index("ix_invitation_municipality")

    op.drop_table("invitation")
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.drop_index("ix_edition_municipality")

    op.drop_table("edition")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_index("ix_draft_round_id")
        batch_op.drop_index("ix_draft_municipality")

    op.drop_table("draft")
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_index("ix_round_municipality")
        batch_op.drop_index("ix_round_measurement")

    op.drop_table("round")
    op.drop_table("published_questionnaire")
    op.drop_table("municipality")

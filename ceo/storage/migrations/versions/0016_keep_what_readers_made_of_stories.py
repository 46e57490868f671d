"""keep what readers made of stories

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "described_case",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("learned", sa.String(), nullable=False),
        sa.Column("about", _DOCUMENT, nullable=False),
        sa.Column("readings", _DOCUMENT, nullable=False),
        sa.Column("readings_before", _DOCUMENT, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("look_again", sa.Boolean(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_described_case_municipality_municipality"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_described_case"),
    )
    op.create_index("ix_described_case_municipality", "described_case", ["municipality"])
    op.create_table(
        "story_code",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_story_code_municipality_municipality"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_story_code"),
        sa.UniqueConstraint("id", "municipality", name="uq_story_code_id_municipality"),
    )
    op.create_index("ix_story_code_municipality", "story_code", ["municipality"])
    op.create_table(
        "story_reading",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(32), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("marks", _DOCUMENT, nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_story_reading_municipality_municipality"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_story_reading"),
        sa.UniqueConstraint("id", "municipality", name="uq_story_reading_id_municipality"),
        sa.UniqueConstraint("submission_id", "item", name="uq_story_reading_submission_id_item"),
    )
    op.create_index("ix_story_reading_municipality", "story_reading", ["municipality"])
    op.create_index("ix_story_reading_round_id", "story_reading", ["round_id"])
    op.create_table(
        "story_coding",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("reading_id", sa.String(32), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_story_coding_municipality_municipality"
        ),
        sa.ForeignKeyConstraint(
            ["reading_id", "municipality"],
            ["story_reading.id", "story_reading.municipality"],
            name="fk_story_coding_reading_id_municipality_story_reading",
        ),
        sa.PrimaryKeyConstraint("reading_id", "reader", "code", name="pk_story_coding"),
    )
    op.create_index("ix_story_coding_municipality", "story_coding", ["municipality"])
    op.create_table(
        "story_note",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("reading_id", sa.String(32), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_story_note_municipality_municipality"
        ),
        sa.ForeignKeyConstraint(
            ["reading_id", "municipality"],
            ["story_reading.id", "story_reading.municipality"],
            name="fk_story_note_reading_id_municipality_story_reading",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_story_note"),
    )
    op.create_index("ix_story_note_municipality", "story_note", ["municipality"])
    op.create_index("ix_story_note_reading_id", "story_note", ["reading_id"])
    op.create_table(
        "story_quote",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("reading_id", sa.String(32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("picked_by", sa.String(), nullable=False),
        sa.Column("picked_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_story_quote_municipality_municipality"
        ),
        sa.ForeignKeyConstraint(
            ["reading_id", "municipality"],
            ["story_reading.id", "story_reading.municipality"],
            name="fk_story_quote_reading_id_municipality_story_reading",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_story_quote"),
    )
    op.create_index("ix_story_quote_municipality", "story_quote", ["municipality"])
    op.create_index("ix_story_quote_reading_id", "story_quote", ["reading_id"])
    op.create_index("ix_story_quote_round_id", "story_quote", ["round_id"])


def downgrade() -> None:
    op.drop_table("story_quote")
    op.drop_table("story_note")
    op.drop_table("story_coding")
    op.drop_table("story_reading")
    op.drop_table("story_code")
    op.drop_table("described_case")

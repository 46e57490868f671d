"""keep notices and what is shared

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name="fk_calendar_feed_user_id_staff_user"),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_calendar_feed"),
    )
    op.create_index("ix_calendar_feed_user_id", "calendar_feed", ["user_id"])
    op.create_table(
        "notice",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("once", sa.String(), nullable=False),
        sa.Column("facts", _DOCUMENT, nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=True),
        sa.Column("mail_due", sa.Boolean(), nullable=False),
        sa.Column("mailed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name="fk_notice_user_id_staff_user"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("once", name="uq_notice_once"),
    )
    op.create_index("ix_notice_user_id", "notice", ["user_id"])
    op.create_table(
        "notice_choice",
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("mailed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name="fk_notice_choice_user_id_staff_user"),
        sa.PrimaryKeyConstraint("user_id", "kind", name="pk_notice_choice"),
    )
    op.create_table(
        "shared_activity",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("shared_on", sa.Date(), nullable=False),
        sa.Column("shared_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_shared_activity_municipality_municipality"
        ),
        sa.ForeignKeyConstraint(
            ["round_id", "municipality"],
            ["round.id", "round.municipality"],
            name="fk_shared_activity_round_id_municipality_round",
        ),
        sa.PrimaryKeyConstraint("round_id", "activity", name="pk_shared_activity"),
    )
    op.create_index("ix_shared_activity_municipality", "shared_activity", ["municipality"])


def downgrade() -> None:
    op.drop_table("shared_activity")
    op.drop_table("notice_choice")
    op.drop_table("notice")
    op.drop_table("calendar_feed")

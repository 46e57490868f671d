"""keep drafts and releases of the national library

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "library_draft",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("released_as", sa.Integer(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_library_draft"),
    )
    op.create_table(
        "library_draft_revision",
        sa.Column("draft_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("on_revision", sa.Integer(), nullable=False),
        sa.Column("files", _DOCUMENT, nullable=False),
        sa.Column("parts", _DOCUMENT, nullable=False),
        sa.Column("change", _DOCUMENT, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["library_draft.id"], name="fk_library_draft_revision_draft_id_library_draft"
        ),
        sa.ForeignKeyConstraint(["made_by"], ["staff_user.id"], name="fk_library_draft_revision_made_by_staff_user"),
        sa.PrimaryKeyConstraint("draft_id", "number", name="pk_library_draft_revision"),
    )
    op.create_table(
        "library_review",
        sa.Column("draft_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["library_draft.id"], name="fk_library_review_draft_id_library_draft"),
        sa.ForeignKeyConstraint(["said_by"], ["staff_user.id"], name="fk_library_review_said_by_staff_user"),
        sa.PrimaryKeyConstraint("draft_id", "number", name="pk_library_review"),
    )
    op.create_table(
        "library_release",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.String(32), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("files", _DOCUMENT, nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("modules", _DOCUMENT, nullable=False),
        sa.Column("released_by", sa.String(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["library_draft.id"], name="fk_library_release_draft_id_library_draft"),
        sa.ForeignKeyConstraint(["released_by"], ["staff_user.id"], name="fk_library_release_released_by_staff_user"),
        sa.PrimaryKeyConstraint("number", name="pk_library_release"),
    )


def downgrade() -> None:
    for table in ("library_release", "library_review", "library_draft_revision", "library_draft"):
        op.drop_table(table)

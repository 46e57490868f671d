"""keep what municipalities do together

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("seat", sa.String(6), nullable=False),
        sa.Column("works_in", _DOCUMENT, nullable=False),
        sa.Column("themes", _DOCUMENT, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("name", name="uq_organisation_name"),
    )
    op.create_table(
        "poll",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("themes", _DOCUMENT, nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("voted", sa.Boolean(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_poll"),
    )
    op.create_table(
        "theme",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("indicators", _DOCUMENT, nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_theme"),
    )
    op.create_table(
        "ballot",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("poll_id", sa.String(32), nullable=False),
        sa.Column("themes", _DOCUMENT, nullable=False),
        sa.Column("cast_by", sa.String(), nullable=False),
        sa.Column("cast_at", _MOMENT, nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_ballot_municipality_municipality"),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name="fk_ballot_poll_id_poll"),
        sa.PrimaryKeyConstraint("municipality", "poll_id", name="pk_ballot"),
    )
    op.create_table(
        "cluster",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("theme", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["theme"], ["theme.id"], name="fk_cluster_theme_theme"),
        sa.PrimaryKeyConstraint("id", name="pk_cluster"),
    )
    op.create_table(
        "open_question",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("theme", sa.String(40), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_open_question_municipality_municipality"
        ),
        sa.ForeignKeyConstraint(["theme"], ["theme.id"], name="fk_open_question_theme_theme"),
        sa.PrimaryKeyConstraint("id", name="pk_open_question"),
        sa.UniqueConstraint("id", "municipality", name="uq_open_question_id_municipality"),
    )
    op.create_index("ix_open_question_municipality", "open_question", ["municipality"])
    op.create_index("ix_open_question_theme", "open_question", ["theme"])
    op.create_table(
        "open_to_others",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("agreed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_open_to_others_municipality_municipality"
        ),
        sa.PrimaryKeyConstraint("municipality", name="pk_open_to_others"),
    )
    op.create_table(
        "practice",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("theme", sa.String(40), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("about", _DOCUMENT, nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_practice_municipality_municipality"),
        sa.ForeignKeyConstraint(["theme"], ["theme.id"], name="fk_practice_theme_theme"),
        sa.PrimaryKeyConstraint("id", name="pk_practice"),
    )
    op.create_index("ix_practice_municipality", "practice", ["municipality"])
    op.create_index("ix_practice_theme", "practice", ["theme"])
    op.create_table(
        "answer_to_question",
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("question_id", sa.String(32), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["open_question.id"], name="fk_answer_to_question_question_id_open_question"
        ),
        sa.PrimaryKeyConstraint("place", "id", name="pk_answer_to_question"),
    )
    op.create_index("ix_answer_to_question_question_id", "answer_to_question", ["question_id"])
    op.create_table(
        "cluster_member",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("cluster_id", sa.String(32), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name="fk_cluster_member_cluster_id_cluster"),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_cluster_member_municipality_municipality"
        ),
        sa.PrimaryKeyConstraint("municipality", "cluster_id", name="pk_cluster_member"),
    )


def downgrade() -> None:
    op.drop_table("cluster_member")
    op.drop_table("answer_to_question")
    op.drop_table("practice")
    op.drop_table("open_to_others")
    op.drop_table("open_question")
    op.drop_table("cluster")
    op.drop_table("ballot")
    op.drop_table("theme")
    op.drop_table("poll")
    op.drop_table("organisation")

"""keep goals dialogues and actions

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "council_term",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_council_term_municipality_municipality"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_council_term"),
        sa.UniqueConstraint("id", "municipality", name="uq_council_term_id_municipality"),
    )
    op.create_index("ix_council_term_municipality", "council_term", ["municipality"])
    op.create_table(
        "dialogue",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("opened_because", sa.String(), nullable=False),
        sa.Column("about", _DOCUMENT, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("taking_part", _DOCUMENT, nullable=False),
        sa.Column("said", _DOCUMENT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_dialogue_municipality_municipality"),
        sa.PrimaryKeyConstraint("id", name="pk_dialogue"),
        sa.UniqueConstraint("id", "municipality", name="uq_dialogue_id_municipality"),
    )
    op.create_index("ix_dialogue_municipality", "dialogue", ["municipality"])
    op.create_table(
        "goal",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("parent_id", sa.String(32), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("means", sa.String(), nullable=False),
        sa.Column("core", sa.String(), nullable=True),
        sa.Column("indicator", sa.String(), nullable=True),
        sa.Column("polarity", sa.String(), nullable=False),
        sa.Column("baseline", _DOCUMENT, nullable=True),
        sa.Column("path", _DOCUMENT, nullable=False),
        sa.Column("tolerance", sa.Float(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_goal_municipality_municipality"),
        sa.ForeignKeyConstraint(
            ["parent_id", "municipality"], ["goal.id", "goal.municipality"], name="fk_goal_parent_id_municipality_goal"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_goal"),
        sa.UniqueConstraint("id", "municipality", name="uq_goal_id_municipality"),
    )
    op.create_index("ix_goal_municipality", "goal", ["municipality"])
    op.create_index("ix_goal_parent_id", "goal", ["parent_id"])
    op.create_table(
        "action",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("dialogue_id", sa.String(32), nullable=True),
        sa.Column("goal_id", sa.String(32), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("core", sa.String(), nullable=True),
        sa.Column("indicator", sa.String(), nullable=True),
        sa.Column("baseline", _DOCUMENT, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("told_text", _DOCUMENT, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dialogue_id", "municipality"],
            ["dialogue.id", "dialogue.municipality"],
            name="fk_action_dialogue_id_municipality_dialogue",
        ),
        sa.ForeignKeyConstraint(
            ["goal_id", "municipality"], ["goal.id", "goal.municipality"], name="fk_action_goal_id_municipality_goal"
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_action_municipality_municipality"),
        sa.PrimaryKeyConstraint("id", name="pk_action"),
    )
    op.create_index("ix_action_dialogue_id", "action", ["dialogue_id"])
    op.create_index("ix_action_goal_id", "action", ["goal_id"])
    op.create_index("ix_action_municipality", "action", ["municipality"])
    op.create_table(
        "planned_step",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("term_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("remind_days", sa.Integer(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_planned_step_municipality_municipality"
        ),
        sa.ForeignKeyConstraint(
            ["term_id", "municipality"],
            ["council_term.id", "council_term.municipality"],
            name="fk_planned_step_term_id_municipality_council_term",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_planned_step"),
    )
    op.create_index("ix_planned_step_municipality", "planned_step", ["municipality"])
    op.create_index("ix_planned_step_term_id", "planned_step", ["term_id"])


def downgrade() -> None:
    op.drop_table("planned_step")
    op.drop_table("action")
    op.drop_table("goal")
    op.drop_table("dialogue")
    op.drop_table("council_term")

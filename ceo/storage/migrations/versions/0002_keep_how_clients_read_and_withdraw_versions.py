"""keep how clients read, and the withdrawal of versions

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Until now everybody read the Dutch standard texts on the web.
_BEFORE = {"language": "nl", "text_register": "standard", "mode": "web"}


def upgrade() -> None:
    with op.batch_alter_table("published_questionnaire") as batch_op:
        batch_op.add_column(sa.Column("withdrawn_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_because", sa.String(), nullable=True))
    _add("draft", "language", "text_register")
    _add("submission", "language", "text_register", "mode")

    # When a draft was begun was not kept; the first day of its round is the nearest that is known.
    op.add_column("draft", sa.Column("started_on", sa.Date(), nullable=True))
    op.execute("UPDATE draft SET started_on = (SELECT opens_on FROM round WHERE round.id = draft.round_id)")
    with op.batch_alter_table("draft") as batch_op:
        batch_op.alter_column("started_on", existing_type=sa.Date(), nullable=False)


def _add(table: str, *columns: str) -> None:
    """Add columns with a value for the rows that are there, and without a default for those that come."""
    for column in columns:
        op.add_column(table, sa.Column(column, sa.String(), nullable=False, server_default=_BEFORE[column]))
    with op.batch_alter_table(table, table_kwargs=_kept(table)) as batch_op:
        for column in columns:
            batch_op.alter_column(column, existing_type=sa.String(), existing_nullable=False, server_default=None)


def _kept(table: str) -> dict[str, bool]:
    """Return what SQLite forgets of a table that is made anew: submissions have no row number."""
    return {"sqlite_with_rowid": False} if table == "submission" else {}


def downgrade() -> None:
    with op.batch_alter_table("submission", table_kwargs=_kept("submission")) as batch_op:
        for column in ("mode", "text_register", "language"):
            batch_op.drop_column(column)
    with op.batch_alter_table("draft") as batch_op:
        for column in ("started_on", "text_register", "language"):
            batch_op.drop_column(column)
    with op.batch_alter_table("published_questionnaire") as batch_op:
        batch_op.drop_column("withdrawn_because")
        batch_op.drop_column("withdrawn_on")

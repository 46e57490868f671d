"""keep promises, consents and house styles

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
# Until now everybody answered for themselves, and nobody was asked for consent.
_BEFORE = {"respondent": "self", "consents": "{}"}


def upgrade() -> None:
    # Not made anew, as SQLite would otherwise: other tables stand on it.
    op.add_column("round", sa.Column("promise", sa.String(), nullable=False, server_default="anonymous"))
    for table in ("draft", "submission"):
        _add(
            table,
            sa.Column("respondent", sa.String(), nullable=False),
            sa.Column("consents", _DOCUMENT, nullable=False),
        )
    with op.batch_alter_table("submission", table_kwargs=_kept("submission")) as batch_op:
        batch_op.add_column(sa.Column("pseudonym", sa.String(64), nullable=True))
        batch_op.create_unique_constraint("uq_submission_pseudonym", ["pseudonym"])

    _create("callback", sa.Column("id", sa.String(64)), sa.Column("sealed", sa.String(), nullable=False), keys=["id"])
    _create(
        "impression_count",
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text_register", sa.String(), nullable=False),
        sa.Column("impression", sa.String(), nullable=False),
        sa.Column("clients", sa.Integer(), nullable=False),
        keys=["round_id", "language", "text_register", "impression"],
    )
    op.create_table(
        "house_style",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tokens", _DOCUMENT, nullable=False),
        sa.Column("logo", sa.String(), nullable=False),
        sa.Column("contact", _DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_house_style_municipality_municipality"
        ),
        sa.PrimaryKeyConstraint("municipality", "number", name="pk_house_style"),
    )
    op.create_table(
        "wrong_codes",
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("empty_at", sa.Float(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_wrong_codes"),
    )
    op.create_index("ix_wrong_codes_counted_at", "wrong_codes", ["counted_at"])


def _add(table: str, *columns: sa.Column[object]) -> None:
    """Add columns with a value for the rows that are there, and without a default for those that come."""
    for column in columns:
        op.add_column(table, sa.Column(column.name, column.type, nullable=False, server_default=_BEFORE[column.name]))
    with op.batch_alter_table(table, table_kwargs=_kept(table)) as batch_op:
        for column in columns:
            batch_op.alter_column(column.name, existing_type=column.type, existing_nullable=False, server_default=None)


def _create(table: str, *columns: sa.Column[object], keys: list[str]) -> None:
    """Create a table of rows that belong to a round."""
    op.create_table(
        table,
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name=f"fk_{table}_municipality_municipality"),
        sa.ForeignKeyConstraint(
            ["round_id", "municipality"],
            ["round.id", "round.municipality"],
            name=f"fk_{table}_round_id_municipality_round",
        ),
        sa.PrimaryKeyConstraint(*keys, name=f"pk_{table}"),
        **_kept(table),
    )
    op.create_index(f"ix_{table}_municipality", table, ["municipality"])
    if "round_id" not in keys:
        op.create_index(f"ix_{table}_round_id", table, ["round_id"])


def _kept(table: str) -> dict[str, bool]:
    """Return what SQLite has to be told of a table: these rows have no number, which would keep the order of arrival."""
    return {"sqlite_with_rowid": False} if table in {"submission", "callback"} else {}


def downgrade() -> None:
    for table in ("wrong_codes", "house_style", "impression_count", "callback"):
        op.drop_table(table)
    with op.batch_alter_table("submission", table_kwargs=_kept("submission")) as batch_op:
        batch_op.drop_constraint("uq_submission_pseudonym", type_="unique")
        for column in ("pseudonym", "consents", "respondent"):
            batch_op.drop_column(column)
    with op.batch_alter_table("draft") as batch_op:
        for column in ("consents", "respondent"):
            batch_op.drop_column(column)
    op.drop_column("round", "promise")

"""keep releases

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "release",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(6), nullable=False),
        sa.Column("measurement", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("plan", _DOCUMENT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", _MOMENT, nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=True),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=True),
        sa.Column("manifest", _DOCUMENT, nullable=True),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", "edition", name="pk_release"),
    )
    op.create_index("ix_release_place", "release", ["place"])
    op.create_index("ix_release_measurement", "release", ["measurement"])
    op.create_table(
        "release_round",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("release", sa.String(60), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.String(71), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("signed_digest", sa.String(71), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_release_round_municipality_municipality"
        ),
        sa.ForeignKeyConstraint(
            ["release", "edition"], ["release.name", "release.edition"], name="fk_release_round_release_edition_release"
        ),
        sa.ForeignKeyConstraint(
            ["round_id", "municipality"],
            ["round.id", "round.municipality"],
            name="fk_release_round_round_id_municipality_round",
        ),
        sa.PrimaryKeyConstraint("release", "edition", "round_id", name="pk_release_round"),
    )
    op.create_index("ix_release_round_municipality", "release_round", ["municipality"])
    op.create_table(
        "release_file",
        sa.Column("release", sa.String(60), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release", "edition"], ["release.name", "release.edition"], name="fk_release_file_release_edition_release"
        ),
        sa.PrimaryKeyConstraint("release", "edition", "name", "part", name="pk_release_file"),
    )
    op.create_table(
        "granted_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", _DOCUMENT, nullable=False),
        sa.Column("granted_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_granted_group"),
        sa.UniqueConstraint("digest", name="uq_granted_group_digest"),
    )
    op.create_index("ix_granted_group_series", "granted_group", ["series"])
    _create_tables_of_programs()


def _create_tables_of_programs() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("place", sa.String(6), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("scopes", _DOCUMENT, nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("replaces", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("key_hash", name="uq_api_key_key_hash"),
    )
    op.create_index("ix_api_key_place", "api_key", ["place"])
    op.create_table(
        "api_allowance",
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("counted_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_api_allowance"),
    )
    op.create_index("ix_api_allowance_counted_at", "api_allowance", ["counted_at"])
    op.create_table(
        "microdata_agreement",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("release", sa.String(60), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("rule", _DOCUMENT, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("fetched_at", _MOMENT, nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_microdata_agreement"),
    )


def downgrade() -> None:
    for table in (
        "microdata_agreement",
        "api_allowance",
        "api_key",
        "granted_group",
        "release_file",
        "release_round",
        "release",
    ):
        op.drop_table(table)

"""keep staff, their rights and what they did

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "audit_record",
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object_kind", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("before", _DOCUMENT, nullable=True),
        sa.Column("after", _DOCUMENT, nullable=True),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("place", "number", name="pk_audit_record"),
    )
    op.create_index("ix_audit_record_actor", "audit_record", ["actor"])

    op.create_table(
        "identity_provider",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("client_secret", sa.String(), nullable=False),
        sa.Column("mapping", _DOCUMENT, nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identity_provider"),
        sa.UniqueConstraint("place", "issuer", name="uq_identity_provider_place_issuer"),
    )
    op.create_index("ix_identity_provider_place", "identity_provider", ["place"])

    op.create_table(
        "maintenance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_maintenance"),
    )
    op.create_table(
        "staff_user",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=True),
        sa.Column("totp", sa.String(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_user"),
        sa.UniqueConstraint("email", name="uq_staff_user_email"),
    )
    op.create_table(
        "configuration",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("published_hash", sa.String(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_configuration_municipality_municipality"
        ),
        sa.ForeignKeyConstraint(
            ["published_hash"],
            ["published_questionnaire.content_hash"],
            name="fk_configuration_published_hash_published_questionnaire",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_configuration"),
        sa.UniqueConstraint("id", "municipality", name="uq_configuration_id_municipality"),
    )
    op.create_index("ix_configuration_municipality", "configuration", ["municipality"])

    op.create_table(
        "federation",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name="fk_federation_user_id_staff_user"),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_federation"),
    )
    op.create_index("ix_federation_user_id", "federation", ["user_id"])

    op.create_table(
        "mail_link",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name="fk_mail_link_user_id_staff_user"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_mail_link"),
    )
    op.create_index("ix_mail_link_user_id", "mail_link", ["user_id"])

    op.create_table(
        "membership",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("activities", _DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name="fk_membership_user_id_staff_user"),
        sa.PrimaryKeyConstraint("user_id", "place", "role", name="pk_membership"),
    )
    op.create_index("ix_membership_place", "membership", ["place"])

    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name="fk_recovery_code_user_id_staff_user"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_recovery_code"),
    )
    op.create_index("ix_recovery_code_user_id", "recovery_code", ["user_id"])

    op.create_table(
        "shared_question",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("shared_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["content_hash"],
            ["published_questionnaire.content_hash"],
            name="fk_shared_question_content_hash_published_questionnaire",
        ),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_shared_question_municipality_municipality"
        ),
        sa.PrimaryKeyConstraint("item", name="pk_shared_question"),
    )
    op.create_index("ix_shared_question_municipality", "shared_question", ["municipality"])

    op.create_table(
        "sign_in",
        sa.Column("id_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name="fk_sign_in_user_id_staff_user"),
        sa.PrimaryKeyConstraint("id_hash", name="pk_sign_in"),
    )
    op.create_index("ix_sign_in_user_id", "sign_in", ["user_id"])

    op.create_table(
        "configuration_revision",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("configuration_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("on_revision", sa.Integer(), nullable=False),
        sa.Column("content", _DOCUMENT, nullable=False),
        sa.Column("change", _DOCUMENT, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["configuration_id", "municipality"],
            ["configuration.id", "configuration.municipality"],
            name="fk_configuration_revision_configuration",
        ),
        sa.ForeignKeyConstraint(["made_by"], ["staff_user.id"], name="fk_configuration_revision_made_by_staff_user"),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name="fk_configuration_revision_municipality_municipality"
        ),
        sa.PrimaryKeyConstraint("configuration_id", "number", name="pk_configuration_revision"),
    )
    op.create_index("ix_configuration_revision_municipality", "configuration_revision", ["municipality"])


def downgrade() -> None:
    for table in (
        "configuration_revision",
        "sign_in",
        "shared_question",
        "recovery_code",
        "membership",
        "mail_link",
        "federation",
        "configuration",
        "staff_user",
        "maintenance",
        "identity_provider",
        "audit_record",
    ):
        op.drop_table(table)

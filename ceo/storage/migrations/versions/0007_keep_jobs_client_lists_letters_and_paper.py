"""keep jobs, client lists, samples, letters, mail and paper forms

Revision ID: 0007
Revises: 0006
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)
# In the order in which they are removed.
_TABLES = (
    *("second_code", "kept_file_part", "contact", "sampling_frame", "sample", "round_design", "outgoing_mail"),
    *("letter_text", "keying_tally", "keyed_form", "kept_file", "job", "client"),
    *("product_code", "opt_out", "last_surveyed", "frame_mapping"),
)


def upgrade() -> None:
    _create("frame_mapping", _text("head", 64), _document("columns"), keys=["municipality", "head"], index=False)
    _create(
        "last_surveyed", _text("person_hash", 64), _day("drawn_on"), keys=["municipality", "person_hash"], index=False
    )
    _create("opt_out", _text("person_hash", 64), _day("since"), keys=["municipality", "person_hash"], index=False)
    codes = (_text("category", 2), _text("code", 5), _text("product"))
    _create("product_code", *codes, keys=["municipality", "category", "code"], index=False)
    _create_frames()
    _create_files()
    _create_letters()
    _create_paper()
    _create("round_design", _document("document"), keys=["round_id"], of_round=True)
    second = sa.ForeignKeyConstraint(
        ["invitation_hash"], ["invitation.access_hash"], name="fk_second_code_invitation_hash_invitation"
    )
    _create("second_code", _text("access_hash", 64), _text("invitation_hash"), second, keys=["access_hash"])
    op.create_index("ix_second_code_invitation_hash", "second_code", ["invitation_hash"])

    # Not made anew, as SQLite would otherwise: other tables stand on them.
    op.add_column("invitation", sa.Column("client_id", sa.String(32), nullable=True))
    op.add_column("invitation", sa.Column("disposition", sa.String(), nullable=True))
    op.add_column("invitation", sa.Column("sent_on", sa.Date(), nullable=True))
    op.add_column("invitation", sa.Column("reminders", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_invitation_client_id", "invitation", ["client_id"], unique=True)
    op.add_column("round", sa.Column("stage", sa.String(), server_default="field", nullable=False))
    op.add_column("round", sa.Column("languages", sa.String(), nullable=True))
    op.add_column("round", sa.Column("erase_on", sa.Date(), nullable=True))
    op.add_column("draft", sa.Column("mode", sa.String(), server_default="web", nullable=False))


def _create_frames() -> None:
    _create(
        "client",
        _text("id", 32),
        _text("person_hash", 64),
        _text("stratum"),
        _document("traits"),
        _text("status"),
        _text("excluded_because", null=True),
        sa.Column("draw_order", sa.Integer(), nullable=True),
        _day("event_on", null=True),
        _day("not_before", null=True),
        sa.UniqueConstraint("round_id", "person_hash", name="uq_client_round_id_person_hash"),
        keys=["id"],
        of_round=True,
    )
    op.create_index("ix_client_round_id_status", "client", ["round_id", "status"])
    counted = (_text("digest", 71), _number("clients"), _document("summary"), _text("loaded_by"), _moment("loaded_at"))
    _create("sampling_frame", *counted, keys=["round_id"], of_round=True)
    drawn = (_text("seed"), _text("frame_digest", 71), _document("design"), _text("drawn_by"), _moment("drawn_at"))
    _create("sample", *drawn, keys=["round_id"], of_round=True)
    client = sa.ForeignKeyConstraint(["id"], ["client.id"], name="fk_contact_id_client")
    _create("contact", _text("id", 32), _flag("by_post"), _flag("by_mail"), _text("sealed"), client, keys=["id"])


def _create_files() -> None:
    _create(
        "kept_file",
        _text("id", 32),
        _text("purpose"),
        _text("name"),
        _text("media_type"),
        _number("size"),
        _text("digest"),
        _flag("complete"),
        _text("made_by"),
        _moment("made_at"),
        _moment("fetched_at", null=True),
        sa.UniqueConstraint("id", "municipality", name="uq_kept_file_id_municipality"),
        keys=["id"],
        of_round=True,
    )
    op.create_index("ix_kept_file_round_id", "kept_file", ["round_id"])
    part_of = sa.ForeignKeyConstraint(
        ["file_id", "municipality"],
        ["kept_file.id", "kept_file.municipality"],
        name="fk_kept_file_part_file_id_municipality_kept_file",
        ondelete="CASCADE",
    )
    _create("kept_file_part", _text("id", 39), _text("file_id", 32), _text("sealed"), part_of, keys=["id"])
    op.create_index("ix_kept_file_part_file_id", "kept_file_part", ["file_id"])
    _create(
        "job",
        _text("id", 32),
        _text("kind"),
        _text("once"),
        _document("payload"),
        _text("state"),
        _number("tries"),
        _moment("run_after"),
        _text("lease", 32, null=True),
        _moment("leased_until", null=True),
        _flag("cancel_asked"),
        _number("steps_done"),
        _number("progress"),
        _number("size"),
        _text("fault", null=True),
        sa.Column("result", _DOCUMENT, nullable=True),
        _text("made_by"),
        _moment("made_at"),
        _moment("finished_at", null=True),
        keys=["id"],
        of_round=True,
        round_known=False,
    )
    op.create_index("ix_job_round_id", "job", ["round_id"])
    op.create_index("ix_job_state_run_after", "job", ["state", "run_after"])


def _create_letters() -> None:
    _create("letter_text", _text("kind"), _document("parts"), keys=["round_id", "kind"], of_round=True)
    _create(
        "outgoing_mail",
        _text("id", 32),
        _text("invitation_hash", 64),
        _text("kind"),
        _text("language"),
        _text("state"),
        _number("tries"),
        _moment("send_after"),
        _moment("leased_until", null=True),
        _text("fault", null=True),
        _text("sealed", null=True),
        _day("sent_on", null=True),
        keys=["id"],
        of_round=True,
    )
    op.create_index("ix_outgoing_mail_round_id", "outgoing_mail", ["round_id"])
    op.create_index("ix_outgoing_mail_invitation_hash", "outgoing_mail", ["invitation_hash"])
    op.create_index("ix_outgoing_mail_state_send_after", "outgoing_mail", ["state", "send_after"])


def _create_paper() -> None:
    _create(
        "keyed_form",
        _text("id", 64),
        _text("language"),
        _document("first"),
        _text("first_by"),
        _flag("needs_second"),
        sa.Column("second", _DOCUMENT, nullable=True),
        _text("second_by", null=True),
        keys=["id"],
        of_round=True,
    )
    op.create_index("ix_keyed_form_round_id", "keyed_form", ["round_id"])
    tally = (_text("item"), _number("compared"), _number("differed"))
    _create("keying_tally", *tally, keys=["round_id", "item"], of_round=True)


def _create(
    table: str,
    *parts: sa.Column[object] | sa.Constraint,
    keys: Sequence[str],
    of_round: bool = False,
    round_known: bool = True,
    index: bool = True,
) -> None:
    """Create a table of a municipality, or of one of its rounds."""
    columns: list[sa.Column[object] | sa.Constraint] = [_text("municipality"), *parts]
    columns.append(
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name=f"fk_{table}_municipality_municipality")
    )
    if of_round:
        name = f"fk_{table}_round_id_municipality_round"
        columns.append(sa.Column("round_id", sa.Integer(), nullable=not round_known))
        columns.append(
            sa.ForeignKeyConstraint(["round_id", "municipality"], ["round.id", "round.municipality"], name=name)
        )
    op.create_table(table, *columns, sa.PrimaryKeyConstraint(*keys, name=f"pk_{table}"))
    if index:
        op.create_index(f"ix_{table}_municipality", table, ["municipality"])


def _text(name: str, length: int | None = None, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(length), nullable=null)


def _number(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _flag(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _day(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, _MOMENT, nullable=null)


def _document(name: str) -> sa.Column[object]:
    return sa.Column(name, _DOCUMENT, nullable=False)


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    op.drop_index("ix_invitation_client_id", "invitation")
    for column in ("reminders", "sent_on", "disposition", "client_id"):
        op.drop_column("invitation", column)
    for column in ("erase_on", "languages", "stage"):
        op.drop_column("round", column)
    op.drop_column("draft", "mode")

"""Files that wait to be read or fetched: uploads, letters, snapshots. Sealed, in parts, so that none has to fit in memory.

A file of personal data exists as long as somebody needs it: letters until they are fetched, a list until it is loaded.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field

from ceo.storage.database import UtcDateTime
from ceo.storage.sealed import SealedText
from ceo.storage.tenancy import TenantRow


class FilePurpose(StrEnum):
    """What a file is kept for."""

    CLIENT_LIST = "client-list"
    CONTACT_LIST = "contact-list"
    LETTERS = "letters"
    MAIL_MERGE = "mail-merge"
    PAPER_FORMS = "paper-forms"
    SNAPSHOT = "snapshot"


class KeptFile(TenantRow, table=True):
    """One file. `complete` once its last part is there; `size` in bytes and `digest` (SHA-256) are of the file itself.

    `fetched_at`: when it was handed out; a file that exists once has lost its parts by then.
    """

    __tablename__ = "kept_file"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "municipality"], ["round.id", "round.municipality"]),
        UniqueConstraint("id", "municipality"),
    )

    id: str = Field(primary_key=True, max_length=32)
    round_id: int = Field(index=True)
    purpose: str
    name: str
    media_type: str
    size: int = 0
    digest: str = ""
    complete: bool = False
    made_by: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    fetched_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class KeptFilePart(TenantRow, table=True):
    """A part of a file, sealed. Its id is that of the file, a hyphen, and the number of the part in six digits, from 000000."""

    __tablename__ = "kept_file_part"
    __table_args__ = (
        ForeignKeyConstraint(
            ["file_id", "municipality"], ["kept_file.id", "kept_file.municipality"], ondelete="CASCADE"
        ),
    )

    id: str = Field(primary_key=True, max_length=39)
    file_id: str = Field(index=True, max_length=32)
    sealed: str = Field(sa_type=SealedText)

"""Questionnaires that a municipality is configuring: every change is a revision of its own, so that it can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field

from ceo.storage.database import JsonDocument, UtcDateTime
from ceo.storage.tenancy import TenantRow


class Configuration(TenantRow, table=True):
    """An extension in the making. `revision` is the one in use; a change names the revision that it was made on.

    `published_hash` is the content hash under which it was sealed; then it does not change any more.
    """

    __tablename__ = "configuration"
    __table_args__ = (UniqueConstraint("id", "municipality"),)

    id: str = Field(primary_key=True, max_length=32)
    title: str
    revision: int
    published_hash: str | None = Field(default=None, foreign_key="published_questionnaire.content_hash")
    removed: bool = False


class ConfigurationRevision(TenantRow, table=True):
    """The whole definition (`kind: extension`) and its texts in other languages after one change.

    `change` says what was done, as a code with its details, so that it can be told in any language. `on_revision` is the revision that
    this one was made from: after undoing, not the number before it.
    """

    __tablename__ = "configuration_revision"
    __table_args__ = (
        ForeignKeyConstraint(
            ["configuration_id", "municipality"],
            ["configuration.id", "configuration.municipality"],
            name="fk_configuration_revision_configuration",
        ),
    )

    configuration_id: str = Field(primary_key=True, max_length=32)
    number: int = Field(primary_key=True)
    on_revision: int
    content: dict[str, Any] = Field(sa_type=JsonDocument)
    change: dict[str, Any] = Field(sa_type=JsonDocument)
    made_by: str = Field(foreign_key="staff_user.id")
    made_at: datetime = Field(sa_type=UtcDateTime)

"""Questionnaires that a municipality is configuring: every change is a revision of its own, so that it can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, ForeignKeyConstraint, UniqueConstraint, and_
from sqlalchemy.orm import QueryableAttribute, defer
from sqlalchemy.sql.base import ExecutableOption
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import JsonDocument, UtcDateTime
from ceo.storage.people import User
from ceo.storage.rounds import PublishedQuestionnaire, Round, is_running
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


async def lock_configurations(session: AsyncSession) -> list[Configuration]:
    """Return all configurations of this municipality; no other transaction changes one of them as long as this one lasts.

    All of them, because a new question gets a name that no other configuration uses.
    """
    rows = select(Configuration).order_by(col(Configuration.id)).with_for_update()
    return list(await session.exec(rows))


async def contents_in_use(session: AsyncSession, *, besides: str) -> list[dict[str, Any]]:
    """Return the content in use of every other configuration that was not published."""
    contents = (
        select(col(ConfigurationRevision.content))
        .join(Configuration, _in_use())
        .where(col(Configuration.published_hash).is_(None), col(Configuration.id) != besides)
    )
    return list(await session.exec(contents))


async def content_of(session: AsyncSession, configuration: str, number: int) -> dict[str, Any] | None:
    """Return the content of a revision; None when there is none of this number."""
    content = select(col(ConfigurationRevision.content)).where(
        col(ConfigurationRevision.configuration_id) == configuration, col(ConfigurationRevision.number) == number
    )
    return (await session.exec(content)).one_or_none()


async def read_log(session: AsyncSession, configuration: str) -> list[tuple[ConfigurationRevision, str]]:
    """Return every revision of a configuration without its content, with the name of who made it, from the first to the last."""
    logged = (
        select(ConfigurationRevision, col(User.name))
        .join(User, col(User.id) == col(ConfigurationRevision.made_by))
        .where(col(ConfigurationRevision.configuration_id) == configuration)
        .order_by(col(ConfigurationRevision.number))
        .options(_without(ConfigurationRevision.content))
    )
    return list(await session.exec(logged))


async def list_rows(session: AsyncSession, *, removed: bool) -> list[tuple[Configuration, ConfigurationRevision, str]]:
    """Return the configurations that are there, or those that were removed, the last changed first.

    Each with the revision in use and the name of who made it.
    """
    rows = (
        select(Configuration, ConfigurationRevision, col(User.name))
        .join(ConfigurationRevision, _in_use())
        .join(User, col(User.id) == col(ConfigurationRevision.made_by))
        .where(col(Configuration.removed) == removed)
        .order_by(col(ConfigurationRevision.made_at).desc(), col(Configuration.id))
    )
    return list(await session.exec(rows))


async def published_by(session: AsyncSession, owner: str) -> list[PublishedQuestionnaire]:
    """Return the versions that an owner (`gm0344`) published, without their contents, from the first to the last."""
    row = PublishedQuestionnaire
    published = (
        select(row)
        .where(col(row.questionnaire).startswith(f"{owner}.", autoescape=True))
        .order_by(col(row.published_at), col(row.questionnaire), col(row.version))
        .options(_without(row.content))
    )
    return list(await session.exec(published))


async def published_contents(session: AsyncSession, hashes: Sequence[str]) -> dict[str, str]:
    """Return the contents of published versions by their hash."""
    if not hashes:
        return {}
    row = PublishedQuestionnaire
    contents = select(row.content_hash, row.content).where(col(row.content_hash).in_(hashes))
    return dict((await session.exec(contents)).all())


async def rounds_with(session: AsyncSession, questionnaires: Sequence[str], *, today: date) -> list[tuple[Round, str]]:
    """Return the rounds on any version of these questionnaires that are open or still to come, each with that version."""
    row = PublishedQuestionnaire
    running = (
        select(Round, row.questionnaire, row.version)
        .join(row, col(row.content_hash) == col(Round.questionnaire_hash))
        .where(col(row.questionnaire).in_(questionnaires), is_running(today))
        .order_by(col(Round.opens_on), col(Round.id))
    )
    return [(found, f"{name}@{version}") for found, name, version in await session.exec(running)]


def _in_use() -> ColumnElement[bool]:
    """Return that a revision is the one in use of its configuration."""
    return and_(
        col(ConfigurationRevision.configuration_id) == col(Configuration.id),
        col(ConfigurationRevision.number) == col(Configuration.revision),
    )


def _without(content: object) -> ExecutableOption:
    """Leave a large column where it is; reading it from such a row is our bug."""
    return defer(cast("QueryableAttribute[Any]", content), raiseload=True)

"""What was answered: drafts while a client fills in, submissions afterwards. This side knows no person.

A submission holds no code, no name and no moment: `received_on` is coarser than the day. Its id is random, and on SQLite the table has
no row number, so that the order of arrival is not kept.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, ForeignKeyConstraint, Index, and_, delete, func, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import JsonDocument
from ceo.storage.forgetting import wait_for_rewriting, write_anew
from ceo.storage.tenancy import TenantRow

# The mode in which clients fill in themselves.
WEB: Final = "web"


class Respondent(StrEnum):
    """Who answers."""

    SELF = "self"
    HELPED = "helped"  # the client, with somebody beside them
    PROXY = "proxy"  # somebody else, for the client


class Draft(TenantRow, table=True):
    """Answers being filled in: by item id a version, and a value or the reason why there is none.

    `row_version` rises with each save; `last_save` names the save that made it, so that a repeat is known.
    `language` and `text_register` are how the client reads now; `started_on` stays, so that no path changes overnight.
    `respondent` is a `Respondent`. `mode`: how the answers come in, such as web or phone.
    `consents`: by story (item id) what it may be used for, once that was decided.
    """

    __tablename__ = "draft"
    __table_args__ = (ForeignKeyConstraint(["round_id", "municipality"], ["round.id", "round.municipality"]),)

    id: str = Field(primary_key=True, max_length=64)
    round_id: int = Field(index=True)
    stratum: str
    questionnaire_hash: str = Field(foreign_key="published_questionnaire.content_hash")
    answers: dict[str, Any] = Field(sa_type=JsonDocument)
    language: str
    text_register: str
    respondent: str = Respondent.SELF.value
    # The database knows the default too: a column without one cannot be added to a table on which others stand.
    mode: str = Field(default=WEB, sa_column_kwargs={"server_default": WEB})
    consents: dict[str, Any] = Field(default_factory=dict, sa_type=JsonDocument)
    started_on: date
    row_version: int = 0
    last_save: str = ""


class Submission(TenantRow, table=True):
    """Sealed answers, with how they were given: the language and register that were read last, and the mode, such as web.

    `edition` is the first edition of the results that counts them; None while they wait for company. `pseudonym` is a name that
    follows from the code alone, and only in a round that promised to be pseudonymous: with it a client finds the answers again.
    `person_key` links the answers of one person over the rounds of a series; it is made with a key that the municipality keeps itself.
    """

    __tablename__ = "submission"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "municipality"], ["round.id", "round.municipality"]),
        Index("ix_submission_round_id_edition", "round_id", "edition"),
        {"sqlite_with_rowid": False},
    )

    id: str = Field(primary_key=True, max_length=32)
    round_id: int
    stratum: str
    questionnaire_hash: str = Field(foreign_key="published_questionnaire.content_hash")
    answers: dict[str, Any] = Field(sa_type=JsonDocument)
    language: str
    text_register: str
    mode: str
    respondent: str = Respondent.SELF.value
    consents: dict[str, Any] = Field(default_factory=dict, sa_type=JsonDocument)
    pseudonym: str | None = Field(default=None, max_length=64, unique=True)
    person_key: str | None = Field(default=None, max_length=64, index=True)
    dropped: int = 0
    received_on: date
    edition: int | None = None


_DRAFT: Final = SQLModel.metadata.tables["draft"]


async def choose_reading(session: AsyncSession, draft_id: str, language: str, text_register: str) -> None:
    """Keep how a client reads from now on. The answers stay as they are, so `row_version` does not rise."""
    statement = update(Draft).where(col(Draft.id) == draft_id)
    await session.exec(statement.values(language=language, text_register=text_register))


async def keep_consent(session: AsyncSession, draft_id: str, item: str, decided: dict[str, Any]) -> None:
    """Keep what was decided about one story. The answers stay as they are, so `row_version` does not rise."""
    # Locked: two windows that decide about two stories both keep their choice.
    row = await session.get(Draft, draft_id, with_for_update=True)
    if row is not None:
        row.consents = {**row.consents, item: decided}


async def take_draft(session: AsyncSession, draft_id: str, row_version: int) -> Draft | None:
    """Remove a draft if no answer was saved in it since, and return it as it was last; None when it was not removed."""
    statement = delete(Draft).where(col(Draft.id) == draft_id, col(Draft.row_version) == row_version)
    taken = (await session.exec(statement.returning(*_DRAFT.c))).one_or_none()
    return Draft(**taken._mapping) if taken is not None else None  # noqa: SLF001 - SQLAlchemy's public name


async def lock_submission(session: AsyncSession, pseudonym: str) -> Submission | None:
    """Return a submission that its client finds again, for as long as the transaction lasts its own."""
    await wait_for_rewriting(session)
    statement = select(Submission).where(col(Submission.pseudonym) == pseudonym).with_for_update()
    return (await session.exec(statement)).one_or_none()


async def count_submissions(session: AsyncSession, round_id: int) -> tuple[int, int]:
    """Return the number of submissions of a round, and how many of them are counted in an edition of the results."""
    statement = select(func.count(), func.count(col(Submission.edition))).where(col(Submission.round_id) == round_id)
    return (await session.exec(statement)).one()


async def assign_edition(
    session: AsyncSession, round_id: int, edition: int, which: ColumnElement[bool] | None = None
) -> None:
    """Let the waiting submissions of a round (only `which`, when that is given) count from an edition on.

    They are written anew, all in one transaction and in order of their random ids. What a database keeps for itself about when
    and where a row was written (PostgreSQL: `xmin`, `ctid`) then no longer leads to the moment of sending, and so to an invitation.
    """
    waiting = and_(col(Submission.round_id) == round_id, col(Submission.edition).is_(None))
    if which is not None:
        waiting = and_(waiting, which)
    await write_anew(session, Submission, waiting, edition=edition)

"""The national library in the making: drafts with their revisions, what second editors said of them, and what was released.

These tables belong to no municipality and hold no client. What was released is never changed: a release holds every file in which the
library differs from what comes with the software.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import defer
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import JsonDocument, UtcDateTime
from ceo.storage.people import User
from ceo.storage.rounds import PublishedQuestionnaire


class LibraryDraft(SQLModel, table=True):
    """A change of the national library. `revision` is the one in use; a change names the revision that it was made on.

    `released_as` is the number under which it was released; then it does not change any more.
    """

    __tablename__ = "library_draft"

    id: str = Field(primary_key=True, max_length=32)
    title: str
    revision: int
    released_as: int | None = None
    removed: bool = False


class LibraryDraftRevision(SQLModel, table=True):
    """Every file of a draft after one change.

    `files`: by name, the text and the digest of the text of the library that it was made from. `change` says what was done, as a code
    with its details. `on_revision` is the revision that this one was made from: after undoing, not the number before it. `parts` are
    the digests of the scales, items and crosswalks that are new in it: who changed one of them made it.
    """

    __tablename__ = "library_draft_revision"

    draft_id: str = Field(primary_key=True, max_length=32, foreign_key="library_draft.id")
    number: int = Field(primary_key=True)
    on_revision: int
    files: dict[str, Any] = Field(sa_type=JsonDocument)
    parts: dict[str, Any] = Field(sa_type=JsonDocument)
    change: dict[str, Any] = Field(sa_type=JsonDocument)
    made_by: str = Field(foreign_key="staff_user.id")
    made_at: datetime = Field(sa_type=UtcDateTime)


class LibraryReview(SQLModel, table=True):
    """What a second editor said of a statement that makes a verdict lighter, as it was then (`digest`); rows are only added."""

    __tablename__ = "library_review"

    draft_id: str = Field(primary_key=True, max_length=32, foreign_key="library_draft.id")
    number: int = Field(primary_key=True)
    statement: str
    digest: str = Field(max_length=71)
    approved: bool
    reason: str
    said_by: str = Field(foreign_key="staff_user.id")
    said_on: date


class LibraryRelease(SQLModel, table=True):
    """The library from a moment on. `files`: by name, the text and the digest of what the software brought in its place.

    `digest` is over all texts. `modules` are the references of the modules that were published with it.
    """

    __tablename__ = "library_release"

    number: int = Field(primary_key=True)
    draft_id: str = Field(max_length=32, foreign_key="library_draft.id")
    title: str
    files: dict[str, Any] = Field(sa_type=JsonDocument)
    digest: str = Field(max_length=71)
    modules: list[str] = Field(default_factory=list, sa_type=JsonDocument)
    released_by: str = Field(foreign_key="staff_user.id")
    released_at: datetime = Field(sa_type=UtcDateTime)


async def newest_release(session: AsyncSession) -> tuple[int, str]:
    """Return the number and the digest of the newest release; 0 and "" when there is none."""
    newest = select(LibraryRelease.number, LibraryRelease.digest).order_by(col(LibraryRelease.number).desc()).limit(1)
    row = (await session.exec(newest)).first()
    return (row[0], row[1]) if row is not None else (0, "")


async def all_releases(session: AsyncSession) -> Sequence[LibraryRelease]:
    """Return every release, the newest first."""
    return (await session.exec(select(LibraryRelease).order_by(col(LibraryRelease.number).desc()))).all()


async def drafts_with_revision(session: AsyncSession) -> Sequence[tuple[LibraryDraft, LibraryDraftRevision]]:
    """Return every draft that is being worked on with the revision in use, by title."""
    open_drafts = (
        select(LibraryDraft, LibraryDraftRevision)
        .join(LibraryDraftRevision, _revision_in_use())
        .where(col(LibraryDraft.released_as).is_(None), col(LibraryDraft.removed).is_(False))
    )
    return (await session.exec(open_drafts.order_by(LibraryDraft.title, LibraryDraft.id))).all()


async def draft_with_revision(session: AsyncSession, draft_id: str) -> tuple[LibraryDraft, LibraryDraftRevision] | None:
    """Return a draft with the revision in use; None when there is none of this id."""
    found = select(LibraryDraft, LibraryDraftRevision).join(LibraryDraftRevision, _revision_in_use())
    return (await session.exec(found.where(LibraryDraft.id == draft_id, col(LibraryDraft.removed).is_(False)))).first()


async def lock_draft(session: AsyncSession, draft_id: str) -> LibraryDraft | None:
    """Return a draft that nobody else can change until this transaction ends; None when there is none that can change."""
    draft = await session.get(LibraryDraft, draft_id, with_for_update=True)
    return draft if draft is not None and draft.released_as is None and not draft.removed else None


async def revisions_of(session: AsyncSession, draft_ids: Sequence[str]) -> Sequence[LibraryDraftRevision]:
    """Return every revision of drafts in order of number, without what stands in their files."""
    rows = (
        select(LibraryDraftRevision)
        .where(col(LibraryDraftRevision.draft_id).in_(draft_ids))
        .order_by(col(LibraryDraftRevision.draft_id), col(LibraryDraftRevision.number))
        .options(defer(LibraryDraftRevision.files, raiseload=True))  # type: ignore[arg-type]  # a column, to SQLAlchemy
    )
    return (await session.exec(rows)).all()


async def newest_number(session: AsyncSession, draft_id: str) -> int:
    """Return the highest number of the revisions of a draft."""
    highest = select(func.max(LibraryDraftRevision.number)).where(LibraryDraftRevision.draft_id == draft_id)
    return (await session.exec(highest)).one() or 0


async def reviews_of(session: AsyncSession, draft_ids: Sequence[str]) -> Sequence[LibraryReview]:
    """Return what was said of statements in drafts, in the order in which it was said."""
    rows = select(LibraryReview).where(col(LibraryReview.draft_id).in_(draft_ids))
    return (await session.exec(rows.order_by(LibraryReview.draft_id, col(LibraryReview.number)))).all()


async def names_of(session: AsyncSession, user_ids: Collection[str]) -> dict[str, str]:
    """Return the names of users by id."""
    return dict((await session.exec(select(User.id, User.name).where(col(User.id).in_(user_ids)))).all())


async def withdrawn_versions(session: AsyncSession) -> Sequence[tuple[str, int, str]]:
    """Return the questionnaires that were withdrawn: name, version and reason."""
    gone = select(
        PublishedQuestionnaire.questionnaire,
        PublishedQuestionnaire.version,
        func.coalesce(PublishedQuestionnaire.withdrawn_because, ""),
    ).where(col(PublishedQuestionnaire.withdrawn_on).is_not(None))
    return (await session.exec(gone)).all()


def _revision_in_use() -> Any:
    return (col(LibraryDraftRevision.draft_id) == col(LibraryDraft.id)) & (
        col(LibraryDraftRevision.number) == col(LibraryDraft.revision)
    )

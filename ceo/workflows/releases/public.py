"""The releases that everybody may read, without what made them: enough to tell whether a page is still as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy.orm import load_only
from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.releases import Release, ReleaseState
from ceo.storage.tenancy import reading_across
from ceo.workflows.releases.proposal import can_be_release
from ceo.workflows.releases.reading import PUBLIC


@dataclass(frozen=True, slots=True)
class PublicEdition:
    """An edition that was published. `reason`: why there is an edition after the first; `ended_because`: why it was ended."""

    name: str
    edition: int
    title: str
    state: str
    reason: str
    digest: str
    published_on: date
    ended_on: date | None
    ended_because: str

    @property
    def is_current(self) -> bool:
        """Return whether nothing took its place."""
        return self.state == ReleaseState.PUBLISHED


async def public_editions(database: Database, name: str = "") -> list[PublicEdition]:
    """Return every edition that was published, or those of one release; the newest first. One query, without manifests."""
    if name and not can_be_release(name):
        return []
    # Those columns and no others: a manifest names every snapshot, and most pages need none of it.
    statement = (
        select(Release)
        .options(load_only(*(getattr(Release, field.name) for field in fields(PublicEdition)), raiseload=True))
        .where(col(Release.state).in_(PUBLIC))
        .order_by(col(Release.published_on).desc(), col(Release.name), col(Release.edition).desc())
    )
    if name:
        statement = statement.where(col(Release.name) == name)
    async with reading_across(database) as session:
        return [
            PublicEdition(**{field.name: getattr(row, field.name) for field in fields(PublicEdition)})
            for row in await session.exec(statement)
        ]


async def has_public_releases(database: Database) -> bool:
    """Return whether there is anything to show."""
    statement = select(Release.name).where(col(Release.state).in_(PUBLIC)).limit(1)
    async with reading_across(database) as session:
        return (await session.exec(statement)).first() is not None


def newest_of_each(editions: Sequence[PublicEdition]) -> list[PublicEdition]:
    """Return the last edition of each release, in the order in which they stand."""
    last: dict[str, int] = {}
    for one in editions:
        last[one.name] = max(one.edition, last.get(one.name, 0))
    return [one for one in editions if last[one.name] == one.edition]

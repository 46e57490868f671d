"""What publishing an edition does to others: drafts of the same measurement have to be made anew, and signed for again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import defer
from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release, ReleaseState
from ceo.storage.tenancy import reading_across

_OPEN: Final = (ReleaseState.DRAFT.value, ReleaseState.SIGNED.value)


async def list_overtaken(database: Database, row: Release) -> Sequence[Release]:
    """Return the drafts, national or of the same place, that cannot be published as they are once this one is; those that all signed first.

    They were made next to what readers had before, so they have to be made anew, and every municipality in them signs again. Meant for
    whoever is about to publish: they may wait, or tell the others. What another municipality prepares alone is told to nobody. Manifests
    are left out.
    """
    others = select(Release).where(
        col(Release.measurement) == row.measurement,
        col(Release.place).in_({NATIONAL, row.place}),
        col(Release.state).in_(_OPEN),
        col(Release.digest) != "",
        (col(Release.name) != row.name) | (col(Release.edition) != row.edition),
    )
    signed_first = others.order_by(col(Release.state).desc(), col(Release.name), col(Release.edition))
    without = signed_first.options(defer(Release.manifest, raiseload=True))  # type: ignore[arg-type]  # a column, to SQLAlchemy
    async with reading_across(database) as session:
        return (await session.exec(without)).all()

"""The questions of an edition that may go along under an agreement, with the codes by which a rule groups their answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ceo.storage.database import Database
from ceo.storage.releases import Release
from ceo.storage.tenancy import reading_across
from ceo.workflows.microdata.asked import read_asked

if TYPE_CHECKING:
    from analysis.pooling import Pooled


@dataclass(frozen=True, slots=True)
class OfferedQuestion:
    """A question that a rule may name by `id`: its answers as code and words, and the lowest and highest number where it asks for one.

    `identifies`: whether it can be one of the quasi-identifiers. Several answers to one question cannot be protected as such.
    """

    id: str
    label: str
    identifies: bool
    answers: tuple[tuple[str, str], ...]
    lowest: int | None
    highest: int | None


async def offered_questions(database: Database, release: str, edition: int) -> tuple[OfferedQuestion, ...]:
    """Return the questions that may go along, in the order in which they were asked; none of an edition that was not made."""
    async with reading_across(database) as session:
        row = await session.get(Release, (release, edition))
    if row is None or row.manifest is None:
        return ()
    asked = await read_asked(database, row)
    return await asyncio.to_thread(lambda: _offered(asked.pooled()))


def _offered(pooled: Pooled) -> tuple[OfferedQuestion, ...]:
    from analysis.microdata.declared import columns_of
    from analysis.microdata.records import Role

    found: dict[str, OfferedQuestion] = {}
    for series in pooled.items:
        columns = columns_of(pooled, (series,))
        if not columns or series.id in found:
            continue
        first = columns[0]
        several = first.role is Role.OPTION
        found[series.id] = OfferedQuestion(
            id=series.id,
            label=pooled.codebook.variable(series.name).title,
            identifies=not several,
            answers=() if several else tuple((one.code, one.label) for one in first.categories),
            lowest=first.minimum,
            highest=first.maximum,
        )
    return tuple(found.values())

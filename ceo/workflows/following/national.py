"""What can be watched for the whole country: the indicators of the newest version of each core questionnaire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.following import Antenna
from ceo.storage.people import NATIONAL
from ceo.storage.rounds import PublishedQuestionnaire
from ceo.storage.tenancy import reading_across
from ceo.workflows.following.computing import has_score
from questionnaires.codebook import build_codebook
from questionnaires.publishing import open_published

# What a municipality or region made carries its own prefix.
_NATIONAL: Final = "nl."


@dataclass(frozen=True, slots=True)
class Core:
    """A core questionnaire, with the title of its newest version, and how many of its indicators are watched for the whole country."""

    id: str
    title: str
    watched: int


@dataclass(frozen=True, slots=True)
class CoreIndicators:
    """The indicators of a core: theme scores first, then questions in their order, with their Dutch titles; and which are watched."""

    id: str
    title: str
    indicators: tuple[tuple[str, str], ...]
    watched: frozenset[str]


async def list_cores(database: Database) -> tuple[Core, ...]:
    """Return the core questionnaires that were published and are in use, in order of their ids."""
    row = PublishedQuestionnaire
    statement = select(row.questionnaire, row.title).where(
        col(row.questionnaire).startswith(_NATIONAL), col(row.withdrawn_on).is_(None)
    )
    async with reading_across(database) as session:
        titles = dict((await session.exec(statement.order_by(row.questionnaire, col(row.version)))).all())
        watched = list(await session.exec(select(Antenna.core).where(col(Antenna.place) == NATIONAL)))
    return tuple(Core(core, title, watched.count(core)) for core, title in titles.items())


async def find_core(database: Database, core: str) -> CoreIndicators | None:
    """Return what can be watched of a core; None when there is no such core in use."""
    if not core.startswith(_NATIONAL):
        return None
    row = PublishedQuestionnaire
    newest = (
        select(row.content, row.content_hash)
        .where(col(row.questionnaire) == core, col(row.withdrawn_on).is_(None))
        .order_by(col(row.version).desc())
        .limit(1)
    )
    chosen = select(Antenna.indicator).where(col(Antenna.place) == NATIONAL, col(Antenna.core) == core)
    async with reading_across(database) as session:
        found = (await session.exec(newest)).first()
        watched = frozenset(await session.exec(chosen))
    if found is None:
        return None
    codebook = build_codebook(open_published(*found))
    questions = ((one.item, one.title) for one in codebook.variables if has_score(one))
    themes = ((one.composite, one.title) for one in codebook.composites)
    return CoreIndicators(core, codebook.title, (*themes, *questions), watched)

"""Made-up microdata for practice, after the published figures of an edition. No answer is read, and nobody has to agree to anything."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.microdata.rule import MicrodataFault
from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.releases import Release, ReleaseState
from ceo.storage.tenancy import reading_across
from ceo.workflows.microdata.asked import Asked, read_asked
from ceo.workflows.microdata.forms import MicrodataFile, write_microdata
from ceo.workflows.releases.reading import Cubes

if TYPE_CHECKING:
    from exports.release.cube import SealedCube


@dataclass(frozen=True, slots=True)
class WantedPractice:
    """Made-up people after an edition: how many, and in which of the `MICRODATA_FORMS`. The same `seed` makes the same ones."""

    release: str
    edition: int
    people: int
    seed: int
    form: str


async def make_practice_file(
    database: Database, settings: Settings, wanted: WantedPractice
) -> MicrodataFile | tuple[MicrodataFault, ...]:
    """Return a file of made-up people, or everything that stands in the way."""
    async with reading_across(database) as session:
        edition = await session.get(Release, (wanted.release, wanted.edition))
    if edition is None or edition.state not in (ReleaseState.PUBLISHED, ReleaseState.CORRECTED):
        cause = "Er is geen gepubliceerde uitgave met deze naam en dit nummer, of zij is ingetrokken."
        return (MicrodataFault("release", cause, "Kijk met: ceo release list"),)
    asked = await read_asked(database, edition)
    cube = await Cubes(settings.base_url).open(database, edition)
    return await asyncio.to_thread(_make, asked, cube, wanted)


def _make(asked: Asked, cube: SealedCube, wanted: WantedPractice) -> MicrodataFile | tuple[MicrodataFault, ...]:
    from exports.microdata.handing_out import ForPractice
    from exports.microdata.practice import make_practice

    found = make_practice(cube, asked.pooled(), n=wanted.people, seed=wanted.seed)
    return write_microdata(found, wanted.form) if isinstance(found, ForPractice) else found

"""Which editions a program may see: what is published, and of drafts what its key opens. A draft that was dropped nobody sees any more.

A key of a municipality opens the drafts that it proposed itself, and its own rows of drafts in which its round is. A key of the whole
country opens the drafts that were proposed for the whole country.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release, ReleaseRound, ReleaseState
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.releases.reading import PUBLIC, ListedRelease, find_release, list_releases

if TYPE_CHECKING:
    from exports.release.cube import SealedCube


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: `place` of the key that was brought, "" without one. `drafts`: the key opens drafts."""

    place: str = ""
    drafts: bool = False


ANYBODY: Final = Viewer()


@dataclass(frozen=True, slots=True)
class Seen:
    """An edition as somebody may see it. `only`: the municipality whose rows may be seen; "" when all may."""

    row: Release
    only: str = ""

    @property
    def public(self) -> bool:
        """Whether everybody may see it."""
        return self.row.state in PUBLIC


async def list_seen(database: Database, viewer: Viewer) -> list[ListedRelease]:
    """Return the editions that somebody may see, the newest first."""
    if not viewer.drafts:
        return await list_releases(database, public=True)
    own = await _taking_part(database, viewer.place)
    return [
        one
        for one in await list_releases(database, public=False)
        if one.state in PUBLIC
        or (one.state != ReleaseState.DROPPED and (one.place == viewer.place or (one.name, one.edition) in own))
    ]


async def find_seen(database: Database, name: str, edition: int, viewer: Viewer) -> Seen | None:
    """Return an edition if somebody may see it; None when there is none, or it is none of theirs."""
    row = await find_release(database, name, edition, public=not viewer.drafts)
    if row is None or row.state == ReleaseState.DROPPED:
        return None
    if row.state in PUBLIC or row.place == viewer.place:
        return Seen(row)
    own = await _taking_part(database, viewer.place)
    return Seen(row, viewer.place) if (name, edition) in own else None


def as_seen(cube: SealedCube, seen: Seen) -> SealedCube:
    """Return the cube of an edition with what may be seen of it."""
    if not seen.only:
        return cube
    from exports.release.cube import Cube, SealedCube
    from exports.release.selecting import Selection, select_figures

    own = {"area": (seen.only,)}
    facts = cube.facts.model_copy(
        update={
            "areas": tuple(one for one in cube.facts.areas if one.area == seen.only),
            "sources": tuple(one for one in cube.facts.sources if one.municipality == seen.only),
        }
    )
    return SealedCube(Cube(facts, select_figures(cube.cube, Selection(**own)).table), cube.seal)


async def _taking_part(database: Database, place: str) -> set[tuple[str, int]]:
    """Return the editions in which a municipality has a round."""
    if place == NATIONAL:
        return set()
    rounds = select(ReleaseRound.release, ReleaseRound.edition).where(col(ReleaseRound.municipality) == place)
    async with tenant_reading(database, place) as session:
        return {(name, edition) for name, edition in await session.exec(rounds)}

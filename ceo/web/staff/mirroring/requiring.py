"""The edition in which a municipality mirrors itself, as the pages of mirroring need it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from litestar import Request

from ceo.storage.releases import Release
from ceo.web.installation import Installation
from ceo.workflows.mirroring.reading import OwnEdition, newest_by_core, own_editions
from ceo.workflows.releases.asking import Ledgers
from ceo.workflows.releases.reading import find_release

if TYPE_CHECKING:
    from exports.release.cube import SealedCube


@dataclass(frozen=True, slots=True)
class Opened:
    """The newest edition of a core questionnaire that holds a municipality, with its figures."""

    edition: OwnEdition
    row: Release
    cube: SealedCube


async def newest_edition(installation: Installation, municipality: str, core: str) -> Opened | None:
    """Return the newest edition of a core questionnaire; None where none holds this municipality, such as after a withdrawal."""
    edition = newest_by_core(await own_editions(installation.database, municipality)).get(core)
    return await opened(installation, edition) if edition is not None else None


async def opened(installation: Installation, edition: OwnEdition) -> Opened:
    """Return an edition with its figures."""
    row = await find_release(installation.database, edition.release, edition.edition, public=True)
    assert row is not None, "what was published does not go away"
    return Opened(edition, row, await installation.cubes.open(installation.database, row))


def ledgers_of(request: Request[Any, Any, Any]) -> Ledgers:
    """Return the ledgers that this process has read."""
    state = request.app.state
    if state.get("ledgers") is None:
        state.ledgers = Ledgers()
    ledgers: Ledgers = state.ledgers
    return ledgers

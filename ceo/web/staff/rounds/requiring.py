"""The round that an address names."""

from __future__ import annotations

from typing import Final

from litestar.exceptions import NotFoundException

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.workflows.rounds.listing import RoundOverview, read_round

# The largest number that PostgreSQL takes for an id.
LARGEST_ID: Final = 2**31 - 1


async def require_round(installation: Installation, municipality: Municipality, round_id: int) -> RoundOverview:
    """Return a round of a municipality, or tell that there is no such page."""
    if round_id > LARGEST_ID:
        raise NotFoundException
    overview = await read_round(installation.database, municipality.code, round_id, today=installation.today)
    if overview is None:
        raise NotFoundException
    return overview

"""The page of a series: who was asked and answered in each wave, who answered again, and who dropped out."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from ceo.storage.municipalities import Municipality
from ceo.storage.rounds import RoundStage
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.pages import staff_page
from ceo.workflows.rights import Right
from ceo.workflows.rounds.waves import read_series

_GOING_ON: Final = frozenset({RoundStage.DRAFT, RoundStage.FIELD})


@get("/metingen/reeks/{series:str}", **needs(Right.SEE_ROUNDS))
async def show_series(
    request: Request[Any, Any, Any],
    series: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show what became of the people of a series, from wave to wave."""
    keys = installation.settings.encryption_keys
    found = await read_series(installation.database, keys, municipality.code, series) if "\x00" not in series else None
    if found is None:
        raise NotFoundException
    going_on = {wave.number for wave in found.waves if wave.stage in _GOING_ON}
    return staff_page(request, "staff/rounds/series.html", series=found, going_on=going_on)


ROUTES: Final = (show_series,)

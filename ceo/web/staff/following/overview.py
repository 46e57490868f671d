"""What a municipality follows: of each core questionnaire its newest period, what is watched, and the signals in words."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.following.telling import tell
from ceo.web.staff.following.words import GRAINS, SeriesWords
from ceo.web.staff.pages import go_to, staff_page
from ceo.workflows.following.making import ask_for_series
from ceo.workflows.following.reading import all_antennas, read_newest_points
from ceo.workflows.following.signals import finest, signals_in
from ceo.workflows.rights import Right, Staff


@get("/volgen", **needs(Right.SEE_CYCLE))
async def show_followed(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show every core that is followed, with the signals that stand now."""
    series = await read_newest_points(installation.database, municipality.code)
    watched = await all_antennas(installation.database, municipality.code)
    cores = finest(series)
    chosen = {one.core: {antenna.indicator for antenna in watched.get(one.core, ())} for one in cores}
    told = await asyncio.to_thread(lambda: {one.core: tell(one, chosen[one.core]) for one in cores})
    return staff_page(
        request,
        "staff/following/overview.html",
        cores=cores,
        grains={one.core: [other.grain for other in series if other.core == one.core] for one in series},
        watched=watched,
        signals={one.core: signals_in(one, chosen[one.core]) for one in cores},
        told=told,
        grain_words=GRAINS,
        words=SeriesWords(request, *series),
    )


@post("/volgen/bijwerken", **needs(Right.EDIT_CYCLE))
async def bring_up_to_date(
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let a worker make the series of everything that is sealed."""
    await ask_for_series(installation.database, municipality.code, actor=staff.id, now=now())
    return go_to(f"/werk/{municipality.code}/volgen", done="gevraagd")


ROUTES: Final = (show_followed, bring_up_to_date)

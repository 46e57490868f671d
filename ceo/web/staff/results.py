"""The results of a municipality for those who work there: also of rounds that are not open to everybody."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.results import edition_as_file, show_edition
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, page_number, staff_page
from ceo.workflows.results.editions import FLOOR
from ceo.workflows.results.reading import ShownResults, read_results
from ceo.workflows.rights import Right
from ceo.workflows.rounds.listing import list_rounds
from exports.formats import WRITERS


@get("/resultaten", **needs(Right.SEE_RESULTS))
async def show_results_of_rounds(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show of which rounds there are results, the newest first."""
    page = await list_rounds(
        installation.database, municipality.code, today=installation.today, number=page_number(request)
    )
    return staff_page(request, "staff/results.html", page=page, floor=FLOOR, today=installation.today)


@get("/resultaten/{measurement:str}", **needs(Right.SEE_RESULTS))
async def show_own_results(
    request: Request[Any, Any, Any],
    measurement: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the newest edition of a round, with what is not counted in it yet."""
    results = await _require(installation, municipality, measurement)
    shown = await show_edition(installation, results)
    return staff_page(
        request,
        "staff/own_results.html",
        results=results,
        fragment=shown.fragment,
        floor=FLOOR,
        formats=tuple(WRITERS),
        failed=shown.failed,
        headers=shown.headers,
    )


@get("/resultaten/{measurement:str}/{extension:str}", **needs(Right.SEE_RESULTS))
async def download_own_results(
    measurement: FromPath[str],
    extension: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Return the newest edition as a file; before there is one, the page that says so."""
    results = await _require(installation, municipality, measurement)
    if extension not in WRITERS:
        raise NotFoundException
    if results.edition is None:
        return go_to(f"/werk/{municipality.code}/resultaten/{measurement}")
    return await edition_as_file(installation, results, results.edition, extension)


async def _require(installation: Installation, municipality: Municipality, measurement: str) -> ShownResults:
    results = await read_results(installation.database, municipality.code, measurement)
    if results is None:
        raise NotFoundException
    return results

"""The results of a round: a page, and the same report as a file."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER
from markupsafe import Markup

from ceo.storage.editions import Edition
from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.pages import page
from ceo.web.readers import reader_of
from ceo.workflows.editions import FLOOR
from ceo.workflows.results import ShownResults, read_shown_results
from exports.formats import WRITERS


@get("/resultaten/{measurement:str}")
async def show_results(
    request: Request[Any, Any, Any],
    measurement: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the newest edition, and how many people have answered by now. The report itself is in Dutch."""
    results = await read_shown_results(installation.database, municipality.code, measurement)
    if results is None:
        raise NotFoundException
    fragment = ""
    failed = installation.reports.failed(measurement)
    coming = results.edition is None and results.submitted >= FLOOR and not failed
    if results.edition is not None:
        fragment = await installation.reports.write_fragment(results.name, results.edition.report)
    elif coming:
        installation.reports.look_at(measurement)
    return page(
        "results.html",
        language=reader_of(request, None).language,
        municipality=municipality,
        results=results,
        fragment=Markup(fragment),  # noqa: S704 - written by exports.html, which escapes every text
        floor=FLOOR,
        formats=tuple(WRITERS),
        failed=failed,
        # The edition is being made: look again in a moment, also without script.
        headers={"refresh": "2"} if coming else None,
    )


@get("/resultaten/{measurement:str}/{extension:str}")
async def download_results(
    measurement: FromPath[str],
    extension: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Return the newest edition as a file; before there is one, the page that says so."""
    results = await read_shown_results(installation.database, municipality.code, measurement)
    if extension not in WRITERS or results is None:
        raise NotFoundException
    if results.edition is None:
        return Redirect(f"/{municipality.code}/resultaten/{measurement}", status_code=HTTP_303_SEE_OTHER)
    return await edition_as_file(installation, results, results.edition, extension)


async def edition_as_file(
    installation: Installation, results: ShownResults, edition: Edition, extension: str
) -> Response[bytes]:
    """Return an edition as a file to keep, in one of the formats of reports."""
    content = await installation.reports.write(results.name, edition.report, extension)
    name = f"{results.round.municipality}-{results.round.measurement}-{edition.number}.{extension}"
    return Response(
        content,
        media_type=WRITERS[extension].media_type,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )

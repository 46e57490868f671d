"""The results of a round: a page, and the same report as a file."""

from __future__ import annotations

from dataclasses import dataclass
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
from ceo.workflows.results.editions import FLOOR
from ceo.workflows.results.reading import ShownResults, read_shown_results
from ceo.workflows.stories.reports import quoted_report
from exports.formats import WRITERS


@dataclass(frozen=True, slots=True)
class ShownEdition:
    """What a page shows of results: the newest edition as a part of a page, or why there is none. `headers` let the page come again."""

    fragment: Markup
    failed: bool
    headers: dict[str, str] | None


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
    shown = await show_edition(installation, results)
    return page(
        "results.html",
        language=reader_of(request, None).language,
        municipality=municipality,
        results=results,
        fragment=shown.fragment,
        floor=FLOOR,
        formats=tuple(WRITERS),
        failed=shown.failed,
        headers=shown.headers,
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


async def show_edition(installation: Installation, results: ShownResults) -> ShownEdition:
    """Return the newest edition; when there is none and enough people have answered, let it be made."""
    failed = installation.reports.failed(results.round.measurement)
    if results.edition is not None:
        quoted = await quoted_report(installation.database, results)
        fragment = await installation.reports.write_fragment(quoted.name, quoted.report)
        # Written by exports.html, which escapes every text.
        return ShownEdition(Markup(fragment), failed, None)  # noqa: S704
    if results.submitted < FLOOR or failed:
        return ShownEdition(Markup(), failed, None)
    installation.reports.look_at(results.round.measurement)
    # It is being made: look again in a moment, also without script.
    return ShownEdition(Markup(), failed, {"refresh": "2"})


async def edition_as_file(
    installation: Installation, results: ShownResults, edition: Edition, extension: str
) -> Response[bytes]:
    """Return an edition as a file to keep, in one of the formats of reports."""
    quoted = await quoted_report(installation.database, results)
    content = await installation.reports.write(quoted.name, quoted.report, extension)
    name = f"{results.round.municipality}-{results.round.measurement}-{edition.number}.{extension}"
    return Response(
        content,
        media_type=WRITERS[extension].media_type,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )

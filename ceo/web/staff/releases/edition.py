"""An edition as a municipality sees it before and after it is published: its own figures, what went in, and what to do next."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, page_number
from ceo.web.staff.releases.figures import FLAGGED, HIDDEN, PAGE, changed_lines, shown_figures, summary_of
from ceo.web.staff.releases.requiring import edition_address, release_page, require_standing
from ceo.workflows.releases.standing import find_earlier, name_of
from ceo.workflows.rights import Right


@get("/uitgaven/{release:str}/{edition:int}", **needs(Right.SEE_RELEASES))
async def show_edition(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show an edition. While it is being made, the page loads itself again, unless whoever looks at it switched that off."""
    standing = await require_standing(request, installation, release, edition)
    summary = await summary_of(installation, standing.row, municipality.code) if standing.is_made else None
    decided_by = standing.own.decided_by if standing.own is not None else None
    return release_page(
        request,
        "staff/releases/edition.html",
        standing,
        summary=summary,
        decided_by=await name_of(installation.database, decided_by),
        by_itself=request.query_params.get("vanzelf") != "nee",
        nobody_works=standing.waits_long(now()),
        hidden=HIDDEN,
        flagged=FLAGGED,
    )


@get("/uitgaven/{release:str}/{edition:int}/cijfers", **needs(Right.SEE_RELEASES))
async def show_figures(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Show the own figures as they would be published, beside those of all municipalities together."""
    standing = await require_standing(request, installation, release, edition)
    if not standing.is_made:
        return go_to(edition_address(request, standing))
    # A release of one municipality has nothing to stand beside.
    cube = await installation.cubes.open(installation.database, standing.row)
    beside = len(cube.facts.sources) > 1
    shown = await shown_figures(request, standing.row, municipality.code, beside=beside)
    return release_page(
        request, "staff/releases/figures.html", standing, shown=shown, area="", hidden=HIDDEN, flagged=FLAGGED
    )


@get("/uitgaven/{release:str}/{edition:int}/verschillen", **needs(Right.SEE_RELEASES))
async def show_changes(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Show which of the own figures readers see differently than in the edition before."""
    standing = await require_standing(request, installation, release, edition)
    earlier = await find_earlier(installation.database, standing.row)
    if not standing.is_made or earlier is None:
        return go_to(edition_address(request, standing))
    lines, number = await changed_lines(request, standing.row, earlier, municipality.code)
    page = page_number(request)
    if page > 1 and not lines:
        raise NotFoundException
    return release_page(
        request,
        "staff/releases/changes.html",
        standing,
        lines=lines,
        number=number,
        earlier=earlier,
        page=page,
        is_last=page * PAGE >= number,
    )


ROUTES: Final = (show_edition, show_figures, show_changes)

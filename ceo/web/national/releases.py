"""An edition of a national release as national editors see it: who signed, who is waited for, and the whole draft.

Editors answer for what is published, so they see the figures of every municipality in a draft; a municipality sees its own there. Who only
does research with national results sees how far an edition is, and its figures once everybody does.
"""

from __future__ import annotations

import re
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.params import FromPath

from ceo.clock import now
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Decision
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to
from ceo.web.staff.releases.figures import FLAGGED, HIDDEN, shown_figures, summary_of
from ceo.web.staff.releases.requiring import edition_address, release_page, require_standing
from ceo.web.staff.releases.routes import OF_PLACES
from ceo.web.staff.releases.words import DECISIONS
from ceo.workflows.releases.standing import Standing, list_signatures, name_of
from ceo.workflows.rights import Right, Staff

# In front of a name: 's-Hertogenbosch is looked for under the H.
_ARTICLE: Final = re.compile(r"^['’]\w[- ]")


@get("/uitgaven/{release:str}/{edition:int}", **needs(Right.SEE_RELEASES))
async def show_national_edition(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[str]:
    """Show an edition and what every municipality decided: first who is waited for."""
    standing = await require_standing(request, installation, release, edition)
    signatures = await list_signatures(installation.database, standing.row)
    present = [one for one in DECISIONS if any(it.decision == one for it in signatures)]
    chosen = request.query_params.get("stand", present[0] if present else Decision.WAITING.value)
    if chosen not in DECISIONS:
        raise NotFoundException
    seen = standing.is_made and _may_see(standing, staff)
    names = {code: municipality.name for code, municipality in installation.municipalities.items()}
    return release_page(
        request,
        "national/releases/edition.html",
        standing,
        summary=await summary_of(installation, standing.row, NATIONAL) if seen else None,
        signatures=sorted(
            ((names.get(one.municipality, one.municipality), one) for one in signatures if one.decision == chosen),
            key=lambda pair: _ARTICLE.sub("", pair[0]).casefold(),
        ),
        chosen=chosen,
        present=present,
        proposed_by=await name_of(installation.database, standing.row.proposed_by),
        by_itself=request.query_params.get("vanzelf") != "nee",
        nobody_works=standing.waits_long(now()),
        hidden=HIDDEN,
        flagged=FLAGGED,
    )


@get("/uitgaven/{release:str}/{edition:int}/cijfers", **needs(Right.SEE_RELEASES))
async def show_national_figures(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Show the figures of one area of an edition: of all municipalities together unless another one is chosen."""
    standing = await require_standing(request, installation, release, edition)
    if not standing.is_made:
        return go_to(edition_address(request, standing))
    if not _may_see(standing, staff):
        raise PermissionDeniedException
    cube = await installation.cubes.open(installation.database, standing.row)
    area = request.query_params.get("gebied", NATIONAL)
    areas = [(one.area, one.name) for one in sorted(cube.facts.areas, key=lambda one: (one.area != NATIONAL, one.name))]
    if area not in dict(areas):
        raise NotFoundException
    return release_page(
        request,
        "national/releases/figures.html",
        standing,
        shown=await shown_figures(request, standing.row, area, beside=area != NATIONAL),
        area=area,
        areas=areas,
        area_name=dict(areas)[area],
        hidden=HIDDEN,
        flagged=FLAGGED,
    )


def _may_see(standing: Standing, staff: Staff) -> bool:
    """Return whether somebody may see the figures: editors, and everybody once they are published."""
    return standing.is_public or staff.may(Right.PROPOSE_RELEASES, NATIONAL)


ROUTES: Final = (*OF_PLACES, show_national_edition, show_national_figures)

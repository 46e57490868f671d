"""The directory (staalkaart): who helps with which theme, on a map and as a list; the same pages for municipalities and the country."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from ceo.storage.together import Organisation
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.pages import staff_page, staff_words
from ceo.web.staff.together.requiring import LONGEST_SEARCH, directory_of, home_of, require_id
from ceo.web.staff.together.seat_map import draw_seats
from ceo.web.staff.together.words import KINDS
from ceo.workflows.rights import Right
from ceo.workflows.together.organisations import (
    WantedOrganisations,
    find_organisation,
    known_of,
    link_of,
    list_organisations,
)
from ceo.workflows.together.themes import list_themes


@get("/samen/staalkaart", **needs(Right.SEE_TOGETHER))
async def show_directory(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show the directory."""
    return await directory_page(request, installation)


@get("/samen/staalkaart/{organisation_id:str}", **needs(Right.SEE_TOGETHER))
async def show_organisation(
    request: Request[Any, Any, Any], organisation_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show an organisation."""
    return await organisation_page(request, installation, organisation_id)


ROUTES: Final = (show_directory, show_organisation)


async def directory_page(request: Request[Any, Any, Any], installation: Installation) -> Response[str]:
    """Answer with the organisations of a kind and a theme: where they have their seat, and as a list."""
    given = request.query_params
    wanted = WantedOrganisations(given.get("thema", "")[:LONGEST_SEARCH], given.get("soort", "")[:LONGEST_SEARCH])
    themes = await list_themes(installation.database)
    rows = await list_organisations(installation.database, wanted)
    known = known_of(installation.municipalities.values(), themes)
    kinds = {code: staff_words(request, words) for code, words in KINDS.items()}
    return staff_page(
        request,
        "staff/together/directory.html",
        home=home_of(request),
        here_home=directory_of(request),
        wanted=wanted,
        rows=[(row, known.written(row)) for row in rows],
        map=draw_seats([(row.kind, row.seat) for row in rows], kinds),
        themes=[(one.id, one.name) for one in themes],
        kinds=kinds,
    )


async def organisation_page(
    request: Request[Any, Any, Any], installation: Installation, organisation_id: str
) -> Response[str]:
    """Answer with an organisation."""
    row = await require_organisation(installation, organisation_id)
    known = known_of(installation.municipalities.values(), await list_themes(installation.database))
    return staff_page(
        request,
        "staff/together/organisation.html",
        home=home_of(request),
        here_home=directory_of(request),
        row=row,
        written=known.written(row),
        theme_names=known.theme_names,
        link=link_of(row.address),
        kinds=KINDS,
    )


async def require_organisation(installation: Installation, organisation_id: str) -> Organisation:
    """Return an organisation, or tell that there is no such page."""
    row = await find_organisation(installation.database, require_id(organisation_id))
    if row is None:
        raise NotFoundException
    return row

"""The page of a municipality in an edition."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ceo.web.figures.asked import Sender, find_asked
from ceo.web.figures.kept_pages import KeptPages
from ceo.web.installation import Installation


@get("/{release:str}/{edition:str}/gemeente/{municipality_code:str}")
async def show_municipality(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[str],
    municipality_code: FromPath[str],
    installation: NamedDependency[Installation],
    kept: NamedDependency[KeptPages],
) -> Response[Any]:
    """Show the figures of a municipality by theme, beside those of all municipalities together."""
    from ceo.web.figures.municipality_view import municipality_values

    asked = await find_asked(installation, release, edition)
    return await Sender(request, installation, kept, asked).send(
        "municipality.html", lambda cube: municipality_values(cube, municipality_code, installation.municipalities)
    )

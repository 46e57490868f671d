"""The page of an indicator."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ceo.web.figures.asked import Sender, find_asked
from ceo.web.figures.kept_pages import KeptPages
from ceo.web.installation import Installation

_LONGEST = 60


@get("/{release:str}/{edition:str}/{indicator:str}")
async def show_indicator(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[str],
    indicator: FromPath[str],
    installation: NamedDependency[Installation],
    kept: NamedDependency[KeptPages],
) -> Response[Any]:
    """Show what an indicator means and what was found, with what the reader chose in the address."""
    from ceo.web.figures.indicator_view import Chosen, indicator_values

    asked = await find_asked(installation, release, edition)
    names = ("maat", "gemeente", "toon", "volgorde", "uitsplitsing")
    choices = tuple((name, request.query_params.get(name, "")[:_LONGEST]) for name in names)
    chosen = Chosen(*(value for _, value in choices))
    return await Sender(request, installation, kept, asked, choices).send(
        "indicator.html", lambda cube: indicator_values(cube, indicator, chosen, installation.municipalities)
    )

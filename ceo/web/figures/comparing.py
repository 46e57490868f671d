"""The page that sets up to five municipalities side by side."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ceo.web.figures.asked import Sender, find_asked
from ceo.web.figures.kept_pages import KeptPages
from ceo.web.installation import Installation

# In signs: longer than any name.
_LONGEST: Final = 60
_MOST: Final = 5


@get("/{release:str}/{edition:str}/vergelijk")
async def show_comparison(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[str],
    installation: NamedDependency[Installation],
    kept: NamedDependency[KeptPages],
) -> Response[Any]:
    """Show the figures of the municipalities that were chosen, and a form to choose others."""
    from ceo.web.figures.comparison_view import comparison_values

    asked = await find_asked(installation, release, edition)
    typed = [text[:_LONGEST].strip() for text in request.query_params.getall("gemeente", [])]
    typed = [text for text in typed if text][:_MOST]
    about = request.query_params.get("over", "")[:_LONGEST]
    choices = (*(("gemeente", text) for text in typed), ("over", about))
    return await Sender(request, installation, kept, asked, choices).send(
        "comparison.html", lambda cube: comparison_values(cube, typed, about, installation.municipalities)
    )

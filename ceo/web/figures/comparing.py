"""The page that sets up to five municipalities side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ceo.storage.municipalities import Municipality
from ceo.web.figures.asked import Sender, find_asked
from ceo.web.figures.catalogue_index import plain
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
    municipalities = installation.municipalities
    return await Sender(request, installation, kept, asked, choices).send(
        "comparison.html",
        lambda cube: comparison_values(cube, typed, about, municipalities),
        keep=all(_is_known(text, municipalities) for text in typed),
    )


def _is_known(typed: str, municipalities: Mapping[str, Municipality]) -> bool:
    """Return whether something that was typed names a municipality. What does not is drawn once, and not kept: it has no end."""
    known = plain(" ".join(typed.split()))
    return any(known in (plain(one.code), plain(one.name)) for one in municipalities.values())

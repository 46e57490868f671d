"""The page on which one finds something back."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.doors import doors_of
from ceo.web.staff.pages import staff_page, staff_words
from ceo.workflows.rights import Right, Staff
from ceo.workflows.searching import Found, search

_LONGEST: Final = 100


@get("/zoeken", **needs(Right.SEE_HOME))
async def show_found(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[str]:
    """Show what was found of a municipality: its pages, rounds and questionnaires, as far as this person may see them."""
    text = request.query_params.get("q", "").strip()[:_LONGEST]
    words = text.lower().split()
    pages = [(staff_words(request, label), address) for label, address in doors_of(staff, municipality.code)]
    found = Found((), ())
    if staff.may(Right.SEE_ROUNDS, municipality.code):
        found = await search(installation.database, municipality.code, text)
    return staff_page(
        request,
        "staff/found.html",
        text=text,
        pages=[(label, address) for label, address in pages if words and all(word in label.lower() for word in words)],
        found=found,
    )

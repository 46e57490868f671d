"""The releases that a place has to do with: what waits for it first."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency

from ceo.storage.people import NATIONAL
from ceo.web.installation import Installation
from ceo.web.staff.access import needs, place_of
from ceo.web.staff.pages import staff_page
from ceo.web.staff.releases.requiring import home_of
from ceo.web.staff.releases.words import decision_words, state_words
from ceo.workflows.releases.standing import list_standings
from ceo.workflows.rights import Right


@get("/uitgaven", **needs(Right.SEE_RELEASES))
async def show_releases(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show the releases that a place has to do with, and how far each edition is."""
    place = place_of(request)
    standings = await list_standings(installation.database, place)
    return staff_page(
        request,
        "national/releases/list.html" if place == NATIONAL else "staff/releases/list.html",
        waiting=[one for one in standings if one.waits_for_us],
        others=[one for one in standings if not one.waits_for_us],
        home=home_of(request),
        state_words=state_words,
        decision_words=decision_words,
    )


ROUTES: Final = (show_releases,)

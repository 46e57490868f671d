"""Where staff come in: the places that somebody works for, and in each of them what asks for attention."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.municipalities import Municipality
from ceo.storage.people import NATIONAL
from ceo.web.installation import Installation
from ceo.web.staff.access import ACCOUNT, needs
from ceo.web.staff.account.notice_words import sentence_of
from ceo.web.staff.doors import doors_of
from ceo.web.staff.pages import staff_language, staff_page
from ceo.workflows.activities.reading import own_activities
from ceo.workflows.attention import open_rounds_by_municipality, what_asks_attention
from ceo.workflows.notices.reading import unseen_in
from ceo.workflows.releases.standing import list_waiting
from ceo.workflows.rights import Right, Staff


@get(["/", "/plaatsen"], **needs(ACCOUNT))
async def show_places(
    request: Request[Any, Any, Any], staff: NamedDependency[Staff], installation: NamedDependency[Installation]
) -> Response[Any]:
    """Show the places that somebody works for; lead on when there is only one."""
    places = [*staff.municipalities, *([NATIONAL] if staff.is_national else [])]
    if len(places) == 1 and not request.scope["path"].endswith("/plaatsen"):
        address = "landelijk" if places[0] == NATIONAL else places[0]
        return Redirect(f"/werk/{address}", status_code=HTTP_303_SEE_OTHER)
    names = {code: installation.municipalities[code].name for code in staff.municipalities}
    open_rounds = await open_rounds_by_municipality(installation.database, today=installation.today)
    return staff_page(
        request,
        "staff/places.html",
        open_rounds=open_rounds,
        names=sorted(names.items(), key=lambda pair: pair[1]),
    )


@get("/", **needs(Right.SEE_HOME))
async def show_home(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    staff: NamedDependency[Staff],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Show what asks for attention in a municipality; to a partner, what it came for."""
    if not staff.may(Right.SEE_ROUNDS, municipality.code):
        activities = staff.activities[municipality.code]
        own = await own_activities(installation.database, municipality.code, activities)
        return staff_page(request, "staff/partner.html", own=own)
    attention = await what_asks_attention(
        installation.database,
        municipality.code,
        today=installation.today,
        decides_on_releases=staff.may(Right.SIGN_RELEASES, municipality.code),
    )
    language = staff_language(request)
    told = await unseen_in(installation.database, staff, municipality.code)
    notices = [(one, sentence_of(one, language)) for one in told]
    return staff_page(request, "staff/home.html", attention=attention, today=installation.today, notices=notices)


@get("/", **needs(Right.SEE_HOME))
async def show_national_home(
    request: Request[Any, Any, Any], staff: NamedDependency[Staff], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show what asks for attention in the whole country: to who decides on releases, those in which nothing happens without them."""
    decides = staff.may(Right.PROPOSE_RELEASES, NATIONAL)
    releases = await list_waiting(installation.database, NATIONAL) if decides else []
    return staff_page(request, "staff/national_home.html", parts=doors_of(staff, NATIONAL)[1:], releases=releases)

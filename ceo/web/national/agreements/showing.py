"""Looking at agreements: all of them with what ends soon first, one of them, and what protecting did to its answers."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_409_CONFLICT

from ceo.clock import now
from ceo.storage.people import NATIONAL
from ceo.web.installation import Installation
from ceo.web.national.agreements.requiring import HOME, agreement_page, require_agreement
from ceo.web.national.agreements.words import ENDS_SOON, IN_USE, standing_of
from ceo.web.staff.access import needs
from ceo.web.staff.pages import staff_page
from ceo.workflows.microdata.agreeing import list_agreements
from ceo.workflows.microdata.handing_out import look_at_protection
from ceo.workflows.releases.deciding import By
from ceo.workflows.rights import Right, Staff


@get("/overeenkomsten", **needs(Right.HAND_OUT_DATA))
async def show_agreements(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show all agreements: what ends soon, what works, and what works no more."""
    found = await list_agreements(installation.database, NATIONAL)
    standings = {one.id: standing_of(one, installation.today) for one in found}
    return staff_page(
        request,
        "national/agreements/list.html",
        home=HOME,
        soon=sorted((one for one in found if standings[one.id] == ENDS_SOON), key=lambda one: one.ends_on),
        working=[one for one in found if standings[one.id] in (ENDS_SOON, IN_USE)],
        ended=[one for one in found if standings[one.id] not in (ENDS_SOON, IN_USE)],
    )


@get("/overeenkomsten/{number:str}", **needs(Right.HAND_OUT_DATA))
async def show_agreement(
    request: Request[Any, Any, Any], number: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show an agreement, its files and its keys."""
    return await agreement_page(request, await require_agreement(installation, number))


@get("/overeenkomsten/{number:str}/bescherming", **needs(Right.HAND_OUT_DATA))
async def show_protection(
    request: Request[Any, Any, Any],
    number: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[str]:
    """Show what protecting does to the answers, worked out now; it is kept nowhere."""
    row = await require_agreement(installation, number)
    by = By(NATIONAL, staff.id, now())
    report = await look_at_protection(installation.database, installation.settings, row.id, by)
    if isinstance(report, tuple):
        return await agreement_page(request, row, status=HTTP_409_CONFLICT, refused=report)
    return staff_page(
        request,
        "national/agreements/protection.html",
        headers={"cache-control": "no-store"},
        row=row,
        home=HOME,
        own=f"{HOME}/{row.id}",
        report=report,
        k=row.rule["k"],
        words_of=lambda share: f"{100 * share:.1f}".replace(".", ","),
    )


ROUTES: Final = (show_agreements, show_agreement, show_protection)

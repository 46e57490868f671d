"""Ending an agreement before its last day, after a page that says what that does and what it cannot undo."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.agreements import Agreement
from ceo.storage.people import NATIONAL
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.national.agreements.requiring import HOME, agreement_page, require_agreement
from ceo.web.national.desk import first
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.workflows.microdata.agreeing import LONGEST_REASON, end_agreement, works
from ceo.workflows.releases.deciding import By
from ceo.workflows.rights import Right, Staff

_NO_REASON: Final = N_("Schrijf de reden op, in hoogstens %(most)s tekens.")


@get("/overeenkomsten/{number:str}/beeindigen", **needs(Right.HAND_OUT_DATA))
async def show_ending(
    request: Request[Any, Any, Any], number: FromPath[str], installation: NamedDependency[Installation]
) -> Response[Any]:
    """Tell what ending does, and ask why."""
    row = await require_agreement(installation, number)
    return _page(request, row, "", {}) if works(row, installation.today) else go_to(f"{HOME}/{row.id}")


@post("/overeenkomsten/{number:str}/beeindigen", status_code=HTTP_303_SEE_OTHER, **needs(Right.HAND_OUT_DATA))
async def end(
    request: Request[Any, Any, Any],
    number: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """End the agreement."""
    row = await require_agreement(installation, number)
    # A reason is one line: it is told to programs too.
    reason = " ".join(first(await read_form(request), "reden").split())
    if not reason or len(reason) > LONGEST_REASON:
        return _page(request, row, reason, {"reden": staff_words(request, _NO_REASON, most=LONGEST_REASON)})
    faults = await end_agreement(installation.database, row.id, By(NATIONAL, staff.id, now()), reason=reason)
    if faults:
        return await agreement_page(request, row, status=HTTP_409_CONFLICT, refused=faults)
    return go_to(f"{HOME}/{row.id}", done="beeindigd")


def _page(request: Request[Any, Any, Any], row: Agreement, typed: str, faults: dict[str, str]) -> Response[str]:
    return staff_page(
        request,
        "national/agreements/end.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        row=row,
        home=HOME,
        own=f"{HOME}/{row.id}",
        typed=typed,
        faults=faults,
    )


ROUTES: Final = (show_ending, end)

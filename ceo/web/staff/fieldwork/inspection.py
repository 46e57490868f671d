"""The page on which a client's own requests are handled: seeing what is held, and being taken out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.fieldwork.inspection_words import DISPOSITIONS, KINDS, STATES, STATUSES, TRAITS
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.rounds.requiring import require_round
from ceo.web.staff.rounds.typed import first
from ceo.workflows.ending.inspection import Held, WithdrawalAsked, find_held, withdraw
from ceo.workflows.rights import Right, Staff
from ceo.workflows.rounds.listing import RoundOverview

_NOBODY: Final = N_("Bij deze code of dit nummer wordt in deze meting niets bewaard.")


@get("/veldwerk/{round_id:int}/inzage", **needs(Right.RUN_FIELDWORK))
async def show_inspection(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the form in which a code or a client number is typed."""
    return _page(request, await require_round(installation, municipality, round_id))


@post("/veldwerk/{round_id:int}/inzage", status_code=HTTP_200_OK, **needs(Right.RUN_FIELDWORK))
async def handle_request(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Show what is held about somebody, give it as a file, or take the person out. What was typed stays out of the address."""
    overview = await require_round(installation, municipality, round_id)
    form = await read_form(request)
    typed, what = first(form, "wie"), first(form, "wat")
    settings = installation.settings
    held = await find_held(installation.database, settings, municipality.code, round_id, typed) if typed else None
    if held is None:
        fault = N_("Typ een code of een cliëntnummer.") if not typed else _NOBODY
        return _page(request, overview, typed=typed, faults={"wie": staff_words(request, fault)})
    if what == "bestand":
        return _file(held)
    if what == "uit":
        asked = WithdrawalAsked(municipality.code, round_id, typed, ask_no_more=bool(first(form, "nooit")))
        await withdraw(installation.database, settings, asked, actor=staff.id, today=installation.today, now=now())
        return go_to(f"/werk/{municipality.code}/veldwerk/{round_id}/inzage", done="uit")
    return _page(request, overview, typed=typed, held=held)


def _file(held: Held) -> Response[bytes]:
    """Return what is held as a file that people and programs can read."""
    written = json.dumps(held.document(), ensure_ascii=False, indent=2, default=str)
    return Response(
        written.encode(),
        media_type=MediaType.JSON,
        headers={"content-disposition": 'attachment; filename="wat-wij-bewaren.json"'},
    )


def _page(
    request: Request[Any, Any, Any],
    overview: RoundOverview,
    *,
    typed: str = "",
    held: Held | None = None,
    faults: Mapping[str, str] | None = None,
) -> Response[str]:
    return staff_page(
        request,
        "staff/fieldwork/inspection.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        headers={"cache-control": "no-store"},
        overview=overview,
        typed=typed,
        held=held,
        faults=faults or {},
        states=STATES,
        dispositions=DISPOSITIONS,
        statuses=STATUSES,
        traits=TRAITS,
        kinds=KINDS,
    )


ROUTES: Final = (show_inspection, handle_request)

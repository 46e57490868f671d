"""Taking over a question that another municipality shares: in which questionnaire, and where in it.

The question bank leads here with `hash`, the published version in which the question stands, and `vraag`, its reference (`gm0193.WRK01@1`).
"""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.pages import staff_page, staff_words
from ceo.web.staff.questionnaire.desk import (
    EDIT,
    EDIT_PAGE,
    Desk,
    Faults,
    OpenedDesk,
    conclude,
    desk_page,
    home_of,
    lead_to,
    refuse,
)
from ceo.web.staff.questionnaire.fields import Form, first
from ceo.workflows import configuring

_NO_SLOT: Final = N_("Kies waar de vraag komt te staan.")


@get("/overnemen", **EDIT)
async def choose_questionnaire(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Ask in which questionnaire in the making a question of another municipality is wanted."""
    lines = await configuring.list_configurations(installation.database, municipality.code)
    return staff_page(
        request,
        "staff/questionnaire/adopt_where.html",
        home=home_of(municipality),
        lines=[line for line in lines if line.published_hash is None],
        content_hash=request.query_params.get("hash", ""),
        item=request.query_params.get("vraag", ""),
    )


@get("/overnemen", **EDIT_PAGE)
async def choose_slot(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[str]:
    """Ask where in the questionnaire it comes."""
    return _slot_page(desk, {name: [value] for name, value in request.query_params.items()})


@post("/overnemen", status_code=HTTP_303_SEE_OTHER, **EDIT)
async def adopt_question(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Ask a question of another municipality as an own one."""
    form = await read_form(request)
    slot = first(form, "gleuf")
    if not slot:
        return _slot_page(desk, form, faults={"gleuf": staff_words(request, _NO_SLOT)})
    content_hash, item = first(form, "hash"), first(form, "vraag")
    outcome = await configuring.adopt(
        desk.installation.database, desk.editing(form), slot, content_hash=content_hash, item=item
    )
    then = lead_to(desk, done="overgenomen", at=f"gleuf-{slot}")
    return await conclude(desk, form, outcome, then=then, otherwise=lambda remarks: refuse(desk, remarks))


def _slot_page(desk: Desk, form: Form, *, faults: Faults | None = None) -> Response[str]:
    slots = [(slot.name, slot.after) for slot in desk.overview.slots if slot.types]
    return desk_page(
        desk,
        "adopt.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        slots=slots,
        content_hash=first(form, "hash"),
        item=first(form, "vraag"),
        faults=faults or {},
    )


OF_MUNICIPALITY: Final = (choose_questionnaire,)
HANDLERS: Final = (choose_slot, adopt_question)

"""Not taking part: a choice that is kept, and that a client can come back on."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.readers import reader_of, reader_page
from ceo.web.resident.entrance import OwnKey, arrived, asked_in, sent_on
from ceo.web.resident.questions import go_to
from ceo.workflows.answering.arriving import Standing, reconsider, refuse


@get("/weigeren")
async def show_refusal(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Tell what not taking part means, before it is chosen."""
    arrival = await arrived(request, installation, municipality)
    if arrival.standing not in {Standing.INVITED, Standing.STARTED}:
        return await sent_on(request, installation, municipality, arrival)
    questionnaire = await asked_in(installation, arrival.round)
    return reader_page(
        "refuse.html",
        reader_of(request, questionnaire),
        questionnaire,
        place="weigeren",
        municipality=municipality,
        round=arrival.round,
        started=arrival.standing is Standing.STARTED,
    )


@post("/weigeren", status_code=HTTP_303_SEE_OTHER)
async def refuse_to_take_part(
    own_key: OwnKey, municipality: NamedDependency[Municipality], installation: NamedDependency[Installation]
) -> Response[Any]:
    """Keep that a client does not take part. Chosen twice is chosen once."""
    if own_key is not None:
        await refuse(installation.database, own_key, today=installation.today)
    return go_to(municipality, "welkom")


@post("/meedoen", status_code=HTTP_303_SEE_OTHER)
async def take_part_after_all(
    own_key: OwnKey, municipality: NamedDependency[Municipality], installation: NamedDependency[Installation]
) -> Response[Any]:
    """Let a client who refused begin after all."""
    if own_key is not None:
        await reconsider(installation.database, own_key, today=installation.today)
    return go_to(municipality, "welkom")

"""Before the first question: who asks and why, what happens with the answers, and who answers."""

from __future__ import annotations

from math import ceil
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.municipalities import Municipality
from ceo.storage.submissions import Respondent
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.readers import reader_of, reader_page
from ceo.web.resident.entrance import OwnKey, arrived, asked_in, has_stories, sent_on
from ceo.workflows.answering.arriving import Standing, start
from questionnaires.minutes import estimate_minutes


@get("/welkom")
async def show_welcome(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Tell who asks, why, how long it takes and what happens with the answers; or why there is nothing to fill in."""
    arrival = await arrived(request, installation, municipality)
    questionnaire = await asked_in(installation, arrival.round)
    if questionnaire is None or arrival.standing not in {Standing.INVITED, Standing.STARTED}:
        return await sent_on(request, installation, municipality, arrival)
    reader = reader_of(request, questionnaire)
    return reader_page(
        "welcome.html",
        reader,
        questionnaire,
        place="welkom",
        municipality=municipality,
        round=arrival.round,
        wording=questionnaire.wording(reader.language, reader.register),
        questions=len(questionnaire.items),
        minutes=ceil(estimate_minutes(questionnaire.items, questionnaire.scales_by_reference)),
        stories=has_stories(questionnaire),
        started=arrival.standing is Standing.STARTED,
        respondent=arrival.respondent,
        begun_otherwise=arrival.begun_otherwise,
    )


@post("/welkom", status_code=HTTP_303_SEE_OTHER)
async def begin(
    request: Request[Any, Any, Any],
    own_key: OwnKey,
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Begin, or go on where the client was."""
    arrival = await arrived(request, installation, municipality)
    if own_key is not None and arrival.standing in {Standing.INVITED, Standing.STARTED}:
        arrival = await start(
            installation.database,
            own_key,
            today=installation.today,
            reader=reader_of(request, await asked_in(installation, arrival.round)),
            respondent=_chosen_respondent(await read_form(request)),
        )
    if arrival.standing is not Standing.STARTED:
        return await sent_on(request, installation, municipality, arrival)
    return Redirect(f"/{municipality.code}/verder", status_code=HTTP_303_SEE_OTHER)


def _chosen_respondent(form: dict[str, list[str]]) -> Respondent | None:
    """Return who answers; None when that was not told, which is allowed."""
    chosen = (form.get("invuller") or [""])[0]
    return Respondent(chosen) if chosen in set(Respondent) else None

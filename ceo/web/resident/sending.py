"""Stopping for now, checking the answers, and sending them."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.pages import page as show
from ceo.web.resident.entrance import COOKIE
from ceo.web.resident.questions import REVIEW, go_to
from ceo.workflows.answer import OpenDraft, SaveOutcome, newest_round, send
from questionnaires.answering import answer_label


@get("/stoppen")
async def show_stop(municipality: NamedDependency[Municipality], draft: NamedDependency[OpenDraft]) -> Response[Any]:
    """Tell how to come back, and until when."""
    return show("stop.html", municipality=municipality, round=draft.round)


@post("/stoppen", status_code=HTTP_303_SEE_OTHER)
async def leave(municipality: NamedDependency[Municipality]) -> Response[Any]:
    """Forget the key on this device: for a computer that others use too."""
    answer = go_to(municipality, "")
    answer.delete_cookie(COOKIE, path=f"/{municipality.code}")
    return answer


@get("/controle")
async def show_review(municipality: NamedDependency[Municipality], draft: NamedDependency[OpenDraft]) -> Response[Any]:
    """Show every answer with a link to change it."""
    if not draft.path.complete:
        return go_to(municipality, "verder")
    answers = [
        (step.page.id, draft.questionnaire.item(item), answer_label(draft.questionnaire, draft.path.environment[item]))
        for step in draft.path.steps
        for item in step.page.items
    ]
    return show("review.html", municipality=municipality, round=draft.round, answers=answers)


@post("/controle", status_code=HTTP_303_SEE_OTHER)
async def send_answers(
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    draft: NamedDependency[OpenDraft],
) -> Response[Any]:
    """Send the answers. Sent twice is sent once: the second time there is no draft any more, and the client is thanked."""
    if not draft.path.complete:
        return go_to(municipality, "verder")
    outcome = await send(installation.database, draft, today=installation.today)
    if outcome is SaveOutcome.STALE:
        return go_to(municipality, REVIEW)
    installation.reports.look_at(draft.round.measurement)
    answer = go_to(municipality, "klaar")
    answer.delete_cookie(COOKIE, path=f"/{municipality.code}")
    return answer


@get("/klaar")
async def show_thanks(
    municipality: NamedDependency[Municipality], installation: NamedDependency[Installation]
) -> Response[Any]:
    """Thank the client."""
    its_round = await newest_round(installation.database, municipality.code)
    return show("thanks.html", municipality=municipality, round=its_round)

"""Checking the answers, and sending them: the point of no return."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.municipalities import Municipality
from ceo.storage.rounds import Promise
from ceo.web.held_keys import COOKIE
from ceo.web.installation import Installation
from ceo.web.readers import reader_page
from ceo.web.resident.changes import read_change
from ceo.web.resident.entrance import HeldDraft
from ceo.web.resident.given_answers import given_answers
from ceo.web.resident.questions import REVIEW, go_to, place_at_end
from ceo.web.resident.thanking import marker_cookie
from ceo.workflows.answering.answer import OpenDraft, SaveOutcome
from ceo.workflows.answering.answered import answered_so_far
from ceo.workflows.answering.sending import send


@get("/controle")
async def show_review(
    request: Request[Any, Any, Any], municipality: NamedDependency[Municipality], draft: HeldDraft
) -> Response[Any]:
    """Show every answer with a link to change it."""
    open_place = _open_place(draft)
    if open_place:
        return go_to(municipality, open_place)
    return reader_page(
        "review.html",
        draft.reader,
        draft.questionnaire,
        place=REVIEW,
        municipality=municipality,
        round=draft.round,
        answers=given_answers(answered_so_far(draft), draft.reader),
        change=read_change(request.query_params, draft.path),
        pseudonymous=is_pseudonymous(draft),
    )


@post("/controle", status_code=HTTP_303_SEE_OTHER)
async def send_answers(
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    draft: HeldDraft,
) -> Response[Any]:
    """Send the answers. Sent twice is sent once: the second time there is no draft any more, and the client is told so."""
    open_place = _open_place(draft)
    if open_place:
        return go_to(municipality, open_place)
    outcome = await send(installation.database, draft, today=installation.today)
    if outcome is SaveOutcome.STALE:
        return go_to(municipality, REVIEW)
    installation.reports.look_at(draft.round.measurement)
    answer = go_to(municipality, "klaar")
    answer.set_cookie(marker_cookie(installation, draft.round))
    if not is_pseudonymous(draft):
        answer.delete_cookie(COOKIE, path=f"/{municipality.code}")
    return answer


def is_pseudonymous(draft: OpenDraft) -> bool:
    """Tell whether the code still leads to the answers after sending."""
    return draft.round.promise == Promise.PSEUDONYMOUS


def _open_place(draft: OpenDraft) -> str:
    """Return where something must still be answered before sending: a question, or what a story may be used for."""
    if not draft.path.complete:
        return "verder"
    place = place_at_end(draft, draft.path)
    return "" if place == REVIEW else place

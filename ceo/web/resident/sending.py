"""Stopping for now, checking the answers, and sending them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.readers import reader_of, reader_page
from ceo.web.resident.drawing import given_words
from ceo.web.resident.entrance import COOKIE, HeldDraft, asked_in
from ceo.web.resident.questions import REVIEW, go_to
from ceo.workflows.answer import SaveOutcome
from ceo.workflows.arriving import newest_round
from ceo.workflows.sending import send


@dataclass(frozen=True, slots=True)
class Given:
    """An answer on the review page, with the page on which it can be changed. `words` is "" for a question that was skipped."""

    page_id: str
    stem: str
    words: str


@get("/stoppen")
async def show_stop(municipality: NamedDependency[Municipality], draft: HeldDraft) -> Response[Any]:
    """Tell how to come back, and until when."""
    return reader_page(
        "stop.html", draft.reader, draft.questionnaire, place="stoppen", municipality=municipality, round=draft.round
    )


@post("/stoppen", status_code=HTTP_303_SEE_OTHER)
async def leave(municipality: NamedDependency[Municipality]) -> Response[Any]:
    """Forget the key on this device: for a computer that others use too."""
    answer = go_to(municipality, "")
    answer.delete_cookie(COOKIE, path=f"/{municipality.code}")
    return answer


@get("/controle")
async def show_review(municipality: NamedDependency[Municipality], draft: HeldDraft) -> Response[Any]:
    """Show every answer with a link to change it."""
    if not draft.path.complete:
        return go_to(municipality, "verder")
    answers = [
        Given(
            step.page.id,
            draft.wording.stem(draft.questionnaire.item(item), draft.path.environment),
            given_words(draft, item),
        )
        for step in draft.path.steps
        for item in step.page.items
    ]
    return reader_page(
        "review.html",
        draft.reader,
        draft.questionnaire,
        place=REVIEW,
        municipality=municipality,
        round=draft.round,
        answers=answers,
    )


@post("/controle", status_code=HTTP_303_SEE_OTHER)
async def send_answers(
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    draft: HeldDraft,
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
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Thank the client."""
    its_round = await newest_round(installation.database, municipality.code)
    questionnaire = await asked_in(installation, its_round)
    return reader_page(
        "thanks.html",
        reader_of(request, questionnaire),
        questionnaire,
        place="klaar",
        municipality=municipality,
        round=its_round,
    )

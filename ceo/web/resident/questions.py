"""One page of questions at a time: asking, reading the answers, saving them, and going on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_303_SEE_OTHER,
    HTTP_409_CONFLICT,
    HTTP_422_UNPROCESSABLE_ENTITY,
)

from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.readers import chosen_reader, keep_choice, reader_page, within
from ceo.web.resident.changes import Change, find_change, read_change
from ceo.web.resident.drawing import draw_questions, is_filled_in, skip_words
from ceo.web.resident.entrance import HeldDraft, held_draft
from ceo.web.resident.examining import STOP, Posted, Returned, examine
from ceo.workflows.answering.answer import OpenDraft, SaveOutcome, path_after, read_on_as, save_page
from questionnaires.answers import Answer
from questionnaires.consents import undecided
from questionnaires.questionnaire import Page
from questionnaires.routing import Path

# Which page a changed answer leads back to.
REVIEW: Final = "controle"
# Pages of questions have our own script and recordings: `security` lets them.
LISTENED_TO: Final = {"listened_to": True}


@dataclass(frozen=True, slots=True)
class Visit:
    """How a client came to a page of questions: perhaps from the review, and perhaps by a change that brought or took questions."""

    municipality: Municipality
    installation: Installation
    from_review: bool
    change: Change


def go_to(municipality: Municipality, place: str) -> Redirect:
    """Send the browser to another page of the municipality, with GET."""
    return Redirect(f"/{municipality.code}/{place}", status_code=HTTP_303_SEE_OTHER)


@get("/verder")
async def go_on(municipality: NamedDependency[Municipality], draft: HeldDraft) -> Response[Any]:
    """Go to the first question without an answer, or on to the end when there is none."""
    page = draft.path.next_page
    return go_to(municipality, f"vraag/{page.id}" if page is not None else place_at_end(draft, draft.path))


@get("/vraag/{page_id:str}", opt=LISTENED_TO)
async def show_question(
    request: Request[Any, Any, Any],
    page_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    draft: HeldDraft,
) -> Response[Any]:
    """Show a question that is next, or that was answered before."""
    page = _reachable(draft, page_id)
    if page is None:
        return go_to(municipality, "verder")
    return _question_page(_visit(request, municipality, installation, draft), draft, page)


@post("/vraag/{page_id:str}", status_code=HTTP_303_SEE_OTHER, opt=LISTENED_TO)
async def answer_question(
    request: Request[Any, Any, Any],
    page_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    draft: HeldDraft,
) -> Response[Any]:
    """Save an answer and go on, or say what is wrong with it."""
    page = _reachable(draft, page_id)
    if page is None:
        return go_to(municipality, "verder")
    posted = Posted(await read_form(request))
    visit = _visit(request, municipality, installation, draft)
    reader = chosen_reader(posted.form, draft.reader)
    if reader is not None:
        await read_on_as(installation.database, draft, within(reader, draft.questionnaire))
        return _shown_otherwise(visit, await held_draft(request, municipality, installation), page, posted)
    if posted.action == STOP and not is_filled_in(draft, page, posted.form):
        return go_to(municipality, "stoppen")  # there is nothing to save
    returned = examine(draft, page, posted)
    if not returned.acceptable:
        return _question_page(visit, draft, page, returned=returned)
    if await _save(visit, draft, page, returned) is SaveOutcome.STALE:
        # Another window was first, or this same form arrived twice: the newest draft tells which.
        draft = await held_draft(request, municipality, installation)
        if await _save(visit, draft, page, returned) is SaveOutcome.STALE:
            return _show_newer(visit, draft, page_id)
    place = "stoppen" if posted.action == STOP else _place_after(visit, draft, page, returned.answers)
    return go_to(municipality, place)


def place_at_end(draft: OpenDraft, path: Path) -> str:
    """Return where a client goes whose questions are all answered: to decide about a story that was told, or to the review."""
    story = undecided(draft.questionnaire, path, draft.consents)
    return f"toestemming/{story.id}" if story is not None else REVIEW


def _visit(
    request: Request[Any, Any, Any], municipality: Municipality, installation: Installation, draft: OpenDraft
) -> Visit:
    query = request.query_params
    return Visit(municipality, installation, query.get("vanaf") == REVIEW, read_change(query, draft.path))


async def _save(visit: Visit, draft: OpenDraft, page: Page, returned: Returned) -> SaveOutcome:
    answers, row_version = dict(returned.answers), returned.posted.row_version
    return await save_page(visit.installation.group, draft, page, answers, row_version=row_version)


def _place_after(visit: Visit, draft: OpenDraft, page: Page, answers: Mapping[str, Answer]) -> str:
    path = path_after(draft, answers)
    following = path.next_page if visit.from_review else path.following(page.id) or path.next_page
    change = find_change(draft.path, path, page, following)
    if following is None:
        return place_at_end(draft, path) + _query(change, from_review=False)
    return f"vraag/{following.id}" + _query(change, from_review=visit.from_review)


def _query(change: Change, *, from_review: bool) -> str:
    """Return the end of an address that says how a client came there."""
    fields = [*([("vanaf", REVIEW)] if from_review else []), *change.fields]
    return f"?{urlencode(fields)}" if fields else ""


def _reachable(draft: OpenDraft, page_id: str) -> Page | None:
    """Return a page on the path that is complete or next; a client cannot jump ahead."""
    for step in draft.path.steps:
        if step.page.id == page_id:
            return step.page
        if not step.complete:
            return None
    return None


def _shown_otherwise(visit: Visit, draft: OpenDraft, page: Page, posted: Posted) -> Response[Any]:
    """Show the same question in another language or register; what was filled in and not saved yet stays on the screen."""
    answer: Response[Any]
    if _reachable(draft, page.id) is not None and is_filled_in(draft, page, posted.form):
        answer = _question_page(visit, draft, page, returned=Returned(posted, told=posted.told(page)))
    else:
        query = _query(visit.change, from_review=visit.from_review)
        answer = go_to(visit.municipality, f"vraag/{page.id}{query}")
    keep_choice(answer, draft.reader, secure=visit.installation.settings.secure)
    return answer


def _show_newer(visit: Visit, draft: OpenDraft, page_id: str) -> Response[Any]:
    """Show what another window saved, and ask again. Nothing was overwritten."""
    page = _reachable(draft, page_id)
    if page is None:
        return go_to(visit.municipality, "verder")
    return _question_page(visit, draft, page, newer=True)


def _question_page(
    visit: Visit, draft: OpenDraft, page: Page, *, returned: Returned | None = None, newer: bool = False
) -> Response[Any]:
    """Answer with a page of questions. Only a redirect says that something was saved: a form that is not acceptable gets 422."""
    remarked = returned is not None and not returned.acceptable
    return reader_page(
        "question.html",
        draft.reader,
        draft.questionnaire,
        place=f"vraag/{page.id}",
        status=HTTP_409_CONFLICT if newer else (HTTP_422_UNPROCESSABLE_ENTITY if remarked else HTTP_200_OK),
        municipality=visit.municipality,
        round=draft.round,
        page=page,
        page_title=draft.wording.page_title(page.id),
        questions=tuple(draw_questions(draft, page, returned, visit.installation.settings.data_folder)),
        alike=returned is None and not newer and _shows_no_answer(draft, page),
        skip=skip_words(draft, page),
        paged=any(len(other.items) > 1 for other in draft.questionnaire.pages),
        progress=draft.path.progress(page.id),
        back=_place_before(visit, draft, page),
        from_review=visit.from_review,
        query=_query(visit.change, from_review=visit.from_review),
        change=visit.change,
        row_version=draft.row_version,
        told=returned.told if returned is not None else (),
        newer=newer,
    )


def _shows_no_answer(draft: OpenDraft, page: Page) -> bool:
    """Tell whether a page shows nothing that its client answered, also not inside the text of a question."""
    pipes = any(draft.questionnaire.item(item).pipes for item in page.items)
    return not pipes and draft.answers.keys().isdisjoint(page.items)


def _place_before(visit: Visit, draft: OpenDraft, page: Page) -> str:
    """Return where the link back leads, "" at the first question."""
    if visit.from_review and draft.path.complete:
        return REVIEW
    previous = draft.path.previous(page.id)
    return f"vraag/{previous.id}" if previous is not None else ""

"""One page of questions at a time: asking, reading the answers, saving them, and going on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

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
from ceo.web.resident.drawing import Returned, draw_questions, is_filled_in, skip_words
from ceo.web.resident.entrance import HeldDraft, held_draft
from ceo.web.resident.fault_words import EMPTY
from ceo.workflows.answer import OpenDraft, SaveOutcome, read_on_as, save_page
from questionnaires.answering import Form, Reading, find_doubts, read_page, skip_page
from questionnaires.answers import Answer
from questionnaires.questionnaire import Page
from questionnaires.routing import route

# Which page a changed answer leads back to.
REVIEW: Final = "controle"


@dataclass(frozen=True, slots=True)
class Posted:
    """What a browser sent: the form, the button that was pressed, and whether the client came from the review."""

    form: Form
    action: str
    came_from: str

    @property
    def row_version(self) -> int:
        """Return the row version that the page was shown with; a form without one is treated as out of date."""
        text = _first(self.form, "versie")
        return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000000") else -1


def go_to(municipality: Municipality, place: str) -> Redirect:
    """Send the browser to another page of the municipality, with GET."""
    return Redirect(f"/{municipality.code}/{place}", status_code=HTTP_303_SEE_OTHER)


@get("/verder")
async def go_on(municipality: NamedDependency[Municipality], draft: HeldDraft) -> Response[Any]:
    """Go to the first question without an answer, or to the review when there is none."""
    return go_to(municipality, _next_place(draft.path.next_page))


@get("/vraag/{page_id:str}")
async def show_question(
    request: Request[Any, Any, Any],
    page_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    draft: HeldDraft,
) -> Response[Any]:
    """Show a question that is next, or that was answered before."""
    page = _reachable(draft, page_id)
    if page is None:
        return go_to(municipality, "verder")
    return _question_page(municipality, draft, page, came_from=request.query_params.get("vanaf", ""))


@post("/vraag/{page_id:str}", status_code=HTTP_303_SEE_OTHER)
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
    form = await read_form(request)
    posted = Posted(form, _first(form, "actie"), _first(form, "vanaf"))
    reader = chosen_reader(form, draft.reader)
    if reader is not None:
        await read_on_as(installation.database, draft, within(reader, draft.questionnaire))
        newest = await held_draft(request, municipality, installation)
        return _shown_otherwise(municipality, installation, newest, page, posted)
    if posted.action == "stoppen" and not is_filled_in(draft, page, form):
        return go_to(municipality, "stoppen")  # there is nothing to save
    returned = _examine(draft, page, posted)
    if not returned.acceptable:
        return _question_page(municipality, draft, page, came_from=posted.came_from, returned=returned)
    if await _save(installation, draft, page, returned, posted) is SaveOutcome.STALE:
        # Another window was first, or this same form arrived twice: the newest draft tells which.
        newest = await held_draft(request, municipality, installation)
        if await _save(installation, newest, page, returned, posted) is SaveOutcome.STALE:
            return _show_newer(municipality, newest, page_id)
    return go_to(municipality, _place_after(draft, page, returned.answers, posted))


async def _save(
    installation: Installation, draft: OpenDraft, page: Page, returned: Returned, posted: Posted
) -> SaveOutcome:
    answers = dict(returned.answers)
    return await save_page(installation.group, draft, page, answers, row_version=posted.row_version)


def _examine(draft: OpenDraft, page: Page, posted: Posted) -> Returned:
    """Return the answers of a form with what is to be said about them. A doubt is told once: the form then says that it was."""
    reading = _read(draft, page, posted)
    if reading.errors:
        return Returned(posted.form, reading.answers, reading.errors)
    doubts = find_doubts(draft.questionnaire, draft.path, reading.answers, draft.circumstances)
    names = {f"{doubt.item}.{doubt.check}": doubt for doubt in doubts}
    untold = tuple(doubt for name, doubt in names.items() if name not in posted.form.get("klopt", ()))
    return Returned(posted.form, reading.answers, doubts=untold, told=tuple(names))


def _read(draft: OpenDraft, page: Page, posted: Posted) -> Reading:
    """Return the answers and mistakes of a form.

    Skipping a page with one question takes back what was chosen there: an option cannot be switched off. On a page with more
    it skips what was left empty, and keeps the rest.
    """
    if posted.action != "overslaan":
        return read_page(draft.questionnaire, page, posted.form)
    skipped = skip_page(draft.questionnaire, page)
    if len(page.items) == 1:
        return Reading(skipped, ())
    reading = read_page(draft.questionnaire, page, posted.form)
    wrong = tuple(error for error in reading.errors if error.fault not in EMPTY)
    return Reading({**skipped, **reading.answers}, wrong)


def _place_after(draft: OpenDraft, page: Page, answers: Mapping[str, Answer], posted: Posted) -> str:
    if posted.action == "stoppen":
        return "stoppen"
    path = route(draft.questionnaire, {**draft.answers, **answers}, draft.circumstances)
    if posted.came_from == REVIEW:
        return _next_place(path.next_page)
    return _next_place(path.following(page.id) or path.next_page)


def _next_place(page: Page | None) -> str:
    return f"vraag/{page.id}" if page is not None else REVIEW


def _reachable(draft: OpenDraft, page_id: str) -> Page | None:
    """Return a page on the path that is complete or next; a client cannot jump ahead."""
    for step in draft.path.steps:
        if step.page.id == page_id:
            return step.page
        if not step.complete:
            return None
    return None


def _shown_otherwise(
    municipality: Municipality, installation: Installation, draft: OpenDraft, page: Page, posted: Posted
) -> Response[Any]:
    """Show the same question in another language or register; what was filled in and not saved yet stays on the screen."""
    answer: Response[Any]
    if _reachable(draft, page.id) is not None and is_filled_in(draft, page, posted.form):
        answer = _question_page(municipality, draft, page, came_from=posted.came_from, returned=Returned(posted.form))
    else:
        back = f"?vanaf={REVIEW}" if posted.came_from == REVIEW else ""
        answer = go_to(municipality, f"vraag/{page.id}{back}")
    keep_choice(answer, draft.reader, secure=installation.settings.secure)
    return answer


def _show_newer(municipality: Municipality, draft: OpenDraft, page_id: str) -> Response[Any]:
    """Show what another window saved, and ask again. Nothing was overwritten."""
    page = _reachable(draft, page_id)
    if page is None:
        return go_to(municipality, "verder")
    return _question_page(municipality, draft, page, newer=True)


def _question_page(
    municipality: Municipality,
    draft: OpenDraft,
    page: Page,
    *,
    came_from: str = "",
    returned: Returned | None = None,
    newer: bool = False,
) -> Response[Any]:
    """Answer with a page of questions. Only a redirect says that something was saved: a form that is not acceptable gets 422."""
    remarked = returned is not None and not returned.acceptable
    previous = draft.path.previous(page.id)
    return reader_page(
        "question.html",
        draft.reader,
        draft.questionnaire,
        place=f"vraag/{page.id}",
        status=HTTP_409_CONFLICT if newer else (HTTP_422_UNPROCESSABLE_ENTITY if remarked else HTTP_200_OK),
        municipality=municipality,
        round=draft.round,
        page=page,
        page_title=draft.wording.page_title(page.id),
        questions=draw_questions(draft, page, returned),
        skip=skip_words(draft, page),
        paged=any(len(other.items) > 1 for other in draft.questionnaire.pages),
        progress=draft.path.progress(page.id),
        previous=previous.id if previous else "",
        came_from=came_from if came_from == REVIEW else "",
        row_version=draft.row_version,
        told=returned.told if returned is not None else (),
        newer=newer,
    )


def _first(form: Form, name: str) -> str:
    return next(iter(form.get(name, ())), "")

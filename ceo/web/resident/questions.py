"""One question a page: asking, reading the answer, saving it, and going on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from ceo.web.pages import page as show
from ceo.web.resident.entrance import held_draft
from ceo.workflows.answer import OpenDraft, SaveOutcome, save_page
from questionnaires.answering import AnswerError, Option, form_values, options, read_page, skip_page
from questionnaires.answers import Answer
from questionnaires.definition import IntegerAnswer, Item, NarrativeAnswer, Page
from questionnaires.routing import route

# A number with so few values is easier to choose than to type.
_LARGEST_CHOICE: Final = 11
# Which page a changed answer leads back to.
REVIEW: Final = "controle"


@dataclass(frozen=True, slots=True)
class Question:
    """What a template needs to draw one item. `kind`: radio, checkbox, number or story."""

    item: Item
    kind: str
    options: tuple[Option, ...]
    chosen: tuple[str, ...]
    error: AnswerError | None
    max_chars: int = 0


def go_to(municipality: Municipality, place: str) -> Redirect:
    """Send the browser to another page of the municipality, with GET."""
    return Redirect(f"/{municipality.code}/{place}", status_code=HTTP_303_SEE_OTHER)


@get("/verder")
async def go_on(municipality: NamedDependency[Municipality], draft: NamedDependency[OpenDraft]) -> Response[Any]:
    """Go to the first question without an answer, or to the review when there is none."""
    return go_to(municipality, _next_place(draft.path.next_page))


@get("/vraag/{page_id:str}")
async def show_question(
    request: Request[Any, Any, Any],
    page_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    draft: NamedDependency[OpenDraft],
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
    draft: NamedDependency[OpenDraft],
) -> Response[Any]:
    """Save an answer and go on, or say what is wrong with it."""
    page = _reachable(draft, page_id)
    if page is None:
        return go_to(municipality, "verder")
    form = await read_form(request)
    action, came_from = _first(form, "actie"), _first(form, "vanaf")
    if action == "stoppen" and not any(_first(form, item).strip() for item in page.items):
        return go_to(municipality, "stoppen")  # nothing was answered on this page, so there is nothing to save
    reading = read_page(draft.questionnaire, page, form)
    if reading.errors and action != "overslaan":
        return _question_page(municipality, draft, page, came_from=came_from, form=form, errors=reading.errors)
    answers = skip_page(draft.questionnaire, page) if action == "overslaan" else reading.answers
    row_version = _row_version(form)
    if await save_page(installation.group, draft, page, answers, row_version=row_version) is SaveOutcome.STALE:
        # Another window was first, or this same form arrived twice: the newest draft tells which.
        newest = await held_draft(request, municipality, installation)
        if await save_page(installation.group, newest, page, answers, row_version=row_version) is SaveOutcome.STALE:
            return _show_newer(municipality, newest, page_id)
    return go_to(municipality, "stoppen" if action == "stoppen" else _place_after(draft, page, answers, came_from))


def _place_after(draft: OpenDraft, page: Page, answers: Mapping[str, Answer], came_from: str) -> str:
    path = route(draft.questionnaire, {**draft.answers, **answers})
    if came_from == REVIEW:
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


def _show_newer(municipality: Municipality, draft: OpenDraft, page_id: str) -> Response[Any]:
    """Show what another window saved, and ask again. Nothing was overwritten."""
    page = _reachable(draft, page_id)
    if page is None:
        return go_to(municipality, "verder")
    return _question_page(municipality, draft, page, came_from="", status=HTTP_409_CONFLICT)


def _question_page(
    municipality: Municipality,
    draft: OpenDraft,
    page: Page,
    *,
    came_from: str,
    form: Mapping[str, Sequence[str]] | None = None,
    errors: Sequence[AnswerError] = (),
    status: int = HTTP_200_OK,
) -> Response[Any]:
    by_item = {error.item: error for error in errors}
    previous = draft.path.previous(page.id)
    return show(
        "question.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if errors else status,
        municipality=municipality,
        round=draft.round,
        page=page,
        questions=[_question(draft, item, form, by_item.get(item)) for item in page.items],
        progress=draft.path.progress(page.id),
        previous=previous.id if previous else "",
        came_from=came_from if came_from == REVIEW else "",
        row_version=draft.row_version,
        errors=errors,
        newer=status == HTTP_409_CONFLICT,
    )


def _question(
    draft: OpenDraft, item_id: str, form: Mapping[str, Sequence[str]] | None, error: AnswerError | None
) -> Question:
    item = draft.questionnaire.item(item_id)
    stored = draft.answers.get(item_id)
    chosen = tuple(form.get(item_id, ())) if form is not None else ()
    if form is None and stored is not None:
        chosen = form_values(stored, draft.questionnaire.scale_of(item))
    kind, choices = _kind(draft, item)
    max_chars = item.type.narrative.max_chars if isinstance(item.type, NarrativeAnswer) else 0
    return Question(item, kind, choices, chosen, error, max_chars)


def _kind(draft: OpenDraft, item: Item) -> tuple[str, tuple[Option, ...]]:
    if isinstance(item.type, NarrativeAnswer):
        return "story", ()
    if isinstance(item.type, IntegerAnswer):
        limits = item.type.integer
        if limits.max - limits.min >= _LARGEST_CHOICE:
            return "number", ()
        return "grade", tuple(Option(str(n), str(n), missing=False) for n in range(limits.min, limits.max + 1))
    scale = draft.questionnaire.scale_of(item)
    assert scale is not None, f"{item.id} has no scale"
    return ("checkbox" if scale.type == "multi" else "radio"), options(draft.questionnaire, item)


def _first(form: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(form.get(name, ())), "")


def _row_version(form: Mapping[str, Sequence[str]]) -> int:
    """Return the row version that the page was shown with; a form without one is treated as out of date."""
    text = _first(form, "versie")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000000") else -1

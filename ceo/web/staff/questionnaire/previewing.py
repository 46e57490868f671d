"""Looking at a questionnaire as a resident gets it: the pages of residents themselves, with a bar above them. Nothing is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.web.forms import read_form
from ceo.web.languages import LANGUAGE_NAMES
from ceo.web.readers import chosen_reader, offered_languages
from ceo.web.resident.examining import SKIP, STOP, Posted, examine
from ceo.web.resident.questions import LISTENED_TO, REVIEW
from ceo.web.staff.access import needs
from ceo.web.staff.questionnaire.desk import Desk, OpenedDesk, desk_page
from ceo.web.staff.questionnaire.fields import first
from ceo.web.staff.questionnaire.places import place_of_remark
from ceo.web.staff.questionnaire.preview_drawing import Preview, draw_question, draw_review, draw_welcome
from ceo.web.staff.questionnaire.previewed import COOKIE, Previewed, from_cookie, preview_cookie
from ceo.workflows.answering.reader import Reader
from ceo.workflows.rights import Right
from questionnaires.configuring.previewing import preview_questionnaire
from questionnaires.configuring.remarks import Remark
from questionnaires.questionnaire import Page

_SEE: Final = needs(Right.SEE_QUESTIONNAIRES)
# Pages of questions bring our own script along, as they do for residents.
_SEE_AND_LISTEN: Final[dict[str, Any]] = {"opt": {**_SEE["opt"], **LISTENED_TO}}


@get("/", **_SEE)
async def show_start(desk: OpenedDesk) -> Response[str]:
    """Ask in which language, register and width to look."""
    questionnaire = preview_questionnaire(desk.opened.document, desk.opened.foundation)
    if isinstance(questionnaire, tuple):
        return _cannot_be_shown(desk, questionnaire)
    languages = [(code, LANGUAGE_NAMES[code]) for code in offered_languages(questionnaire)]
    return desk_page(desk, "preview.html", languages=languages, easy="easy" in questionnaire.registers)


@get("/begin", **_SEE)
async def begin(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Begin anew: no answers, and read as was chosen."""
    query = request.query_params
    previewed = Previewed(query.get("taal", "nl"), query.get("lezen", "standard"), query.get("breed", "") != "ja")
    return _go_on(desk, "welkom", previewed)


@get("/breedte", **_SEE)
async def change_width(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Show the same page on a telephone, or on a large screen."""
    previewed = _held(request)
    pages = {"welkom", REVIEW}
    place = request.query_params.get("terug", "")
    known = place if place in pages or place.startswith("vraag/") else "welkom"
    return _go_on(desk, known, replace(previewed, narrow=not previewed.narrow))


@get("/welkom", **_SEE)
async def show_welcome(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Show the page before the first question."""
    preview = _preview(request, desk)
    return preview if isinstance(preview, Response) else draw_welcome(preview)


@post("/welkom", status_code=HTTP_303_SEE_OTHER, **_SEE)
async def leave_welcome(desk: OpenedDesk) -> Response[Any]:
    """Go on to the first question."""
    return _go_on(desk, "verder")


@post("/weergave", status_code=HTTP_303_SEE_OTHER, **_SEE)
async def read_otherwise(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Read on in another language or register."""
    form = await read_form(request)
    place = first(form, "terug")
    return _go_on(desk, place if place in {"welkom", REVIEW} else "welkom", _read_as(_held(request), form))


@get("/verder", **_SEE)
async def go_on(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Go to the first question without an answer, or to the review."""
    preview = _preview(request, desk)
    if isinstance(preview, Response):
        return preview
    page = preview.draft.path.next_page
    return _go_on(desk, f"vraag/{page.id}" if page is not None else REVIEW)


@get("/vraag/{page_id:str}", **_SEE_AND_LISTEN)
async def show_question(request: Request[Any, Any, Any], desk: OpenedDesk, page_id: FromPath[str]) -> Response[Any]:
    """Show a page of questions. Other than a resident, who looks may jump ahead."""
    preview = _preview(request, desk)
    if isinstance(preview, Response):
        return preview
    page = _page_on_path(preview, page_id)
    return _go_on(desk, "verder") if page is None else draw_question(preview, page)


@post("/vraag/{page_id:str}", status_code=HTTP_303_SEE_OTHER, **_SEE_AND_LISTEN)
async def answer_question(request: Request[Any, Any, Any], desk: OpenedDesk, page_id: FromPath[str]) -> Response[Any]:
    """Take an answer along and go on, or say what is wrong with it, as a resident would be told."""
    form = await read_form(request)
    preview = _preview(request, desk)
    if isinstance(preview, Response):
        return preview
    page = _page_on_path(preview, page_id)
    if page is None:
        return _go_on(desk, "verder")
    if first(form, "taal") or first(form, "lezen"):
        # What was filled in stays, as it does for residents.
        kept = preview.previewed.after(preview.questionnaire, page, form, skipped=False)
        return _go_on(desk, f"vraag/{page.id}", _read_as(kept, form))
    posted = Posted(form)
    if posted.action == STOP:
        return _go_on(desk, "stoppen")
    returned = examine(preview.draft, page, posted)
    if not returned.acceptable:
        return draw_question(preview, page, returned)
    answered = preview.previewed.after(preview.questionnaire, page, form, skipped=posted.action == SKIP)
    after = preview.with_answers(answered)
    following = after.draft.path.following(page.id) if not preview.from_review else after.draft.path.next_page
    return _go_on(desk, f"vraag/{following.id}" if following is not None else REVIEW, answered)


@get("/controle", **_SEE)
async def show_review(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Show what was answered, as before sending."""
    preview = _preview(request, desk)
    return preview if isinstance(preview, Response) else draw_review(preview)


@post("/controle", status_code=HTTP_303_SEE_OTHER, **_SEE)
async def send(desk: OpenedDesk) -> Response[Any]:
    """End the preview where a resident would send the answers."""
    return _go_on(desk, "klaar")


@get("/{place:str}", **_SEE)
async def show_elsewhere(desk: OpenedDesk, place: FromPath[str]) -> Response[str]:
    """Tell that a link leads out of the preview, or that it has ended."""
    return desk_page(desk, "preview_end.html", ended=place == "klaar")


def _preview(request: Request[Any, Any, Any], desk: Desk) -> Preview | Response[str]:
    """Return the questionnaire with how it is looked at, or what must be cured before it can be shown."""
    questionnaire = preview_questionnaire(desk.opened.document, desk.opened.foundation)
    if isinstance(questionnaire, tuple):
        return _cannot_be_shown(desk, questionnaire)
    from_review = request.query_params.get("vanaf") == REVIEW
    return Preview(desk, questionnaire, _held(request).within(questionnaire), from_review=from_review)


def _cannot_be_shown(desk: Desk, remarks: tuple[Remark, ...]) -> Response[str]:
    return desk_page(
        desk, "preview_not_yet.html", remarks=remarks, place_of=lambda remark: place_of_remark(desk.home, remark)
    )


def _held(request: Request[Any, Any, Any]) -> Previewed:
    return from_cookie(request.cookies.get(COOKIE, ""))


def _read_as(previewed: Previewed, form: dict[str, list[str]]) -> Previewed:
    reader = chosen_reader(form, Reader(previewed.language, previewed.register))
    return previewed if reader is None else replace(previewed, language=reader.language, register=reader.register)


def _page_on_path(preview: Preview, page_id: str) -> Page | None:
    return next((step.page for step in preview.draft.path.steps if step.page.id == page_id), None)


def _go_on(desk: Desk, place: str, previewed: Previewed | None = None) -> Redirect:
    answer = Redirect(f"{desk.home}/voorbeeld/{place}", status_code=HTTP_303_SEE_OTHER)
    if previewed is not None:
        answer.set_cookie(preview_cookie(desk.request, previewed, f"{desk.home}/voorbeeld"))
    return answer


HANDLERS: Final = (
    show_start,
    begin,
    change_width,
    show_welcome,
    leave_welcome,
    read_otherwise,
    go_on,
    show_question,
    answer_question,
    show_review,
    send,
    show_elsewhere,
)

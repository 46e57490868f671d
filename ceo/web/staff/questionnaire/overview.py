"""One configuration: its parts in order, what is wrong with it, and its history with undo and redo."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.web.forms import read_form
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to
from ceo.web.staff.questionnaire.build import build_of
from ceo.web.staff.questionnaire.desk import Desk, OpenedDesk, conclude, desk_page, home_of, lead_to
from ceo.web.staff.questionnaire.fields import first, whole_number
from ceo.web.staff.questionnaire.history_words import change_words
from ceo.workflows import configuring
from ceo.workflows.rights import Right

_REVISION_TO: Final = "naar"


@get("/", **needs(Right.SEE_QUESTIONNAIRES))
async def show_overview(desk: OpenedDesk) -> Response[str]:
    """Show the questionnaire as a list of its parts, in the order in which residents meet them."""
    return await _overview(desk)


@get("/geschiedenis", **needs(Right.SEE_QUESTIONNAIRES))
async def show_history(desk: OpenedDesk) -> Response[str]:
    """Show what was changed, when and by whom, the newest first."""
    lines = await configuring.history(desk.installation.database, desk.municipality.code, desk.opened.id)
    told = [(line, change_words(desk.request, line.code, line.details)) for line in lines]
    return desk_page(desk, "history.html", lines=told)


@get("/geschiedenis/{number:int}", **needs(Right.SEE_QUESTIONNAIRES))
async def show_revision(desk: OpenedDesk, number: FromPath[int]) -> Response[str]:
    """Show the questionnaire as it stood after a change of the past."""
    opened = await configuring.open_configuration(
        desk.installation.database, desk.municipality.code, desk.opened.id, revision=number
    )
    if opened is None:
        raise NotFoundException
    return await _overview(replace(desk, opened=opened))


@post("/ongedaan", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_QUESTIONNAIRES))
async def undo(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Take the last change back."""
    form = await read_form(request)
    outcome = await configuring.undo(desk.installation.database, desk.editing(form))
    return await conclude(desk, form, outcome, then=lead_to(desk, done="ongedaan"))


@post("/opnieuw", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_QUESTIONNAIRES))
async def redo(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Make the change again that was taken back last."""
    form = await read_form(request)
    outcome = await configuring.redo(desk.installation.database, desk.editing(form))
    return await conclude(desk, form, outcome, then=lead_to(desk, done="opnieuw"))


@post("/terug", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_QUESTIONNAIRES))
async def go_back(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Go back to how it stood after a change of the past. That is a change of its own, which can be undone."""
    form = await read_form(request)
    to = whole_number(first(form, _REVISION_TO)) or 0
    outcome = await configuring.go_back(desk.installation.database, desk.editing(form), to=to)
    return await conclude(desk, form, outcome, then=lead_to(desk, done="terug"))


@post("/weg", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_QUESTIONNAIRES))
async def remove(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Put a configuration away. Nothing is lost: the list can bring it back."""
    form = await read_form(request)
    outcome = await configuring.remove(desk.installation.database, desk.editing(form))
    return await conclude(desk, form, outcome, then=go_to(home_of(desk.municipality), done="weg"))


@post("/terughalen", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_QUESTIONNAIRES))
async def restore(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Bring a configuration back that was put away."""
    form = await read_form(request)
    outcome = await configuring.restore(desk.installation.database, desk.editing(form))
    return await conclude(desk, form, outcome, then=lead_to(desk, done="teruggehaald"))


async def _overview(desk: Desk) -> Response[str]:
    lines = await configuring.history(desk.installation.database, desk.municipality.code, desk.opened.id)
    newest = lines[0] if lines else None
    last = change_words(desk.request, newest.code, newest.details) if newest is not None else ""
    build = build_of(desk.opened.document, desk.opened.foundation)
    return desk_page(desk, "overview.html", build=build, last=last, newest=newest)


HANDLERS: Final = (show_overview, show_history, show_revision, undo, redo, go_back, remove, restore)

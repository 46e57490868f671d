"""A draft of the library: what is in it, what is wrong, its history, and going back."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.web.forms import read_form
from ceo.web.national.desk import HOME, Desk, conclude, desk_page
from ceo.web.national.words import HISTORY, STATEMENTS, STATES
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_words
from ceo.workflows.library.drafts import HistoryLine, history, redo, remove_draft, undo
from ceo.workflows.library.parts import file_lines
from ceo.workflows.rights import Right


@get("/", **needs(Right.SEE_LIBRARY))
async def show_draft(desk: NamedDependency[Desk]) -> Response[str]:
    """Show what a draft holds, what is wrong, and what a second editor has to approve."""
    lines = file_lines(desk.reviewed.drafted.definitions, desk.reviewed.draft.files)
    return desk_page(
        desk,
        "draft.html",
        lines=lines,
        present=desk.reviewed.drafted.present.files,
        standings=desk.reviewed.standings,
        statement_words=STATEMENTS,
        state_words=STATES,
        names=desk.reviewed.names,
    )


@get("/geschiedenis", **needs(Right.SEE_LIBRARY))
async def show_history(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Show every change, the newest first."""
    lines = await history(desk.installation.database, desk.reviewed.draft.id)
    return desk_page(desk, "history.html", lines=[(line, _words(request, line)) for line in lines])


@post("/ongedaan", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_LIBRARY))
async def take_back(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Undo the last change."""
    outcome = await undo(desk.installation.database, desk.editing(await read_form(request)))
    return conclude(desk, outcome, then="", done="ongedaan")


@post("/opnieuw", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_LIBRARY))
async def do_again(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Do again what was undone."""
    outcome = await redo(desk.installation.database, desk.editing(await read_form(request)))
    return conclude(desk, outcome, then="", done="opnieuw")


@post("/weg", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_LIBRARY))
async def lay_aside(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Lay the draft aside."""
    outcome = await remove_draft(desk.installation.database, desk.editing(await read_form(request)))
    return go_to(HOME, done="weggelegd") if isinstance(outcome, int) else conclude(desk, outcome, then="", done="")


def _words(request: Request[Any, Any, Any], line: HistoryLine) -> str:
    return staff_words(request, HISTORY[line.code], **line.details) if line.code in HISTORY else line.code


HANDLERS: Final = (show_draft, show_history, take_back, do_again, lay_aside)

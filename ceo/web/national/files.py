"""The files of a draft: written as YAML, checked as one goes, and never written over a change of somebody else."""

from __future__ import annotations

import re
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.web.forms import read_form
from ceo.web.languages import N_
from ceo.web.national.desk import Desk, changed_lines, conclude, desk_page, file_address, first, text_in
from ceo.web.staff.access import needs
from ceo.web.staff.pages import staff_words
from ceo.workflows.library.current import text_digest
from ceo.workflows.library.drafted import DraftFile, name_problem
from ceo.workflows.library.drafts import Overtaken, drop_file, save_file
from ceo.workflows.rights import Right

_BAD_NAME: Final = N_(
    "Deze naam kan niet. Gebruik kleine letters, cijfers, streepjes en punten, met .yaml aan het eind: vragenlijsten/wmo-3.yaml."
)
_VERSION: Final = re.compile(r"^version: *([0-9]{1,4})", re.MULTILINE)


@get("/bestand", **needs(Right.SEE_LIBRARY))
async def show_file(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Show a file as it is in the draft or else in the library; `zoals` names a file that a new one begins as."""
    name = request.query_params.get("naam", "")
    if name_problem(name) is not None:
        return desk_page(
            desk,
            "new_file.html",
            status=HTTP_422_UNPROCESSABLE_ENTITY,
            faults={"naam": staff_words(request, _BAD_NAME)},
            name=name,
            models=[(one, one) for one in desk.reviewed.drafted.files],
        )
    drafted = desk.reviewed.drafted
    model = request.query_params.get("zoals", "")
    text = drafted.files.get(name, _next_version(drafted.files.get(model, "")))
    return _file_page(desk, name, text)


@get("/nieuw", **needs(Right.EDIT_LIBRARY))
async def show_new_file(desk: NamedDependency[Desk]) -> Response[str]:
    """Ask for the name of a new file, and what it begins as."""
    return desk_page(desk, "new_file.html", name="", models=[(one, one) for one in desk.reviewed.drafted.files])


@post("/bestand", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_LIBRARY))
async def keep_file(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Keep the text of a file. When somebody was first, show their change and keep what was typed on the page."""
    form = await read_form(request)
    name, text = first(form, "naam"), text_in(form, "tekst")
    if name_problem(name) is not None:
        return Redirect(desk.home + file_address(name), status_code=HTTP_303_SEE_OTHER)
    outcome = await save_file(
        desk.installation.database, desk.editing(form), name, DraftFile(text, first(form, "basis"))
    )
    if isinstance(outcome, Overtaken):
        return _file_page(desk, name, text, overtaken=True)
    return conclude(desk, outcome, then=file_address(name), done="bewaard")


@post("/bestand/weg", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_LIBRARY))
async def drop(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Take a file out of the draft."""
    form = await read_form(request)
    outcome = await drop_file(desk.installation.database, desk.editing(form), first(form, "naam"))
    return conclude(desk, outcome, then="", done="uitgehaald")


def _file_page(desk: Desk, name: str, text: str, *, overtaken: bool = False) -> Response[str]:
    """Show a text to edit. What it is compared with is the library, and after an overtaking what the other one made."""
    drafted = desk.reviewed.drafted
    present = drafted.present.files.get(name)
    return desk_page(
        desk,
        "file.html",
        status=HTTP_409_CONFLICT if overtaken else HTTP_200_OK,
        name=name,
        text=text,
        base=text_digest(present),
        is_new=present is None,
        in_draft=name in drafted.drafted,
        own_problems=[problem for problem in drafted.problems if problem.file == name],
        changes=changed_lines(present or "", text),
        overtaken=overtaken,
        theirs=changed_lines(drafted.files.get(name, ""), text) if overtaken else (),
    )


def _next_version(text: str) -> str:
    """Return the text of a module with the next version number; other texts stay as they are."""
    return _VERSION.sub(lambda found: f"version: {int(found.group(1)) + 1}", text, count=1)


HANDLERS: Final = (show_file, show_new_file, keep_file, drop)

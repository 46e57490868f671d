"""The national library as it is now: its files with their checks, the drafts that would change it, and the releases that made it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.national.desk import HOME, file_address, first
from ceo.web.national.words import KINDS_OF_FILE
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.workflows.library.current import present_library
from ceo.workflows.library.drafts import LONGEST_TITLE, begin_draft, list_drafts
from ceo.workflows.library.parts import file_lines
from ceo.workflows.library.releasing import list_releases
from ceo.workflows.rights import Right, Staff

_NO_TITLE: Final = N_("Geef het concept een naam van hoogstens %(most)s tekens, zoals: Voorjaar 2027.")


@get("/bibliotheek", **needs(Right.SEE_LIBRARY))
async def show_library(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show the files of the library by kind, and what is being worked on."""
    return await _library_page(request, installation, {})


@post("/bibliotheek/concepten", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_LIBRARY))
async def begin(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation], staff: NamedDependency[Staff]
) -> Response[Any]:
    """Begin a draft."""
    title = first(await read_form(request), "titel")
    if not title or len(title) > LONGEST_TITLE:
        fault = staff_words(request, _NO_TITLE, most=LONGEST_TITLE)
        return await _library_page(request, installation, {"titel": fault}, title=title)
    draft_id = await begin_draft(installation.database, title, actor=staff.id, now=now())
    return go_to(f"{HOME}/concepten/{draft_id}", done="begonnen")


@get("/bibliotheek/bestand", **needs(Right.SEE_LIBRARY))
async def show_file(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show one file of the library with what stands in it and what is wrong."""
    library = await present_library(installation.database)
    name = request.query_params.get("naam", "")
    if name not in library.files:
        raise NotFoundException
    problems = await asyncio.to_thread(lambda: library.problems)
    drafts = await list_drafts(installation.database)
    [line] = [line for line in file_lines(library.definitions, library.files) if line.name == name]
    return staff_page(
        request,
        "national/library_file.html",
        line=line,
        text=library.files[name],
        problems=[problem for problem in problems if problem.file == name],
        released=name in library.released,
        drafts=drafts,
        address_of=file_address,
        home=HOME,
    )


async def _library_page(
    request: Request[Any, Any, Any], installation: Installation, faults: Mapping[str, str], *, title: str = ""
) -> Response[str]:
    library = await present_library(installation.database)
    problems = await asyncio.to_thread(lambda: library.problems)
    lines = file_lines(library.definitions, library.files)
    return staff_page(
        request,
        "national/library.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        library=library,
        groups=[(label, [line for line in lines if line.kind == kind]) for kind, label in KINDS_OF_FILE.items()],
        problems=problems,
        wrong={problem.file for problem in problems},
        drafts=await list_drafts(installation.database),
        releases=await list_releases(installation.database),
        faults=faults,
        title=title,
        address_of=file_address,
        home=HOME,
    )


ROUTES: Final = (show_library, begin, show_file)

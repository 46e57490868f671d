"""Adding, changing and ending a theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.together import Theme
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.national.desk import first, text_in
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_page
from ceo.web.staff.together.requiring import (
    Form,
    by_of,
    home_of,
    require_id,
    status_of,
    told,
    version_in,
    was_changed,
)
from ceo.workflows.rights import Right, Staff
from ceo.workflows.together.themes import TypedTheme, add_theme, change_theme, end_theme, find_theme
from ceo.workflows.together.typed import Gone, Wrong


@get("/kennisagenda/themas/nieuw", **needs(Right.EDIT_AGENDA))
async def show_adding(request: Request[Any, Any, Any]) -> Response[str]:
    """Show the form of a new theme."""
    return _form(request, None, TypedTheme())


@post("/kennisagenda/themas/nieuw", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_AGENDA))
async def add(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation], staff: NamedDependency[Staff]
) -> Response[Any]:
    """Add a theme."""
    typed = _typed(await read_form(request))
    added = await add_theme(installation.database, typed, by_of(request, staff))
    if isinstance(added, Theme):
        return go_to(home_of(request), done="thema")
    return _form(request, None, typed, added)


@get("/kennisagenda/themas/{theme_id:str}", **needs(Right.EDIT_AGENDA))
async def show_changing(
    request: Request[Any, Any, Any], theme_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show a theme as a form."""
    row = await _require(installation, theme_id)
    typed = TypedTheme(row.name, row.text, "\n".join(row.indicators))
    return _form(request, row, typed)


@post("/kennisagenda/themas/{theme_id:str}", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_AGENDA))
async def change(
    request: Request[Any, Any, Any],
    theme_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Change a theme, unless somebody else did meanwhile."""
    typed = _typed(await read_form(request))
    wrong = await change_theme(installation.database, require_id(theme_id), typed, by_of(request, staff))
    if isinstance(wrong, Gone):
        raise NotFoundException
    if wrong:
        return _form(request, await _require(installation, theme_id), typed, wrong)
    return go_to(home_of(request), done="thema")


@post("/kennisagenda/themas/{theme_id:str}/einde", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_AGENDA))
async def end(
    request: Request[Any, Any, Any],
    theme_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """End a theme, or begin it again."""
    ended = first(await read_form(request), "einde") == "ja"
    if isinstance(
        await end_theme(installation.database, require_id(theme_id), by_of(request, staff), ended=ended), Gone
    ):
        raise NotFoundException
    return go_to(home_of(request), done="thema-einde" if ended else "thema-begin")


ROUTES: Final = (show_adding, add, show_changing, change, end)


def _typed(form: Form) -> TypedTheme:
    return TypedTheme(first(form, "naam"), text_in(form, "tekst"), text_in(form, "indicatoren"), version_in(form))


async def _require(installation: Installation, theme_id: str) -> Theme:
    row = await find_theme(installation.database, require_id(theme_id))
    if row is None:
        raise NotFoundException
    return row


def _form(
    request: Request[Any, Any, Any], row: Theme | None, typed: TypedTheme, wrong: Sequence[Wrong] = ()
) -> Response[str]:
    return staff_page(
        request,
        "national/agenda/theme.html",
        status=status_of(wrong),
        home=home_of(request),
        row=row,
        typed=typed,
        version=row.row_version if row is not None else 0,
        faults=told(request, wrong, "naam"),
        changed=was_changed(wrong),
    )

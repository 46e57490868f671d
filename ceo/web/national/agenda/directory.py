"""The directory as national editors keep it: organisations one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.together import Organisation
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.national.desk import first, text_in
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_page
from ceo.web.staff.together.directory import directory_page, organisation_page, require_organisation
from ceo.web.staff.together.requiring import (
    Form,
    by_of,
    directory_of,
    require_id,
    status_of,
    told,
    version_in,
    was_changed,
)
from ceo.web.staff.together.words import KINDS
from ceo.workflows.rights import Right, Staff
from ceo.workflows.together.directory_files import read_known
from ceo.workflows.together.organisations import (
    Kind,
    Known,
    TypedOrganisation,
    add_organisation,
    change_organisation,
    remove_organisation,
)
from ceo.workflows.together.typed import Gone, Wrong


@get("/staalkaart", **needs(Right.SEE_TOGETHER))
async def show_directory(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show the directory."""
    return await directory_page(request, installation)


@get("/staalkaart/nieuw", **needs(Right.EDIT_AGENDA))
async def show_adding(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show the form of a new organisation."""
    known = await read_known(installation.database)
    return _form(request, known, None, TypedOrganisation(kind=Kind.NETWORK.value))


@post("/staalkaart/nieuw", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_AGENDA))
async def add(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation], staff: NamedDependency[Staff]
) -> Response[Any]:
    """Add an organisation."""
    known = await read_known(installation.database)
    typed = _typed(await read_form(request))
    added = await add_organisation(installation.database, typed, known, by_of(request, staff))
    if isinstance(added, Organisation):
        return go_to(f"{directory_of(request)}/{added.id}", done="bewaard")
    return _form(request, known, None, typed, added)


@get("/staalkaart/{organisation_id:str}", **needs(Right.SEE_TOGETHER))
async def show_organisation(
    request: Request[Any, Any, Any], organisation_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show an organisation."""
    return await organisation_page(request, installation, organisation_id)


@get("/staalkaart/{organisation_id:str}/wijzigen", **needs(Right.EDIT_AGENDA))
async def show_changing(
    request: Request[Any, Any, Any], organisation_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show an organisation as a form."""
    row = await require_organisation(installation, organisation_id)
    known = await read_known(installation.database)
    return _form(request, known, row, known.written(row))


@post("/staalkaart/{organisation_id:str}/wijzigen", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_AGENDA))
async def change(
    request: Request[Any, Any, Any],
    organisation_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Change an organisation, unless somebody else did meanwhile."""
    known = await read_known(installation.database)
    typed = _typed(await read_form(request))
    by = by_of(request, staff)
    wrong = await change_organisation(installation.database, require_id(organisation_id), typed, known, by)
    if isinstance(wrong, Gone):
        raise NotFoundException
    if wrong:
        row = await require_organisation(installation, organisation_id)
        return _form(request, known, row, typed, wrong)
    return go_to(f"{directory_of(request)}/{organisation_id}", done="bewaard")


@post("/staalkaart/{organisation_id:str}/weghalen", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_AGENDA))
async def take_away(
    request: Request[Any, Any, Any],
    organisation_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Take an organisation out of the directory."""
    gone = await remove_organisation(installation.database, require_id(organisation_id), by_of(request, staff))
    if isinstance(gone, Gone):
        raise NotFoundException
    return go_to(directory_of(request), done="weggehaald")


ROUTES: Final = (show_directory, show_adding, add, show_organisation, show_changing, change, take_away)


def _typed(form: Form) -> TypedOrganisation:
    return TypedOrganisation(
        name=first(form, "naam"),
        kind=first(form, "soort"),
        seat=first(form, "zetel"),
        works_in=tuple(text_in(form, "werkgebied").splitlines()),
        themes=tuple(form.get("themas", ())),
        address=first(form, "adres"),
        text=text_in(form, "tekst"),
        row_version=version_in(form),
    )


def _form(
    request: Request[Any, Any, Any],
    known: Known,
    row: Organisation | None,
    typed: TypedOrganisation,
    wrong: Sequence[Wrong] = (),
) -> Response[str]:
    return staff_page(
        request,
        "national/agenda/organisation_form.html",
        status=status_of(wrong),
        here_home=directory_of(request),
        home=directory_of(request),
        row=row,
        kept=known.written(row) if row is not None else None,
        typed=typed,
        version=row.row_version if row is not None else 0,
        theme_pairs=sorted((name, name) for name in known.theme_names.values()),
        kinds=KINDS,
        faults=told(request, wrong, "naam"),
        changed=was_changed(wrong),
    )

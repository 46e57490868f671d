"""Adding, changing and ending a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.together import Cluster
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
    theme_choices,
    told,
    version_in,
    was_changed,
)
from ceo.workflows.rights import Right, Staff
from ceo.workflows.together.clusters import TypedCluster, add_cluster, change_cluster, end_cluster, find_cluster
from ceo.workflows.together.themes import list_themes
from ceo.workflows.together.typed import Gone, Wrong


@get("/kennisagenda/clusters/nieuw", **needs(Right.EDIT_AGENDA))
async def show_adding(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show the form of a new cluster."""
    return await _form(request, installation, None, TypedCluster())


@post("/kennisagenda/clusters/nieuw", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_AGENDA))
async def add(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation], staff: NamedDependency[Staff]
) -> Response[Any]:
    """Add a cluster."""
    typed = _typed(await read_form(request))
    added = await add_cluster(installation.database, typed, by_of(request, staff))
    if isinstance(added, Cluster):
        return go_to(f"{home_of(request)}/clusters/{added.id}", done="bewaard")
    return await _form(request, installation, None, typed, added)


@get("/kennisagenda/clusters/{cluster_id:str}/wijzigen", **needs(Right.EDIT_AGENDA))
async def show_changing(
    request: Request[Any, Any, Any], cluster_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show a cluster as a form."""
    row = await _require(installation, cluster_id)
    return await _form(request, installation, row, TypedCluster(row.theme, row.name, row.text, row.service))


@post("/kennisagenda/clusters/{cluster_id:str}/wijzigen", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_AGENDA))
async def change(
    request: Request[Any, Any, Any],
    cluster_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Change a cluster, unless somebody else did meanwhile."""
    typed = _typed(await read_form(request))
    wrong = await change_cluster(installation.database, require_id(cluster_id), typed, by_of(request, staff))
    if isinstance(wrong, Gone):
        raise NotFoundException
    if wrong:
        return await _form(request, installation, await _require(installation, cluster_id), typed, wrong)
    return go_to(f"{home_of(request)}/clusters/{cluster_id}", done="bewaard")


@post("/kennisagenda/clusters/{cluster_id:str}/einde", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_AGENDA))
async def end(
    request: Request[Any, Any, Any],
    cluster_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """End a cluster, or begin it again."""
    ended = first(await read_form(request), "einde") == "ja"
    gone = await end_cluster(installation.database, require_id(cluster_id), by_of(request, staff), ended=ended)
    if isinstance(gone, Gone):
        raise NotFoundException
    return go_to(f"{home_of(request)}/clusters/{cluster_id}", done="beeindigd" if ended else "heropend")


ROUTES: Final = (show_adding, add, show_changing, change, end)


def _typed(form: Form) -> TypedCluster:
    return TypedCluster(
        theme=first(form, "thema"),
        name=first(form, "naam"),
        text=text_in(form, "tekst"),
        service=first(form, "dienst"),
        row_version=version_in(form),
    )


async def _require(installation: Installation, cluster_id: str) -> Cluster:
    found = await find_cluster(installation.database, require_id(cluster_id))
    if found is None:
        raise NotFoundException
    return found[0]


async def _form(
    request: Request[Any, Any, Any],
    installation: Installation,
    row: Cluster | None,
    typed: TypedCluster,
    wrong: Sequence[Wrong] = (),
) -> Response[str]:
    themes = await list_themes(installation.database)
    return staff_page(
        request,
        "national/agenda/cluster_form.html",
        status=status_of(wrong),
        home=home_of(request),
        row=row,
        typed=typed,
        version=row.row_version if row is not None else 0,
        themes=theme_choices(request, themes, kept=row.theme if row is not None else ""),
        faults=told(request, wrong, "naam"),
        changed=was_changed(wrong),
    )

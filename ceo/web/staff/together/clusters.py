"""Clusters in a municipality: which there are, who is in them, and joining and leaving."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_409_CONFLICT

from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.national.desk import first
from ceo.web.staff.access import needs, place_of
from ceo.web.staff.pages import go_to, staff_page
from ceo.web.staff.together.requiring import by_of, home_of, place_name, require_id
from ceo.workflows.rights import Right, Staff
from ceo.workflows.together.clusters import find_cluster, join_cluster, list_clusters, own_clusters
from ceo.workflows.together.practices import shared_about
from ceo.workflows.together.questions import QuestionState, list_questions
from ceo.workflows.together.themes import list_themes
from ceo.workflows.together.typed import Gone

PART: Final = "clusters"


@get("/samen/clusters", **needs(Right.SEE_TOGETHER))
async def show_clusters(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the clusters, and which of them this municipality is in."""
    own = await own_clusters(installation.database, municipality.code)
    found = await list_clusters(installation.database)
    return staff_page(
        request,
        "staff/together/clusters.html",
        home=home_of(request),
        here_home=home_of(request, PART),
        clusters=[(row, members) for row, members in found if not row.ended or row.id in own],
        own=own,
        theme_names={one.id: one.name for one in await list_themes(installation.database)},
    )


@get("/samen/clusters/{cluster_id:str}", **needs(Right.SEE_TOGETHER))
async def show_cluster(
    request: Request[Any, Any, Any], cluster_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show a cluster with its members, what they share, and the open questions about its theme."""
    return await cluster_page(request, installation, cluster_id)


@post("/samen/clusters/{cluster_id:str}", status_code=HTTP_303_SEE_OTHER, **needs(Right.TAKE_PART))
async def join(
    request: Request[Any, Any, Any],
    cluster_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Join a cluster, or leave it."""
    member = first(await read_form(request), "lid") == "ja"
    refused = await join_cluster(installation.database, require_id(cluster_id), by_of(request, staff), member=member)
    if isinstance(refused, Gone):
        raise NotFoundException
    if refused:
        return await cluster_page(request, installation, cluster_id, status=HTTP_409_CONFLICT)
    return go_to(f"{home_of(request, PART)}/{cluster_id}", done="lid" if member else "weg")


ROUTES: Final = (show_clusters, show_cluster, join)


async def cluster_page(
    request: Request[Any, Any, Any], installation: Installation, cluster_id: str, *, status: int = 200
) -> Response[str]:
    """Answer with a cluster."""
    found = await find_cluster(installation.database, require_id(cluster_id))
    if found is None:
        raise NotFoundException
    row, members = found
    themes = {one.id: one.name for one in await list_themes(installation.database)}
    questions = await list_questions(installation.database, theme=row.theme, state=QuestionState.OPEN.value)
    return staff_page(
        request,
        "staff/together/cluster.html",
        status=status,
        home=home_of(request),
        here_home=home_of(request, PART),
        row=row,
        theme=themes[row.theme],
        members=sorted((place_name(installation, code, request), one.since) for code, one in members.items()),
        is_member=place_of(request) in members,
        practices=await shared_about(installation.database, row.theme, members),
        questions=questions,
        name_of=lambda code: place_name(installation, code, request),
    )

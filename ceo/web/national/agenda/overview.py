"""The knowledge agenda as national editors keep it: themes, polls, clusters and questions on one page."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.pages import staff_page
from ceo.web.staff.together.agenda import poll_page, require_poll
from ceo.web.staff.together.clusters import cluster_page
from ceo.web.staff.together.practices import practice_page, practices_page
from ceo.web.staff.together.requiring import home_of
from ceo.web.staff.together.words import POLL_STATES
from ceo.workflows.rights import Right
from ceo.workflows.together.clusters import list_clusters
from ceo.workflows.together.polls import list_polls, state_of
from ceo.workflows.together.practices import WantedPractices, search_shared
from ceo.workflows.together.questions import QuestionState, list_questions
from ceo.workflows.together.themes import list_themes


@get("/kennisagenda", **needs(Right.SEE_TOGETHER))
async def show_agenda(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show everything of the knowledge agenda."""
    database = installation.database
    themes = await list_themes(database)
    return staff_page(
        request,
        "national/agenda/overview.html",
        home=home_of(request),
        themes=themes,
        theme_names={one.id: one.name for one in themes},
        polls=[(one, state_of(one, installation.today)) for one in await list_polls(database)],
        states=POLL_STATES,
        clusters=await list_clusters(database),
        asked=(await list_questions(database, state=QuestionState.OPEN.value)).total,
        shared=(await search_shared(database, WantedPractices())).total,
    )


@get("/kennisagenda/peilingen/{poll_id:str}", **needs(Right.SEE_TOGETHER))
async def show_poll(
    request: Request[Any, Any, Any], poll_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show a poll, with its result when it is closed."""
    return await poll_page(request, installation, await require_poll(installation, poll_id))


@get("/kennisagenda/clusters/{cluster_id:str}", **needs(Right.SEE_TOGETHER))
async def show_cluster(
    request: Request[Any, Any, Any], cluster_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show a cluster."""
    return await cluster_page(request, installation, cluster_id)


@get("/kennisagenda/voorbeelden", **needs(Right.SEE_TOGETHER))
async def show_practices(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show the practices that municipalities share."""
    return await practices_page(request, installation)


@get("/kennisagenda/voorbeelden/{practice_id:str}", **needs(Right.SEE_TOGETHER))
async def show_practice(
    request: Request[Any, Any, Any], practice_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show a practice that is shared."""
    return await practice_page(request, installation, practice_id)


ROUTES: Final = (show_agenda, show_poll, show_cluster, show_practices, show_practice)

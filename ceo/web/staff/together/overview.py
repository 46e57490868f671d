"""The beginning of working together: what waits for this municipality, and where everything is."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.pages import staff_page
from ceo.web.staff.together.requiring import home_of, place_name
from ceo.workflows.rights import Right
from ceo.workflows.together.clusters import list_clusters, own_clusters
from ceo.workflows.together.organisations import list_organisations
from ceo.workflows.together.polls import PollState, list_polls, own_ballots, state_of
from ceo.workflows.together.practices import WantedPractices, own_practices, search_shared
from ceo.workflows.together.questions import QuestionState, list_questions
from ceo.workflows.together.themes import list_themes

# Of each kind, as a beginning; the page of its own has all.
_SHOWN: Final = 3


@get("/samen", **needs(Right.SEE_TOGETHER))
async def show_overview(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the polls that are open, the newest practices and questions, and the way to all of them."""
    database, code = installation.database, municipality.code
    ballots, own = await own_ballots(database, code), await own_clusters(database, code)
    shared = await search_shared(database, WantedPractices())
    questions = await list_questions(database, state=QuestionState.OPEN.value)
    polls = await list_polls(database)
    return staff_page(
        request,
        "staff/together/overview.html",
        home=home_of(request),
        themes=await list_themes(database, ended=False),
        open_polls=[one for one in polls if state_of(one, installation.today) is PollState.OPEN],
        ballots=ballots,
        practices=shared.rows[:_SHOWN],
        shared=shared.total,
        own_practices=len(await own_practices(database, code)),
        clusters=[row for row, _ in await list_clusters(database) if row.id in own],
        questions=[row for row, _ in questions.rows[:_SHOWN]],
        asked=questions.total,
        organisations=len(await list_organisations(database)),
        name_of=lambda place: place_name(installation, place, request),
    )

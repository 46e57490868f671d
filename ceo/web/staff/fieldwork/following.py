"""The page on which a round is followed: response against the plan, who answers and who does not, and when to remind."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.languages import LANGUAGE_NAMES
from ceo.web.staff.access import needs
from ceo.web.staff.fieldwork.following_words import CASES, CATEGORIES, MODES, TRAITS
from ceo.web.staff.pages import staff_page
from ceo.web.staff.rounds.requiring import require_round
from ceo.workflows.rights import Right
from ceo.workflows.rounds.following import follow


@get("/veldwerk/{round_id:int}/respons", **needs(Right.SEE_FIELDWORK))
async def show_following(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show how the fieldwork of a round goes today."""
    overview = await require_round(installation, municipality, round_id)
    following = await follow(installation.database, municipality.code, round_id, today=installation.today)
    return staff_page(
        request,
        "staff/fieldwork/following.html",
        overview=overview,
        following=following,
        known=_is_known,
        busiest=max((number for _, number in following.days), default=1),
        cases=CASES,
        modes=MODES,
        traits=TRAITS,
        categories=CATEGORIES,
        language_names=LANGUAGE_NAMES,
        today=installation.today,
    )


def _is_known(value: object) -> bool:
    """Tell whether something could be estimated."""
    from analysis.results import NotEstimable

    return value is not None and not isinstance(value, NotEstimable)


ROUTES: Final = (show_following,)

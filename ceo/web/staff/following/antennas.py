"""Choosing which indicators are watched: at most a few, with what each costs in false signals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.following.requiring import require_titles
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.workflows.following.choosing import MOST, Choice, Chosen, choose_antennas
from ceo.workflows.following.reading import WatchedIndicator, antennas_of
from ceo.workflows.following.series import Series
from ceo.workflows.rights import Right, Staff

FAULTS: Final[Mapping[Chosen, str]] = {
    Chosen.TOO_MANY: N_("Kies er hoogstens %(most)s. Hoe meer antennes, hoe vaker er een vals signaal is."),
    Chosen.UNKNOWN: N_("Een van de gekozen cijfers is er niet meer. Kies opnieuw."),
    Chosen.CHANGED: N_(
        "Iemand anders koos net andere antennes. Hieronder staat wat u koos. Bewaar het nog eens als het klopt."
    ),
}


@get("/volgen/{series_core:str}/antennes", **needs(Right.SEE_CYCLE))
async def show_antennas(
    request: Request[Any, Any, Any],
    series_core: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show what is watched of a core, as a form for who may change it."""
    series = await require_titles(installation, municipality.code, series_core)
    watched = await antennas_of(installation.database, municipality.code, series_core)
    own = frozenset(one.indicator for one in watched if not one.national)
    return _page(request, series, watched, own)


@post("/volgen/{series_core:str}/antennes", **needs(Right.EDIT_CYCLE))
async def change_antennas(
    request: Request[Any, Any, Any],
    series_core: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Watch what was chosen, or tell what is wrong with the choice."""
    series = await require_titles(installation, municipality.code, series_core)
    form = await read_form(request)
    chosen = frozenset(form.get("indicator", ()))
    known = {one.indicator for one in series.indicators}
    choice = Choice(series_core, chosen, frozenset(" ".join(form.get("gezien", ())).split()))
    done = await choose_antennas(installation.database, municipality.code, choice, known, actor=staff.id, now=now())
    if done is Chosen.DONE:
        return go_to(f"/werk/{municipality.code}/volgen/{series_core}/antennes", done="bewaard")
    watched = await antennas_of(installation.database, municipality.code, series_core)
    fault = staff_words(request, FAULTS[done], most=MOST)
    status = HTTP_409_CONFLICT if done is Chosen.CHANGED else HTTP_422_UNPROCESSABLE_ENTITY
    return _page(request, series, watched, chosen, status=status, faults={"indicator": fault})


def _page(
    request: Request[Any, Any, Any],
    series: Series,
    watched: tuple[WatchedIndicator, ...],
    chosen: frozenset[str],
    *,
    status: int = HTTP_200_OK,
    faults: Mapping[str, str] | None = None,
) -> Response[str]:
    national = {one.indicator for one in watched if one.national}
    return staff_page(
        request,
        "staff/following/antennas.html",
        status=status,
        series=series,
        national=[one for one in series.indicators if one.indicator in national],
        options=[(one.indicator, one.title) for one in series.indicators if one.indicator not in national],
        chosen=sorted(chosen),
        seen=" ".join(sorted(one.indicator for one in watched if not one.national)),
        most=MOST,
        faults=dict(faults or {}),
    )


ROUTES: Final = (show_antennas, change_antennas)

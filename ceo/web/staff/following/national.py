"""Choosing what every municipality watches: national editors do, of each core questionnaire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.people import NATIONAL
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.following.antennas import FAULTS
from ceo.web.staff.following.requiring import require_name
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.workflows.following.choosing import MOST, Choice, Chosen, choose_antennas
from ceo.workflows.following.national import CoreIndicators, find_core, list_cores
from ceo.workflows.rights import Right, Staff


@get("/antennes", **needs(Right.EDIT_AGENDA))
async def show_cores(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show of which core questionnaires something is watched for the whole country."""
    return staff_page(request, "staff/following/national.html", cores=await list_cores(installation.database))


@get("/antennes/{series_core:str}", **needs(Right.EDIT_AGENDA))
async def show_national_antennas(
    request: Request[Any, Any, Any], series_core: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show what every municipality watches of a core, as a form."""
    core = await _require(installation, series_core)
    return _page(request, core, core.watched)


@post("/antennes/{series_core:str}", **needs(Right.EDIT_AGENDA))
async def change_national_antennas(
    request: Request[Any, Any, Any],
    series_core: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let every municipality watch what was chosen, or tell what is wrong with the choice."""
    core = await _require(installation, series_core)
    form = await read_form(request)
    chosen = frozenset(form.get("indicator", ()))
    choice = Choice(core.id, chosen, frozenset(" ".join(form.get("gezien", ())).split()))
    known = {name for name, _ in core.indicators}
    done = await choose_antennas(installation.database, NATIONAL, choice, known, actor=staff.id, now=now())
    if done is Chosen.DONE:
        return go_to(f"/werk/landelijk/antennes/{core.id}", done="bewaard")
    faults = {"indicator": staff_words(request, FAULTS[done], most=MOST)}
    status = HTTP_409_CONFLICT if done is Chosen.CHANGED else HTTP_422_UNPROCESSABLE_ENTITY
    return _page(request, await _require(installation, series_core), chosen, status=status, faults=faults)


async def _require(installation: Installation, core: str) -> CoreIndicators:
    found = await find_core(installation.database, require_name(core))
    if found is None:
        raise NotFoundException
    return found


def _page(
    request: Request[Any, Any, Any],
    core: CoreIndicators,
    chosen: frozenset[str],
    *,
    status: int = HTTP_200_OK,
    faults: Mapping[str, str] | None = None,
) -> Response[str]:
    return staff_page(
        request,
        "staff/following/national_antennas.html",
        status=status,
        core=core,
        chosen=sorted(chosen),
        seen=" ".join(sorted(core.watched)),
        most=MOST,
        faults=dict(faults or {}),
    )


ROUTES: Final = (show_cores, show_national_antennas, change_national_antennas)

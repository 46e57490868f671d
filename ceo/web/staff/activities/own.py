"""The pages of a partner: its own activities, and nothing of anybody else."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.activities.drawing import changes_page, refused_page, round_values
from ceo.web.staff.activities.kept import changes_of, providers_of
from ceo.web.staff.pages import go_to, staff_page
from ceo.workflows.activities.changes import RefusedByPolicy
from ceo.workflows.activities.providers import only_of
from ceo.workflows.activities.reading import own_activities
from ceo.workflows.rights import Right, Staff


@get("/eigen-activiteiten/reeksen/{series:str}", **needs(Right.SEE_OWN_ACTIVITIES))
async def show_own_changes(
    request: Request[Any, Any, Any],
    series: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Show what changed in the persons of a series who took part in the own activities."""
    activities = staff.activities[municipality.code]
    own = await own_activities(installation.database, municipality.code, activities)
    if not any(listed.name == series for of_one in own.series.values() for listed in of_one):
        return _not_shared(municipality)
    made = await changes_of(request, installation, municipality, series)
    return await changes_page(request, made if isinstance(made, RefusedByPolicy) else made.only(activities), back="")


@get("/eigen-activiteiten/metingen/{sealed_round_id:int}", **needs(Right.SEE_OWN_ACTIVITIES))
async def show_own_figures(
    request: Request[Any, Any, Any],
    sealed_round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Show the figures of a round that the municipality shared with this partner."""
    activities = staff.activities[municipality.code]
    own = await own_activities(installation.database, municipality.code, activities)
    shared = {name for name, rounds in own.rounds.items() if sealed_round_id in {one.round_id for one in rounds}}
    if not shared:
        return _not_shared(municipality)
    found, made = await providers_of(request, installation, municipality, sealed_round_id)
    if isinstance(made, RefusedByPolicy):
        return refused_page(request, made, title=found.row.title, back="")
    groups = only_of(made, shared)
    return staff_page(request, "staff/activities/own_figures.html", **round_values(request, found, groups, made.floor))


def _not_shared(municipality: Municipality) -> Response[Any]:
    """Lead to the first page, whether there is no such thing, it is another's, or it is not shared (any more): all look alike."""
    return go_to(f"/werk/{municipality.code}", done="niet-gedeeld")

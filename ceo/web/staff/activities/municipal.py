"""The pages of activities for who works in a municipality: change in persons by series, and figures of providers by round."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.activities.drawing import changes_page, refused_page, round_values
from ceo.web.staff.activities.kept import changes_of, providers_of, require_sealed_round
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.workflows.activities.changes import RefusedByPolicy
from ceo.workflows.activities.providers import ProviderFigures
from ceo.workflows.activities.reading import list_activities
from ceo.workflows.activities.sharing import SealedRound, ShareFault, partners_of, share_group, stop_sharing
from ceo.workflows.rights import Right, Staff

_FAULTS: Final[Mapping[ShareFault, str]] = {
    ShareFault.UNKNOWN: N_("Deze groep is er niet (meer). Kies een groep op deze pagina."),
    ShareFault.NOBODY: N_("Bij deze groep hoort nog geen partner. Nodig die uit bij Mensen, met deze activiteit."),
}
_LONGEST_NAME: Final = 200


@get("/activiteiten", **needs(Right.SEE_RESULTS))
async def show_activities(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the series in which persons are followed, and the rounds of which providers have figures."""
    series, rounds = await list_activities(installation.database, municipality.code)
    return staff_page(request, "staff/activities/overview.html", series=series, rounds=rounds)


@get("/activiteiten/reeksen/{series:str}", **needs(Right.SEE_RESULTS))
async def show_changes(
    request: Request[Any, Any, Any],
    series: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show what changed in the persons of a series, of every activity."""
    made = await changes_of(request, installation, municipality, series)
    return await changes_page(request, made, back="/activiteiten")


@get("/activiteiten/metingen/{sealed_round_id:int}", **needs(Right.SEE_RESULTS))
async def show_providers(
    request: Request[Any, Any, Any],
    sealed_round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the figures of a round by provider, and with whom they are shared."""
    found, made = await providers_of(request, installation, municipality, sealed_round_id)
    return await _providers_page(request, installation, found, made)


@post("/activiteiten/metingen/{sealed_round_id:int}", **needs(Right.SHARE_FIGURES))
async def share_figures(
    request: Request[Any, Any, Any],
    sealed_round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Open the figures of one provider to that provider, or close them again."""
    form = await read_form(request)
    group = next(iter(form.get("groep", ())), "")[:_LONGEST_NAME]
    here = f"/werk/{municipality.code}/activiteiten/metingen/{sealed_round_id}"
    if "stop" in form:
        # Whatever figures there are, and whether there are any.
        found = await require_sealed_round(installation, municipality, sealed_round_id)
        await stop_sharing(installation.database, found, group, actor=staff.id, now=now())
        return go_to(here, done="gestopt")
    found, made = await providers_of(request, installation, municipality, sealed_round_id)
    if isinstance(made, RefusedByPolicy):
        return await _providers_page(request, installation, found, made)
    fault = await share_group(installation.database, found, made, group, actor=staff.id, now=now())
    if fault is not None:
        return await _providers_page(
            request, installation, found, made, faults={"groepen": staff_words(request, _FAULTS[fault])}
        )
    return go_to(here, done="gedeeld")


async def _providers_page(
    request: Request[Any, Any, Any],
    installation: Installation,
    found: SealedRound,
    made: ProviderFigures | RefusedByPolicy,
    *,
    faults: dict[str, str] | None = None,
) -> Response[str]:
    if isinstance(made, RefusedByPolicy):
        values = round_values(request, found, (), found.design.floor)
        return refused_page(request, made, title=found.row.title, back="/activiteiten", **values)
    names = [one.name for one in made.groups]
    return staff_page(
        request,
        "staff/activities/providers.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        partners=await partners_of(installation.database, found.row.municipality, names),
        giving_away={name for name in names if made.whole_gives_away({name})},
        faults=faults or {},
        withheld=made.withheld,
        **round_values(request, found, made.groups, made.floor),
    )

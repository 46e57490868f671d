"""The pages of rounds: all of them, one, and opening a new one."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.storage.rounds import Promise
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, page_number, staff_page, staff_words
from ceo.web.staff.rounds.form import RoundForm, read_day, read_round_form
from ceo.web.staff.rounds.requiring import require_round
from ceo.workflows.publish import WithdrawnVersionError
from ceo.workflows.rights import Right, Staff
from ceo.workflows.rounds.listing import (
    RoundOverview,
    known_measurements,
    list_rounds,
    read_strata,
    usable_versions,
)
from ceo.workflows.rounds.opening import MeasurementTakenError, RoundChange, begin_round, change_round

# Names of measurements of others, as examples.
_MOST_NAMES: Final = 8


@get("/metingen", **needs(Right.SEE_ROUNDS))
async def show_rounds(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show all rounds of a municipality, the newest first."""
    page = await list_rounds(
        installation.database, municipality.code, today=installation.today, number=page_number(request)
    )
    return staff_page(request, "staff/rounds.html", page=page, today=installation.today)


@get("/metingen/nieuw", **needs(Right.RUN_ROUNDS))
async def show_new_round(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the form in which a round is planned."""
    chosen = request.query_params.get("vragenlijst", "")
    phone = installation.houses.of(municipality.code).contact.phone or ""
    return await _form(request, installation, RoundForm(municipality.code, questionnaire=chosen, phone=phone), {})


@post("/metingen/nieuw", **needs(Right.RUN_ROUNDS))
async def open_new_round(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Open a round as it was planned, or tell everything that is wrong."""
    typed = RoundForm.typed(municipality.code, await read_form(request))
    usable = [version.content_hash for version in await usable_versions(installation.database, municipality.code)]
    plan, faults = read_round_form(request, typed, usable, installation.today)
    if plan is None:
        return await _form(request, installation, typed, faults)
    try:
        round_id = await begin_round(installation.database, plan, actor=staff.id, now=now())
    except MeasurementTakenError:
        taken = N_("U hebt al een meting met deze naam. Kies een andere naam.")
        return await _form(request, installation, typed, {"measurement": staff_words(request, taken)})
    except WithdrawnVersionError:
        gone = N_("Deze vragenlijst is zojuist ingetrokken. Kies een andere.")
        return await _form(request, installation, typed, {"questionnaire": staff_words(request, gone)})
    return go_to(f"/werk/{municipality.code}/metingen/{round_id}", done="geopend")


@get("/metingen/{round_id:int}", **needs(Right.SEE_ROUNDS))
async def show_round(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show one round: what was decided, how far it is, and what can be done now."""
    overview = await require_round(installation, municipality, round_id)
    return await _round_page(request, installation, overview, {})


@post("/metingen/{round_id:int}", **needs(Right.RUN_ROUNDS))
async def change_one_round(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let a round end on another day, or open or close its results for everybody."""
    overview = await require_round(installation, municipality, round_id)
    form = await read_form(request)
    what = next(iter(form.get("wat", ())), "")
    if what == "einde":
        closes_on = read_day(next(iter(form.get("closes_on", ())), ""))
        if closes_on is None or closes_on < max(overview.round.opens_on, installation.today):
            fault = staff_words(request, N_("Kies vandaag of een latere dag, en niet vóór de dag van opening."))
            return await _round_page(request, installation, overview, {"closes_on": fault})
        change = RoundChange(closes_on=closes_on)
    else:
        change = RoundChange(results_shown=what == "open")
    await change_round(installation.database, municipality.code, round_id, change, actor=staff.id, now=now())
    return go_to(f"/werk/{municipality.code}/metingen/{round_id}", done="gewijzigd")


async def _form(
    request: Request[Any, Any, Any], installation: Installation, typed: RoundForm, faults: dict[str, str]
) -> Response[str]:
    versions = await usable_versions(installation.database, typed.municipality)
    return staff_page(
        request,
        "staff/round_new.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        typed=typed,
        faults=faults,
        versions=versions,
        known=await known_measurements(installation.database, typed.municipality, most=_MOST_NAMES),
        promises=tuple(Promise),
    )


async def _round_page(
    request: Request[Any, Any, Any], installation: Installation, overview: RoundOverview, faults: dict[str, str]
) -> Response[str]:
    row = overview.round
    assert row.id is not None
    version = await installation.versions.open(row.questionnaire_hash)
    return staff_page(
        request,
        "staff/round.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        overview=overview,
        strata=await read_strata(installation.database, row.municipality, row.id),
        questionnaire=version.questionnaire,
        today=installation.today,
        faults=faults,
    )

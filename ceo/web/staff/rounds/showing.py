"""The pages of rounds: all of them, and one of them."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.storage.rounds import Round
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, page_number, staff_page, staff_words
from ceo.web.staff.rounds.plan_words import ERASED_WORDS, language_names
from ceo.web.staff.rounds.requiring import require_round
from ceo.web.staff.rounds.typed import Form, first, read_day
from ceo.workflows.ending.erasing import find_erasure
from ceo.workflows.ending.sealing import find_snapshot
from ceo.workflows.rights import Right, Staff
from ceo.workflows.rounds.listing import (
    RoundOverview,
    RoundState,
    list_rounds,
    read_strata,
)
from ceo.workflows.rounds.opening import RoundChange, change_round


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


@get("/metingen/{round_id:int}", **needs(Right.SEE_ROUNDS))
async def show_round(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Show one round: what was decided, how far it is, and what can be done now. One that is being planned: its plan."""
    overview = await require_round(installation, municipality, round_id)
    if overview.state is RoundState.DRAFT:
        return go_to(f"/werk/{municipality.code}/metingen/{round_id}/plan", done=request.query_params.get("gedaan", ""))
    return await _round_page(request, installation, overview, {})


@post("/metingen/{round_id:int}", **needs(Right.RUN_ROUNDS))
async def change_one_round(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let a round end on another day, offer it in more languages, or open or close its results for everybody."""
    overview = await require_round(installation, municipality, round_id)
    form = await read_form(request)
    what = first(form, "wat")
    if what == "einde":
        closes_on = read_day(first(form, "closes_on"))
        fault = _fault_of_last_day(overview.round, closes_on, installation.today)
        if fault:
            return await _round_page(request, installation, overview, {"closes_on": staff_words(request, fault)})
        change = RoundChange(closes_on=closes_on)
    elif what == "talen":
        change = RoundChange(more_languages=await _more_languages(installation, overview.round, form))
    else:
        change = RoundChange(results_shown=what == "open")
    await change_round(installation.database, municipality.code, round_id, change, actor=staff.id, now=now())
    return go_to(f"/werk/{municipality.code}/metingen/{round_id}", done="gewijzigd")


def _fault_of_last_day(row: Round, closes_on: date | None, today: date) -> str:
    """Return what is wrong with a last day, "" when nothing is."""
    if closes_on is None or closes_on < max(row.opens_on, today):
        return N_("Kies vandaag of een latere dag, en niet vóór de dag van opening.")
    if row.erase_on is not None and closes_on >= row.erase_on:
        return N_("Kies een dag vóór de dag waarop de adressen worden gewist. Die dag is beloofd.")
    return ""


async def _more_languages(installation: Installation, row: Round, form: Form) -> tuple[str, ...]:
    """Return the languages that were chosen besides those that a round has, as far as its questionnaire offers them."""
    questionnaire = (await installation.versions.open(row.questionnaire_hash)).questionnaire
    return tuple(code for code in questionnaire.languages if code in form.get("languages", ()))


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
        language_words=language_names(version.questionnaire),
        round_languages=(row.languages or " ".join(version.questionnaire.languages)).split(),
        sealed=await find_snapshot(installation.database, row.municipality, row.id),
        erased=await find_erasure(installation.database, row.municipality, row.id),
        erased_words=ERASED_WORDS,
        today=installation.today,
        faults=faults,
    )


ROUTES: Final = (show_rounds, show_round, change_one_round)

"""The pages of a plan: its steps, what is missing, and from one stage of a round to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.storage.rounds import RoundStage
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.rounds.plan_forms import Around, read_step
from ceo.web.staff.rounds.plan_of_round import plan_words, require_plan, standing_of
from ceo.web.staff.rounds.plan_words import SERIES_FAULTS, STEPS
from ceo.web.staff.rounds.typed import Form, first
from ceo.workflows.publish import WithdrawnVersionError
from ceo.workflows.rights import Right, Staff
from ceo.workflows.rounds.design import Step
from ceo.workflows.rounds.listing import known_measurements, usable_versions
from ceo.workflows.rounds.opening import MeasurementTakenError
from ceo.workflows.rounds.planning import Beginning, DrawnError, LockedError, Plan, StepKept, begin_plan, keep_step
from ceo.workflows.rounds.series import NEW_SERIES, NO_SERIES, Series, list_series
from questionnaires.questionnaire import Questionnaire

# Names of measurements of others, as examples.
_MOST_NAMES: Final = 8
_TAKEN: Final = N_("U hebt al een meting met deze naam. Kies een andere naam.")
_DRAWN: Final = N_("Er is al een steekproef getrokken. Gooi die eerst weg, bij het veldwerk.")
_GONE: Final = N_("Deze vragenlijst is zojuist ingetrokken. Kies een andere.")


@get("/metingen/nieuw", **needs(Right.RUN_ROUNDS))
async def show_new_plan(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the first step of a plan: what a municipality wants to know, and with which questionnaire."""
    chosen = request.query_params.get("vragenlijst", "")
    return await _aim_page(request, installation, municipality, {"questionnaire": chosen}, {})


@post("/metingen/nieuw", **needs(Right.RUN_ROUNDS))
async def begin_new_plan(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Begin a plan, or tell everything that is wrong."""
    form = await read_form(request)
    kept, faults = read_step(Step.AIM, form, await _around(installation, municipality, None))
    typed = {name: first(form, name) for name in ("title", "measurement", "questionnaire", "aim", "users")}
    if kept is None:
        return await _aim_page(request, installation, municipality, typed, faults)
    beginning = Beginning(
        measurement=typed["measurement"],
        title=typed["title"],
        questionnaire_hash=typed["questionnaire"],
        phone=installation.houses.of(municipality.code).contact.phone or "",
        aim=typed["aim"],
        users=typed["users"],
    )
    try:
        round_id = await begin_plan(
            installation.database, municipality.code, beginning, actor=staff.id, today=installation.today, now=now()
        )
    except MeasurementTakenError:
        return await _aim_page(request, installation, municipality, typed, {"measurement": _TAKEN})
    except WithdrawnVersionError:
        return await _aim_page(request, installation, municipality, typed, {"questionnaire": _GONE})
    return go_to(f"/werk/{municipality.code}/metingen/{round_id}/plan/{Step.MOMENT}", done="begonnen")


@get("/metingen/{round_id:int}/plan", **needs(Right.SEE_ROUNDS))
async def show_plan(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the whole plan of a round, and what is missing before fieldwork can begin."""
    plan = await require_plan(installation, municipality, round_id)
    questionnaire = (await installation.versions.open(plan.round.questionnaire_hash)).questionnaire
    standing = await standing_of(installation, plan, questionnaire)
    return staff_page(request, "staff/rounds/plan.html", standing=standing, **plan_words(request, plan, questionnaire))


@get("/metingen/{round_id:int}/plan/{step:str}", **needs(Right.RUN_ROUNDS))
async def show_step(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    step: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Show one step of a plan, to be filled in or changed."""
    plan = await require_plan(installation, municipality, round_id)
    if plan.round.stage != RoundStage.DRAFT:
        return go_to(f"/werk/{municipality.code}/metingen/{round_id}/plan", done="vast")
    return await _step_page(request, installation, plan, _step(step), None, {})


@post("/metingen/{round_id:int}/plan/{step:str}", **needs(Right.RUN_ROUNDS))
async def keep_one_step(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    step: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Keep one step of a plan and lead on to the next, or tell everything that is wrong."""
    plan, which = await require_plan(installation, municipality, round_id), _step(step)
    form = await read_form(request)
    kept, faults = read_step(which, form, await _around(installation, municipality, plan))
    if kept is None:
        return await _step_page(request, installation, plan, which, form, faults)
    place = f"/werk/{municipality.code}/metingen/{round_id}/plan"
    try:
        faults = await _keep(installation, plan, kept, staff)
    except LockedError:
        return go_to(place, done="vast")
    if faults:
        return await _step_page(request, installation, plan, which, form, faults)
    left = plan.design.with_step(which).left
    return go_to(f"{place}/{left[0]}" if left else place, done="bewaard")


async def _keep(installation: Installation, plan: Plan, kept: StepKept, staff: Staff) -> dict[str, str]:
    """Keep a step; return what is against it, by field."""
    row = plan.round
    assert row.id is not None
    try:
        fault = await keep_step(installation.database, row.municipality, row.id, kept, actor=staff.id, now=now())
    except DrawnError:
        return {"coming": _DRAWN}
    except MeasurementTakenError:
        return {"measurement": _TAKEN}
    except WithdrawnVersionError:
        return {"questionnaire": _GONE}
    return {"series": SERIES_FAULTS[fault]} if fault is not None else {}


def _step(name: str) -> Step:
    if name not in set(Step):
        raise NotFoundException
    return Step(name)


async def _around(installation: Installation, municipality: Municipality, plan: Plan | None) -> Around:
    usable = frozenset(one.content_hash for one in await usable_versions(installation.database, municipality.code))
    if plan is None:
        return Around(None, usable, installation.today)
    questionnaire = (await installation.versions.open(plan.round.questionnaire_hash)).questionnaire
    return Around(questionnaire, usable, installation.today, plan.round.closes_on, plan.design)


async def _aim_page(
    request: Request[Any, Any, Any],
    installation: Installation,
    municipality: Municipality,
    typed: Mapping[str, str],
    faults: Mapping[str, str],
) -> Response[str]:
    return staff_page(
        request,
        "staff/rounds/aim.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        plan=None,
        steps=STEPS,
        typed={"title": "", "measurement": "", "questionnaire": "", "aim": "", "users": "", **typed},
        faults={name: staff_words(request, text) for name, text in faults.items()},
        versions=await usable_versions(installation.database, municipality.code),
        known=await known_measurements(installation.database, municipality.code, most=_MOST_NAMES),
    )


async def _step_page(
    request: Request[Any, Any, Any],
    installation: Installation,
    plan: Plan,
    step: Step,
    form: Form | None,
    faults: Mapping[str, str],
) -> Response[str]:
    """Show a step with what was kept, or with what was typed a moment ago."""
    code = plan.round.municipality
    questionnaire = (await installation.versions.open(plan.round.questionnaire_hash)).questionnaire
    told = {name: staff_words(request, text) for name, text in faults.items()}
    values = plan_words(request, plan, questionnaire)
    if step is Step.AIM:
        values["versions"] = await usable_versions(installation.database, code)
        values["known"] = await known_measurements(installation.database, code, most=_MOST_NAMES)
    if step is Step.MOMENT:
        values["series_choices"] = _series_choices(request, plan, await list_series(installation.database, code))
    return staff_page(
        request,
        f"staff/rounds/{step.name.lower()}.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        typed=_kept(plan, questionnaire) if form is None else _typed(plan, questionnaire, form),
        faults=told,
        step=step,
        **values,
    )


def _series_choices(request: Request[Any, Any, Any], plan: Plan, known: Sequence[Series]) -> list[tuple[str, str]]:
    """Return what can be chosen about asking the same people again."""
    own = plan.round.series
    choices = [(NO_SERIES, staff_words(request, N_("Nee")))]
    if own is None:
        choices.append((NEW_SERIES, staff_words(request, N_("Ja, dit is de eerste meting van een reeks"))))
    for one in known:
        words = N_("Ja, dit is meting T%(number)s van de reeks %(name)s")
        number = plan.round.wave if one.name == own else one.waves
        choices.append((one.name, staff_words(request, words, number=number, name=one.name)))
    return choices


def _kept(plan: Plan, questionnaire: Questionnaire) -> dict[str, Any]:
    row, design = plan.round, plan.design
    return {
        **design.model_dump(mode="json"),
        "title": row.title,
        "measurement": row.measurement,
        "questionnaire": row.questionnaire_hash,
        "opens_on": row.opens_on,
        "closes_on": row.closes_on,
        "phone": row.phone,
        "promise": row.promise,
        "series": row.series or NO_SERIES,
        "erase_on": row.erase_on or "",
        "languages": (row.languages or " ".join(questionnaire.languages)).split(),
        "coming": "list" if design.by_list else "codes",
        "strata": "\n".join(f"{name}; {number}" for name, number in plan.strata.items()),
        "partners": "\n".join(f"{activity}; {partner}" for activity, partner in design.partners.items()),
    }


def _typed(plan: Plan, questionnaire: Questionnaire, form: Form) -> dict[str, Any]:
    kept = _kept(plan, questionnaire)
    several = {"modes", "languages"}
    return {name: list(form.get(name, ())) if name in several else first(form, name) for name in kept}


ROUTES: Final = (show_new_plan, begin_new_plan, show_plan, show_step, keep_one_step)

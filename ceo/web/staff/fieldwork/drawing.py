"""The page of the sample of a round: a plan before anything is drawn, the draw, and what can be done with it afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.jobs import Job, JobState
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.fieldwork.drawing_form import (
    ALLOCATIONS,
    METHODS,
    REFUSALS,
    STRATIFIED_BY,
    DrawingForm,
    read_drawing_form,
    refusal_faults,
)
from ceo.web.staff.fieldwork.job_words import is_busy
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.rounds.requiring import require_round
from ceo.workflows.frames.drawing import ask_for_draw
from ceo.workflows.frames.drawn import SampleOverview, call_reserves, read_sample, undo_draw
from ceo.workflows.frames.sample_design import DrawingPlan, Refusal, plan_drawing
from ceo.workflows.frames.verifying import SAME, ask_to_verify
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.listing import jobs_of_round
from ceo.workflows.rights import Right, Staff
from ceo.workflows.rounds.listing import RoundOverview
from ceo.workflows.rounds.planning import read_plan

_LONGEST_NUMBER: Final = 7


@get("/veldwerk/{round_id:int}/steekproef", **needs(Right.SEE_FIELDWORK))
async def show_sample(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the form of a plan, the plan that was asked for, or the sample when there is one."""
    overview = await require_round(installation, municipality, round_id)
    if "wie" not in request.query_params:
        decided = await read_plan(installation.database, municipality.code, round_id)
        return await _page(request, installation, _Shown(overview, DrawingForm.planned(decided)))
    typed = DrawingForm.typed(dict(request.query_params))
    design, faults = read_drawing_form(request, typed)
    if design is None:
        return await _page(request, installation, _Shown(overview, typed, faults))
    plan = await plan_drawing(installation.database, municipality.code, round_id, design)
    if isinstance(plan, Refusal):
        return await _page(request, installation, _Shown(overview, typed, refusal_faults(request, plan)))
    return await _page(request, installation, _Shown(overview, typed, plan=plan))


@post("/veldwerk/{round_id:int}/steekproef/trekken", **needs(Right.RUN_FIELDWORK))
async def draw(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let the sample be drawn by the plan that was shown."""
    overview = await require_round(installation, municipality, round_id)
    given = _first_of(await read_form(request))
    typed = DrawingForm.typed(given)
    design, faults = read_drawing_form(request, typed)
    if design is None:
        return await _page(request, installation, _Shown(overview, typed, faults))
    asked = await ask_for_draw(
        installation.database,
        municipality.code,
        round_id,
        design,
        seed=typed.startgetal,
        frame_digest=given.get("lijst", ""),
        actor=staff.id,
        now=now(),
    )
    return go_to(_address(municipality, round_id), done=asked.value if isinstance(asked, Refusal) else "gevraagd")


@post("/veldwerk/{round_id:int}/steekproef/ongedaan", **needs(Right.RUN_FIELDWORK))
async def undo(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let nobody be drawn any more, once it is confirmed."""
    overview = await require_round(installation, municipality, round_id)
    if _first_of(await read_form(request)).get("zeker") != "ja":
        unsure = {"zeker": staff_words(request, N_("Zet eerst het vinkje dat u de steekproef wilt weggooien."))}
        return await _page(request, installation, _Shown(overview, DrawingForm(), unsure))
    refusal = await undo_draw(installation.database, municipality.code, round_id, actor=staff.id, now=now())
    return go_to(_address(municipality, round_id), done="ongedaan" if refusal is None else refusal.value)


@post("/veldwerk/{round_id:int}/steekproef/reserve", **needs(Right.RUN_FIELDWORK))
async def call_up(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Draw people of the reserve as well."""
    overview = await require_round(installation, municipality, round_id)
    drawn = await read_sample(installation.database, municipality.code, round_id)
    numbers, faults = _read_numbers(request, _first_of(await read_form(request)), drawn)
    if faults:
        return await _page(request, installation, _Shown(overview, DrawingForm(), faults))
    called = await call_reserves(installation.database, municipality.code, round_id, numbers, actor=staff.id, now=now())
    return go_to(_address(municipality, round_id), done=called.value if isinstance(called, Refusal) else "reserve")


@post("/veldwerk/{round_id:int}/steekproef/controle", **needs(Right.SEE_FIELDWORK))
async def verify(
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let a worker draw again from the stored list, to tell whether the same people come out."""
    await require_round(installation, municipality, round_id)
    await ask_to_verify(installation.database, municipality.code, round_id, actor=staff.id, now=now())
    return go_to(_address(municipality, round_id), done="controle")


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a page shows besides the sample."""

    overview: RoundOverview
    typed: DrawingForm
    faults: Mapping[str, str] | None = None
    plan: DrawingPlan | None = None


async def _page(request: Request[Any, Any, Any], installation: Installation, shown: _Shown) -> Response[str]:
    its_round = shown.overview.round
    assert its_round.id is not None
    drawn = await read_sample(installation.database, its_round.municipality, its_round.id)
    kinds = (JobKind.DRAW_SAMPLE, JobKind.VERIFY_SAMPLE)
    jobs = await jobs_of_round(installation.database, its_round.municipality, its_round.id, kinds)
    draws = [job for job in jobs if job.kind == JobKind.DRAW_SAMPLE]
    return staff_page(
        request,
        "staff/fieldwork/drawing.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if shown.faults else HTTP_200_OK,
        overview=shown.overview,
        drawn=drawn,
        busy=next((job for job in draws if is_busy(job)), None),
        proof=_proof(jobs, drawn),
        same=SAME,
        refused=_refused(request, draws),
        refused_now=_words(request, request.query_params.get("gedaan", "")),
        typed=shown.typed,
        faults=shown.faults or {},
        plan=shown.plan,
        stratified_by=_offered(request, STRATIFIED_BY),
        methods=_offered(request, METHODS),
        allocations=_offered(request, ALLOCATIONS),
    )


def _proof(jobs: Sequence[Job], drawn: SampleOverview) -> Job | None:
    """Return the last time that this sample was drawn again; one that was thrown away since does not count."""
    proofs = (job for job in jobs if job.kind == JobKind.VERIFY_SAMPLE and job.state != JobState.CANCELLED)
    return next((job for job in proofs if drawn.sample is not None and job.made_at >= drawn.sample.drawn_at), None)


def _refused(request: Request[Any, Any, Any], jobs: Sequence[Job]) -> str:
    """Return why the last draw that was asked for was refused; "" when it was not."""
    last = jobs[0] if jobs else None
    return _words(request, last.fault or "") if last is not None and last.state == JobState.FAILED else ""


def _words(request: Request[Any, Any, Any], code: str) -> str:
    """Return what the code of a refusal says; "" for other codes."""
    return staff_words(request, REFUSALS[Refusal(code)]) if code in set(Refusal) else ""


def _offered(request: Request[Any, Any, Any], options: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(code, staff_words(request, text)) for code, text in options.items()]


def _read_numbers(
    request: Request[Any, Any, Any], given: Mapping[str, str], drawn: SampleOverview
) -> tuple[dict[str, int], dict[str, str]]:
    """Return how many people of each reserve are wanted, and what is wrong by field."""
    numbers: dict[str, int] = {}
    faults: dict[str, str] = {}
    for place, stratum in enumerate(drawn.strata, start=1):
        text = given.get(f"reserve-{place}", "").strip()
        number = int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else None
        if text and (number is None or number > stratum.reserve):
            most = N_("%(name)s: vul een getal in van 0 tot en met %(most)s.")
            faults[f"reserve-{place}"] = staff_words(request, most, name=stratum.name, most=stratum.reserve)
        elif number:
            numbers[stratum.name] = number
    if not numbers and not faults:
        faults["reserve-1"] = staff_words(request, N_("Vul bij minstens één groep in hoeveel mensen u erbij wilt."))
    return numbers, faults


def _first_of(form: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {name: next(iter(values), "") for name, values in form.items()}


def _address(municipality: Municipality, round_id: int) -> str:
    return f"/werk/{municipality.code}/veldwerk/{round_id}/steekproef"


ROUTES: Final = (show_sample, draw, undo, call_up, verify)

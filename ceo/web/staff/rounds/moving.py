"""The pages on which a round goes from one stage to the next: what that does, and what stands in the way."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.storage.rounds import RoundStage
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_page
from ceo.web.staff.rounds.plan_of_round import asked_of, plan_words, require_plan, standing_of
from ceo.workflows.ending.erasing import what_goes
from ceo.workflows.rights import Right, Staff
from ceo.workflows.rounds.planning import Plan
from ceo.workflows.rounds.stages import Wish, move


@get("/metingen/{round_id:int}/naar/{stage:str}", **needs(Right.RUN_ROUNDS))
async def show_move(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    stage: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Tell what going to a stage does, and what must be true first."""
    plan = await require_plan(installation, municipality, round_id)
    return await _move_page(request, installation, plan, _stage(stage))


@post("/metingen/{round_id:int}/naar/{stage:str}", **needs(Right.RUN_ROUNDS))
async def go_to_stage(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    stage: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Bring a round to a stage, or tell what stands in the way."""
    plan, to = await require_plan(installation, municipality, round_id), _stage(stage)
    questionnaire = (await installation.versions.open(plan.round.questionnaire_hash)).questionnaire
    obstacles = await move(
        installation.database,
        Wish(municipality.code, round_id, to),
        asked_of(questionnaire, plan.design),
        actor=staff.id,
        today=installation.today,
        now=now(),
    )
    if obstacles:
        return await _move_page(request, installation, plan, to, status=HTTP_422_UNPROCESSABLE_ENTITY)
    return go_to(f"/werk/{municipality.code}/metingen/{round_id}", done=f"naar-{to}")


def _stage(name: str) -> RoundStage:
    if name not in set(RoundStage):
        raise NotFoundException
    return RoundStage(name)


async def _move_page(
    request: Request[Any, Any, Any],
    installation: Installation,
    plan: Plan,
    to: RoundStage,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    questionnaire = (await installation.versions.open(plan.round.questionnaire_hash)).questionnaire
    standing = await standing_of(installation, plan, questionnaire)
    if to not in standing.obstacles:
        raise NotFoundException
    return staff_page(
        request,
        "staff/rounds/move.html",
        status=status,
        to=to.value,
        standing=standing,
        obstacles=standing.obstacles[to],
        erasing=await _to_erase(installation, plan) if to is RoundStage.ERASED else 0,
        today=installation.today,
        **plan_words(request, plan, questionnaire),
    )


async def _to_erase(installation: Installation, plan: Plan) -> int:
    assert plan.round.id is not None, "the round is stored"
    return sum((await what_goes(installation.database, plan.round.municipality, plan.round.id)).values())


ROUTES: Final = (show_move, go_to_stage)

"""The plan of a round as its pages need it: found, with the words to tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request
from litestar.exceptions import NotFoundException

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.pages import staff_words
from ceo.web.staff.rounds.plan_words import BREAKDOWNS, MODES, MOMENTS, OBSTACLES, PROMISES, STEPS, language_names
from ceo.web.staff.rounds.requiring import LARGEST_ID
from ceo.workflows.rounds.design import Design, law_of, possible_breakdowns
from ceo.workflows.rounds.planning import Plan, read_plan
from ceo.workflows.rounds.stages import Asked, Standing, read_standing
from questionnaires.modules import Act
from questionnaires.questionnaire import Questionnaire

# The laws under which an activity can fall.
LAWS: Final[Mapping[Act, str]] = {
    "wmo": N_("Wmo"),
    "jeugdwet": N_("Jeugdwet"),
    "participatiewet": N_("Participatiewet"),
}


async def require_plan(installation: Installation, municipality: Municipality, round_id: int) -> Plan:
    """Return the plan of a round of a municipality, or tell that there is no such page."""
    plan = await read_plan(installation.database, municipality.code, round_id) if round_id <= LARGEST_ID else None
    if plan is None:
        raise NotFoundException
    return plan


def asked_of(questionnaire: Questionnaire, design: Design) -> Asked:
    """Return what a questionnaire was made for, under the law that it names, or else its plan."""
    return Asked(
        frozenset(questionnaire.modes),
        frozenset(questionnaire.languages),
        frozenset(one.value for one in possible_breakdowns(law_of(questionnaire.act, design))),
    )


async def standing_of(installation: Installation, plan: Plan, questionnaire: Questionnaire) -> Standing:
    """Return how the round of a plan stands."""
    row = plan.round
    assert row.id is not None
    found = await read_standing(
        installation.database, row.municipality, row.id, asked_of(questionnaire, plan.design), today=installation.today
    )
    assert found is not None, "a round is never removed"
    return found


def plan_words(request: Request[Any, Any, Any], plan: Plan, questionnaire: Questionnaire) -> dict[str, Any]:
    """Return what the pages of a plan need to tell it."""

    def translated(words: Mapping[str, str]) -> list[tuple[str, str]]:
        return [(str(code), staff_words(request, text)) for code, text in words.items()]

    return {
        "plan": plan,
        "translated": translated,
        "questionnaire": questionnaire,
        "steps": STEPS,
        "moments": MOMENTS,
        "mode_words": MODES,
        "promises": PROMISES,
        "breakdowns": {code: BREAKDOWNS[code] for code in possible_breakdowns(law_of(questionnaire.act, plan.design))},
        "laws": LAWS,
        "obstacle_words": OBSTACLES,
        "language_words": language_names(questionnaire),
        "round_languages": (plan.round.languages or " ".join(questionnaire.languages)).split(),
    }

"""The first page of learning: what waits, what is discussed and agreed, and what it is for."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.learning.shown import period_text
from ceo.web.staff.learning.words import ACTION_STATES, GOAL_KINDS, GOAL_STATES, STEPS
from ceo.web.staff.pages import staff_page
from ceo.workflows.learning.actions import ActionState
from ceo.workflows.learning.dialogues import DialogueState
from ceo.workflows.learning.goals import tree_of
from ceo.workflows.learning.reading import Cycle, Signal, read_cycle, read_signals
from ceo.workflows.rights import Right


@get("/leren", **needs(Right.SEE_CYCLE))
async def show_learning(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show what waits for somebody, and all dialogues, actions and goals."""
    cycle = await read_cycle(installation.database, municipality.code)
    signals = await read_signals(installation.database, municipality.code, cycle.dialogues)
    today = installation.today
    return staff_page(
        request,
        "staff/learning/overview.html",
        signals=[(signal, _address(signal)) for signal in signals],
        period=lambda name: period_text(request, name),
        due_actions=cycle.due_actions(today),
        due_steps=cycle.due_steps(today),
        today=today,
        cycle=cycle,
        open_dialogues=cycle.dialogues_in(DialogueState.OPEN),
        closed_dialogues=cycle.dialogues_in(DialogueState.CLOSED),
        actions={state: cycle.actions_in(state) for state in ActionState},
        tree=tree_of(cycle.goals),
        next_steps=_next_steps(cycle),
        action_states=ACTION_STATES,
        goal_kinds=GOAL_KINDS,
        goal_states=GOAL_STATES,
        step_kinds=STEPS,
    )


def _address(signal: Signal) -> dict[str, str]:
    return {
        "bron": "reeks",
        "kern": signal.series.core,
        "korrel": signal.series.grain.value,
        "indicator": signal.indicator,
        "periode": signal.period,
    }


def _next_steps(cycle: Cycle) -> tuple[Any, ...]:
    """Return the first steps that are not done; the plan has all of them."""
    return tuple(step for step in cycle.steps if step.done_on is None)[:_SHOWN]


_SHOWN: Final = 3
ROUTES: Final = (show_learning,)

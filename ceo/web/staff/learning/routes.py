"""The routes of these pages."""

from __future__ import annotations

from typing import Any, Final

from ceo.web.staff.learning import (
    action_writing,
    actions,
    beginning,
    dialogues,
    goal_writing,
    goals,
    overview,
    planner,
    removing,
    steps,
)

ROUTES: Final[tuple[Any, ...]] = (
    *overview.ROUTES,
    *beginning.ROUTES,
    *dialogues.ROUTES,
    *actions.ROUTES,
    *action_writing.ROUTES,
    *goals.ROUTES,
    *goal_writing.ROUTES,
    *planner.ROUTES,
    *steps.ROUTES,
    *removing.ROUTES,
)

"""The pages of a goal: where it stands on its path, and its end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.goals import Goal
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.learning.beginning import change_address
from ceo.web.staff.learning.holding_back import held_back
from ceo.web.staff.learning.path_chart import NARROW, draw_path
from ceo.web.staff.learning.requiring import by, home_of, require
from ceo.web.staff.learning.shown import goal_sentences, shown_changes, shown_result, value_text
from ceo.web.staff.learning.telling import Told
from ceo.web.staff.learning.typed import LONGEST_TEXT, TOO_LONG, lines, version
from ceo.web.staff.learning.words import ACTION_STATES, GOAL_KINDS, GOAL_STATES, POLARITIES
from ceo.web.staff.pages import go_to, staff_language, staff_page
from ceo.workflows.following.reading import read_indicator
from ceo.workflows.learning.actions import actions_on, baseline_of
from ceo.workflows.learning.figures import read_later
from ceo.workflows.learning.goals import BELOW, GoalKind, end_goal, find_goal, read_goals, reopen_goal
from ceo.workflows.learning.progress import standing_of
from ceo.workflows.learning.rows import Kept
from ceo.workflows.rights import Right, Staff

_NO_REASON: Final = N_("Schrijf op waarom dit doel eindigt.")


@get("/leren/doel/{goal_id:str}", **needs(Right.SEE_CYCLE))
async def show_goal(
    request: Request[Any, Any, Any],
    goal_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show a goal with what hangs on it, and of an indicator how it stands on its path."""
    row = await require(find_goal, installation, municipality, goal_id)
    goals = {one.id: one for one in await read_goals(installation.database, municipality.code)}
    return staff_page(
        request,
        "staff/learning/goal.html",
        row=row,
        parent=goals.get(row.parent_id or ""),
        children=[one for one in goals.values() if one.parent_id == row.id],
        below=BELOW.get(GoalKind(row.kind)),
        actions=await actions_on(installation.database, municipality.code, goal_id=row.id),
        kinds=GOAL_KINDS,
        states=GOAL_STATES,
        action_states=ACTION_STATES,
        polarities=POLARITIES,
        **await _standing(request, installation, municipality, row),
    )


@get("/leren/doel/{goal_id:str}/einde", **needs(Right.EDIT_CYCLE))
async def show_end(
    request: Request[Any, Any, Any],
    goal_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Ask why a goal ends."""
    row = await require(find_goal, installation, municipality, goal_id)
    return _end_page(request, row, "", Told())


@post("/leren/doel/{goal_id:str}/einde", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_CYCLE))
async def end(
    request: Request[Any, Any, Any],
    goal_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let a goal no longer count."""
    row = await require(find_goal, installation, municipality, goal_id)
    form = await read_form(request)
    because, seen = lines(form, "waarom"), version(form)
    faults = {"waarom": TOO_LONG if because else _NO_REASON} if not 0 < len(because) <= LONGEST_TEXT else {}
    found = () if faults else await held_back(installation, municipality, form, {"waarom": because})
    if faults or found:
        return _end_page(request, row, because, Told(faults, found, seen=seen))
    kept = await end_goal(
        installation.database, row.id, because, by(municipality, staff), seen=seen, today=installation.today
    )
    return back_to_goal(municipality, row.id, kept, "geeindigd")


@post("/leren/doel/{goal_id:str}/heropenen", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_CYCLE))
async def reopen(
    request: Request[Any, Any, Any],
    goal_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Take an ended goal up again."""
    row = await require(find_goal, installation, municipality, goal_id)
    seen = version(await read_form(request))
    kept = await reopen_goal(installation.database, row.id, by(municipality, staff), seen=seen)
    return back_to_goal(municipality, row.id, kept, "heropend")


def back_to_goal(municipality: Municipality, goal_id: str, kept: Kept, done: str) -> Response[Any]:
    """Lead back to a goal with what became of a change of it."""
    if kept is Kept.UNKNOWN:
        raise NotFoundException
    return go_to(f"{home_of(municipality)}/doel/{goal_id}", done=done if kept is Kept.DONE else "anders")


async def _standing(
    request: Request[Any, Any, Any], installation: Installation, municipality: Municipality, row: Goal
) -> dict[str, Any]:
    """Return what the page tells of the figure of a goal; nothing of an aim or a measure."""
    nothing: Mapping[str, Any] = {
        "standing": None,
        "chart": None,
        "narrow_chart": None,
        "changes": [],
        "targets": [],
        "sentence": "",
        "talk": None,
    }
    baseline = baseline_of(row)
    if baseline is None:
        return {**nothing}
    database, code, language = installation.database, municipality.code, staff_language(request)
    series = [one for one, _ in await read_indicator(database, code, baseline.core, baseline.indicator)]
    later = await read_later(database, installation.cubes, code, baseline, series)
    standing = standing_of(row, later)
    assert standing is not None, "it has a baseline"
    return {
        "standing": standing,
        "baseline": shown_result(request, baseline),
        "changes": shown_changes(request, baseline, later),
        "targets": [(one.day, value_text(one.value, baseline.measure, language)) for one in standing.path],
        "tolerance": value_text(row.tolerance, baseline.measure, language),
        "talk": change_address(later.results),
        "chart": draw_path(standing, row.tolerance, language),
        "narrow_chart": draw_path(standing, row.tolerance, language, width=NARROW),
        "sentence": await asyncio.to_thread(goal_sentences, row, standing),
    }


def _end_page(request: Request[Any, Any, Any], row: Goal, because: str, told: Told) -> Response[str]:
    return staff_page(
        request,
        "staff/learning/goal_end.html",
        status=told.status,
        row=row,
        because=because,
        **told.values(request, row.row_version),
    )


ROUTES: Final = (show_goal, show_end, end, reopen)

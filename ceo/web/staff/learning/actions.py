"""The pages of an action: what was agreed, what the figure did since, changing it, and ending it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import (
    HTTP_303_SEE_OTHER,
)

from ceo.clock import DUTCH_TIME
from ceo.storage.dialogues import Action
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.learning.action_form import late, read_end
from ceo.web.staff.learning.beginning import change_address
from ceo.web.staff.learning.holding_back import held_back
from ceo.web.staff.learning.requiring import by, home_of, require
from ceo.web.staff.learning.shown import action_sentences, shown_changes, shown_result
from ceo.web.staff.learning.telling import Told
from ceo.web.staff.learning.typed import line, lines, version
from ceo.web.staff.learning.words import ACTION_STATES
from ceo.web.staff.pages import go_to, staff_page
from ceo.workflows.following.reading import read_indicator
from ceo.workflows.learning.actions import (
    ActionState,
    baseline_of,
    end_action,
    find_action,
    reopen_action,
    where_from,
)
from ceo.workflows.learning.figures import read_later
from ceo.workflows.learning.rows import Kept
from ceo.workflows.rights import Right, Staff


@get("/leren/actie/{action_id:str}", **needs(Right.SEE_CYCLE))
async def show_action(
    request: Request[Any, Any, Any],
    action_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show an action, with what its figure did since it was agreed."""
    row = await require(find_action, installation, municipality, action_id)
    dialogue, goal = await where_from(installation.database, municipality.code, row.dialogue_id, row.goal_id)
    return staff_page(
        request,
        "staff/learning/action.html",
        row=row,
        dialogue=dialogue,
        goal=goal,
        states=ACTION_STATES,
        late=late(row, installation.today),
        **await _moved(request, installation, municipality, row),
    )


@get("/leren/actie/{action_id:str}/einde", **needs(Right.EDIT_CYCLE))
async def show_end(
    request: Request[Any, Any, Any],
    action_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Ask whether an action is done or stopped."""
    row = await require(find_action, installation, municipality, action_id)
    return _end_page(request, row, {"hoe": "", "waarom": ""}, Told())


@post("/leren/actie/{action_id:str}/einde", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_CYCLE))
async def end(
    request: Request[Any, Any, Any],
    action_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Say that an action is done, or stopped and why."""
    row = await require(find_action, installation, municipality, action_id)
    form = await read_form(request)
    typed = {"hoe": line(form, "hoe"), "waarom": lines(form, "waarom")}
    ended, faults = read_end(form)
    found = await held_back(installation, municipality, form, {"waarom": typed["waarom"]}) if ended is not None else ()
    if ended is None or found:
        return _end_page(request, row, typed, Told(faults, found, seen=version(form)))
    kept = await end_action(
        installation.database,
        row.id,
        *ended,
        by(municipality, staff),
        seen=version(form),
        today=installation.today,
    )
    return back_to_action(municipality, row.id, kept, "geeindigd")


@post("/leren/actie/{action_id:str}/heropenen", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_CYCLE))
async def reopen(
    request: Request[Any, Any, Any],
    action_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Take an action up again."""
    row = await require(find_action, installation, municipality, action_id)
    seen = version(await read_form(request))
    kept = await reopen_action(installation.database, row.id, by(municipality, staff), seen=seen)
    return back_to_action(municipality, row.id, kept, "heropend")


async def _moved(
    request: Request[Any, Any, Any], installation: Installation, municipality: Municipality, row: Action
) -> dict[str, Any]:
    baseline = baseline_of(row)
    if baseline is None:
        return {"baseline": None, "changes": [], "sentence": "", "later": None, "talk": None}
    database, code = installation.database, municipality.code
    series = [one for one, _ in await read_indicator(database, code, baseline.core, baseline.indicator)]
    decided_on = row.made_at.astimezone(DUTCH_TIME).date()
    # What was measured before people agreed on it says nothing about what came of it.
    later = await read_later(database, installation.cubes, code, baseline, series, after=decided_on)
    return {
        "baseline": shown_result(request, baseline),
        "changes": shown_changes(request, baseline, later),
        "sentence": await asyncio.to_thread(action_sentences, row, decided_on, baseline, later),
        "later": later,
        "talk": change_address(later.results),
    }


def back_to_action(municipality: Municipality, action_id: str, kept: Kept, done: str) -> Response[Any]:
    """Lead back to an action with what became of a change of it."""
    if kept is Kept.UNKNOWN:
        raise NotFoundException
    return go_to(f"{home_of(municipality)}/actie/{action_id}", done=done if kept is Kept.DONE else "anders")


def _end_page(request: Request[Any, Any, Any], row: Action, typed: Mapping[str, str], told: Told) -> Response[str]:
    return staff_page(
        request,
        "staff/learning/action_end.html",
        status=told.status,
        row=row,
        typed=typed,
        ends={state: ACTION_STATES[state] for state in (ActionState.DONE, ActionState.STOPPED)},
        **told.values(request, row.row_version),
    )


ROUTES: Final = (show_action, show_end, end, reopen)

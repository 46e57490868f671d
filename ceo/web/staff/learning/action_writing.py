"""The form of an action: of a new one, and of one that changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import (
    HTTP_303_SEE_OTHER,
)

from ceo.storage.dialogues import Action, Dialogue
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.learning.action_form import read_action, read_typed, typed_of
from ceo.web.staff.learning.actions import back_to_action
from ceo.web.staff.learning.doubts import doubts_of_action
from ceo.web.staff.learning.figure_choice import FigureChoice, choice_of
from ceo.web.staff.learning.holding_back import held_back
from ceo.web.staff.learning.once import KEY_FIELD, TWICE, draw_key, key_in, row_id_of
from ceo.web.staff.learning.requiring import by, home_of, is_id, require
from ceo.web.staff.learning.telling import Told, different
from ceo.web.staff.learning.typed import Form, Found, line, version
from ceo.web.staff.pages import go_to, staff_page
from ceo.workflows.following.reading import read_newest_points
from ceo.workflows.learning.actions import Planned, add_action, baseline_of, find_action, keep_action, where_from
from ceo.workflows.learning.dialogues import about_of
from ceo.workflows.learning.figures import read_up_to_date
from ceo.workflows.learning.goals import GoalKind, GoalState, read_goals
from ceo.workflows.learning.rows import Kept
from ceo.workflows.rights import Right, Staff

_EMPTY: Final = dict.fromkeys(("titel", "tekst", "wie", "dag", "cijfer", "doel", "gesprek"), "")


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around the form: the dialogue that the action comes from, and what can be chosen."""

    dialogue: Dialogue | None
    choice: FigureChoice
    goals: Mapping[str, str]


@get("/leren/actie/nieuw", **needs(Right.EDIT_CYCLE))
async def show_new_action(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the form of a new action, perhaps from a dialogue or for a goal."""
    asked: Form = {name: [request.query_params.get(name, "")] for name in ("gesprek", "doel")}
    typed = {**_EMPTY, **{name: line(asked, name) for name in asked}, KEY_FIELD: draw_key()}
    around = await _around_form(installation, municipality, typed, None)
    if len(around.choice.at_hand) == 1:  # that of the dialogue or the goal
        typed["cijfer"] = next(iter(around.choice.at_hand))
    return _form_page(request, None, typed, around, Told())


@post("/leren/actie/nieuw", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_CYCLE))
async def begin_action(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Add an action, or tell everything that is wrong."""
    form = await read_form(request)
    typed = {**read_typed(form), KEY_FIELD: key_in(form)}
    row_id = row_id_of(municipality.code, "action", typed[KEY_FIELD])
    if await find_action(installation.database, municipality.code, row_id) is not None:
        return go_to(f"{home_of(municipality)}/actie/{row_id}", done=TWICE)
    around = await _around_form(installation, municipality, typed, None)
    planned, faults = read_action(typed, around.choice, around.goals)
    found = await _held_back(installation, municipality, form, planned, None)
    if planned is None or found:
        return _form_page(request, None, typed, around, Told(faults, found))
    action_id = await add_action(installation.database, planned, by(municipality, staff), row_id=row_id)
    return go_to(f"{home_of(municipality)}/actie/{action_id}", done="afgesproken")


@get("/leren/actie/{action_id:str}/wijzigen", **needs(Right.EDIT_CYCLE))
async def show_changing(
    request: Request[Any, Any, Any],
    action_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show an action as a form."""
    row = await require(find_action, installation, municipality, action_id)
    typed = typed_of(row)
    return _form_page(request, row, typed, await _around_form(installation, municipality, typed, row), Told())


@post("/leren/actie/{action_id:str}/wijzigen", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_CYCLE))
async def change_action(
    request: Request[Any, Any, Any],
    action_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Change an action, tell what is wrong, or show what somebody else kept meanwhile."""
    row = await require(find_action, installation, municipality, action_id)
    form = await read_form(request)
    # It stays with the dialogue that it came from.
    typed = {**read_typed(form), "gesprek": row.dialogue_id or ""}
    around = await _around_form(installation, municipality, typed, row)
    planned, faults = read_action(typed, around.choice, around.goals)
    found = await _held_back(installation, municipality, form, planned, row)
    if planned is None or found:
        return _form_page(request, row, typed, around, Told(faults, found, seen=version(form)))
    kept = await keep_action(installation.database, row.id, planned, by(municipality, staff), seen=version(form))
    if kept is Kept.CHANGED:
        there = await require(find_action, installation, municipality, action_id)
        titles = {"cijfer": around.choice.titles, "doel": around.goals}
        others = {
            name: titles.get(name, {}).get(text, text) for name, text in different(typed, typed_of(there)).items()
        }
        return _form_page(request, there, typed, around, Told(others=others))
    return back_to_action(municipality, row.id, kept, "bewaard")


async def _around_form(
    installation: Installation, municipality: Municipality, typed: dict[str, str], row: Action | None
) -> _Around:
    """Return what stands around the form. A dialogue or goal that is not of this municipality is not in what was typed any more."""
    database, code = installation.database, municipality.code
    ids = [typed[name] if is_id(typed[name]) else None for name in ("gesprek", "doel")]
    dialogue, goal = await where_from(database, code, *ids)
    typed["gesprek"] = dialogue.id if dialogue is not None else ""
    series = await read_newest_points(database, code)
    # An action starts from where the figure stands when people agree on it, not from where it stood when it was talked about.
    talked_of = about_of(dialogue) if dialogue is not None else None
    aimed_at = baseline_of(goal) if goal is not None else None
    at_hand = (
        baseline_of(row) if row is not None else None,
        await read_up_to_date(database, code, talked_of) if talked_of is not None else None,
        await read_up_to_date(database, code, aimed_at) if aimed_at is not None else None,
    )
    goals = {
        one.id: one.title
        for one in await read_goals(database, code)
        if one.kind != GoalKind.AIM and (one.state == GoalState.OPEN or one.id == typed["doel"])
    }
    return _Around(dialogue, choice_of(series, at_hand), goals)


async def _held_back(
    installation: Installation, municipality: Municipality, form: Form, planned: Planned | None, row: Action | None
) -> tuple[Found, ...]:
    """Return what a warning has to name of an action that can be kept."""
    if planned is None:
        return ()
    doubts = doubts_of_action(planned, row, installation.today)
    return await held_back(installation, municipality, form, {"titel": planned.title, "tekst": planned.text}, doubts)


def _form_page(
    request: Request[Any, Any, Any], row: Action | None, typed: Mapping[str, str], around: _Around, told: Told
) -> Response[str]:
    return staff_page(
        request,
        "staff/learning/action_form.html",
        status=told.status,
        row=row,
        typed=typed,
        around=around,
        **told.values(request, row.row_version if row is not None else 0),
    )


ROUTES: Final = (show_new_action, begin_action, show_changing, change_action)

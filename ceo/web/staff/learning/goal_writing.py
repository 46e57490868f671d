"""The form of a goal: of a new one below another, and of one that changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.goals import Goal
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.learning.doubts import doubts_of_goal
from ceo.web.staff.learning.figure_choice import choice_of
from ceo.web.staff.learning.goal_form import AS_MEASURED, Setting, empty, read_goal, read_typed, row_fields, typed_of
from ceo.web.staff.learning.goals import back_to_goal
from ceo.web.staff.learning.holding_back import held_back
from ceo.web.staff.learning.once import KEY_FIELD, TWICE, draw_key, key_in, row_id_of
from ceo.web.staff.learning.requiring import by, home_of, require
from ceo.web.staff.learning.telling import Told, different
from ceo.web.staff.learning.typed import Form, Found, line, version
from ceo.web.staff.learning.words import GOAL_KINDS, POLARITIES
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.workflows.following.reading import read_newest_points
from ceo.workflows.learning.actions import baseline_of
from ceo.workflows.learning.goals import (
    BELOW,
    GoalKind,
    GoalState,
    Wanted,
    add_goal,
    find_goal,
    keep_goal,
    path_of,
    possible_parents,
    read_goals,
)
from ceo.workflows.learning.rows import Kept
from ceo.workflows.rights import Right, Staff

_AS_MEASURED_WORDS: Final = N_("Zoals het bij dit cijfer hoort")


@get("/leren/doel/nieuw", **needs(Right.EDIT_CYCLE))
async def show_new_goal(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the form of a new goal: an aim, or what hangs on the goal that the address names."""
    asked: Form = {"onder": [request.query_params.get("onder", "")]}
    typed = {**empty(line(asked, "onder")), KEY_FIELD: draw_key()}
    setting = await _setting(installation, municipality, typed["onder"], None)
    return _form_page(request, None, typed, setting, Told())


@post("/leren/doel/nieuw", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_CYCLE))
async def begin_goal(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Add a goal, or tell everything that is wrong."""
    form = await read_form(request)
    typed = {**read_typed(form), KEY_FIELD: key_in(form)}
    row_id = row_id_of(municipality.code, "goal", typed[KEY_FIELD])
    if await find_goal(installation.database, municipality.code, row_id) is not None:
        return go_to(f"{home_of(municipality)}/doel/{row_id}", done=TWICE)
    setting = await _setting(installation, municipality, typed["onder"], None)
    wanted, faults = read_goal(typed, setting)
    found = await _held_back(installation, municipality, form, wanted, None)
    if wanted is None or found:
        return _form_page(request, None, typed, setting, Told(faults, found))
    goal_id = await add_goal(installation.database, wanted, by(municipality, staff), row_id=row_id)
    return go_to(f"{home_of(municipality)}/doel/{goal_id}", done="gemaakt")


@get("/leren/doel/{goal_id:str}/wijzigen", **needs(Right.EDIT_CYCLE))
async def show_changing(
    request: Request[Any, Any, Any],
    goal_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show a goal as a form."""
    row = await require(find_goal, installation, municipality, goal_id)
    setting = await _setting(installation, municipality, "", row)
    return _form_page(request, row, typed_of(row), setting, Told())


@post("/leren/doel/{goal_id:str}/wijzigen", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_CYCLE))
async def change_goal(
    request: Request[Any, Any, Any],
    goal_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Change a goal, tell what is wrong, or show what somebody else kept meanwhile."""
    row = await require(find_goal, installation, municipality, goal_id)
    form = await read_form(request)
    typed = read_typed(form)
    setting = await _setting(installation, municipality, "", row)
    wanted, faults = read_goal(typed, setting)
    found = await _held_back(installation, municipality, form, wanted, row)
    if wanted is None or found:
        return _form_page(request, row, typed, setting, Told(faults, found, seen=version(form)))
    kept = await keep_goal(installation.database, row.id, wanted, by(municipality, staff), seen=version(form))
    if kept is Kept.CHANGED:
        there = await require(find_goal, installation, municipality, goal_id)
        others = different({**typed, "opnieuw": ""}, typed_of(there))
        return _form_page(request, there, typed, setting, Told(others=_in_words(request, others, setting)))
    return back_to_goal(municipality, row.id, kept, "bewaard")


async def _setting(installation: Installation, municipality: Municipality, parent_id: str, row: Goal | None) -> Setting:
    """Return what a goal is checked against. The kind of a new one follows from the goal on which it hangs."""
    goals = await read_goals(installation.database, municipality.code)
    if row is not None:
        kind = GoalKind(row.kind)
    else:
        parent = next((one for one in goals if one.id == parent_id), None)
        kind = BELOW.get(GoalKind(parent.kind), GoalKind.AIM) if parent is not None else GoalKind.AIM
    held_by = row.parent_id if row is not None else None
    parents = {
        one.id: one.title
        for one in possible_parents(goals, kind)
        if one.state == GoalState.OPEN or one.id in {held_by, parent_id}
    }
    with_figure = kind is GoalKind.INDICATOR
    series = await read_newest_points(installation.database, municipality.code) if with_figure else ()
    kept = path_of(row) if row is not None else ()
    return Setting(kind, parents, choice_of(series, _baselines(row)), installation.today, kept)


def _baselines(row: Goal | None) -> Iterable[Any]:
    return () if row is None else (baseline_of(row),)


async def _held_back(
    installation: Installation, municipality: Municipality, form: Form, wanted: Wanted | None, row: Goal | None
) -> tuple[Found, ...]:
    """Return what a warning has to name of a goal that can be kept."""
    if wanted is None:
        return ()
    texts = {"titel": wanted.title, "tekst": wanted.text, "middelen": wanted.means}
    return await held_back(installation, municipality, form, texts, doubts_of_goal(wanted, row, read_typed(form)))


def _in_words(request: Request[Any, Any, Any], others: Mapping[str, str], setting: Setting) -> dict[str, str]:
    """Return what somebody else chose by its name, rather than by its code."""
    polarities = {code: staff_words(request, words) for code, words in POLARITIES.items()}
    named: Mapping[str, Mapping[str, str]] = {
        "onder": setting.parents,
        "cijfer": setting.choice.titles,
        "richting": polarities,
    }
    return {name: named.get(name, {}).get(text, text) for name, text in others.items()}


def _form_page(
    request: Request[Any, Any, Any], row: Goal | None, typed: Mapping[str, str], setting: Setting, told: Told
) -> Response[str]:
    directions = {**({} if row is not None else {AS_MEASURED: _AS_MEASURED_WORDS}), **POLARITIES}
    return staff_page(
        request,
        "staff/learning/goal_form.html",
        status=told.status,
        row=row,
        typed=typed,
        setting=setting,
        kind_words=GOAL_KINDS[setting.kind],
        directions=directions,
        row_fields=tuple(row_fields()),
        **told.values(request, row.row_version if row is not None else 0),
    )


ROUTES: Final = (show_new_goal, begin_goal, show_changing, change_goal)

"""The form of a step of the plan: of a new one, and of one that changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.dialogues import PlannedStep, Term
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.learning.once import KEY_FIELD, TWICE, draw_key, key_in, row_id_of
from ceo.web.staff.learning.planner import back_to_plan, plan_of
from ceo.web.staff.learning.planner_form import EMPTY_STEP, STEP_FIELDS, read_fields, read_step, typed_step
from ceo.web.staff.learning.requiring import by, require
from ceo.web.staff.learning.telling import Told, different
from ceo.web.staff.learning.typed import version
from ceo.web.staff.learning.words import STEPS
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.workflows.learning.planner import add_step, find_step, find_term, keep_step
from ceo.workflows.learning.rows import Kept
from ceo.workflows.rights import Right, Staff


@get("/leren/planning/periode/{term_id:str}/stap", **needs(Right.EDIT_CYCLE))
async def show_new_step(
    request: Request[Any, Any, Any],
    term_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the form of a new step in a term."""
    term = await require(find_term, installation, municipality, term_id)
    return _page(request, term, None, {**EMPTY_STEP, KEY_FIELD: draw_key()}, Told())


@post("/leren/planning/periode/{term_id:str}/stap", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_CYCLE))
async def plan_step(
    request: Request[Any, Any, Any],
    term_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Add a step to a term, or tell everything that is wrong."""
    term = await require(find_term, installation, municipality, term_id)
    form = await read_form(request)
    typed = {**read_fields(form, STEP_FIELDS), KEY_FIELD: key_in(form)}
    row_id = row_id_of(municipality.code, "step", typed[KEY_FIELD])
    if await find_step(installation.database, municipality.code, row_id) is not None:
        return go_to(plan_of(municipality), done=TWICE)
    wanted, faults = read_step(typed, term)
    if wanted is None:
        return _page(request, term, None, typed, Told(faults))
    await add_step(installation.database, term.id, wanted, by(municipality, staff), row_id=row_id)
    return go_to(plan_of(municipality), done="stap")


@get("/leren/planning/stap/{step_id:str}", **needs(Right.EDIT_CYCLE))
async def show_step(
    request: Request[Any, Any, Any],
    step_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show a step as a form."""
    row = await require(find_step, installation, municipality, step_id)
    return _page(request, await _term_of(installation, municipality, row), row, typed_step(row), Told())


@post("/leren/planning/stap/{step_id:str}", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_CYCLE))
async def change_step(
    request: Request[Any, Any, Any],
    step_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Change a step, tell what is wrong, or show what somebody else kept meanwhile."""
    row = await require(find_step, installation, municipality, step_id)
    term = await _term_of(installation, municipality, row)
    form = await read_form(request)
    typed = read_fields(form, STEP_FIELDS)
    wanted, faults = read_step(typed, term)
    if wanted is None:
        return _page(request, term, row, typed, Told(faults, seen=version(form)))
    kept = await keep_step(installation.database, row.id, wanted, by(municipality, staff), seen=version(form))
    if kept is Kept.CHANGED:
        there = await require(find_step, installation, municipality, step_id)
        others = different(typed, typed_step(there))
        if "soort" in others:
            others["soort"] = staff_words(request, STEPS[others["soort"]])
        return _page(request, term, there, typed, Told(others=others))
    return back_to_plan(municipality, kept, "bewaard")


async def _term_of(installation: Installation, municipality: Municipality, row: PlannedStep) -> Term:
    return await require(find_term, installation, municipality, row.term_id)


def _page(
    request: Request[Any, Any, Any], term: Term, row: PlannedStep | None, typed: Mapping[str, str], told: Told
) -> Response[str]:
    return staff_page(
        request,
        "staff/learning/step_form.html",
        status=told.status,
        term=term,
        row=row,
        typed=typed,
        kinds=STEPS,
        **told.values(request, row.row_version if row is not None else 0),
    )


ROUTES: Final = (show_new_step, plan_step, show_step, change_step)

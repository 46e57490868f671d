"""The plan of the cycle: its council terms, and marking what is done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.dialogues import Term
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.learning.doubts import doubts_of_term
from ceo.web.staff.learning.once import KEY_FIELD, TWICE, draw_key, key_in, row_id_of
from ceo.web.staff.learning.planner_form import EMPTY_TERM, TERM_FIELDS, read_fields, read_term, typed_term
from ceo.web.staff.learning.requiring import by, home_of, require
from ceo.web.staff.learning.telling import Told, different
from ceo.web.staff.learning.typed import Form, Found, line, unwarned, version
from ceo.web.staff.learning.words import PROPOSED_TITLES, STEPS
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.workflows.learning.planner import (
    StepWanted,
    TermWanted,
    begin_term,
    find_step,
    find_term,
    keep_term,
    mark_step,
    proposed_steps,
    read_plan,
)
from ceo.workflows.learning.rows import Kept
from ceo.workflows.rights import Right, Staff


@get("/leren/planning", **needs(Right.SEE_CYCLE))
async def show_plan(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show every council term with its steps by year."""
    plan = await read_plan(installation.database, municipality.code)
    years = {
        one.term.id: {
            year: [step for step in one.steps if step.day.year == year]
            for year in sorted({step.day.year for step in one.steps})
        }
        for one in plan
    }
    return staff_page(
        request, "staff/learning/plan.html", plan=plan, years=years, kinds=STEPS, today=installation.today
    )


@get("/leren/planning/periode/nieuw", **needs(Right.EDIT_CYCLE))
async def show_new_term(request: Request[Any, Any, Any]) -> Response[str]:
    """Show the form of a new term."""
    return _term_page(request, None, {**EMPTY_TERM, KEY_FIELD: draw_key()}, Told(), proposing=True)


@post("/leren/planning/periode/nieuw", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_CYCLE))
async def add_term(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Begin a term, with the steps that we propose when somebody wants these."""
    form = await read_form(request)
    typed, proposing = {**read_fields(form, TERM_FIELDS), KEY_FIELD: key_in(form)}, bool(line(form, "voorstel"))
    row_id = row_id_of(municipality.code, "term", typed[KEY_FIELD])
    others = [one.term for one in await read_plan(installation.database, municipality.code)]
    if any(one.id == row_id for one in others):
        return go_to(plan_of(municipality), done=TWICE)
    wanted, faults = read_term(typed, others)
    found = _doubted(form, wanted, others)
    if wanted is None or found:
        return _term_page(request, None, typed, Told(faults, found), proposing=proposing)
    proposed = _proposed(request, wanted, installation.today) if proposing else ()
    await begin_term(installation.database, wanted, by(municipality, staff), proposed=proposed, row_id=row_id)
    return go_to(plan_of(municipality), done="periode")


@get("/leren/planning/periode/{term_id:str}", **needs(Right.EDIT_CYCLE))
async def show_term(
    request: Request[Any, Any, Any],
    term_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show a term as a form."""
    row = await require(find_term, installation, municipality, term_id)
    return _term_page(request, row, typed_term(row), Told())


@post("/leren/planning/periode/{term_id:str}", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_CYCLE))
async def change_term(
    request: Request[Any, Any, Any],
    term_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Change a term, tell what is wrong, or show what somebody else kept meanwhile."""
    row = await require(find_term, installation, municipality, term_id)
    form = await read_form(request)
    typed = read_fields(form, TERM_FIELDS)
    plan = await read_plan(installation.database, municipality.code)
    others = [one.term for one in plan if one.term.id != row.id]
    wanted, faults = read_term(typed, others)
    moved = wanted is not None and (wanted.begins_on, wanted.ends_on) != (row.begins_on, row.ends_on)
    found = _doubted(form, wanted, others) if moved else ()
    if wanted is None or found:
        return _term_page(request, row, typed, Told(faults, found, seen=version(form)))
    kept = await keep_term(installation.database, row.id, wanted, by(municipality, staff), seen=version(form))
    if kept is Kept.CHANGED:
        there = await require(find_term, installation, municipality, term_id)
        return _term_page(request, there, typed, Told(others=different(typed, typed_term(there))))
    return back_to_plan(municipality, kept, "bewaard")


@post("/leren/planning/stap/{step_id:str}/gedaan", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_CYCLE))
async def mark(
    request: Request[Any, Any, Any],
    step_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Say that a step is done, or that it is not after all."""
    row = await require(find_step, installation, municipality, step_id)
    form: Form = await read_form(request)
    done_on = installation.today if line(form, "gedaan") else None
    kept = await mark_step(installation.database, row.id, done_on, by(municipality, staff), seen=version(form))
    return back_to_plan(municipality, kept, "gedaan" if done_on is not None else "niet-gedaan")


def plan_of(municipality: Municipality) -> str:
    """Return the address of the plan."""
    return f"{home_of(municipality)}/planning"


def back_to_plan(municipality: Municipality, kept: Kept, done: str) -> Response[Any]:
    """Lead back to the plan with what became of a change of it."""
    if kept is Kept.UNKNOWN:
        raise NotFoundException
    return go_to(plan_of(municipality), done=done if kept is Kept.DONE else "anders")


def _doubted(form: Form, wanted: TermWanted | None, others: Iterable[Term]) -> tuple[Found, ...]:
    return unwarned(form, {}, doubts_of_term(wanted, others)) if wanted is not None else ()


def _proposed(request: Request[Any, Any, Any], wanted: TermWanted, today: date) -> tuple[StepWanted, ...]:
    """Return the steps that we propose from today on, named in the language of who begins the term."""
    return tuple(
        StepWanted(kind, staff_words(request, PROPOSED_TITLES[kind], year=day.year), day)
        for kind, day in proposed_steps(wanted.begins_on, wanted.ends_on)
        if day >= today
    )


def _term_page(
    request: Request[Any, Any, Any],
    row: Term | None,
    typed: dict[str, str],
    told: Told,
    *,
    proposing: bool = False,
) -> Response[str]:
    return staff_page(
        request,
        "staff/learning/term_form.html",
        status=told.status,
        row=row,
        typed=typed,
        proposing=proposing,
        **told.values(request, row.row_version if row is not None else 0),
    )


ROUTES: Final = (show_plan, show_new_term, add_term, show_term, change_term, mark)

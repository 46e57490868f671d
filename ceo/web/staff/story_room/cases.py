"""The pages of cases: a list, one, the form, and removing one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_language, staff_page, staff_words
from ceo.web.staff.story_room.requiring import first, ids_in, require_id, version_in
from ceo.web.staff.story_room.words import CASE_FAULTS, CASE_VALUES, figure_words
from ceo.workflows.following.reading import read_newest_points
from ceo.workflows.following.series import Series
from ceo.workflows.learning.figures import measured_indicators, newest_result
from ceo.workflows.learning.results import Result
from ceo.workflows.rights import Right, Staff
from ceo.workflows.stories.cases import (
    FIELD_OF,
    Case,
    CaseFault,
    CaseText,
    choosable_stories,
    find_case,
    keep_case,
    list_cases,
    remove_case,
)

_NEW: Final = CaseText("", "")


@get("/verhalen/casussen", **needs(Right.READ_STORIES))
async def show_cases(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the cases."""
    cases = await list_cases(installation.database, municipality.code)
    return staff_page(request, "staff/story_room/cases.html", cases=cases)


@get("/verhalen/casussen/nieuw", **needs(Right.READ_STORIES))
async def show_new_case(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the form of a new case."""
    return await _form_page(request, installation, municipality, None, _NEW, ())


@post("/verhalen/casussen/nieuw", **needs(Right.READ_STORIES))
async def add_case(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Add a case."""
    return await _keep(request, installation, municipality, staff, None)


@get("/verhalen/casussen/{described_case_id:str}", **needs(Right.READ_STORIES))
async def show_case(
    request: Request[Any, Any, Any],
    described_case_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show a case with its stories and results; one that has to be looked at again only says so."""
    case = await _require(installation, municipality, described_case_id)
    language = staff_language(request)
    return staff_page(
        request,
        "staff/story_room/case.html",
        case=case,
        told=lambda one: figure_words(one.figure.value, one.figure.low, one.figure.high, one.measure.value, language),
    )


@get("/verhalen/casussen/{described_case_id:str}/wijzigen", **needs(Right.READ_STORIES))
async def show_changing_case(
    request: Request[Any, Any, Any],
    described_case_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show a case as a form."""
    case = await _require(installation, municipality, described_case_id)
    return await _form_page(request, installation, municipality, case, case.text, ())


@post("/verhalen/casussen/{described_case_id:str}/wijzigen", **needs(Right.READ_STORIES))
async def change_case(
    request: Request[Any, Any, Any],
    described_case_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Change a case."""
    case = await _require(installation, municipality, described_case_id)
    return await _keep(request, installation, municipality, staff, case)


@get("/verhalen/casussen/{described_case_id:str}/weghalen", **needs(Right.READ_STORIES))
async def show_removing_case(
    request: Request[Any, Any, Any],
    described_case_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Ask whether a case has to go."""
    case = await _require(installation, municipality, described_case_id)
    return staff_page(request, "staff/story_room/removing_case.html", case=case, changed=False)


@post("/verhalen/casussen/{described_case_id:str}/weghalen", **needs(Right.READ_STORIES))
async def take_case_away(
    request: Request[Any, Any, Any],
    described_case_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Remove a case, unless somebody changed it meanwhile."""
    seen = version_in(await read_form(request))
    case = await _require(installation, municipality, described_case_id)
    removed = await remove_case(
        installation.database, municipality.code, case.id, row_version=seen, actor=staff.id, now=now()
    )
    if not removed:
        case = await _require(installation, municipality, described_case_id)
        return staff_page(
            request, "staff/story_room/removing_case.html", status=HTTP_409_CONFLICT, case=case, changed=True
        )
    return go_to(f"/werk/{municipality.code}/verhalen/casussen", done="weg")


async def _require(installation: Installation, municipality: Municipality, case_id: str) -> Case:
    """Return a case, or tell that there is no such page."""
    case = await find_case(installation.database, municipality.code, require_id(case_id))
    if case is None:
        raise NotFoundException
    return case


async def _keep(
    request: Request[Any, Any, Any],
    installation: Installation,
    municipality: Municipality,
    staff: Staff,
    case: Case | None,
) -> Response[Any]:
    form = await read_form(request)
    series = await read_newest_points(installation.database, municipality.code)
    typed = CaseText(
        title=first(form, "titel"),
        text=first(form, "tekst"),
        learned=first(form, "geleerd"),
        stories=ids_in(form, "verhaal"),
        about=_results(form, series, case),
        seen="gezien" in form,
    )
    kept = await keep_case(
        installation.database,
        municipality.code,
        case.id if case is not None else "",
        typed,
        row_version=version_in(form),
        actor=staff.id,
        now=now(),
    )
    if kept is None:
        raise NotFoundException
    if isinstance(kept, str):
        return go_to(f"/werk/{municipality.code}/verhalen/casussen/{kept}", done="bewaard")
    if CaseFault.CHANGED in kept and case is not None:
        case = await _require(installation, municipality, case.id)
    return await _form_page(request, installation, municipality, case, typed, kept)


def _results(form: Mapping[str, Sequence[str]], series: Sequence[Series], case: Case | None) -> tuple[Result, ...]:
    """Return the figures that were chosen: those that the case had stay as they stood, others are those of now."""
    had = {_key(one): one for one in (case.text.about if case is not None else ())}
    chosen = dict.fromkeys(form.get("uitkomst", ()))
    found = [had.get(key) or newest_result(series, *key.split("/", 1)) for key in chosen if key.count("/") == 1]
    return tuple(one for one in found if one is not None)


def _key(result: Result) -> str:
    return f"{result.core}/{result.indicator}"


async def _form_page(
    request: Request[Any, Any, Any],
    installation: Installation,
    municipality: Municipality,
    case: Case | None,
    typed: CaseText,
    faults: tuple[CaseFault, ...],
) -> Response[str]:
    series = await read_newest_points(installation.database, municipality.code)
    measured = [(one.key, one.title) for one in measured_indicators(series)]
    had = [(_key(one), one.title) for one in typed.about]
    told = {FIELD_OF[fault]: staff_words(request, CASE_FAULTS[fault], **CASE_VALUES) for fault in reversed(faults)}
    changed = CaseFault.CHANGED in faults
    return staff_page(
        request,
        "staff/story_room/case_form.html",
        status=HTTP_409_CONFLICT if changed else HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        case=case,
        typed=replace(typed, seen=False),
        chosen_results=[key for key, _ in had],
        results=list(dict([*measured, *had]).items()),
        stories=await choosable_stories(installation.database, municipality.code),
        faults=told,
        personal=CaseFault.PERSONAL_DATA in faults or typed.seen,
    )


ROUTES: Final = (
    show_cases,
    show_new_case,
    add_case,
    show_case,
    show_changing_case,
    change_case,
    show_removing_case,
    take_case_away,
)

"""Writing a practice, sharing it and no longer, and taking it away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.together import Practice
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.national.desk import first, text_in
from ceo.web.staff.access import needs, place_of
from ceo.web.staff.learning.once import draw_key, key_in, row_id_of
from ceo.web.staff.pages import go_to, staff_page
from ceo.web.staff.together.practices import PART, practice_page, require_practice
from ceo.web.staff.together.requiring import (
    Form,
    by_of,
    home_of,
    names_person,
    require_id,
    status_of,
    theme_choices,
    told,
    version_in,
    was_changed,
)
from ceo.workflows.learning.handing_on import practice_of_dialogue
from ceo.workflows.rights import Right, Staff
from ceo.workflows.together.practices import (
    TypedPractice,
    add_practice,
    change_practice,
    key_of,
    remove_practice,
    results_of,
    results_to_choose,
    share_practice,
)
from ceo.workflows.together.themes import list_themes
from ceo.workflows.together.typed import Gone, Wrong


@get("/samen/voorbeelden/nieuw", **needs(Right.TAKE_PART))
async def show_writing(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show the form of a new practice; the address may say the theme, or the dialogue (`gesprek`) that it begins with."""
    asked, begun = request.query_params, None
    if dialogue_id := asked.get("gesprek", ""):
        begun = await practice_of_dialogue(installation.database, place_of(request), require_id(dialogue_id))
        if begun is None:
            raise NotFoundException
    return await _form(request, installation, None, begun or TypedPractice(theme=asked.get("thema", "")))


@post("/samen/voorbeelden/nieuw", status_code=HTTP_303_SEE_OTHER, **needs(Right.TAKE_PART))
async def write_practice(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation], staff: NamedDependency[Staff]
) -> Response[Any]:
    """Keep a practice, not shared yet."""
    form = await read_form(request)
    typed, key = _typed(form), key_in(form)
    row_id = row_id_of(place_of(request), "practice", key)
    added = await add_practice(installation.database, typed, by_of(request, staff), row_id=row_id)
    if isinstance(added, Practice):
        return go_to(f"{home_of(request, PART)}/{added.id}", done="bewaard")
    return await _form(request, installation, None, typed, added, key=key)


@get("/samen/voorbeelden/{practice_id:str}/wijzigen", **needs(Right.TAKE_PART))
async def show_changing(
    request: Request[Any, Any, Any], practice_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show a practice of one's own as a form."""
    row = await _require_own(request, installation, practice_id)
    return await _form(request, installation, row, _as_typed(row))


@post("/samen/voorbeelden/{practice_id:str}/wijzigen", status_code=HTTP_303_SEE_OTHER, **needs(Right.TAKE_PART))
async def rewrite_practice(
    request: Request[Any, Any, Any],
    practice_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Change a practice, unless somebody else did meanwhile."""
    row = await _require_own(request, installation, practice_id)
    typed = _typed(await read_form(request))
    faults = await change_practice(installation.database, row.id, typed, by_of(request, staff))
    if isinstance(faults, Gone):
        raise NotFoundException
    if faults:
        present = await _require_own(request, installation, practice_id)
        return await _form(request, installation, present, typed, faults)
    return go_to(f"{home_of(request, PART)}/{row.id}", done="bewaard")


@post("/samen/voorbeelden/{practice_id:str}/delen", status_code=HTTP_303_SEE_OTHER, **needs(Right.TAKE_PART))
async def share(
    request: Request[Any, Any, Any],
    practice_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let all municipalities read a practice that somebody read as it is now, or no longer."""
    form, by = await read_form(request), by_of(request, staff)
    shared = first(form, "delen") == "ja"
    wrong = await share_practice(
        installation.database, require_id(practice_id), by, shared=shared, row_version=version_in(form)
    )
    if isinstance(wrong, Gone):
        raise NotFoundException
    if wrong:
        return await practice_page(request, installation, practice_id, wrong)
    return go_to(f"{home_of(request, PART)}/{practice_id}", done="gedeeld" if shared else "gestopt")


@post("/samen/voorbeelden/{practice_id:str}/weghalen", status_code=HTTP_303_SEE_OTHER, **needs(Right.TAKE_PART))
async def take_away(
    request: Request[Any, Any, Any],
    practice_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Take a practice away that somebody read as it is now."""
    seen, by = version_in(await read_form(request)), by_of(request, staff)
    wrong = await remove_practice(installation.database, require_id(practice_id), by, row_version=seen)
    if isinstance(wrong, Gone):
        raise NotFoundException
    if wrong:
        return await practice_page(request, installation, practice_id, wrong)
    return go_to(home_of(request, PART), done="weggehaald")


ROUTES: Final = (show_writing, write_practice, show_changing, rewrite_practice, share, take_away)


def _typed(form: Form) -> TypedPractice:
    return TypedPractice(
        theme=first(form, "thema"),
        title=first(form, "titel"),
        text=text_in(form, "tekst"),
        contact=first(form, "contact"),
        about=tuple(form.get("uitkomst", ())),
        looked=first(form, "gekeken") == "ja",
        row_version=version_in(form),
    )


def _as_typed(row: Practice) -> TypedPractice:
    about = tuple(map(key_of, results_of(row)))
    return TypedPractice(row.theme, row.title, row.text, row.contact, about, row_version=row.row_version)


async def _require_own(request: Request[Any, Any, Any], installation: Installation, practice_id: str) -> Practice:
    row = await require_practice(request, installation, practice_id)
    if row.municipality != place_of(request):
        raise NotFoundException
    return row


async def _form(
    request: Request[Any, Any, Any],
    installation: Installation,
    row: Practice | None,
    typed: TypedPractice,
    wrong: Sequence[Wrong] = (),
    key: str = "",
) -> Response[str]:
    themes = await list_themes(installation.database)
    kept = {key_of(one): one for one in results_of(row)} if row is not None else {}
    results = kept | await results_to_choose(installation.database, place_of(request))
    return staff_page(
        request,
        "staff/together/practice_form.html",
        status=status_of(wrong),
        home=home_of(request),
        here_home=home_of(request, PART),
        row=row,
        typed=typed,
        version=row.row_version if row is not None else 0,
        key=key or draw_key(),
        themes=theme_choices(request, themes, kept=row.theme if row is not None else ""),
        results=[(key, f"{one.title}, {one.period}") for key, one in results.items()],
        faults=told(request, wrong, "titel"),
        asks_to_look=names_person(wrong) or typed.looked,
        changed=was_changed(wrong),
    )

"""Making a poll, and changing it until the first municipality votes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.together import Poll
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.national.desk import first
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_page
from ceo.web.staff.rounds.typed import read_day
from ceo.web.staff.together.agenda import require_poll
from ceo.web.staff.together.requiring import Form, by_of, home_of, status_of, told, version_in, was_changed
from ceo.web.staff.together.words import METHODS
from ceo.workflows.rights import Right, Staff
from ceo.workflows.together.poll_keeping import TypedPoll, change_poll, make_poll
from ceo.workflows.together.polls import Method
from ceo.workflows.together.themes import list_themes
from ceo.workflows.together.typed import Gone, Wrong

_PROPOSED: Final[Form] = {"manier": (Method.APPROVAL.value,)}


@get("/kennisagenda/peilingen/nieuw", **needs(Right.EDIT_AGENDA))
async def show_making(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show the form of a new poll."""
    return await _form(request, installation, None, _PROPOSED)


@post("/kennisagenda/peilingen/nieuw", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_AGENDA))
async def make(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation], staff: NamedDependency[Staff]
) -> Response[Any]:
    """Make a poll."""
    form = await read_form(request)
    made = await make_poll(installation.database, _typed(form), by_of(request, staff))
    if isinstance(made, Poll):
        return go_to(f"{home_of(request)}/peilingen/{made.id}", done="gemaakt")
    return await _form(request, installation, None, form, made)


@get("/kennisagenda/peilingen/{poll_id:str}/wijzigen", **needs(Right.EDIT_AGENDA))
async def show_changing(
    request: Request[Any, Any, Any], poll_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[Any]:
    """Show a poll as a form, as long as nobody voted."""
    row = await require_poll(installation, poll_id)
    if row.voted:
        return go_to(f"{home_of(request)}/peilingen/{row.id}")
    form = {
        "vraag": (row.question,),
        "manier": (row.method,),
        "themas": tuple(row.themes),
        "van": (row.opens_on.isoformat(),),
        "tot": (row.closes_on.isoformat(),),
    }
    return await _form(request, installation, row, form)


@post("/kennisagenda/peilingen/{poll_id:str}/wijzigen", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_AGENDA))
async def change(
    request: Request[Any, Any, Any],
    poll_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Change a poll, unless somebody voted or changed it meanwhile."""
    row = await require_poll(installation, poll_id)
    form = await read_form(request)
    wrong = await change_poll(installation.database, row.id, _typed(form), by_of(request, staff))
    if isinstance(wrong, Gone):
        raise NotFoundException
    if wrong:
        return await _form(request, installation, await require_poll(installation, poll_id), form, wrong)
    return go_to(f"{home_of(request)}/peilingen/{row.id}", done="bewaard")


ROUTES: Final = (show_making, make, show_changing, change)


def _typed(form: Form) -> TypedPoll:
    return TypedPoll(
        question=first(form, "vraag"),
        method=first(form, "manier"),
        themes=tuple(form.get("themas", ())),
        opens_on=read_day(first(form, "van")),
        closes_on=read_day(first(form, "tot")),
        row_version=version_in(form),
    )


async def _form(
    request: Request[Any, Any, Any],
    installation: Installation,
    row: Poll | None,
    form: Form,
    wrong: Sequence[Wrong] = (),
) -> Response[str]:
    themes = await list_themes(installation.database)
    kept = row.themes if row is not None else ()
    return staff_page(
        request,
        "national/agenda/poll_form.html",
        status=status_of(wrong),
        home=home_of(request),
        row=row,
        typed={name: first(form, name) for name in ("vraag", "manier", "van", "tot")},
        chosen=tuple(form.get("themas", ())),
        version=row.row_version if row is not None else 0,
        theme_pairs=[(one.id, one.name) for one in themes if not one.ended or one.id in kept],
        theme_names={one.id: one.name for one in themes},
        methods=METHODS,
        faults=told(request, wrong, "vraag"),
        changed=was_changed(wrong),
    )

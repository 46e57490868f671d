"""The pages of stories and of people who want to be called back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, page_number, staff_page
from ceo.web.staff.rounds.requiring import LARGEST_ID
from ceo.workflows.answering.stories import finish_call, open_calls, read_stories
from ceo.workflows.rights import Right, Staff
from ceo.workflows.rounds.listing import list_rounds
from questionnaires.definition import ConsentScope

_LONGEST_ID: Final = 64
USES: Final[Mapping[ConsentScope, str]] = {
    "leren_intern": N_("binnen de gemeente van leren"),
    "delen_anoniem": N_("met anderen delen, zonder naam"),
    "landelijk_delen": N_("landelijk delen, zonder naam"),
}


@get("/verhalen", **needs(Right.READ_STORIES))
async def show_rounds_with_stories(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the rounds of which stories can be read."""
    page = await list_rounds(
        installation.database, municipality.code, today=installation.today, number=page_number(request)
    )
    rounds = [one for one in page.rounds if one.counted]
    return staff_page(request, "staff/stories_of_rounds.html", rounds=rounds, page=page)


@get("/verhalen/{round_id:int}", **needs(Right.READ_STORIES))
async def show_stories(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the stories of a round that their tellers let the municipality read."""
    if round_id > LARGEST_ID:
        raise NotFoundException
    page = await read_stories(
        installation.database, installation.versions, municipality.code, round_id, number=page_number(request)
    )
    if page is None:
        raise NotFoundException
    return staff_page(request, "staff/stories.html", page=page, uses=USES)


@get("/terugbellen", **needs(Right.CALL_BACK))
async def show_calls(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show who wants to be called back."""
    keys = installation.settings.encryption_keys
    calls = await open_calls(installation.database, keys, municipality.code)
    return staff_page(request, "staff/calls.html", calls=calls)


@post("/terugbellen", **needs(Right.CALL_BACK))
async def mark_called(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Remove a request after the call, when who called says so twice: it cannot be had back."""
    form = await read_form(request)
    call_id = next(iter(form.get("verzoek", ())), "")[:_LONGEST_ID]
    if "\x00" in call_id or "zeker" not in form:
        return go_to(f"/werk/{municipality.code}/terugbellen", done="niet-zeker")
    await finish_call(installation.database, municipality.code, call_id, actor=staff.id, now=now())
    return go_to(f"/werk/{municipality.code}/terugbellen", done="gebeld")

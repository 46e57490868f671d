"""The pages of people who want to be called back about a story."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_page
from ceo.workflows.answering.calls import finish_call, open_calls
from ceo.workflows.rights import Right, Staff

_LONGEST_ID: Final = 64


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

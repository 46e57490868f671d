"""The page that lists where somebody is signed in, and ends that."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from ceo.clock import now
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import ACCOUNT, needs
from ceo.web.staff.browsers import held_sign_in
from ceo.web.staff.pages import go_to, keep_signed_in, staff_page
from ceo.workflows.staff.own_account import end_other_sign_in, list_sign_ins, sign_out_everywhere


@get("/account/aanmeldingen", **needs(ACCOUNT))
async def show_sign_ins(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show in which browsers somebody is signed in."""
    listed = await list_sign_ins(installation.database, held_sign_in(request), now=now())
    return staff_page(request, "staff/account/sign_ins.html", sign_ins=listed)


@post("/account/aanmeldingen/beeindigen", **needs(ACCOUNT))
async def end_one(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[Any]:
    """Sign somebody out in one other browser."""
    chosen = next(iter((await read_form(request)).get("aanmelding", ())), "")
    await end_other_sign_in(installation.database, held_sign_in(request), chosen)
    return go_to("/werk/account/aanmeldingen", done="beeindigd")


@post("/account/aanmeldingen/overal", **needs(ACCOUNT))
async def end_all(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[Any]:
    """Sign somebody out everywhere, also here."""
    await sign_out_everywhere(installation.database, held_sign_in(request), now=now())
    answer = go_to("/werk/aanmelden", done="afgemeld")
    keep_signed_in(request, answer, "")
    return answer

"""The page on which somebody who is signed in changes the password."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import ACCOUNT, SignInFirstError, needs
from ceo.web.staff.browsers import held_sign_in, keep_begun
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.sign_in.fault_words import NOT_ALIKE, OWN_PASSWORD_WORDS, choice_words
from ceo.workflows.rights import Staff
from ceo.workflows.staff.own_account import change_password
from ceo.workflows.staff.password_rules import SHORTEST, PasswordFault
from ceo.workflows.staff.signing_in import SignInFault


@get("/account/wachtwoord", **needs(ACCOUNT))
async def show_password_form(request: Request[Any, Any, Any], staff: NamedDependency[Staff]) -> Response[Any]:
    """Ask for the old password and the new one. Who signs in elsewhere has none here."""
    if staff.signs_in_elsewhere:
        return go_to("/werk/account")
    return _page(request, staff)


@post("/account/wachtwoord", **needs(ACCOUNT))
async def take_password(
    request: Request[Any, Any, Any], staff: NamedDependency[Staff], installation: NamedDependency[Installation]
) -> Response[Any]:
    """Change the password; every other browser is signed out."""
    held = held_sign_in(request)
    form = await read_form(request)
    old, new, again = (next(iter(form.get(name, ())), "") for name in ("old", "new", "again"))
    if new != again:
        return _page(request, staff, faults={"again": staff_words(request, NOT_ALIKE)})
    changed = await change_password(installation.database, installation.settings, held, old=old, new=new, now=now())
    if isinstance(changed, tuple):
        return _page(request, staff, faults=_told(request, changed))
    answer = go_to("/werk/account", done="wachtwoord")
    keep_begun(request, answer, changed)
    return answer


def _told(request: Request[Any, Any, Any], faults: tuple[SignInFault | PasswordFault, ...]) -> dict[str, str]:
    """Return all that is wrong, by field. Who was signed out elsewhere meanwhile signs in first."""
    told: dict[str, str] = {}
    for fault in faults:
        if fault is SignInFault.TOO_LATE:
            raise SignInFirstError
        if isinstance(fault, SignInFault):
            told["old"] = staff_words(request, OWN_PASSWORD_WORDS[fault])
    if of_new := [fault for fault in faults if isinstance(fault, PasswordFault)]:
        told["new"] = choice_words(request, of_new)
    return told


def _page(request: Request[Any, Any, Any], staff: Staff, *, faults: dict[str, str] | None = None) -> Response[str]:
    return staff_page(
        request,
        "staff/account/password.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        email=staff.email,
        shortest=SHORTEST,
        faults=faults or {},
    )

"""The pages of the second factor: a code of the app, or a recovery code."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_303_SEE_OTHER,
    HTTP_422_UNPROCESSABLE_ENTITY,
    HTTP_429_TOO_MANY_REQUESTS,
)

from ceo.clock import now
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import ANYONE, needs, signed_in_of
from ceo.web.staff.browsers import START, keep_begun, onward
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.sign_in.fault_words import CODE_WORDS, RECOVERY_WORDS
from ceo.workflows.staff.recovery_codes import use_recovery_code
from ceo.workflows.staff.second_factor import confirm_code
from ceo.workflows.staff.signed_in import SignedIn
from ceo.workflows.staff.signing_in import SignInFault

_CODE: Final = "staff/sign_in/code.html"
_RECOVERY: Final = "staff/sign_in/recovery_code.html"
# Long enough for any code with what can stand between its signs.
_LONGEST_CODE: Final = 100


@get("/aanmelden/tweede-stap", **needs(ANYONE))
async def show_code_form(request: Request[Any, Any, Any]) -> Response[Any]:
    """Ask for the code of the app."""
    return _show(request, _CODE)


@post("/aanmelden/tweede-stap", **needs(ANYONE))
async def take_code(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[Any]:
    """Complete a sign-in with a code of the app."""
    half = _half_of(request)
    if half is None:
        return _begin_again(request)
    typed, further = await _read(request)
    begun = await confirm_code(installation.database, installation.settings, half, typed, now=now())
    if begun is SignInFault.TOO_LATE:
        return go_to("/werk/aanmelden", done="te-laat")
    if isinstance(begun, SignInFault):
        return _page(request, _CODE, further, fault=begun, told=CODE_WORDS[begun])
    answer = Redirect(further, status_code=HTTP_303_SEE_OTHER)
    keep_begun(request, answer, begun)
    return answer


@get("/aanmelden/herstelcode", **needs(ANYONE))
async def show_recovery_form(request: Request[Any, Any, Any]) -> Response[Any]:
    """Ask for a recovery code."""
    return _show(request, _RECOVERY)


@post("/aanmelden/herstelcode", **needs(ANYONE))
async def take_recovery_code(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation]
) -> Response[Any]:
    """Complete a sign-in with a recovery code, and tell how many are left."""
    half = _half_of(request)
    if half is None:
        return _begin_again(request)
    typed, further = await _read(request)
    begun = await use_recovery_code(installation.database, installation.settings, half, typed, now=now())
    if begun is SignInFault.TOO_LATE:
        return go_to("/werk/aanmelden", done="te-laat")
    if isinstance(begun, SignInFault):
        return _page(request, _RECOVERY, further, fault=begun, told=RECOVERY_WORDS[begun])
    answer = go_to("/werk/account/tweede-stap", done="herstelcode")
    keep_begun(request, answer, begun)
    return answer


def _half_of(request: Request[Any, Any, Any]) -> SignedIn | None:
    """Return the sign-in that waits for its second factor."""
    held = signed_in_of(request)
    return held if held is not None and not held.complete else None


def _show(request: Request[Any, Any, Any], template: str) -> Response[Any]:
    if _half_of(request) is None:
        return _begin_again(request)
    return _page(request, template, onward(request.query_params.get("verder", "")))


def _begin_again(request: Request[Any, Any, Any]) -> Response[Any]:
    """Lead who is signed in already onward, and everybody else to the password."""
    return go_to("/werk/aanmelden" if signed_in_of(request) is None else START)


async def _read(request: Request[Any, Any, Any]) -> tuple[str, str]:
    form = await read_form(request)
    typed, given = (next(iter(form.get(name, ())), "") for name in ("code", "verder"))
    return typed[:_LONGEST_CODE], onward(given)


def _page(
    request: Request[Any, Any, Any], template: str, further: str, *, fault: SignInFault | None = None, told: str = ""
) -> Response[str]:
    slow = fault is SignInFault.TOO_MANY
    return staff_page(
        request,
        template,
        status=HTTP_429_TOO_MANY_REQUESTS if slow else HTTP_422_UNPROCESSABLE_ENTITY if fault else HTTP_200_OK,
        headers={"retry-after": "360"} if slow else None,
        further=further,
        faults={"code": staff_words(request, told)} if told else {},
    )

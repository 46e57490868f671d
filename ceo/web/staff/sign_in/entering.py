"""The page of the password, and signing out."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

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
from ceo.web import conversations
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import ACCOUNT, ANYONE, needs, signed_in_of
from ceo.web.staff.browsers import browser_of, held_sign_in, keep_begun, mark_of, onward, whence
from ceo.web.staff.pages import (
    LANGUAGE_COOKIE,
    LANGUAGES,
    go_to,
    keep_signed_in,
    staff_cookie,
    staff_page,
    staff_words,
)
from ceo.web.staff.sign_in.fault_words import NO_EMAIL, NO_PASSWORD, PASSWORD_WORDS
from ceo.workflows.demonstration.staff import people_to_be
from ceo.workflows.openid.providers import places_with_providers
from ceo.workflows.rights import Right
from ceo.workflows.staff.signed_in import end_sign_in
from ceo.workflows.staff.signing_in import Attempt, SignInFault, sign_in

_LANGUAGE_LASTS: Final = 365 * 86_400


@get("/aanmelden", **needs(ANYONE))
async def show_sign_in(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[Any]:
    """Ask for the mail address and the password; who is signed in goes on."""
    held = signed_in_of(request)
    further = onward(request.query_params.get("verder", ""))
    if held is not None and held.complete:
        return Redirect(further, status_code=HTTP_303_SEE_OTHER)
    return await _form(request, installation, further=further)


@post("/aanmelden", **needs(ANYONE))
async def take_password(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[Any]:
    """Sign in with a password. Who has a second factor goes on to it, others to where they were going."""
    form = await read_form(request)
    email, password, given = (next(iter(form.get(name, ())), "") for name in ("email", "password", "verder"))
    further = onward(given)
    missing = {"email": NO_EMAIL if not email.strip() else "", "password": "" if password else NO_PASSWORD}
    faults = {name: staff_words(request, words) for name, words in missing.items() if words}
    if faults:
        return await _form(request, installation, further=further, email=email, faults=faults)
    held = signed_in_of(request)
    attempt = Attempt(
        email,
        password,
        whence(request, installation),
        browser=mark_of(request),
        device=browser_of(request),
        instead_of=held.id_hash if held is not None else "",
    )
    begun = await sign_in(installation.database, installation.settings, attempt, now=now())
    if isinstance(begun, SignInFault):
        told = {"email": staff_words(request, PASSWORD_WORDS[begun])}
        return await _form(request, installation, further=further, email=email, faults=told, why=begun)
    next_page = further if begun.complete else f"/werk/aanmelden/tweede-stap?verder={quote(further)}"
    answer = Redirect(next_page, status_code=HTTP_303_SEE_OTHER)
    keep_begun(request, answer, begun)
    return answer


@post("/aanmelden/taal", **needs(ANYONE))
async def choose_language(request: Request[Any, Any, Any]) -> Response[Any]:
    """Remember in this browser in which language somebody reads who is not signed in."""
    chosen = next(iter((await read_form(request)).get("taal", ())), "")
    answer = go_to("/werk/aanmelden")
    if chosen in LANGUAGES:
        answer.set_cookie(staff_cookie(request, LANGUAGE_COOKIE, chosen, max_age=_LANGUAGE_LASTS))
    return answer


@post("/afmelden", **needs(ACCOUNT))
async def sign_out(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[Any]:
    """Sign out in this browser, and forget for whom somebody was filling in."""
    signed_in = held_sign_in(request)
    await end_sign_in(installation.database, signed_in.id_hash)
    answer = go_to("/werk/aanmelden", done="afgemeld")
    keep_signed_in(request, answer, "")
    for municipality in signed_in.staff.municipalities:
        if signed_in.staff.may(Right.RUN_FIELDWORK, municipality):
            conversations.end(answer, municipality)
    return answer


async def _form(
    request: Request[Any, Any, Any],
    installation: Installation,
    *,
    further: str,
    email: str = "",
    faults: dict[str, str] | None = None,
    why: SignInFault | None = None,
) -> Response[str]:
    slow = why is SignInFault.TOO_MANY
    status = HTTP_429_TOO_MANY_REQUESTS if slow else HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK
    return staff_page(
        request,
        "staff/sign_in/password.html",
        status=status,
        headers={"retry-after": "60"} if slow else None,
        further=further,
        email=email,
        faults=faults or {},
        languages=tuple(LANGUAGES.items()),
        elsewhere=bool(await places_with_providers(installation.database)),
        demonstration=bool(await people_to_be(installation.database, installation.settings)),
    )

"""The pages on which a password is chosen with a link that was mailed, and on which such a link is asked for.

The link holds a secret. Opening it moves that secret into a cookie of these pages and leads on at once, so that it stands in no address
bar, history or form; nothing else changes, because programs that look through mail open links too.
"""

from __future__ import annotations

import re
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_410_GONE,
    HTTP_422_UNPROCESSABLE_ENTITY,
    HTTP_425_TOO_EARLY,
    HTTP_429_TOO_MANY_REQUESTS,
)

from ceo.clock import now
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import ANYONE, needs
from ceo.web.staff.browsers import whence
from ceo.web.staff.pages import go_to, keep_signed_in, staff_page, staff_words
from ceo.web.staff.sign_in.fault_words import NO_EMAIL, NOT_ALIKE, TOO_MANY, choice_words
from ceo.workflows.staff.mail_links import (
    LinkFault,
    OpenedLink,
    choose_password,
    mail_new_password,
    may_ask_again,
    open_link,
)
from ceo.workflows.staff.password_rules import SHORTEST

_COOKIE: Final = "ceo_link"
_COOKIE_PATH: Final = "/werk/aanmelden"
_CHOICE: Final = "/werk/aanmelden/wachtwoord"
# Longer is no token of ours.
_LONGEST_TOKEN: Final = 100
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
_GUESSED: Final = ("sec-purpose", "purpose", "x-moz")


@get("/aanmelden/vergeten", **needs(ANYONE))
async def show_forgotten(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Ask for the mail address of who wants a new password."""
    return _forgotten(request, installation)


@post("/aanmelden/vergeten", **needs(ANYONE))
async def mail_link(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[Any]:
    """Mail a link, after an answer that is the same for every address."""
    email = next(iter((await read_form(request)).get("email", ())), "")
    if not email.strip():
        return _forgotten(request, installation, fault=NO_EMAIL)
    database, settings, moment = installation.database, installation.settings, now()
    if not await may_ask_again(database, settings, whence(request, installation), now=moment):
        return _forgotten(request, installation, email=email, fault=TOO_MANY, status=HTTP_429_TOO_MANY_REQUESTS)
    answer = go_to("/werk/aanmelden/vergeten", done="gemaild")
    answer.background = BackgroundTask(mail_new_password, database, settings, email, now=moment)
    return answer


@get("/aanmelden/code/{token:str}", **needs(ANYONE))
async def follow_link(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[Any]:
    """Take the secret of a link out of the address."""
    if any("prefetch" in request.headers.get(name, "") for name in _GUESSED):
        # The browser only guesses that its user will follow the link: let it come again then.
        return Response(b"", status_code=HTTP_425_TOO_EARLY)
    answer = go_to(_CHOICE)
    answer.set_cookie(_cookie(request, token if _TOKEN.fullmatch(token) else ""))
    return answer


@get("/aanmelden/wachtwoord", **needs(ANYONE))
async def show_choice(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Ask for the new password."""
    opened = await open_link(installation.database, _token_of(request), now=now())
    return _ended(request, installation) if isinstance(opened, LinkFault) else _choice(request, opened)


@post("/aanmelden/wachtwoord", **needs(ANYONE))
async def take_choice(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[Any]:
    """Set the password, and lead to signing in with it."""
    form = await read_form(request)
    new, again = (next(iter(form.get(name, ())), "") for name in ("new", "again"))
    opened = await open_link(installation.database, _token_of(request), now=now())
    if isinstance(opened, LinkFault):
        return _ended(request, installation)
    if new != again:
        return _choice(request, opened, faults={"again": staff_words(request, NOT_ALIKE)})
    chosen = await choose_password(installation.database, _token_of(request), new, now=now())
    if isinstance(chosen, LinkFault):
        return _ended(request, installation)
    if isinstance(chosen, tuple):
        return _choice(request, opened, faults={"new": choice_words(request, chosen)})
    answer = go_to("/werk/aanmelden", done="gekozen")
    answer.set_cookie(_cookie(request, "", max_age=0))
    keep_signed_in(request, answer, "")  # it ended with the old password
    return answer


def _token_of(request: Request[Any, Any, Any]) -> str:
    return request.cookies.get(_COOKIE, "")[:_LONGEST_TOKEN]


def _cookie(request: Request[Any, Any, Any], token: str, *, max_age: int | None = None) -> Cookie:
    # Lax, because the way here begins in a mail program.
    return Cookie(
        key=_COOKIE,
        value=token,
        path=_COOKIE_PATH,
        httponly=True,
        samesite="lax",
        secure=bool(request.app.state.secure),
        max_age=max_age,
    )


def _forgotten(
    request: Request[Any, Any, Any],
    installation: Installation,
    *,
    email: str = "",
    fault: str = "",
    status: int = HTTP_422_UNPROCESSABLE_ENTITY,
) -> Response[str]:
    return staff_page(
        request,
        "staff/sign_in/forgotten.html",
        status=status if fault else HTTP_200_OK,
        email=email,
        faults={"email": staff_words(request, fault)} if fault else {},
        mails=installation.settings.mail is not None,
    )


def _choice(
    request: Request[Any, Any, Any], opened: OpenedLink, *, faults: dict[str, str] | None = None
) -> Response[str]:
    return staff_page(
        request,
        "staff/sign_in/choice.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        email=opened.email,
        first=opened.password is None,
        shortest=SHORTEST,
        faults=faults or {},
    )


def _ended(request: Request[Any, Any, Any], installation: Installation) -> Response[str]:
    """Tell that a link does nothing, and how to get one that does."""
    mails = installation.settings.mail is not None
    return staff_page(request, "staff/sign_in/ended.html", status=HTTP_410_GONE, mails=mails)

"""What the workplace tells from a browser: its sign-in, its name, where its user was going, and whether somebody used it before."""

from __future__ import annotations

import re
from typing import Any, Final

from litestar import Request, Response

from ceo.web.installation import Installation
from ceo.web.networks import network_of
from ceo.web.staff.access import COOKIE, signed_in_of
from ceo.web.staff.pages import keep_signed_in, staff_cookie
from ceo.workflows.staff.signed_in import SignedIn
from ceo.workflows.staff.signing_in import SignedInNow

START: Final = "/werk"
MARK_COOKIE: Final = "ceo_bekend"
_MARK_LASTS: Final = 365 * 86_400
_LONGEST_MARK: Final = 200
_LONGEST_ONWARD: Final = 300
# Addresses of the workplace, without parameters: nothing that a browser could read as another host, another folder or a command.
_ONWARD: Final = re.compile(r"/werk(/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*/?")
# In the order in which they are looked for: each also calls itself by the names below it.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def name_browser(user_agent: str) -> str:
    """Return the name of a browser and of what it runs on; "" when it says neither.

    >>> name_browser("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0")
    'Edge, Windows'
    >>> name_browser("curl/8.5.0")
    ''
    """
    named = (next((name for sign, name in names if sign in user_agent), "") for names in (_BROWSERS, _SYSTEMS))
    return ", ".join(name for name in named if name)


def browser_of(request: Request[Any, Any, Any]) -> str:
    """Return the name of the browser that asks."""
    return name_browser(request.headers.get("user-agent", ""))


def held_sign_in(request: Request[Any, Any, Any]) -> SignedIn:
    """Return the sign-in with which a browser asks, on a page that needs one."""
    held = signed_in_of(request)
    assert held is not None, "the guard of the route lets only signed-in people through"
    return held


def onward(given: str) -> str:
    """Return the address of the workplace to which somebody was going; its start for any other address.

    >>> onward("/werk/GM0344/metingen"), onward("//elders.example"), onward("/werk/../beheer"), onward("https:/werk")
    ('/werk/GM0344/metingen', '/werk', '/werk', '/werk')
    """
    return given if len(given) <= _LONGEST_ONWARD and _ONWARD.fullmatch(given) else START


def mark_of(request: Request[Any, Any, Any]) -> str:
    """Return the mark of a browser in which somebody signed in before, "" when there is none."""
    return request.cookies.get(MARK_COOKIE, "")[:_LONGEST_MARK]


def keep_begun(request: Request[Any, Any, Any], answer: Response[Any], begun: SignedInNow) -> None:
    """Give the browser the cookie of a sign-in that has begun, and its mark when the sign-in is complete."""
    keep_signed_in(request, answer, begun.secret)
    if begun.browser:
        answer.set_cookie(staff_cookie(request, MARK_COOKIE, begun.browser, max_age=_MARK_LASTS))


def take_over(request: Request[Any, Any, Any], begun: SignedInNow) -> None:
    """Let the forms of the page that answers a request belong to the sign-in that has just begun, and not to the one that ended."""
    request.cookies[COOKIE] = begun.secret


def whence(request: Request[Any, Any, Any], installation: Installation) -> str:
    """Return the network that a request comes from, on which guessing is limited."""
    return network_of(request, installation.settings.trusted_proxies)

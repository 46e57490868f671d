"""Doing without further mails: the page behind the link in each mail to a client. No code, cookie or signing in is needed.

Mail programs send the form by themselves when somebody presses their own button (RFC 8058): without a cookie, from no page of ours,
and without following a redirect. So the answer to the form is a page, and nothing protects the form but the seal in its address. Whoever
has that can do nothing else with it than this.
"""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, head, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_404_NOT_FOUND, HTTP_410_GONE

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.readers import reader_of, reader_page
from ceo.workflows.inviting.unsubscribing import PLACE, Unsubscribing, Wish, look_at_link, unsubscribe

# Longer is no token of ours.
_LONGEST_TOKEN: Final = 100
_STATUS: Final = {
    Wish.UNKNOWN: HTTP_404_NOT_FOUND,
    Wish.GONE: HTTP_410_GONE,
    Wish.POSSIBLE: HTTP_200_OK,
    Wish.KNOWN: HTTP_200_OK,
}


@get("/afmelden/{token:str}")
async def show_unsubscribing(
    request: Request[Any, Any, Any],
    token: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Tell what doing without mail means, before it is chosen. Nothing changes."""
    secret, code = installation.settings.secret_key, municipality.code
    found = await look_at_link(installation.database, secret, code, token[:_LONGEST_TOKEN])
    return _page(request, municipality, token, found)


@head("/afmelden/{token:str}")
async def look_at_unsubscribing(token: FromPath[str], municipality: NamedDependency[Municipality]) -> None:
    """Answer a program that looks at links before a person follows them."""


@post("/afmelden/{token:str}", status_code=HTTP_200_OK)
async def do_without_mail(
    request: Request[Any, Any, Any],
    token: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Keep that somebody wants no more mail. Chosen twice is chosen once."""
    secret, code = installation.settings.secret_key, municipality.code
    found = await unsubscribe(installation.database, secret, code, token[:_LONGEST_TOKEN], today=installation.today)
    return _page(request, municipality, token, found)


def _page(
    request: Request[Any, Any, Any], municipality: Municipality, token: str, found: Unsubscribing
) -> Response[str]:
    known = found.wish is not Wish.UNKNOWN
    return reader_page(
        "unsubscribe.html",
        reader_of(request, None),
        None,
        place=PLACE + token if known else "",
        status=_STATUS[found.wish],
        municipality=municipality,
        round=found.round,
        wish=found.wish.value,
        address=f"/{municipality.code}/{PLACE}{token}" if known else "",
    )

"""Coming in: with the link of the letter or by typing its code."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.pages import page
from ceo.workflows.access_codes import AccessKey, access_key, read_code
from ceo.workflows.answer import Arrival, OpenDraft, Standing, arrive, newest_round, open_draft, start

COOKIE: Final = "ceo_toegang"
_KEY_DIGITS: Final = 64

# Where a client is sent on, by standing. The others get a page that says what is the matter.
_STATUS: Final = {Standing.UNKNOWN: 422, Standing.CLOSED: 410, Standing.EARLY: 403, Standing.COMPLETE: 200}


def held_key(request: Request[Any, Any, Any], municipality: Municipality) -> AccessKey | None:
    """Return the access key that the browser brings, if it can be one."""
    secret = request.cookies.get(COOKIE, "")
    is_key = len(secret) == _KEY_DIGITS and all(sign in "0123456789abcdef" for sign in secret)
    return AccessKey(municipality.code, secret) if is_key else None


class NothingToFillInError(Exception):
    """The client of this request has no draft that can be filled in now; the page says why, or leads to where it can."""

    def __init__(self, municipality: Municipality, arrival: Arrival) -> None:
        super().__init__(arrival.standing)
        self.municipality, self.arrival = municipality, arrival


async def held_draft(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> OpenDraft:
    """Return the draft of the client who asks."""
    key = held_key(request, municipality)
    if key is None:
        raise NothingToFillInError(municipality, Arrival(Standing.UNKNOWN))
    draft = await open_draft(installation.database, installation.versions, key, today=installation.today)
    if isinstance(draft, Arrival):
        raise NothingToFillInError(municipality, draft)
    return draft


def send_on(_: Request[Any, Any, Any], error: NothingToFillInError) -> Response[Any]:
    """Answer a client who has nothing to fill in now."""
    return sent_on(error.municipality, error.arrival)


def sent_on(municipality: Municipality, arrival: Arrival) -> Response[Any]:
    """Answer a client who cannot fill in now, or who has to start first."""
    if arrival.standing in {Standing.INVITED, Standing.STARTED}:
        return Redirect(f"/{municipality.code}/welkom", status_code=HTTP_303_SEE_OTHER)
    if arrival.standing is Standing.UNKNOWN:
        return Redirect(f"/{municipality.code}", status_code=HTTP_303_SEE_OTHER)
    return page(
        "standing.html",
        status=_STATUS[arrival.standing],
        municipality=municipality,
        standing=arrival.standing.value,
        round=arrival.round,
    )


@get("/")
async def show_code_form(
    municipality: NamedDependency[Municipality], installation: NamedDependency[Installation]
) -> Response[str]:
    """Ask for the code of the letter."""
    its_round = await newest_round(installation.database, municipality.code)
    return page("code.html", municipality=municipality, round=its_round, typed="", error="")


@post("/", status_code=HTTP_303_SEE_OTHER)
async def read_code_form(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Take a typed code."""
    form = await read_form(request)
    typed = (form.get("code") or [""])[0][:100]
    return await _come_in(installation, municipality, typed)


@get("/code/{code:str}")
async def follow_link(
    code: FromPath[str], municipality: NamedDependency[Municipality], installation: NamedDependency[Installation]
) -> Response[Any]:
    """Take the code of a link. The redirect takes it out of the address bar."""
    return await _come_in(installation, municipality, code)


async def _come_in(installation: Installation, municipality: Municipality, typed: str) -> Response[Any]:
    code = read_code(typed)
    key = access_key(installation.settings.secret_key, municipality.code, code) if code else None
    arrival = await arrive(installation.database, key, today=installation.today) if key else Arrival(Standing.UNKNOWN)
    if key is None or arrival.standing is Standing.UNKNOWN:
        error = "unknown" if code else ("form" if typed.strip() else "empty")
        return page(
            "code.html",
            status=HTTP_422_UNPROCESSABLE_ENTITY,
            municipality=municipality,
            round=await newest_round(installation.database, municipality.code),
            typed=typed,
            error=error,
        )
    answer = sent_on(municipality, arrival)
    if arrival.standing in {Standing.INVITED, Standing.STARTED}:
        answer.set_cookie(_cookie(installation, key))
    return answer


def _cookie(installation: Installation, key: AccessKey) -> Cookie:
    """Hold the key for as long as the browser is open, for this municipality's pages, out of reach of scripts."""
    return Cookie(
        key=COOKIE,
        value=key.secret,
        path=f"/{key.municipality}",
        httponly=True,
        samesite="lax",
        secure=installation.settings.secure,
    )


@get("/welkom")
async def show_welcome(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Tell who asks, why, how long it takes and what happens with the answers."""
    key = held_key(request, municipality)
    arrival = await arrive(installation.database, key, today=installation.today) if key else Arrival(Standing.UNKNOWN)
    if arrival.round is None or arrival.standing not in {Standing.INVITED, Standing.STARTED}:
        return sent_on(municipality, arrival)
    questionnaire = (await installation.versions.open(arrival.round.questionnaire_hash)).questionnaire
    return page(
        "welcome.html",
        municipality=municipality,
        round=arrival.round,
        questions=len(questionnaire.pages),
        started=arrival.standing is Standing.STARTED,
    )


@post("/welkom", status_code=HTTP_303_SEE_OTHER)
async def begin(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Begin, or go on where the client was."""
    key = held_key(request, municipality)
    arrival = await start(installation.database, key, today=installation.today) if key else Arrival(Standing.UNKNOWN)
    if arrival.standing is not Standing.STARTED:
        return sent_on(municipality, arrival)
    return Redirect(f"/{municipality.code}/verder", status_code=HTTP_303_SEE_OTHER)

"""Coming in: with the link of the letter or by typing its code."""

from __future__ import annotations

from math import ceil
from typing import Any, Final, TypeAlias

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.storage.municipalities import Municipality
from ceo.storage.rounds import Round
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.readers import keep_choice, reader_of, reader_page
from ceo.workflows.access_codes import AccessKey, access_key, read_code
from ceo.workflows.answer import OpenDraft, open_draft
from ceo.workflows.arriving import Arrival, Standing, arrive, newest_round, start
from questionnaires.minutes import estimate_minutes
from questionnaires.questionnaire import Questionnaire

COOKIE: Final = "ceo_toegang"
# What `held_draft` returns is ours already: there is nothing in it to check.
HeldDraft: TypeAlias = NamedDependency[SkipValidation[OpenDraft]]
_KEY_DIGITS: Final = 64

# The answer to a client who cannot fill in now, by standing.
_STATUS: Final = {Standing.CLOSED: 410, Standing.EARLY: 403, Standing.COMPLETE: 200}


def held_key(request: Request[Any, Any, Any], municipality: Municipality) -> AccessKey | None:
    """Return the access key that the browser brings, if it can be one."""
    secret = request.cookies.get(COOKIE, "")
    is_key = len(secret) == _KEY_DIGITS and all(sign in "0123456789abcdef" for sign in secret)
    return AccessKey(municipality.code, secret) if is_key else None


class NothingToFillInError(Exception):
    """The client of this request has no draft that can be filled in now; `answer` says why, or leads to where it can."""

    def __init__(self, answer: Response[Any]) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


async def held_draft(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> OpenDraft:
    """Return the draft of the client who asks."""
    key = held_key(request, municipality)
    draft: OpenDraft | Arrival = Arrival(Standing.UNKNOWN)
    if key is not None:
        draft = await open_draft(installation.database, installation.versions, key, today=installation.today)
    if isinstance(draft, Arrival):
        raise NothingToFillInError(await sent_on(request, installation, municipality, draft))
    return draft


def send_on(_: Request[Any, Any, Any], error: NothingToFillInError) -> Response[Any]:
    """Answer a client who has nothing to fill in now."""
    return error.answer


async def sent_on(
    request: Request[Any, Any, Any], installation: Installation, municipality: Municipality, arrival: Arrival
) -> Response[Any]:
    """Answer a client who cannot fill in now, or who has to start first."""
    if arrival.standing in {Standing.INVITED, Standing.STARTED}:
        return Redirect(f"/{municipality.code}/welkom", status_code=HTTP_303_SEE_OTHER)
    if arrival.standing is Standing.UNKNOWN:
        return Redirect(f"/{municipality.code}", status_code=HTTP_303_SEE_OTHER)
    questionnaire = await asked_in(installation, arrival.round)
    return reader_page(
        "standing.html",
        reader_of(request, questionnaire),
        questionnaire,
        place="welkom",
        status=_STATUS[arrival.standing],
        municipality=municipality,
        standing=arrival.standing.value,
        round=arrival.round,
    )


async def asked_in(installation: Installation, its_round: Round | None) -> Questionnaire | None:
    """Return what is asked in a round."""
    if its_round is None:
        return None
    return (await installation.versions.open(its_round.questionnaire_hash)).questionnaire


@get("/")
async def show_code_form(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Ask for the code of the letter."""
    return await _code_form(request, installation, municipality)


@post("/", status_code=HTTP_303_SEE_OTHER)
async def read_code_form(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Take a typed code."""
    form = await read_form(request)
    typed = (form.get("code") or [""])[0][:100]
    return await _come_in(request, installation, municipality, typed)


@get("/code/{code:str}")
async def follow_link(
    request: Request[Any, Any, Any],
    code: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Take the code of a link. The redirect takes it out of the address bar."""
    return await _come_in(request, installation, municipality, code)


async def _code_form(
    request: Request[Any, Any, Any],
    installation: Installation,
    municipality: Municipality,
    *,
    typed: str = "",
    error: str = "",
) -> Response[str]:
    its_round = await newest_round(installation.database, municipality.code)
    questionnaire = await asked_in(installation, its_round)
    return reader_page(
        "code.html",
        reader_of(request, questionnaire),
        questionnaire,
        place="",
        status=HTTP_422_UNPROCESSABLE_ENTITY if error else HTTP_200_OK,
        municipality=municipality,
        round=its_round,
        typed=typed,
        error=error,
    )


async def _come_in(
    request: Request[Any, Any, Any], installation: Installation, municipality: Municipality, typed: str
) -> Response[Any]:
    code = read_code(typed)
    key = access_key(installation.settings.secret_key, municipality.code, code) if code else None
    arrival = await arrive(installation.database, key, today=installation.today) if key else Arrival(Standing.UNKNOWN)
    if key is None or arrival.standing is Standing.UNKNOWN:
        error = "unknown" if code else ("form" if typed.strip() else "empty")
        return await _code_form(request, installation, municipality, typed=typed, error=error)
    answer = await sent_on(request, installation, municipality, arrival)
    if arrival.standing in {Standing.INVITED, Standing.STARTED}:
        answer.set_cookie(_cookie(installation, key))
    if arrival.standing is Standing.STARTED:
        await _read_as_before(request, installation, key, answer)
    return answer


async def _read_as_before(
    request: Request[Any, Any, Any], installation: Installation, key: AccessKey, answer: Response[Any]
) -> None:
    """Let a client who goes on, perhaps on another device, read as in the draft."""
    draft = await open_draft(installation.database, installation.versions, key, today=installation.today)
    if isinstance(draft, OpenDraft) and draft.reader != reader_of(request, draft.questionnaire):
        keep_choice(answer, draft.reader, secure=installation.settings.secure)


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
    questionnaire = await asked_in(installation, arrival.round)
    if questionnaire is None or arrival.standing not in {Standing.INVITED, Standing.STARTED}:
        return await sent_on(request, installation, municipality, arrival)
    reader = reader_of(request, questionnaire)
    return reader_page(
        "welcome.html",
        reader,
        questionnaire,
        place="welkom",
        municipality=municipality,
        round=arrival.round,
        wording=questionnaire.wording(reader.language, reader.register),
        questions=len(questionnaire.items),
        minutes=ceil(estimate_minutes(questionnaire.items, questionnaire.scales_by_reference)),
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
    arrival = await arrive(installation.database, key, today=installation.today) if key else Arrival(Standing.UNKNOWN)
    if key is not None and arrival.standing is Standing.INVITED:
        reader = reader_of(request, await asked_in(installation, arrival.round))
        arrival = await start(installation.database, key, today=installation.today, reader=reader)
    if arrival.standing is not Standing.STARTED:
        return await sent_on(request, installation, municipality, arrival)
    return Redirect(f"/{municipality.code}/verder", status_code=HTTP_303_SEE_OTHER)

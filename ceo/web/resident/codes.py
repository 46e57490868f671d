"""Coming in: with the link of the letter, or by typing its code.

Whatever is wrong with a code, the answer is the same, so that it teaches nothing about other codes. Wrong codes are limited (see
`guessing`); the link of a letter never is, because its seal cannot be guessed.
"""

from __future__ import annotations

from asyncio import sleep
from http import HTTPStatus
from typing import Any, Final, Literal, TypeAlias

from litestar import Request, Response, get, head, post
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import Message, Scope

from ceo import clock
from ceo.storage.municipalities import Municipality
from ceo.storage.rounds import Promise
from ceo.web.forms import read_form
from ceo.web.held_keys import COOKIE, held_key
from ceo.web.installation import Installation
from ceo.web.networks import network_of
from ceo.web.readers import keep_choice, reader_of, reader_page
from ceo.web.resident.entrance import arrived, asked_in, sent_on
from ceo.web.resident.questions import go_to
from ceo.workflows.answering.access_codes import AccessKey, access_key, read_brought, read_code, show_code
from ceo.workflows.answering.answer import OpenDraft, open_draft
from ceo.workflows.answering.arriving import Arrival, Standing, arrive, newest_round
from ceo.workflows.answering.guessing import LONGEST_WAIT, Turn, give_back, source_of, take_turn
from ceo.workflows.told.telling import tells_residents

# Of the address no more than the site itself is told. With "no-referrer" alone browsers send a form on such a page from the origin "null",
# and that is refused as coming from another site. Those that do not know "strict-origin" keep to the first.
_HIDES_ADDRESS: Final = "no-referrer, strict-origin"
# With all that can stand between its signs.
_LONGEST_CODE: Final = 100

_Fault: TypeAlias = Literal["", "empty", "unknown", "slow"]
_STATUS: Final[dict[_Fault, HTTPStatus]] = {
    "": HTTPStatus.OK,
    "empty": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown": HTTPStatus.UNPROCESSABLE_ENTITY,
    "slow": HTTPStatus.TOO_MANY_REQUESTS,
}


@get("/")
async def show_code_form(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Ask for the code of the letter."""
    return await _code_form(request, installation, municipality)


@post("/", status_code=HTTPStatus.SEE_OTHER)
async def read_code_form(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Take a typed code, or a link that was pasted whole."""
    form = await read_form(request)
    typed = (form.get("code") or [""])[0].rpartition("/")[2].strip()[:_LONGEST_CODE]
    if not typed:
        return await _code_form(request, installation, municipality, fault="empty")
    return await _come_in(request, installation, municipality, typed, shown=_in_groups(typed))


@get("/code/{code:str}")
async def follow_link(
    request: Request[Any, Any, Any],
    code: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Take the code of a link. The redirect takes it out of the address bar."""
    if any("prefetch" in request.headers.get(name, "") for name in ("sec-purpose", "purpose", "x-moz")):
        # The browser only guesses that its user will follow the link: let it come again then.
        return Response(b"", status_code=HTTPStatus.TOO_EARLY)
    return await _come_in(request, installation, municipality, code[:_LONGEST_CODE], shown="")


@head("/code/{code:str}")
async def look_at_link(code: FromPath[str], municipality: NamedDependency[Municipality]) -> None:
    """Answer a program that looks at links before a person follows them. Nothing is looked up, counted or kept."""


async def hide_address(message: Message, scope: Scope) -> None:
    """Let no browser tell the address of a link to the page that follows it: it holds a code."""
    if message["type"] == "http.response.start" and "/code/" in scope["path"]:
        MutableScopeHeaders.from_message(message)["referrer-policy"] = _HIDES_ADDRESS


async def _code_form(
    request: Request[Any, Any, Any],
    installation: Installation,
    municipality: Municipality,
    *,
    shown: str = "",
    fault: _Fault = "",
) -> Response[str]:
    its_round = await newest_round(installation.database, municipality.code)
    questionnaire = await asked_in(installation, its_round)
    return reader_page(
        "code.html",
        reader_of(request, questionnaire),
        questionnaire,
        place="",
        status=_STATUS[fault],
        headers={"retry-after": str(LONGEST_WAIT)} if fault == "slow" else None,
        municipality=municipality,
        round=its_round,
        typed=shown,
        error=fault,
        told=await tells_residents(installation.database, municipality.code),
    )


def _in_groups(typed: str) -> str:
    code = read_code(typed)
    return show_code(code) if code else typed


async def _come_in(
    request: Request[Any, Any, Any],
    installation: Installation,
    municipality: Municipality,
    text: str,
    *,
    shown: str,
) -> Response[Any]:
    """Let in who brings a right code, after its turn; `shown` is what stands in the field when it is asked again."""
    brought = read_brought(installation.settings.secret_key, municipality.code, text)
    turn = None
    if brought is None or not brought.sealed:
        turn = await _wait_for_turn(request, installation, municipality)
        if turn is None:
            return await _code_form(request, installation, municipality, shown=shown, fault="slow")
    key = access_key(installation.settings.secret_key, municipality.code, brought.code) if brought else None
    arrival = await arrive(installation.database, key, today=installation.today) if key else Arrival(Standing.UNKNOWN)
    if key is None or arrival.standing is Standing.UNKNOWN:
        return await _code_form(request, installation, municipality, shown=shown, fault="unknown")
    if turn is not None:
        await give_back(installation.database, turn)
    return await _let_in(request, installation, municipality, key, arrival)


async def _wait_for_turn(
    request: Request[Any, Any, Any], installation: Installation, municipality: Municipality
) -> Turn | None:
    """Wait, with no connection of the database in hand; None when too many wait already.

    A browser that came in before has a bucket of its own, so that nobody else on its network can slow it.
    """
    now = clock.now()
    key = held_key(request, municipality)
    if key is not None and (await arrived(request, installation, municipality)).standing is not Standing.UNKNOWN:
        whence = f"browser {key.secret}"
    else:
        whence = f"network {network_of(request, installation.settings.trusted_proxies)}"
    source = source_of(installation.settings.secret_key, whence, day=now.date())
    turn = await take_turn(installation.database, source, now=now)
    if turn is not None:
        await sleep(turn.wait)
    return turn


async def _let_in(
    request: Request[Any, Any, Any],
    installation: Installation,
    municipality: Municipality,
    key: AccessKey,
    arrival: Arrival,
) -> Response[Any]:
    if not _can_go_on(arrival):
        return await sent_on(request, installation, municipality, arrival)
    answer = go_to(municipality, "welkom")
    answer.set_cookie(_cookie(installation, key))
    if arrival.standing is Standing.STARTED:
        await _read_as_before(request, installation, key, answer)
    return answer


def _can_go_on(arrival: Arrival) -> bool:
    """Tell whether there is something to do with the key: fill in, take part after all, or look back at what was sent."""
    if arrival.standing is Standing.COMPLETE:
        return arrival.round is not None and arrival.round.promise == Promise.PSEUDONYMOUS
    return arrival.standing in {Standing.INVITED, Standing.STARTED, Standing.REFUSED}


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

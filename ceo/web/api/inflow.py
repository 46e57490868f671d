"""New clients of a round that goes on, sent in by another system of the municipality with a key (see `frames.inflow_keys`).

The key is all that is looked at: no session and no cookie, so there is nothing that another site could abuse. The answer tells how many
people were new, and not who was drawn or does not want to be asked: the system that sends them need not know.
"""

from __future__ import annotations

import json
from asyncio import sleep
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, Final

from litestar import HttpMethod, Request, Response, post, route
from litestar.di import NamedDependency
from litestar.status_codes import (
    HTTP_202_ACCEPTED,
    HTTP_400_BAD_REQUEST,
    HTTP_401_UNAUTHORIZED,
    HTTP_405_METHOD_NOT_ALLOWED,
    HTTP_409_CONFLICT,
    HTTP_415_UNSUPPORTED_MEDIA_TYPE,
    HTTP_422_UNPROCESSABLE_ENTITY,
    HTTP_429_TOO_MANY_REQUESTS,
)

from ceo.clock import now
from ceo.web.api.problems import problem
from ceo.web.installation import Installation
from ceo.web.networks import network_of
from ceo.web.staff.fieldwork.frame_words import fault_words
from ceo.workflows.answering.guessing import LONGEST_WAIT, source_of, take_turn
from ceo.workflows.frames.inflow import MOST_PEOPLE, WHOLE, InflowFault, send_in
from ceo.workflows.frames.inflow_keys import find_key

PATH: Final = "/api/v1/instroom"
LARGEST: Final = 1_000_000  # bytes
_ALLOW: Final = {"allow": "POST, OPTIONS"}
_BEARER: Final = "bearer "
_LONGEST_KEY: Final = 200
# What is wrong that a list cannot have; the other codes have the words of lists.
_WORDS: Final[Mapping[str, str]] = {
    "not-a-list": 'Het bericht is geen object met onder "mensen" een lijst met minstens één persoon.',
    "too-many": f"Er staan meer dan {MOST_PEOPLE} mensen in het bericht.",
    "not-a-person": "Dit is geen object met gegevens.",
    "unknown-field": "Er staat een gegeven bij dat wij niet kennen.",
    "not-text": "Dit gegeven is geen tekst.",
    "required": "Dit gegeven is verplicht.",
    "citizen-number": "Hier staan burgerservicenummers. Stuur een eigen cliëntnummer.",
}
_REFUSALS: Final[Mapping[str, str]] = {
    "not-continuous": "In deze meting komen geen nieuwe mensen.",
    "round-not-in-field": "Het veldwerk van deze meting loopt niet.",
    "not-drawn": "In deze meting is nog geen steekproef getrokken.",
}


@post(PATH, status_code=HTTP_202_ACCEPTED, request_max_body_size=LARGEST)
async def take_in_people(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation]
) -> Response[bytes]:
    """Let people come in: all of them, or nobody and everything that is wrong."""
    scheme, brought = request.headers.get("authorization", "")[:_LONGEST_KEY], ""
    if scheme.lower().startswith(_BEARER):
        brought = scheme[len(_BEARER) :].strip()
    key = await find_key(installation.database, brought, today=installation.today)
    if key is None:
        return await _no_key(request, installation, tried=bool(brought))
    if request.content_type[0] != "application/json":
        return problem(HTTP_415_UNSUPPORTED_MEDIA_TYPE, "Stuur JSON, met Content-Type: application/json.")
    try:
        document = json.loads(await request.body())
    except (ValueError, RecursionError):
        return problem(HTTP_400_BAD_REQUEST, "Dit is geen JSON die wij kunnen lezen.")
    taken = await send_in(
        installation.database, installation.settings, key, document, today=installation.today, now=now()
    )
    if isinstance(taken, str):
        return problem(HTTP_409_CONFLICT, _REFUSALS[taken])
    if isinstance(taken, list):
        return _faulty(taken)
    counts = {"ontvangen": taken.people, "nieuw": taken.people - taken.known, "al_bekend": taken.known}
    return Response(json.dumps(counts).encode(), status_code=HTTP_202_ACCEPTED, media_type="application/json")


@route(
    PATH,
    http_method=[HttpMethod.GET, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE],
    status_code=HTTP_405_METHOD_NOT_ALLOWED,
)
async def refuse_method() -> Response[bytes]:
    """Tell that people can only be sent in here: nobody can be asked for, changed or removed."""
    return problem(HTTP_405_METHOD_NOT_ALLOWED, "Hier kunt u alleen mensen insturen, met POST.", headers=_ALLOW)


async def _no_key(request: Request[Any, Any, Any], installation: Installation, *, tried: bool) -> Response[bytes]:
    """Refuse a wrong key, later and later for who tries many. A right one never waits."""
    if tried:
        settings, moment = installation.settings, now()
        whence = f"inflow {network_of(request, settings.trusted_proxies)}"
        source = source_of(settings.secret_key, whence, day=moment.date())
        turn = await take_turn(installation.database, source, now=moment)
        if turn is None:
            again = {"retry-after": str(ceil(LONGEST_WAIT))}
            return problem(HTTP_429_TOO_MANY_REQUESTS, "Er zijn te veel verkeerde sleutels geprobeerd.", headers=again)
        await sleep(turn.wait)
    return problem(
        HTTP_401_UNAUTHORIZED,
        "Deze sleutel werkt niet.",
        "Stuur de sleutel mee als Authorization: Bearer. Een sleutel kan verlopen of ingetrokken zijn.",
        headers={"www-authenticate": 'Bearer realm="instroom"'},
    )


def _faulty(faults: Sequence[InflowFault]) -> Response[bytes]:
    told = [
        {
            **({} if fault.index == WHOLE else {"persoon": fault.index}),
            "veld": fault.field,
            "code": fault.code,
            "wat": _WORDS.get(fault.code) or fault_words(fault.code)[0],
        }
        for fault in faults
    ]
    return problem(
        HTTP_422_UNPROCESSABLE_ENTITY,
        "Er is niemand opgenomen: in het bericht staan fouten.",
        "Verbeter de fouten en stuur het hele bericht opnieuw.",
        faults=told,
    )

"""Thanking who has sent, and one question about the survey itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.storage.municipalities import Municipality
from ceo.storage.rounds import Promise, Round
from ceo.web.forms import read_form
from ceo.web.held_keys import held_key
from ceo.web.installation import Installation
from ceo.web.languages import N_, translations
from ceo.web.readers import reader_of, reader_page
from ceo.web.resident.entrance import asked_in
from ceo.web.resident.questions import go_to
from ceo.workflows.answering.arriving import newest_round
from ceo.workflows.answering.impressions import (
    Impression,
    Marked,
    Marker,
    draw_marker,
    find_marked,
    give_impression,
    read_marker,
)
from ceo.workflows.told.telling import tells_residents

# Says that answers were just sent from this browser, and in which round: not by whom, and not which.
MARKER: Final = "ceo_klaar"
_FIELD: Final = "invullen"
_WORDS: Final[Mapping[Impression, str]] = {
    Impression.VERY_EASY: N_("Heel makkelijk"),
    Impression.EASY: N_("Makkelijk"),
    Impression.BETWEEN: N_("Niet makkelijk en niet moeilijk"),
    Impression.HARD: N_("Moeilijk"),
    Impression.VERY_HARD: N_("Heel moeilijk"),
}


def marker_cookie(installation: Installation, its_round: Round) -> Cookie:
    """Return what lets the browser of somebody who has just sent give one impression, for as long as it is open."""
    assert its_round.id is not None
    marker = draw_marker(its_round.municipality, its_round.id, today=installation.today)
    return Cookie(
        key=MARKER,
        value=marker.signed(installation.settings.secret_key),
        path=f"/{its_round.municipality}/klaar",
        httponly=True,
        samesite="lax",
        secure=installation.settings.secure,
    )


@get("/klaar")
async def show_thanks(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Thank the client, and tell what happens now."""
    return await _thanks(request, installation, municipality)


@post("/klaar", status_code=HTTP_303_SEE_OTHER)
async def take_impression(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Count how somebody who has just sent found filling in."""
    marker = _held_marker(request, installation, municipality)
    chosen = "".join((await read_form(request)).get(_FIELD, ())[:1])
    if marker is not None and chosen not in set(Impression):
        return await _thanks(request, installation, municipality, nothing_chosen=True)
    if marker is not None:
        await give_impression(installation.database, marker, Impression(chosen), reader_of(request, None))
    return go_to(municipality, "klaar")


async def _thanks(
    request: Request[Any, Any, Any],
    installation: Installation,
    municipality: Municipality,
    *,
    nothing_chosen: bool = False,
) -> Response[Any]:
    marked = await _marked(request, installation, municipality)
    its_round = marked.round if marked else await newest_round(installation.database, municipality.code)
    questionnaire = await asked_in(installation, its_round)
    reader = reader_of(request, questionnaire)
    gettext = translations(reader.language).gettext
    wrong = nothing_chosen and marked is not None and marked.unused
    return reader_page(
        "thanks.html",
        reader,
        questionnaire,
        place="klaar",
        status=HTTP_422_UNPROCESSABLE_ENTITY if wrong else HTTP_200_OK,
        municipality=municipality,
        round=its_round,
        marked=marked,
        told=await tells_residents(installation.database, municipality.code),
        field=_FIELD,
        choices=[(impression.value, gettext(words)) for impression, words in _WORDS.items()],
        wrong=wrong,
        pseudonymous=marked is not None and marked.round.promise == Promise.PSEUDONYMOUS,
        holds_key=held_key(request, municipality) is not None,
    )


async def _marked(
    request: Request[Any, Any, Any], installation: Installation, municipality: Municipality
) -> Marked | None:
    marker = _held_marker(request, installation, municipality)
    return await find_marked(installation.database, marker) if marker is not None else None


def _held_marker(
    request: Request[Any, Any, Any], installation: Installation, municipality: Municipality
) -> Marker | None:
    text = request.cookies.get(MARKER, "")
    return read_marker(installation.settings.secret_key, municipality.code, text, today=installation.today)

"""Pages that have expired: the draft behind an open page is gone, the browser has lost the key to it, or holds that of another client.

Whoever sends a form then is told what happened and how to go on. What was typed is shown once more, so that it can be copied.
"""

from __future__ import annotations

import re
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_410_GONE

from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.held_keys import held_key, is_form_of
from ceo.web.installation import Installation
from ceo.web.readers import reader_of, reader_page
from ceo.web.resident.entrance import NothingToFillInError, arrived, asked_in, held_draft
from ceo.web.resident.questions import go_to
from ceo.workflows.answering.access_codes import AccessKey
from ceo.workflows.answering.answer import OpenDraft
from ceo.workflows.answering.arriving import Arrival, Standing, newest_round
from questionnaires.answering import Form

_PLACE: Final = "verlopen"
# What is chosen and not typed: codes, numbers, and the parts of a day.
_CHOSEN: Final = re.compile(r"[\w.-]{0,60}")


async def draft_or_explanation(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> OpenDraft:
    """Return the draft of the client who asks. Who sends a form and has none, or whose form it is not, is told what happened."""
    await own_key(request, municipality, installation)
    try:
        return await held_draft(request, municipality, installation)
    except NothingToFillInError as error:
        if request.method != "POST":
            raise
        raise NothingToFillInError(await _explained(request, installation, municipality, error.answer)) from None


async def own_key(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> AccessKey | None:
    """Return the key of the client who asks. Who sends a form from a page of another client is told that nothing was done with it."""
    key = held_key(request, municipality)
    if key is not None and request.method == "POST" and not await is_form_of(request, key):
        typed = _typed(await read_form(request))
        arrival = await arrived(request, installation, municipality)
        page = await _expired_page(request, installation, municipality, arrival, typed=typed, of_another=True)
        raise NothingToFillInError(page)
    return key


@get(f"/{_PLACE}")
async def show_expired(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Tell who lost the key that nothing was lost, and how to go on. Who has come in again meanwhile goes on."""
    arrival = await arrived(request, installation, municipality)
    if arrival.standing is not Standing.UNKNOWN:
        return go_to(municipality, "welkom")
    return await _expired_page(request, installation, municipality, arrival)


async def _explained(
    request: Request[Any, Any, Any], installation: Installation, municipality: Municipality, usual: Response[Any]
) -> Response[Any]:
    """Return a page with what was typed, or the way to a page that tells why there is no draft."""
    typed = _typed(await read_form(request))
    arrival = await arrived(request, installation, municipality)
    if typed:
        return await _expired_page(request, installation, municipality, arrival, typed=typed)
    if arrival.standing is Standing.UNKNOWN:
        return go_to(municipality, _PLACE)
    return usual if isinstance(usual, Redirect) else go_to(municipality, "welkom")


async def _expired_page(
    request: Request[Any, Any, Any],
    installation: Installation,
    municipality: Municipality,
    arrival: Arrival,
    *,
    typed: tuple[str, ...] = (),
    of_another: bool = False,
) -> Response[Any]:
    its_round = arrival.round or await newest_round(installation.database, municipality.code)
    questionnaire = await asked_in(installation, its_round)
    return reader_page(
        "expired.html",
        reader_of(request, questionnaire),
        questionnaire,
        place=_PLACE,
        status=HTTP_410_GONE if typed or of_another else HTTP_200_OK,
        municipality=municipality,
        round=its_round,
        standing=arrival.standing.value,
        of_another=of_another,
        typed=typed,
    )


def _typed(form: Form) -> tuple[str, ...]:
    """Return what was typed in a form, and not chosen."""
    return tuple(text for texts in form.values() for text in texts if not _CHOSEN.fullmatch(text))

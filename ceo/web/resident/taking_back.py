"""Taking back what a story may be used for, after sending: with the code, in a round that promised that this is possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.held_keys import held_key
from ceo.web.installation import Installation
from ceo.web.readers import reader_of, reader_page
from ceo.web.resident.consent import Use
from ceo.web.resident.consent_words import use_words
from ceo.web.resident.entrance import OwnKey, arrived, asked_in, sent_on
from ceo.web.resident.questions import go_to
from ceo.workflows.answering.arriving import Arrival, Standing
from ceo.workflows.answering.consent import SentStories, SentStory, find_sent_stories, take_back_uses
from ceo.workflows.answering.reader import Reader
from questionnaires.consents import SCOPES

PLACE: Final = "toestemming"
# The name of the controls; each has the item and the use as its value.
TAKEN: Final = "terug"


@dataclass(frozen=True, slots=True)
class ShownStory:
    """A sent story with the uses that can be taken back, and those that were."""

    item: str
    question: str
    told: str
    given: tuple[Use, ...]
    withdrawn: tuple[str, ...]


@get("/toestemming")
async def show_permissions(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Show what the stories that were sent may be used for."""
    arrival = await arrived(request, installation, municipality)
    if arrival.standing is not Standing.COMPLETE:
        return await _not_sent(request, installation, municipality, arrival)
    return await _permission_page(request, installation, municipality, arrival)


@post("/toestemming", status_code=HTTP_303_SEE_OTHER)
async def take_back_permissions(
    request: Request[Any, Any, Any],
    own_key: OwnKey,
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Take back the uses that were chosen. Nothing is given back by this page, so what is sent twice is taken back once."""
    arrival = await arrived(request, installation, municipality)
    if own_key is None or arrival.standing is not Standing.COMPLETE:
        return await _not_sent(request, installation, municipality, arrival)
    taken: dict[str, set[str]] = {}
    for value in (await read_form(request)).get(TAKEN, ()):
        item, _, scope = value.rpartition(".")
        taken.setdefault(item, set()).add(scope)
    if not taken:
        return await _permission_page(request, installation, municipality, arrival, nothing_chosen=True)
    await take_back_uses(installation.database, own_key, taken, now=now())
    return go_to(municipality, PLACE)


async def _not_sent(
    request: Request[Any, Any, Any], installation: Installation, municipality: Municipality, arrival: Arrival
) -> Response[Any]:
    """Lead a client who is still filling in to where that goes on."""
    if arrival.standing is Standing.STARTED:
        return go_to(municipality, "verder")
    return await sent_on(request, installation, municipality, arrival)


async def _permission_page(
    request: Request[Any, Any, Any],
    installation: Installation,
    municipality: Municipality,
    arrival: Arrival,
    *,
    nothing_chosen: bool = False,
) -> Response[Any]:
    """Answer with the stories; with the reason why not, when nothing leads from the code to them."""
    key = held_key(request, municipality)
    sent = await find_sent_stories(installation.database, installation.versions, key) if key is not None else None
    questionnaire = sent.answered.questionnaire if sent is not None else await asked_in(installation, arrival.round)
    reader = reader_of(request, questionnaire)
    return reader_page(
        "permission.html",
        reader,
        questionnaire,
        place=PLACE,
        status=HTTP_422_UNPROCESSABLE_ENTITY if nothing_chosen else HTTP_200_OK,
        municipality=municipality,
        round=arrival.round,
        stories=[_shown(sent, story, reader) for story in sent.stories] if sent is not None else None,
        nothing_chosen=nothing_chosen,
    )


def _shown(sent: SentStories, story: SentStory, reader: Reader) -> ShownStory:
    wording = sent.answered.questionnaire.wording(reader.language, reader.register)
    given = (scope for scope in SCOPES if scope in story.consent.given)
    return ShownStory(
        item=story.item,
        question=wording.stem(sent.answered.questionnaire.item(story.item), {}),
        told=story.told,
        given=tuple(Use(scope, use_words(scope, reader.language), "") for scope in given),
        withdrawn=tuple(use_words(scope, reader.language) for scope in story.consent.withdrawn),
    )

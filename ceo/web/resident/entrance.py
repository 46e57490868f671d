"""Who is there: the key that the browser holds after coming in, its draft, and where its client can go."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_403_FORBIDDEN, HTTP_410_GONE

from ceo.storage.municipalities import Municipality
from ceo.storage.rounds import Round
from ceo.web.held_keys import held_key
from ceo.web.installation import Installation
from ceo.web.readers import reader_of, reader_page
from ceo.workflows.answering.access_codes import AccessKey
from ceo.workflows.answering.answer import OpenDraft, open_draft
from ceo.workflows.answering.arriving import Arrival, Standing, arrive
from questionnaires.questionnaire import Questionnaire

# What our own functions return is ours already: there is nothing in it to check.
HeldDraft: TypeAlias = NamedDependency[SkipValidation[OpenDraft]]
OwnKey: TypeAlias = NamedDependency[SkipValidation[AccessKey | None]]

# The answer to a client who cannot fill in now, by standing.
_STATUS: Final = {
    Standing.CLOSED: HTTP_410_GONE,
    Standing.EARLY: HTTP_403_FORBIDDEN,
    Standing.COMPLETE: HTTP_200_OK,
    Standing.REFUSED: HTTP_200_OK,
}


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
        stories=has_stories(questionnaire),
    )


async def arrived(request: Request[Any, Any, Any], installation: Installation, municipality: Municipality) -> Arrival:
    """Return where the client stands whose key the browser holds."""
    key = held_key(request, municipality)
    if key is None:
        return Arrival(Standing.UNKNOWN)
    return await arrive(installation.database, key, today=installation.today)


async def asked_in(installation: Installation, its_round: Round | None) -> Questionnaire | None:
    """Return what is asked in a round."""
    if its_round is None:
        return None
    return await installation.versions.asked_in(its_round, its_round.questionnaire_hash)


def has_stories(questionnaire: Questionnaire | None) -> bool:
    """Tell whether a questionnaire asks for stories, about whose use the teller decides."""
    return questionnaire is not None and any(item.consent is not None for item in questionnaire.items)

"""The pages for the telephone and the counter: who it is, what is read aloud first, filling in for them, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any, Final

from litestar import Response, get, post
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.contacts import Disposition
from ceo.storage.rounds import takes_answers
from ceo.web.conversations import Conversation, conversation_of, end, hold, let_in
from ceo.web.languages import N_
from ceo.web.readers import reader_of
from ceo.web.staff.fieldwork.code_words import CODE_FAULTS
from ceo.web.staff.fieldwork.desk import AT_DESK, Desk, OwnDesk
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.workflows.answering.arriving import Arrival, Standing
from ceo.workflows.inviting.brought_codes import CodeFault
from ceo.workflows.inviting.codes import hand_out_codes
from ceo.workflows.inviting.dispositions import note_disposition
from ceo.workflows.inviting.interviewing import begin_for, find_person
from ceo.workflows.rounds.listing import read_strata
from questionnaires.minutes import estimate_minutes

# What came of a conversation, by the button. Nothing is kept of who is called again later.
_OUTCOMES: Final[Mapping[str, Disposition | None]] = {
    "wil-niet": Disposition.REFUSED_OTHERWISE,
    "kan-niet": Disposition.NOT_ABLE,
    "taal": Disposition.NOT_ABLE,
    "later": None,
}
_DISPOSITIONS: Final[Mapping[Disposition, str]] = {
    Disposition.UNDELIVERABLE: N_("De brief of mail kwam terug"),
    Disposition.REFUSED_OTHERWISE: N_("Wil niet meedoen"),
    Disposition.NOT_ABLE: N_("Kan niet meedoen, door ziekte of door de taal"),
    Disposition.NOT_ELIGIBLE: N_("Hoort niet bij de doelgroep, bijvoorbeeld door een verhuizing"),
    Disposition.DECEASED: N_("Is overleden"),
}
_TAKEN_BACK: Final = "geen"
_CHOOSE: Final = N_("Kies wat u wilt vastleggen.")
_CHOOSE_GROUP: Final = N_("Kies de groep waar deze persoon bij hoort.")
_FULL: Final = N_(
    "In deze groep heeft iedereen al een uitnodiging. Kies een andere groep, of vraag naar de code van de brief."
)
_AGREE: Final = N_("Vraag eerst of deze persoon wil meedoen. Zet dan een vinkje.")


@get("/veldwerk/{round_id:int}/gesprek", **AT_DESK)
async def show_conversation(desk: OwnDesk) -> Response[Any]:
    """Ask with whom somebody talks; or show the conversation that goes on."""
    held = conversation_of(desk.request, desk.municipality.code)
    if held is None or held.round_id != desk.round_id:
        return await _start(desk)
    person = await _person(desk, held)
    if isinstance(person, Arrival):
        return await _conversation(desk, person)
    # Nothing is left to do with this code: usually because the answers have just been sent.
    sent = person is CodeFault.ANSWERED
    return _ended(desk, await _start(desk, sent=sent))


@post("/veldwerk/{round_id:int}/gesprek", status_code=HTTP_303_SEE_OTHER, **AT_DESK)
async def take_code(desk: OwnDesk) -> Response[Any]:
    """Begin a conversation with the person whose code was told."""
    code = desk.typed_code()
    if isinstance(code, CodeFault):
        return await _start(desk, faults={"code": CODE_FAULTS[code]})
    held = Conversation(desk.round_id, desk.key_of(code))
    person = await _person(desk, held)
    if isinstance(person, CodeFault):
        return await _start(desk, faults={"code": CODE_FAULTS[person]})
    answer = go_to(f"{desk.address}/gesprek")
    hold(answer, held, secure=desk.installation.settings.secure)
    return answer


@post("/veldwerk/{round_id:int}/gesprek/nieuw", status_code=HTTP_200_OK, **AT_DESK)
async def make_code(desk: OwnDesk) -> Response[Any]:
    """Begin a conversation with somebody who has no code at hand: make one, and show it this once."""
    installation = desk.installation
    strata = await read_strata(installation.database, desk.municipality.code, desk.round_id)
    chosen = next((stratum for stratum in strata if stratum.name == desk.said("groep")), None)
    if chosen is None:
        return await _start(desk, faults={"groep": _CHOOSE_GROUP})
    if chosen.invited >= chosen.population or not takes_answers(desk.overview.round, installation.today):
        full = chosen.invited >= chosen.population
        return await _start(desk, faults={"groep": _FULL if full else CODE_FAULTS[CodeFault.NOT_IN_FIELD]})
    codes = await hand_out_codes(
        installation.database,
        installation.settings.secret_key,
        municipality=desk.municipality.code,
        round_id=desk.round_id,
        numbers={chosen.name: 1},
        actor=desk.staff.id,
        now=now(),
    )
    [code] = codes[chosen.name]
    held = Conversation(desk.round_id, desk.key_of(code))
    person = await _person(desk, held)
    assert isinstance(person, Arrival), "a new code can be used"
    answer = await _conversation(desk, person, code=code)
    hold(answer, held, secure=installation.settings.secure)
    return answer


@post("/veldwerk/{round_id:int}/gesprek/begin", status_code=HTTP_303_SEE_OTHER, **AT_DESK)
async def begin_filling_in(desk: OwnDesk) -> Response[Any]:
    """Go to the residents' pages to fill in for a person who agreed."""
    held = _held(desk)
    if held is None:
        return go_to(f"{desk.address}/gesprek")
    person = await _person(desk, held)
    if isinstance(person, CodeFault):
        return await _start(desk, faults={"code": CODE_FAULTS[person]})
    if desk.said("akkoord") != "ja":
        return await _conversation(desk, person, fault=_AGREE)
    installation = desk.installation
    reader = reader_of(
        desk.request, (await installation.versions.open(desk.overview.round.questionnaire_hash)).questionnaire
    )
    if not await begin_for(installation.database, held.key, today=installation.today, reader=reader):
        return go_to(f"{desk.address}/gesprek")
    answer = Redirect(f"/{desk.municipality.code}/verder", status_code=HTTP_303_SEE_OTHER)
    let_in(answer, held, secure=installation.settings.secure)
    return answer


@post("/veldwerk/{round_id:int}/gesprek/uitkomst", status_code=HTTP_303_SEE_OTHER, **AT_DESK)
async def end_conversation(desk: OwnDesk) -> Response[Any]:
    """End a conversation, and keep what came of it."""
    held, chosen = _held(desk), desk.said("actie")
    disposition = _OUTCOMES.get(chosen)
    if held is not None and disposition is not None:
        await note_disposition(
            desk.installation.database, held.key, desk.round_id, disposition, actor=desk.staff.id, now=now()
        )
    return _ended(desk, go_to(f"{desk.address}/gesprek", done=chosen if chosen in _OUTCOMES else "gesloten"))


@post("/veldwerk/{round_id:int}/gesprek/melding", status_code=HTTP_303_SEE_OTHER, **AT_DESK)
async def take_disposition(desk: OwnDesk) -> Response[Any]:
    """Keep why somebody will not answer, such as when a letter came back."""
    code, chosen = desk.typed_code(), desk.said("melding")
    if chosen != _TAKEN_BACK and chosen not in set(Disposition):
        return await _start(desk, faults={"melding": _CHOOSE})
    if isinstance(code, CodeFault):
        return await _start(desk, faults={"code-melding": CODE_FAULTS[code]})
    disposition = Disposition(chosen) if chosen != _TAKEN_BACK else None
    fault = await note_disposition(
        desk.installation.database, desk.key_of(code), desk.round_id, disposition, actor=desk.staff.id, now=now()
    )
    if fault is not None:
        return await _start(desk, faults={"code-melding": CODE_FAULTS[fault]})
    return go_to(f"{desk.address}/gesprek", done="melding")


def _held(desk: Desk) -> Conversation | None:
    held = conversation_of(desk.request, desk.municipality.code)
    return held if held is not None and held.round_id == desk.round_id else None


async def _person(desk: Desk, held: Conversation) -> Arrival | CodeFault:
    installation = desk.installation
    return await find_person(installation.database, held.key, held.round_id, today=installation.today)


def _ended(desk: Desk, answer: Response[Any]) -> Response[Any]:
    end(answer, desk.municipality.code)
    return answer


async def _start(desk: Desk, *, faults: Mapping[str, str] | None = None, sent: bool = False) -> Response[str]:
    strata = await read_strata(desk.installation.database, desk.municipality.code, desk.round_id)
    choices = [(one.value, staff_words(desk.request, words)) for one, words in _DISPOSITIONS.items()]
    return staff_page(
        desk.request,
        "staff/fieldwork/interviewing.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        overview=desk.overview,
        open=takes_answers(desk.overview.round, desk.installation.today),
        strata=[(stratum.name, stratum.name) for stratum in strata],
        dispositions=choices,
        faults={name: staff_words(desk.request, words) for name, words in (faults or {}).items()},
        typed=desk.said("code")[:60],
        chosen={name: desk.said(name) for name in ("groep", "melding")},
        sent=sent,
    )


async def _conversation(desk: Desk, person: Arrival, *, code: str = "", fault: str = "") -> Response[str]:
    questionnaire = (await desk.installation.versions.open(desk.overview.round.questionnaire_hash)).questionnaire
    return staff_page(
        desk.request,
        "staff/fieldwork/conversation.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if fault else HTTP_200_OK,
        overview=desk.overview,
        municipality=desk.municipality,
        code=code,
        begun=person.standing is Standing.STARTED,
        refused=person.standing is Standing.REFUSED,
        minutes=ceil(estimate_minutes(questionnaire.items, questionnaire.scales_by_reference)),
        faults={"akkoord": staff_words(desk.request, fault)} if fault else {},
    )


ROUTES: Final = (
    show_conversation,
    take_code,
    make_code,
    begin_filling_in,
    end_conversation,
    take_disposition,
)

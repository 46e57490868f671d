"""Asking what a told story may be used for: every use on its own, and none is on until it is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.storage.municipalities import Municipality
from ceo.storage.rounds import Promise
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_, translations
from ceo.web.readers import chosen_reader, keep_choice, reader_page, within
from ceo.web.resident.consent_words import use_words
from ceo.web.resident.entrance import HeldDraft, held_draft
from ceo.web.resident.questions import go_to, place_at_end
from ceo.web.resident.trace_words import trace_advice, trace_words
from ceo.workflows.answering.answer import OpenDraft, read_on_as
from ceo.workflows.answering.callbacks import LONGEST_NAME, CallbackRequest, open_request, read_number, seal_request
from ceo.workflows.answering.consent import decide
from questionnaires.answering import Form, clean_text
from questionnaires.consents import CALL_BACK, StoryConsent, chosen_scopes, stories
from questionnaires.definition import ConsentScope, Item
from questionnaires.personal_data import find_traces

# The names of the controls. A use has the name of its scope as its value.
USES: Final = "mag"
NUMBER: Final = "nummer"
NAME: Final = "naam"

# What each use comes down to, below its name.
_MEANINGS: Final[Mapping[ConsentScope, str]] = {
    "leren_intern": N_("Medewerkers lezen het verhaal, om de hulp beter te maken. Het komt niet naar buiten."),
    "delen_anoniem": N_("Bijvoorbeeld in een rapport, of op de website van de gemeente. Iedereen kan het dan lezen."),
    "landelijk_delen": N_("Bijvoorbeeld andere gemeenten en onderzoekers."),
    "terugbellen": N_(
        "De gemeente weet dan van wie dit verhaal is. Wie belt, ziet alleen dit verhaal, het telefoonnummer en de naam."
    ),
}
_NO_NUMBER: Final = N_("Vul een telefoonnummer in. Of haal het vinkje bij bellen weg.")
_WRONG_NUMBER: Final = N_("Dit telefoonnummer kan niet. Vul alle cijfers in, zoals 06 12345678.")
_NOT_CHOSEN: Final = N_(
    "Er staat een telefoonnummer of naam, maar bellen is niet gekozen. Kies bellen. Of haal het nummer en de naam weg."
)
_LONG_NAME: Final = N_("De naam is te lang. Een voornaam of achternaam is genoeg.")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a teller chose about one story, as it was filled in."""

    scopes: tuple[ConsentScope, ...] = ()
    number: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """One use to choose, in words."""

    scope: ConsentScope
    words: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a client decides: about this story, in this municipality."""

    municipality: Municipality
    installation: Installation
    draft: OpenDraft
    item: Item
    faults: Mapping[str, str] = field(default_factory=dict)


@get("/toestemming/{item_id:str}")
async def show_consent(
    item_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    draft: HeldDraft,
) -> Response[Any]:
    """Show a story once more, with the uses to choose from."""
    item = _told_story(draft, item_id)
    if item is None:
        return go_to(municipality, "verder")
    visit = Visit(municipality, installation, draft, item)
    return _consent_page(visit, _kept_choice(draft, item))


@post("/toestemming/{item_id:str}", status_code=HTTP_303_SEE_OTHER)
async def decide_consent(
    request: Request[Any, Any, Any],
    item_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    draft: HeldDraft,
) -> Response[Any]:
    """Keep what was chosen and go on, or say what is wrong. The last choice counts, in whatever window it was made."""
    item = _told_story(draft, item_id)
    if item is None:
        return go_to(municipality, "verder")
    form = await read_form(request)
    choice = _read_choice(item, form)
    reader = chosen_reader(form, draft.reader)
    if reader is not None:
        await read_on_as(installation.database, draft, within(reader, draft.questionnaire))
        draft = await held_draft(request, municipality, installation)
        return _shown_otherwise(Visit(municipality, installation, draft, item), choice)
    faults = _faults(choice)
    if faults:
        return _consent_page(Visit(municipality, installation, draft, item, faults), choice)
    await decide(installation.database, draft, item.id, _consent(installation, draft, item, choice))
    draft = await held_draft(request, municipality, installation)
    return go_to(municipality, place_at_end(draft, draft.path) if draft.path.complete else "verder")


def _told_story(draft: OpenDraft, item_id: str) -> Item | None:
    return next((item for item in stories(draft.questionnaire, draft.path) if item.id == item_id), None)


def _kept_choice(draft: OpenDraft, item: Item) -> Choice:
    consent = draft.consents.get(item.id, StoryConsent())
    if not consent.sealed_request:
        return Choice(consent.given)
    request = open_request(draft.key, item.id, consent.sealed_request)
    return Choice(consent.given, request.number, request.name)


def _read_choice(item: Item, form: Form) -> Choice:
    number, name = (_words_in(form, part) for part in (NUMBER, NAME))
    return Choice(chosen_scopes(item, form.get(USES, ())), number, name)


def _words_in(form: Form, control: str) -> str:
    return " ".join(clean_text("".join(form.get(control, ())[:1])).split())


def _faults(choice: Choice) -> dict[str, str]:
    """Return what is wrong, by the control that it is about."""
    if CALL_BACK not in choice.scopes:
        return {USES: _NOT_CHOSEN} if choice.number or choice.name else {}
    faults = {}
    if read_number(choice.number) is None:
        faults[NUMBER] = _WRONG_NUMBER if choice.number else _NO_NUMBER
    if len(choice.name) > LONGEST_NAME:
        faults[NAME] = _LONG_NAME
    return faults


def _consent(installation: Installation, draft: OpenDraft, item: Item, choice: Choice) -> StoryConsent:
    number = read_number(choice.number)
    if CALL_BACK not in choice.scopes or number is None:
        return StoryConsent(choice.scopes)
    request = CallbackRequest(number, choice.name)
    return StoryConsent(
        choice.scopes, sealed_request=seal_request(installation.settings.encryption_keys, draft.key, item.id, request)
    )


def _shown_otherwise(visit: Visit, choice: Choice) -> Response[Any]:
    """Show the same page in another language or register; what was filled in and not saved yet stays on the screen."""
    answer: Response[Any]
    if choice == _kept_choice(visit.draft, visit.item):
        answer = go_to(visit.municipality, f"toestemming/{visit.item.id}")
    else:
        answer = _consent_page(visit, choice)
    keep_choice(answer, visit.draft.reader, secure=visit.installation.settings.secure)
    return answer


def _consent_page(visit: Visit, choice: Choice) -> Response[Any]:
    draft, item = visit.draft, visit.item
    language = draft.reader.language
    gettext = translations(language).gettext
    story = str(draft.path.environment[item.id].value)
    consent = item.consent
    assert consent is not None, "only stories with uses are asked about"
    return reader_page(
        "consent.html",
        draft.reader,
        draft.questionnaire,
        place=f"toestemming/{item.id}",
        status=HTTP_422_UNPROCESSABLE_ENTITY if visit.faults else HTTP_200_OK,
        municipality=visit.municipality,
        round=draft.round,
        item=item.id,
        page_id=next(step.page.id for step in draft.path.steps if item.id in step.page.items),
        stem=draft.wording.stem(item, draft.path.environment),
        story=story,
        traces=trace_words(find_traces(story), language),
        advice=trace_advice(language),
        uses=[
            Use(one, use_words(one, language), gettext(_MEANINGS[one])) for one in chosen_scopes(item, consent.scopes)
        ],
        choice=choice,
        faults={one: gettext(visit.faults[one]) if one in visit.faults else "" for one in (USES, NUMBER, NAME)},
        pseudonymous=draft.round.promise == Promise.PSEUDONYMOUS,
    )

"""Drawing the pages of residents in a preview: their own templates, in the house of the municipality, with a bar of ours above them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from math import ceil
from typing import Any, Final

from litestar import Response
from litestar.enums import MediaType
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY
from markupsafe import Markup

from ceo.storage.rounds import Promise, Round
from ceo.web.held_keys import OWNER_MARK
from ceo.web.languages import LANGUAGE_NAMES, N_
from ceo.web.pages import render
from ceo.web.readers import EASY, STANDARD, LanguageChoice, Switch, offered_languages
from ceo.web.resident.changes import NO_CHANGE
from ceo.web.resident.drawing import draw_questions, skip_words
from ceo.web.resident.entrance import has_stories
from ceo.web.resident.examining import Returned
from ceo.web.resident.given_answers import given_answers
from ceo.web.resident.questions import REVIEW
from ceo.web.staff.access import SEAL_FIELD, seal_of
from ceo.web.staff.pages import staff_language, staff_words
from ceo.web.staff.questionnaire.desk import Desk
from ceo.web.staff.questionnaire.previewed import Previewed
from ceo.workflows.answering.access_codes import AccessKey
from ceo.workflows.answering.answer import OpenDraft
from ceo.workflows.answering.answered import answered_so_far
from questionnaires.minutes import estimate_minutes
from questionnaires.questionnaire import Page, Questionnaire
from questionnaires.routing import route
from questionnaires.texts import direction_of

# Rounds are open for about so long; in a preview nothing is open.
_DAYS_OPEN: Final = 28
_NO_PHONE: Final = "0800 0000"
_SEAL_AND_OWNER: Final = '<input type="hidden" name="van" value="{}">'


@dataclass(frozen=True, slots=True)
class Place:
    """What the templates of residents take for the municipality: its name, with the address of the preview as its code."""

    code: str
    name: str


@dataclass(frozen=True)  # no slots: the walk is worked out once
class Preview:
    """A questionnaire that somebody looks at. `from_review`: a question is opened from the list of all answers."""

    desk: Desk
    questionnaire: Questionnaire
    previewed: Previewed
    from_review: bool = False

    def with_answers(self, previewed: Previewed) -> Preview:
        """Return the same after another answer."""
        return replace(self, previewed=previewed)

    @property
    def place(self) -> Place:
        """Return what addresses on the pages begin with."""
        return Place(f"{self.desk.home.removeprefix('/')}/voorbeeld", self.desk.municipality.name)

    @cached_property
    def draft(self) -> OpenDraft:
        """The draft of a resident who does not exist, for what draws the pages of residents."""
        answers = self.previewed.answers(self.questionnaire)
        circumstances = self.previewed.circumstances
        return OpenDraft(
            key=AccessKey(self.desk.municipality.code, ""),
            round=self.round,
            questionnaire=self.questionnaire,
            circumstances=circumstances,
            answers=answers,
            consents={},
            path=route(self.questionnaire, answers, circumstances),
            row_version=0,
            last_save="",
        )

    @property
    def round(self) -> Round:
        """Return a round that is open, and that nobody has opened."""
        today = self.desk.installation.today
        house = self.desk.installation.houses.of(self.desk.municipality.code)
        return Round(
            municipality=self.desk.municipality.code,
            measurement="",
            title=self.questionnaire.title,
            questionnaire_hash="",
            opens_on=today,
            closes_on=today + timedelta(days=_DAYS_OPEN),
            phone=house.contact.phone or _NO_PHONE,
            promise=Promise.ANONYMOUS.value,
        )


def draw_welcome(preview: Preview) -> Response[str]:
    """Return the page before the first question."""
    questionnaire = preview.questionnaire
    return _draw(
        preview,
        "preview_welcome.html",
        "welkom",
        wording=preview.draft.wording,
        questions=len(questionnaire.items),
        minutes=ceil(estimate_minutes(questionnaire.items, questionnaire.scales_by_reference)),
        stories=has_stories(questionnaire),
        started=False,
        begun_otherwise=False,
        respondent=None,
    )


def draw_question(preview: Preview, page: Page, returned: Returned | None = None) -> Response[str]:
    """Return a page of questions, filled in from what was answered or from a form that came back."""
    draft, questionnaire = preview.draft, preview.questionnaire
    previous = draft.path.previous(page.id)
    return _draw(
        preview,
        "preview_question.html",
        f"vraag/{page.id}",
        status=HTTP_422_UNPROCESSABLE_ENTITY if returned is not None else HTTP_200_OK,
        page=page,
        page_title=draft.wording.page_title(page.id),
        questions=tuple(draw_questions(draft, page, returned, preview.desk.installation.settings.data_folder)),
        skip=skip_words(draft, page),
        paged=any(len(other.items) > 1 for other in questionnaire.pages),
        progress=draft.path.progress(page.id),
        back=REVIEW if preview.from_review else (f"vraag/{previous.id}" if previous is not None else ""),
        from_review=preview.from_review,
        query=f"?vanaf={REVIEW}" if preview.from_review else "",
        change=NO_CHANGE,
        row_version=0,
        told=returned.told if returned is not None else (),
        newer=False,
    )


def draw_review(preview: Preview) -> Response[str]:
    """Return the page on which a resident looks over the answers before sending them."""
    draft = preview.draft
    answers = given_answers(answered_so_far(draft), draft.reader)
    return _draw(preview, "preview_review.html", REVIEW, answers=answers, change=NO_CHANGE, pseudonymous=False)


def _draw(preview: Preview, template: str, place: str, *, status: int = HTTP_200_OK, **values: Any) -> Response[str]:
    desk, language = preview.desk, preview.previewed.language
    seal = Markup('<input type="hidden" name="{}" value="{}">').format(SEAL_FIELD, seal_of(desk.request))
    drawn = render(
        f"staff/questionnaire/{template}",
        language,
        desk.installation.houses.of(desk.municipality.code),
        municipality=preview.place,
        round=preview.draft.round,
        switch=_switch(preview, place),
        bar=_bar(preview, place),
        narrow=preview.previewed.narrow,
        seal=seal,
        **values,
    )
    # The forms of residents say for whom they were shown; those of staff carry the seal of their browser.
    content = drawn.replace(_SEAL_AND_OWNER.format(OWNER_MARK), seal)
    return Response(content, status_code=status, media_type=MediaType.HTML)


def _switch(preview: Preview, place: str) -> Switch:
    previewed, offered = preview.previewed, offered_languages(preview.questionnaire)
    other = STANDARD if previewed.register == EASY else EASY
    languages = tuple(
        LanguageChoice(code, LANGUAGE_NAMES[code], direction_of(code), code == previewed.language) for code in offered
    )
    return Switch(languages, other if other in preview.questionnaire.registers else "", place)


def _bar(preview: Preview, place: str) -> dict[str, Any]:
    """Return the bar above the page: its words are those of who looks, whatever language the page is in."""
    request, home = preview.desk.request, preview.desk.home
    width = N_("Groot scherm") if preview.previewed.narrow else N_("Telefoon")
    return {
        "language": staff_language(request),
        "label": staff_words(request, N_("Voorbeeld")),
        "told": staff_words(request, N_("Dit is een voorbeeld. Er wordt niets bewaard.")),
        "links": (
            (f"{home}/voorbeeld/breedte?terug={place}", staff_words(request, width)),
            (f"{home}/voorbeeld", staff_words(request, N_("Opnieuw"))),
            (home, staff_words(request, N_("Stop"))),
        ),
    }

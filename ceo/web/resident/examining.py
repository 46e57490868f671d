"""What a posted page of questions holds: its answers, what is wrong with them, and what is asked about once before they are saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ceo.web.resident.fault_words import EMPTY
from ceo.workflows.answering.answer import OpenDraft
from questionnaires.answering import AnswerError, Doubt, Form, Reading, find_doubts, read_page, skip_page
from questionnaires.answers import Answer, Answers
from questionnaires.definition import NarrativeAnswer
from questionnaires.personal_data import Trace, find_traces
from questionnaires.questionnaire import Page

SKIP: Final = "overslaan"
STOP: Final = "stoppen"


@dataclass(frozen=True, slots=True)
class Posted:
    """A form that a browser sent."""

    form: Form

    @property
    def action(self) -> str:
        """Return the button that was pressed."""
        return self._first("actie")

    @property
    def row_version(self) -> int:
        """Return the row version that the page was shown with; a form without one is treated as out of date."""
        text = self._first("versie")
        return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000000") else -1

    def told(self, page: Page) -> tuple[str, ...]:
        """Return the names of the doubts that the client was told on this page before."""
        return tuple(name for name in self.form.get("klopt", ()) if name.rpartition(".")[0] in page.items)

    def _first(self, name: str) -> str:
        return next(iter(self.form.get(name, ())), "")


@dataclass(frozen=True, slots=True)
class Returned:
    """A form that came in: its answers, the mistakes in it, and what is asked about once.

    Asked about are `doubts`, answers that are possible but unlikely, and `traces`, what seem to be personal data in a story. `told`
    names everything that the client has been asked about by now.
    """

    posted: Posted
    answers: Answers = field(default_factory=dict)
    errors: Sequence[AnswerError] = ()
    doubts: Sequence[Doubt] = ()
    traces: Mapping[str, Sequence[Trace]] = field(default_factory=dict)
    told: Sequence[str] = ()

    @property
    def acceptable(self) -> bool:
        """Tell whether the answers can be saved as they are."""
        return not self.errors and not self.doubts and not self.traces


def examine(draft: OpenDraft, page: Page, posted: Posted) -> Returned:
    """Return the answers of a form with what is to be said about them. A doubt is told once: the form then says that it was."""
    reading = _read(draft, page, posted)
    told = posted.told(page)
    if reading.errors:
        return Returned(posted, reading.answers, reading.errors, told=told)
    doubts = {
        f"{doubt.item}.{doubt.check}": doubt
        for doubt in find_doubts(draft.questionnaire, draft.path, reading.answers, draft.circumstances)
    }
    # No soft check can have this name: theirs are written small.
    traces = {f"{item}.TRACES": (item, found) for item, found in _traced(draft, reading.answers)}
    return Returned(
        posted,
        reading.answers,
        doubts=tuple(doubt for name, doubt in doubts.items() if name not in told),
        traces=dict(found for name, found in traces.items() if name not in told),
        told=tuple(dict.fromkeys((*told, *doubts, *traces))),
    )


def _read(draft: OpenDraft, page: Page, posted: Posted) -> Reading:
    """Return the answers and mistakes of a form.

    Skipping a page with one question takes back what was chosen there: an option cannot be switched off. On a page with more
    it skips what was left empty, and keeps the rest.
    """
    if posted.action != SKIP:
        return read_page(draft.questionnaire, page, posted.form)
    skipped = skip_page(draft.questionnaire, page)
    if len(page.items) == 1:
        return Reading(skipped, ())
    reading = read_page(draft.questionnaire, page, posted.form)
    wrong = tuple(error for error in reading.errors if error.fault not in EMPTY)
    return Reading({**skipped, **reading.answers}, wrong)


def _traced(draft: OpenDraft, answers: Mapping[str, Answer]) -> list[tuple[str, Sequence[Trace]]]:
    """Return the stories in which personal data seem to stand. Who saves the same story again was asked about it before."""
    stories = [
        (item, answer.value)
        for item, answer in answers.items()
        if isinstance(draft.questionnaire.item(item).type, NarrativeAnswer) and answer != draft.answers.get(item)
    ]
    found = [(item, find_traces(story)) for item, story in stories if isinstance(story, str)]
    return [(item, traces) for item, traces in found if traces]

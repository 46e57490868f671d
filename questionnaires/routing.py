"""Routing: from answers to the path of pages that this client is asked.

The path is the one thing that pages, checks, sealing and export look at: there is no second way to ask for an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from questionnaires.answers import Answer, Answers, Missing
from questionnaires.compiling import CompiledPage
from questionnaires.expressions.facts import Circumstances, Facts, Known
from questionnaires.questionnaire import Page, Questionnaire

# On the web, in Dutch and standard texts, without anything from a sample.
USUAL: Final = Circumstances()


class Reason(StrEnum):
    """Why a page is on the path."""

    ALWAYS = "always"  # it has no condition
    CONDITION = "condition"  # its condition is true
    UNKNOWN = "unknown"  # its condition is unknown and the author says: show


@dataclass(frozen=True, slots=True)
class Step:
    """One page on the path. It is complete when each of its items has an answer or a reason."""

    page: Page
    complete: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a client is: "vraag `number` van `total`"."""

    number: int
    total: int


@dataclass(frozen=True, slots=True)
class Path:
    """The walk of one client as the answers stand.

    `environment` holds the answers that count; `off_path` names the items that were answered but are not asked any
    more: their answers stay with the draft and no rule, text or export sees them. `possible` are pages that are
    not on the path, but may come once the pages before them are answered.
    """

    steps: tuple[Step, ...]
    environment: dict[str, Answer]
    off_path: tuple[str, ...]
    possible: tuple[Page, ...] = ()

    @property
    def next_page(self) -> Page | None:
        """The first page on the path that is not complete; None when all are."""
        return next((step.page for step in self.steps if not step.complete), None)

    @property
    def complete(self) -> bool:
        """Whether every page on the path is answered."""
        return all(step.complete for step in self.steps)

    def shows(self, page_id: str) -> bool:
        """Return whether a page is on the path."""
        return self._index(page_id) is not None

    def previous(self, page_id: str) -> Page | None:
        """Return the page before this one on the path; None at the first page and off the path."""
        index = self._index(page_id)
        return self.steps[index - 1].page if index else None

    def following(self, page_id: str) -> Page | None:
        """Return the page after this one on the path; None at the last page and off the path."""
        index = self._index(page_id)
        return None if index is None or index + 1 == len(self.steps) else self.steps[index + 1].page

    def progress(self, page_id: str) -> Progress:
        """Return the number of a page on the path, and how many pages there are in all.

        The total counts the pages on the path and those that may still come as the answers stand, so it never
        promises less than what follows. It falls when an answer takes pages off the path.
        """
        index = self._index(page_id)
        assert index is not None, f"page {page_id} is not on the path"
        return Progress(index + 1, len(self.steps) + len(self.possible))

    def before(self, page_id: str) -> dict[str, Answer]:
        """Return the answers on the pages before this one on the path: what its condition was decided with."""
        index = self._index(page_id)
        earlier = {item for step in self.steps[:index] for item in step.page.items}
        return {item: answer for item, answer in self.environment.items() if item in earlier}

    def _index(self, page_id: str) -> int | None:
        return next((index for index, step in enumerate(self.steps) if step.page.id == page_id), None)


def reason_to_show(page: CompiledPage, facts: Facts) -> Reason | None:
    """Return why a page is asked, given the answers on the path before it; None when it is not asked."""
    if page.condition is None:
        return Reason.ALWAYS
    holds = page.condition(facts)
    if holds is None:
        return Reason.UNKNOWN if page.shown_when_unknown else None
    return Reason.CONDITION if holds else None


def route(questionnaire: Questionnaire, answers: Answers, circumstances: Circumstances = USUAL) -> Path:
    """Return the path that these answers lead to.

    Pages are walked from first to last with an environment that starts empty. The condition of each page is decided
    in that environment; only a page that is shown adds its answers to it. So an answer that is off the path can
    never influence a later page. The cost is linear in the number of pages.
    """
    environment: dict[str, Answer] = {}
    certain: dict[str, Answer] = {}  # what stays in the environment, whatever is answered next
    pending: set[str] = set()
    steps: list[Step] = []
    possible: list[Page] = []
    facts = Facts(environment, circumstances)
    for compiled in questionnaire.routes.pages:
        page = compiled.page
        reason = reason_to_show(compiled, facts)
        waits = compiled.condition is not None and _waits(compiled, Facts(certain, circumstances, pending))
        given: dict[str, Answer] = {}
        if reason is not None:
            given = {item: answers[item] for item in page.items if _counts(answers.get(item))}
            environment.update(given)
            steps.append(Step(page, len(given) == len(page.items), reason))
        elif waits:
            possible.append(page)
        if waits:
            pending.update(page.items)
        elif reason is not None:
            certain.update(given)
            pending.update(item for item in page.items if item not in given)
    off_path = tuple(item for item in answers if item not in environment and _counts(answers[item]))
    return Path(tuple(steps), environment, off_path, tuple(possible))


def calculate(
    questionnaire: Questionnaire, path: Path, circumstances: Circumstances = USUAL
) -> Mapping[str, Known | None]:
    """Return what each calculation is worth with the answers on a path; None where it is unknown."""
    facts = Facts(path.environment, circumstances)
    return {name: value(facts) for name, value in questionnaire.routes.calculations.items()}


def _counts(answer: Answer | None) -> bool:
    """Return whether there is an answer. "Not asked" is written at sealing and is not an answer of a client."""
    return answer is not None and answer.missing is not Missing.NOT_ASKED


def _waits(page: CompiledPage, facts: Facts) -> bool:
    """Return whether an open answer can still decide that a page is shown or hidden."""
    assert page.condition is not None, "a page without a condition waits for nothing"
    return not facts.pending.isdisjoint(page.reads) and page.condition(facts) is None

"""Previewing: a configuration as residents would see it, before it is published, and why each page comes."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaires.answers import Answer, Answers
from questionnaires.configuring.assembled import Assembled
from questionnaires.configuring.documents import Document
from questionnaires.configuring.examining import examine_assembled
from questionnaires.configuring.foundation import Foundation
from questionnaires.configuring.remarks import Remark
from questionnaires.expressions.explaining import explain
from questionnaires.expressions.facts import Circumstances, Facts
from questionnaires.questionnaire import Questionnaire, Translation
from questionnaires.resolving import Assembly, translation_states
from questionnaires.routing import USUAL, route
from questionnaires.texts import is_language
from questionnaires.wording import questionnaire_texts


@dataclass(frozen=True, slots=True)
class PageReason:
    """Why a page comes or not, for somebody with these answers; `lines` give each part of its condition."""

    page: str
    title: str
    asked: bool
    sentence: str
    lines: tuple[str, ...]


def preview_questionnaire(document: Document, foundation: Foundation) -> Questionnaire | tuple[Remark, ...]:
    """Return a configuration as a questionnaire to look at, or the errors that keep it from being one.

    Each language that is asked for is in it: where a text has no translation yet, the Dutch words stand. So it is never published.
    """
    assembled = Assembled(document, foundation)
    questionnaire, assembly = assembled.questionnaire, assembled.assembly
    if questionnaire is None or not isinstance(assembly, Assembly):
        return examine_assembled(assembled).errors
    source = questionnaire_texts(questionnaire)
    translations = {
        state.language: Translation(status=state.status, texts={**source, **state.texts})
        for state in translation_states(assembly, questionnaire, assembled.definitions)
        if is_language(state.language)
    }
    return Questionnaire.model_validate({**dict(questionnaire), "translations": translations})


def explain_walk(
    questionnaire: Questionnaire, answers: Answers, circumstances: Circumstances = USUAL
) -> tuple[PageReason, ...]:
    """Return of each page in the order of asking why it is asked or not, given the answers so far."""
    path = route(questionnaire, answers, circumstances)
    found: list[PageReason] = []
    earlier: dict[str, Answer] = {}
    for page in questionnaire.pages:
        explained = explain(questionnaire, page, Facts(dict(earlier), circumstances))
        title = page.title or questionnaire.item(page.items[0]).title
        found.append(PageReason(page.id, title, explained.shown, explained.sentence, explained.lines))
        earlier |= {item: path.environment[item] for item in page.items if item in path.environment}
    return tuple(found)

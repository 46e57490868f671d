"""Edits of a questionnaire, for tests of what a change means."""

from __future__ import annotations

from typing import Any

from questionnaires.definition import Item
from questionnaires.questionnaire import Page, Questionnaire
from questionnaires.scales import AnswerScale


def edited(questionnaire: Questionnaire, **fields: Any) -> Questionnaire:
    """Return the questionnaire with some fields replaced. `model_copy` would keep what was found for the old ones."""
    return Questionnaire(**{name: getattr(questionnaire, name) for name in Questionnaire.model_fields} | fields)


def with_item(questionnaire: Questionnaire, item: Item) -> Questionnaire:
    """Return the questionnaire with another form of one of its items."""
    return edited(questionnaire, items=tuple(item if one.id == item.id else one for one in questionnaire.items))


def with_scale(questionnaire: Questionnaire, scale: AnswerScale) -> Questionnaire:
    """Return the questionnaire with another form of one of its scales."""
    same = scale.reference
    return edited(questionnaire, scales=tuple(scale if one.reference == same else one for one in questionnaire.scales))


def with_pages(questionnaire: Questionnaire, pages: tuple[Page, ...]) -> Questionnaire:
    """Return the questionnaire with other pages; only items on them are left, in the order of asking."""
    asked = [questionnaire.item(item) for page in pages for item in page.items]
    return edited(questionnaire, pages=pages, items=tuple(asked))

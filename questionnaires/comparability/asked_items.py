"""Asked items: each item as one version of a questionnaire asks it, with all that the comparison looks at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from questionnaires.comparability.audiences import deciding_items
from questionnaires.comparability.context import Context, contexts_of
from questionnaires.comparability.measurement import Measurement, measurements_of
from questionnaires.definition import Item
from questionnaires.questionnaire import Page, Questionnaire
from questionnaires.scales import AnswerScale


@dataclass(frozen=True, slots=True)
class AskedItem:
    """An item as a questionnaire asks it. `decided_by`: the items that decide whether it is asked."""

    questionnaire: Questionnaire
    page: Page
    item: Item
    measurement: Measurement
    context: Context
    decided_by: frozenset[str]

    @property
    def scale(self) -> AnswerScale | None:
        """The scale on which it is answered."""
        return self.questionnaire.scale_of(self.item)


def asked_items(questionnaire: Questionnaire) -> dict[str, AskedItem]:
    """Return every item of a questionnaire by id, in the order of asking."""
    measurements, contexts = measurements_of(questionnaire), contexts_of(questionnaire)
    deciding = deciding_items(questionnaire)
    return {
        name: AskedItem(
            questionnaire, page, questionnaire.item(name), measurements[name], contexts[name], deciding[name]
        )
        for page in questionnaire.pages
        for name in page.items
    }


def labels(questionnaire: Questionnaire, items: Iterable[str]) -> tuple[str, ...]:
    """Return how people find items: title and id."""
    return tuple(f"{questionnaire.item(name).title} ({name})" for name in items)

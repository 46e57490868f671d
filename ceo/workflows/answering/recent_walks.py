"""What follows from stored answers, kept for a minute or two: the answers as values, and the path that they lead to.

A page turn needs both twice, and most clients turn the next page within a minute. A walk is only used again for a row that says
the same, and that row is read each time: so a walk is never out of date, and forgetting it changes nothing but the time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

from questionnaires.answers import Answer, JsonAnswers, answers_from_json
from questionnaires.expressions.facts import Circumstances
from questionnaires.questionnaire import Questionnaire
from questionnaires.routing import Path, route

# In seconds: answers stay in memory for at most twice as long after they were last needed.
_GENERATION: Final = 60.0
_LARGEST_GENERATION: Final = 2000


@dataclass(frozen=True, slots=True)
class Walk:
    """Stored answers, and what follows from them for one questionnaire in given circumstances."""

    questionnaire: Questionnaire
    circumstances: Circumstances
    stored: JsonAnswers
    answers: dict[str, Answer]
    path: Path


class RecentWalks:
    """The walks of the drafts that this process met lately, in two generations: what is not needed again goes with the older one."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._young: dict[str, Walk] = {}
        self._old: dict[str, Walk] = {}
        self._since = clock()

    def walk(
        self, draft_id: str, questionnaire: Questionnaire, circumstances: Circumstances, stored: JsonAnswers
    ) -> Walk:
        """Return the walk of a draft as it is stored now."""
        self._age()
        walk = self._young.get(draft_id) or self._old.get(draft_id)
        if (
            walk is None
            or walk.stored != stored
            or walk.circumstances != circumstances
            or walk.questionnaire is not questionnaire
        ):
            answers = answers_from_json(stored)
            walk = Walk(questionnaire, circumstances, stored, answers, route(questionnaire, answers, circumstances))
        self._young[draft_id] = walk
        return walk

    def _age(self) -> None:
        if len(self._young) >= _LARGEST_GENERATION or self._clock() - self._since >= _GENERATION:
            self._young, self._old, self._since = {}, self._young, self._clock()

"""Checks of what answers together could tell about a person (D16)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from questionnaires.checks.asked import asked_items
from questionnaires.definition import DateAnswer, IntegerAnswer, Item
from questionnaires.problems import Problem
from questionnaires.scales import AnswerScale, ScaleType

if TYPE_CHECKING:
    from questionnaires.checks.definitions import Candidate

# A round of a middle-sized municipality brings in a few hundred to two thousand answers. With more groups than that, nearly
# everyone who answers is alone in a group, and who knows these things of a neighbour finds the neighbour's answers.
MAX_GROUPS: Final = 2000
COUNTLESS: Final = 1_000_000_000


def check_disclosure(candidate: Candidate) -> Iterator[Problem]:
    """Yield the item with which the quasi-identifiers, asked together, make more than `MAX_GROUPS` groups of people."""
    groups = 1
    counted: list[str] = []
    for one in asked_items(candidate.assembly):
        if one.item.disclosure is None or not one.item.disclosure.quasi_identifier:
            continue
        answers = count_answers(one.item, candidate.questionnaire.scale_of(one.item))
        if answers is None:
            cause = f"Het antwoord op {one.item.id} kan iemand aanwijzen en kan van alles zijn."
            cure = "Vraag dit met een lijst van groepen, zoals leeftijdsgroepen."
            yield one.problem(("disclosure",), "D16", cause, cure)
            continue
        groups *= answers
        counted.append(f"{one.item.id} ({answers})")
        if groups > MAX_GROUPS:
            cause = f"Samen verdelen deze vragen mensen in {groups} groepen: {', '.join(counted)}."
            cure = f"Maak er hoogstens {MAX_GROUPS} van: haal een vraag weg, of neem groepen samen."
            yield one.problem(("disclosure",), "D16", cause, cure)
            return


def count_answers(item: Item, scale: AnswerScale | None) -> int | None:
    """Return in how many groups an answer puts people; None when these are countless. A reason for no answer is no group.

    In a multiple choice of n codes every choice of codes is a group: 2ⁿ − 1, and one more for each exclusive code.
    """
    if scale is not None and scale.type is ScaleType.MULTI:
        groups = (1 << len(scale.codes)) - 1 + len(scale.exclusive)
        return groups if groups <= COUNTLESS else None
    if scale is not None:
        return len(scale.codes)
    if isinstance(item.type, IntegerAnswer):
        return item.type.integer.max - item.type.integer.min + 1
    limits = item.type.date if isinstance(item.type, DateAnswer) else None
    if limits is not None and limits.earliest is not None and limits.latest is not None:
        return (limits.latest - limits.earliest).days + 1
    return None

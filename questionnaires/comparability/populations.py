"""Populations: whether the people who are asked an item in a new version are the same as in the old one.

Decided by walking both versions side by side with clients who answer both, over every answer that makes a difference: someone
is asked an item when its page is shown, because the condition is true or because it is unknown and the author says: show.
Pages upstream count: a condition that reads an item which fewer people are asked is itself true of other people.

What only one version has:
- An item: the other version cannot read it. Every answer to it is tried, since it may be given.
- An answer option: for the other version it is an option that no condition names, so that who chooses it is taken along with
  all others who chose none of those. A new option thus changes who is asked only where conditions name it.
- Options in both: each that is gone may have become each that is new. That is what a split or a merger does to people.
- A reason for having no value, a wider range, a mode or language: as an option.
- Another kind of answer (one option became several, a scale became a number): every answer may go with every other, and the
  outcome is undecided unless there are both people who come in and people who fall out.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from itertools import chain, zip_longest
from typing import Final

from questionnaires.exploring import Explored, Terrain, explore, is_shown, plan_walk
from questionnaires.questionnaire import Page, Questionnaire


class Population(StrEnum):
    """Who is asked in the new version, beside who was in the old one."""

    SAME = "same"
    WIDENED = "widened"
    NARROWED = "narrowed"
    OTHER = "other"
    UNDECIDED = "undecided"


# Whether one client is asked in the old version, and in the new one.
_COMES_IN: Final = (False, True)
_FALLS_OUT: Final = (True, False)


def compare_populations(old: Questionnaire, new: Questionnaire, item: str) -> Population:
    """Return how the people who are asked an item in the new version differ from those in the old one; both must have it."""
    terrains = Terrain(old), Terrain(new)
    pages = terrains[0].asked_on[item], terrains[1].asked_on[item]
    if _rules(terrains[0], pages[0]) == _rules(terrains[1], pages[1]):
        return Population.SAME
    cones = [[(side, number) for number in terrains[side].upstream(pages[side])] for side in (0, 1)]
    # Page by page beside each other, so that little is kept waiting for the other version.
    stops = [stop for stop in chain.from_iterable(zip_longest(*cones)) if stop is not None]
    walk = plan_walk(terrains, stops, {cone[-1]: is_shown for cone in cones})
    explored = explore(walk, enough={_COMES_IN, _FALLS_OUT}.issubset)
    return _population(explored)


def _population(explored: Explored) -> Population:
    comes_in, falls_out = _COMES_IN in explored.outcomes, _FALLS_OUT in explored.outcomes
    if comes_in and falls_out:
        return Population.OTHER
    if not explored.everything:
        return Population.UNDECIDED
    if comes_in:
        return Population.WIDENED
    return Population.NARROWED if falls_out else Population.SAME


def _rules(terrain: Terrain, number: int) -> Mapping[str, object]:
    """Return all that says who is asked a page: conditions, and what can be answered to the items that they read."""
    questionnaire, rules = terrain.questionnaire, {"": _rule(terrain.pages[number].page)}
    waiting = [number]
    while waiting:
        for name in terrain.pages[waiting.pop()].reads - rules.keys():
            item, asked_on = questionnaire.item(name), terrain.asked_on[name]
            answers = item.type, item.polarity, questionnaire.scale_of(item)
            rules[name] = _rule(terrain.pages[asked_on].page), *answers
            waiting.append(asked_on)
    return {**rules, "calculations": questionnaire.calculations, "sample": questionnaire.sample}


def _rule(page: Page) -> tuple[object, ...]:
    return page.show_if, page.when_unknown

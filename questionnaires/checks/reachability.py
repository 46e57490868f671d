"""Checks of what can happen: no dead condition (D05), no vacuous one (D06), core questions for everyone (D10).

A condition is alive only when some answers decide it to be true: that a page comes through `when_unknown` does not count.
What could not be looked through is said, and never taken for fine.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Final

from questionnaires.checks.contradictions import Looked, explain_never, look_at_condition
from questionnaires.exploring import MOST_STATES, Terrain, count_ways, explore, is_shown, plan_walk
from questionnaires.expressions.atoms import RESPONSE
from questionnaires.expressions.nodes import Expression
from questionnaires.problems import Problem
from questionnaires.questionnaire import Questionnaire
from questionnaires.resolving import PlacedPage, place_pages

if TYPE_CHECKING:
    from questionnaires.checks.definitions import Candidate

_MODE: Final = f"{RESPONSE}mode"
_REGISTER: Final = f"{RESPONSE}register"
_SAID: Final = {
    "web": "op internet",
    "paper": "op papier",
    "phone": "aan de telefoon",
    "standard": "in gewone taal",
    "easy": "in makkelijke taal",
}


def check_reachability(candidate: Candidate) -> Iterator[Problem]:
    """Yield a problem for each condition that is never true or never false, and for core pages that not everyone can get.

    A page whose condition is never true counts as repaired for the pages after it, so that one mistake is told once.
    """
    terrain = Terrain(candidate.questionnaire)
    core = candidate.assembly.core.content.reference
    repaired: set[int] = set()
    known: dict[Expression, Looked] = {}
    for number, placed in enumerate(place_pages(candidate.assembly)):
        condition = placed.page.show_if
        if condition is None:
            continue
        if condition not in known:
            known[condition] = look_at_condition(terrain, number, repaired)
        looked = known[condition]
        if not {True, False} <= looked.worths:
            yield _problem(terrain, number, placed, looked, repaired)
        if True not in looked.worths:
            repaired.add(number)
        elif placed.page.part == core:
            yield from _check_everyone(terrain, number, placed, repaired)


def count_paths(questionnaire: Questionnaire) -> int | None:
    """Return in how many ways clients can go through a questionnaire, as far as conditions can tell them apart.

    Answers that no condition tells apart count as one, so this is a lower number than that of all combinations of answers.
    None when there are too many answers or states to know.
    """
    terrain = Terrain(questionnaire)
    ways = [count_ways(plan_walk([terrain], [(0, number) for number in group], {})) for group in _groups(terrain)]
    counted = [count for count in ways if count is not None]
    return prod(counted) if len(counted) == len(ways) else None


def _problem(terrain: Terrain, number: int, placed: PlacedPage, looked: Looked, repaired: set[int]) -> Problem:
    if not looked.everything:
        what = f"Of de voorwaarde van de pagina {placed.page.id} waar en onwaar kan zijn"
        return _not_checked(placed, "D05", what, looked.vague)
    worth = True not in looked.worths
    never = explain_never(terrain, number, repaired, worth=worth)
    where = (*placed.place, "show_if", *never.place)
    return placed.source.document.problem(where, "D05" if worth else "D06", never.cause, never.cure)


def _check_everyone(terrain: Terrain, number: int, placed: PlacedPage, repaired: set[int]) -> Iterator[Problem]:
    """Yield a problem for the first mode and register that never bring a page."""
    stops = [(0, page) for page in terrain.upstream(number, repaired)]
    if {_MODE, _REGISTER}.isdisjoint(source for _, page in stops for source in terrain.sources(page)):
        return
    questionnaire = terrain.questionnaire
    for mode, register in product(questionnaire.modes, questionnaire.registers):
        given = {_MODE: mode, _REGISTER: register}
        walk = plan_walk([terrain], stops, {(0, number): is_shown}, assumed=repaired, given=given)
        found = explore(walk, enough=frozenset({(True,)}).issubset)
        if (True,) in found.outcomes:
            continue
        how = (_SAID[mode], *((_SAID[register],) if len(questionnaire.registers) > 1 else ()))
        who = f"wie {' en '.join(how)} antwoordt"
        if not found.everything:
            yield _not_checked(placed, "D10", f"Of {who} de pagina {placed.page.id} kan krijgen", walk.vague)
            return
        cause = f"De pagina {placed.page.id} komt nooit bij {who}."
        cure = "De kern is voor iedereen: haal mode en register uit de voorwaarden, of bied deze manier niet aan."
        yield placed.source.document.problem((*placed.place, "show_if"), "D10", cause, cure)
        return


def _not_checked(placed: PlacedPage, code: str, what: str, vague: tuple[str, ...]) -> Problem:
    most = f"{MOST_STATES:,}".replace(",", ".")
    why = f"er zijn meer dan {most} combinaties van antwoorden."
    if vague:
        why = f"op {' en '.join(vague)} zijn te veel antwoorden mogelijk om ze allemaal te proberen."
    cure = (
        "Vergelijk een antwoord met een vaste waarde, of lees minder vragen in één voorwaarde. "
        "Weet u zeker dat het klopt? Schrijf dan bij accepted waarom."
    )
    cause = f"{what}, is niet nagegaan: {why}"
    return placed.source.document.problem((*placed.place, "show_if"), code, cause, cure, warning=True)


def _groups(terrain: Terrain) -> list[list[int]]:
    """Return the pages with a condition in groups that have nothing to do with each other, by union-find over items."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = name = parent[parent[name]]
        return name

    pages = [number for number, compiled in enumerate(terrain.pages) if compiled.condition is not None]
    for number in pages:
        first, *others = (*terrain.pages[number].page.items, *terrain.sources(number))
        for name in others:
            parent[root(name)] = root(first)
    groups: dict[str, list[int]] = {}
    for number in pages:
        groups.setdefault(root(terrain.pages[number].page.items[0]), []).append(number)
    return list(groups.values())

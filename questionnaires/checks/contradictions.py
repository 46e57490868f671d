"""Contradictions: what a condition can be worth, and why it is never true or never false."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from questionnaires.compiling import CompiledPage
from questionnaires.definition import IntegerAnswer
from questionnaires.exploring import Decision, Terrain, explore, plan_walk, worth_of_condition
from questionnaires.expressions.evaluating import Evaluation, compile_expression
from questionnaires.expressions.nodes import AllOf, AnyOf, Expression
from questionnaires.expressions.tree import branches, items_read
from questionnaires.yaml_nodes import Place

_BOTH: Final = frozenset({(True,), (False,)})


@dataclass(frozen=True, slots=True)
class Looked:
    """What a condition was found to be worth; with `everything`, never anything else. `vague`: what has too many answers."""

    worths: frozenset[object]
    everything: bool
    vague: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Never:
    """Why a condition is never true, or never false. `place` counts from the condition."""

    place: Place
    cause: str
    cure: str


def look_at_condition(
    terrain: Terrain, number: int, assumed: AbstractSet[int], decision: Decision = worth_of_condition
) -> Looked:
    """Return what the condition of a page can be worth; no more than is needed to know that it can be true and false."""
    stops = [(0, page) for page in terrain.upstream(number, assumed)]
    walk = plan_walk([terrain], stops, {(0, number): decision}, assumed=assumed)
    explored = explore(walk, enough=_BOTH.issubset)
    return Looked(frozenset(worth for (worth,) in explored.outcomes), explored.everything, walk.vague)


def explain_never(terrain: Terrain, number: int, assumed: AbstractSet[int], *, worth: bool) -> Never:
    """Return why the condition of a page never has a worth: by itself, or because of conditions upstream of it."""
    upstream = terrain.upstream(number, assumed)[:-1]
    page = terrain.pages[number].page
    start = f"De voorwaarde van de pagina {page.id} is nooit {'waar' if worth else 'onwaar'}: "
    if not _can_be(terrain, number, {*assumed, *upstream}, worth=worth):
        place, why = _by_itself(terrain, number, {*assumed, *upstream}, worth=worth)
        cure = "haal de pagina weg" if worth else "haal show_if weg als iedereen de pagina mag krijgen"
        return Never(place, start + why, f"Verander de voorwaarde, of {cure}.")
    alone = [one for one in upstream if _can_be(terrain, number, {*assumed, one}, worth=worth)]
    why = _because_of([terrain.pages[one] for one in alone[:1] or upstream], worth=worth)
    cure = "" if worth else " Of haal show_if weg: wie zo ver komt, mag de pagina krijgen."
    return Never((), start + why, f"Verander een van deze voorwaarden.{cure}")


def _can_be(
    terrain: Terrain, number: int, assumed: AbstractSet[int], decision: Decision = worth_of_condition, *, worth: bool
) -> bool:
    looked = look_at_condition(terrain, number, assumed, decision)
    return worth in looked.worths or not looked.everything


def _by_itself(terrain: Terrain, number: int, assumed: AbstractSet[int], *, worth: bool) -> tuple[Place, str]:
    condition = terrain.pages[number].page.show_if
    assert condition is not None, "only a condition can be never true"
    never = f"geen enkel antwoord maakt dit {'waar' if worth else 'onwaar'}."
    if not isinstance(condition, AllOf if worth else AnyOf):
        return (), never + _limits(terrain, condition)
    for step, part in branches(condition):
        if not _can_be(terrain, number, assumed, _part(part, terrain), worth=worth):
            return step, never + _limits(terrain, part)
    return (), "de delen spreken elkaar tegen." if worth else "samen laten de delen geen enkel antwoord over."


def _part(part: Expression, terrain: Terrain) -> Decision:
    def decision(_: CompiledPage) -> Evaluation:
        return compile_expression(part, terrain.scope)

    return decision


def _limits(terrain: Terrain, part: Expression) -> str:
    """Return the limits of the numbers that a part reads, as sentences: a bound outside them is a usual mistake."""
    items = (terrain.questionnaire.item(item) for item in sorted(items_read(part, terrain.scope.calculations)))
    limits = ((item.id, item.type.integer) for item in items if isinstance(item.type, IntegerAnswer))
    return "".join(f" De vraag {item} gaat van {span.min} tot en met {span.max}." for item, span in limits)


def _because_of(pages: list[CompiledPage], *, worth: bool) -> str:
    names = " en ".join(f"{one.page.id} (met {', '.join(one.page.items)})" for one in pages)
    several = len(pages) > 1
    if worth:
        return f"zij spreekt {'de voorwaarden van de pagina’s' if several else 'die van de pagina'} {names} tegen."
    return f"wie de {'pagina’s' if several else 'pagina'} {names} krijgt, voldoet er altijd aan."

"""Exploring: walk a questionnaire with every answer that makes a difference, to see what can happen on a page.

Whether a page is asked depends only on the pages upstream of it: those that ask what its condition reads, and so on. A walk
keeps the distinct states that clients can be in, and of a state only what a later condition still looks at; so the cost is
in states, not in paths. It is real routing: each page is decided by its compiled condition, and an answer counts only when
its page is shown. Two versions can be walked side by side, by clients who answer both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, TypeAlias

from questionnaires.answers import Answer
from questionnaires.compiling import CompiledPage
from questionnaires.expressions.abstraction import Choices, View, find_choices
from questionnaires.expressions.atoms import Atom, facts_of, find_atoms
from questionnaires.expressions.facts import Facts
from questionnaires.expressions.nodes import Expression
from questionnaires.questionnaire import Questionnaire
from questionnaires.routing import reason_to_show

MOST_STATES: Final = 200_000

# A page: which of the questionnaires on the walk, and its place there, both counted from 0.
Stop: TypeAlias = tuple[int, int]
# What is settled on a walk: what a source brings, or what a page comes to.
Key: TypeAlias = str | Stop
# What is settled and still needed, in the order in which it was settled. A source that no page asks for brings None.
State: TypeAlias = tuple[tuple[Key, object], ...]
# What a page comes to, given what clients bring.
Decision: TypeAlias = Callable[[CompiledPage], Callable[[Facts], object]]


class Terrain:
    """A questionnaire as a walk sees it: which page asks what, and what each condition looks at, found when needed."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.pages, self.scope = questionnaire.routes.pages, questionnaire.routes.scope
        self.asked_on = {item: number for number, page in enumerate(questionnaire.pages) for item in page.items}
        self._atoms: dict[Expression, tuple[Atom, ...]] = {}
        self._choices: dict[tuple[str, frozenset[Atom]], Choices] = {}

    def atoms(self, number: int) -> tuple[Atom, ...]:
        """Return the atoms of the condition of a page."""
        condition = self.pages[number].page.show_if
        if condition is None:
            return ()
        if condition not in self._atoms:
            self._atoms[condition] = tuple(find_atoms(condition, self.scope))
        return self._atoms[condition]

    def sources(self, number: int) -> list[str]:
        """Return what the condition of a page looks at, in a fixed order."""
        return sorted(frozenset().union(*(atom.sources for atom in self.atoms(number))))

    def upstream(self, number: int, assumed: AbstractSet[int] = frozenset()) -> list[int]:
        """Return the pages with a condition that decide whether a page is asked, itself last; `assumed` ones are always asked."""
        found, waiting = {number}, [number]
        while waiting:
            sources = self.sources(waiting.pop())
            asking = {self.asked_on[source] for source in sources if source in self.asked_on} - assumed - found
            asking = {page for page in asking if self.pages[page].condition is not None}
            found |= asking
            waiting += asking
        return sorted(found)

    def choices(self, source: str, atoms: Sequence[Atom]) -> Choices:
        """Return the answers that stand for all where these atoms look at a source."""
        key = source, frozenset(atoms)
        if key not in self._choices:
            self._choices[key] = find_choices(source, [View(self.questionnaire, {source: atoms})])
        return self._choices[key]


@dataclass(frozen=True, slots=True)
class Draw:
    """A client brings one of so many `choices`. `asked_on`: the pages that ask for it; (): it is there anyhow."""

    key: str
    choices: int
    asked_on: tuple[Stop, ...]

    @property
    def looks_at(self) -> tuple[Key, ...]:
        """What must be settled before."""
        return self.asked_on

    def outcomes(self, settled: Mapping[Key, object]) -> Iterable[object]:
        """Return the numbers of the choices that can be brought."""
        if self.asked_on and not any(settled[page] for page in self.asked_on):
            return (None,)
        return range(self.choices)


@dataclass(frozen=True, slots=True)
class Decide:
    """A page is reached. `reads`: the sources of its condition, what each brings by choice, and the page that asks for it.

    That page is None for a source that is there anyhow.
    """

    key: Stop
    decide: Callable[[Facts], object]
    reads: tuple[tuple[str, Sequence[Answer], Stop | None], ...]

    @property
    def looks_at(self) -> tuple[Key, ...]:
        """What must be settled before."""
        return tuple(key for source, _, page in self.reads for key in (source, page) if key is not None)

    def outcomes(self, settled: Mapping[Key, object]) -> Iterable[object]:
        """Return what the page comes to."""
        brought: dict[str, Answer] = {}
        for source, answers, page in self.reads:
            choice = settled[source]
            if isinstance(choice, int) and (page is None or settled[page]):
                brought[source] = answers[choice]
        return (self.decide(facts_of(brought)),)


@dataclass(frozen=True, slots=True)
class Walk:
    """Steps that settle one thing each. `spent`: by step, what nothing after it looks at. `ends`: the pages to know about.

    `vague` names the sources that have too many answers to try them all: what is not found with them may still happen.
    """

    steps: tuple[Draw | Decide, ...]
    spent: tuple[frozenset[Key], ...]
    ends: tuple[Stop, ...]
    vague: tuple[str, ...]

    def states_after(self, number: int, state: State) -> Iterator[State]:
        """Yield the states that a step leads to."""
        step, spent = self.steps[number], self.spent[number]
        kept = tuple(pair for pair in state if pair[0] not in spent)
        for outcome in step.outcomes(dict(state)):
            yield kept if step.key in spent else (*kept, (step.key, outcome))


@dataclass(frozen=True, slots=True)
class Explored:
    """What the ends of a walk can come to together; with `everything`, nothing else can happen."""

    outcomes: frozenset[tuple[object, ...]]
    everything: bool


def worth_of_condition(page: CompiledPage) -> Callable[[Facts], object]:
    """Return what the condition of a page is worth: true, false or unknown."""
    assert page.condition is not None, "only a page with a condition is decided"
    return page.condition


def is_shown(page: CompiledPage) -> Callable[[Facts], object]:
    """Return whether a page is shown, because its condition is true or unknown."""
    return lambda facts: reason_to_show(page, facts) is not None


def plan_walk(
    terrains: Sequence[Terrain],
    stops: Sequence[Stop],
    ends: Mapping[Stop, Decision],
    *,
    assumed: AbstractSet[int] = frozenset(),
    given: Mapping[str, str] | None = None,
) -> Walk:
    """Return the walk past these pages, each of which must stand after all that is upstream of it.

    `ends` says what to keep of which pages. `assumed` pages are always asked; `given` fixes what sources bring.
    """
    views = [
        _view(terrain, [number for which, number in stops if which == side]) for side, terrain in enumerate(terrains)
    ]
    plan = _Plan(terrains, views, assumed, given or {})
    for stop in stops:
        plan.reach(stop, ends.get(stop, is_shown))
    return Walk(tuple(plan.steps), tuple(_spent(plan.steps, ends)), tuple(ends), tuple(plan.vague))


def explore(
    walk: Walk,
    *,
    enough: Callable[[AbstractSet[tuple[object, ...]]], bool] = lambda _: False,
    most: int = MOST_STATES,
) -> Explored:
    """Return all that can happen at the ends; no more than is `enough`, and no more than can be found in `most` states."""
    seen: list[set[State]] = [set() for _ in walk.steps]
    waiting: list[tuple[int, State]] = [(0, ())]
    outcomes: set[tuple[object, ...]] = set()
    visited = 0
    while waiting and visited <= most and not enough(outcomes):
        number, state = waiting.pop()
        if number == len(walk.steps):
            settled = dict(state)
            outcomes.add(tuple(settled[page] for page in walk.ends))
            continue
        # In a fixed order, so that a walk that is broken off always has the same outcome.
        new = [one for one in dict.fromkeys(walk.states_after(number, state)) if one not in seen[number]]
        visited += len(new)
        seen[number].update(new)
        waiting += ((number + 1, following) for following in new)
    return Explored(frozenset(outcomes), everything=not waiting and not walk.vague)


def count_ways(walk: Walk, *, most: int = MOST_STATES) -> int | None:
    """Return the number of ways in which a walk can go; None when there are too many states, or answers, to know."""
    ways: Counter[State] = Counter({(): 1})
    visited = 0
    for number in range(len(walk.steps)):
        following: Counter[State] = Counter()
        for state, times in ways.items():
            for after in walk.states_after(number, state):
                following[after] += times
        visited += len(following)
        if visited > most:
            return None
        ways = following
    return None if walk.vague else ways.total()


@dataclass(slots=True)
class _Plan:
    """A walk in the making."""

    terrains: Sequence[Terrain]
    views: Sequence[View]
    assumed: AbstractSet[int]
    given: Mapping[str, str]
    steps: list[Draw | Decide] = field(default_factory=list)
    drawn: dict[str, Sequence[tuple[Answer, ...]]] = field(default_factory=dict)
    decided: set[Stop] = field(default_factory=set)
    vague: list[str] = field(default_factory=list)

    def reach(self, stop: Stop, decision: Decision) -> None:
        """Add what is needed to decide a page, and the page."""
        side, number = stop
        sources = self.terrains[side].sources(number)
        for source in sources:
            if source not in self.drawn:
                self._draw(source)
        reads = tuple(
            (source, [answers[side] for answers in self.drawn[source]], self._asked_on(source, side))
            for source in sources
        )
        self.steps.append(Decide(stop, decision(self.terrains[side].pages[number]), reads))
        self.decided.add(stop)

    def _draw(self, source: str) -> None:
        choices = self._choices(source)
        fixed = self.given.get(source)
        self.drawn[source] = [one for one in choices.answers if fixed is None or one[0].value == fixed]
        asking = [self._asked_on(source, side) for side, view in enumerate(self.views) if source in view.atoms]
        # Where it is always asked, or where that is not decided yet, the client brings an answer anyhow.
        decided = tuple(page for page in asking if page in self.decided)
        asked_on = decided if len(decided) == len(asking) else ()
        self.steps.append(Draw(source, len(self.drawn[source]), asked_on))
        if not choices.exact:
            self.vague.append(source)

    def _choices(self, source: str) -> Choices:
        if len(self.terrains) == 1:
            return self.terrains[0].choices(source, self.views[0].atoms[source])
        return find_choices(source, self.views)

    def _asked_on(self, source: str, side: int) -> Stop | None:
        """Return the page that asks for a source; None when it is there anyhow."""
        number, pages = self.terrains[side].asked_on.get(source), self.terrains[side].pages
        if number is None or number in self.assumed or pages[number].condition is None:
            return None
        return side, number


def _view(terrain: Terrain, numbers: Iterable[int]) -> View:
    atoms: dict[str, dict[Atom, None]] = {}
    for atom in chain.from_iterable(terrain.atoms(number) for number in numbers):
        for source in atom.sources:
            atoms.setdefault(source, {})[atom] = None
    return View(terrain.questionnaire, {source: tuple(looking) for source, looking in atoms.items()})


def _spent(steps: Sequence[Draw | Decide], kept: Container[Key]) -> Iterator[frozenset[Key]]:
    """Yield for each step what it is the last to look at."""
    last = {key: number for number, step in enumerate(steps) for key in (step.key, *step.looks_at)}
    spent: dict[int, set[Key]] = {}
    for key, number in last.items():
        if key not in kept:
            spent.setdefault(number, set()).add(key)
    for number in range(len(steps)):
        yield frozenset(spent.get(number, ()))

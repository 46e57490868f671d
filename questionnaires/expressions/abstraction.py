"""Abstraction: a few answers that stand for all, because conditions cannot tell the others from them.

Two answers between which no atom of a condition makes a difference take every client the same way, so one of them is
enough. An atom that reads several answers at once can tell all their values apart; when those are too many to try, the
choices are examples and not `exact`: what happens with them does happen, but what does not happen with them may.

With two versions of a questionnaire a choice is a pair: what the same client answers in each. The same answer stands for
itself, also where one of the versions does not offer it: there it is an answer that no condition asks for by name. Only
codes that took the place of others are paired with those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, combinations, product
from math import floor
from typing import Final, TypeAlias

from questionnaires.answers import Answer, Missing, Value
from questionnaires.expressions.atoms import RESPONSE, Atom, Part, facts_of
from questionnaires.expressions.days import MONTHS_A_YEAR
from questionnaires.expressions.leaves import (
    Answered,
    AnswerOf,
    CountSelected,
    DateLiteral,
    Includes,
    ReasonIs,
    ResponseOf,
    SampleOf,
)
from questionnaires.expressions.nodes import Comparison
from questionnaires.expressions.possible_answers import Codes, Possible, Span, fit_together, possible_answers, swap
from questionnaires.questionnaire import Questionnaire

# Numbers or days of one item, and codes of one multiple choice that conditions name. Up to these, all are tried.
LARGEST_SPAN: Final = 1_000
MOST_NAMED: Final = 12

_DAYS_A_MONTH: Final = 30.4375
_SOME_DAY: Final = date(2000, 1, 1).toordinal()

Given: TypeAlias = Value | Missing
Pair: TypeAlias = tuple[Given, Given]


@dataclass(frozen=True, slots=True)
class View:
    """A questionnaire, and the atoms of the conditions that are looked at together, by the source that they read."""

    questionnaire: Questionnaire
    atoms: Mapping[str, Sequence[Atom]]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a source can bring, one answer for each view. No atom can tell any other answer from all of these, if `exact`."""

    answers: tuple[tuple[Answer, ...], ...]
    exact: bool


def find_choices(source: str, views: Sequence[View]) -> Choices:
    """Return the answers that stand for everything that a source can bring, in one version or in two."""
    known = [found for view in views if (found := possible_answers(source, view.questionnaire)) is not None]
    if source.startswith(RESPONSE):
        known = _united(known)
    atoms = [view.atoms.get(source, ()) for view in views]
    pairs, exact = _pairs(known[0], known[-1], _Looks(source, views, tuple(chain.from_iterable(atoms))))
    kept: dict[object, tuple[Answer, ...]] = {}
    for pair in pairs:
        answers = tuple(_answer(source, view, given) for view, given in zip(views, pair, strict=False))
        kept.setdefault(tuple(_told_apart(source, answers, atoms)), answers)
    return Choices(tuple(kept.values()), exact)


@dataclass(frozen=True, slots=True)
class _Looks:
    """How conditions look at a source."""

    source: str
    views: Sequence[View]
    atoms: tuple[Atom, ...]

    @property
    def nodes(self) -> Iterator[Part]:
        """All nodes of the atoms."""
        return chain.from_iterable(atom.nodes for atom in self.atoms)

    @property
    def named(self) -> frozenset[str]:
        """The codes of a multiple choice that conditions ask for by name."""
        return frozenset(
            node.choice[1].code
            for node in self.nodes
            if isinstance(node, Includes) and node.choice[0].item == self.source
        )

    @property
    def counted(self) -> bool:
        """Whether conditions count the codes of a multiple choice."""
        return any(isinstance(node, CountSelected) and node.of.item == self.source for node in self.nodes)

    @property
    def plain(self) -> bool:
        """Whether every atom merely compares the source with a constant, or tests for presence."""
        return all(_is_plain(atom) for atom in self.atoms)

    def landmarks(self, *, days: bool) -> Iterator[float]:
        """Yield the constants in the atoms and the limits of all that they look at: days as numbers, or else numbers."""
        constants = (date.fromisoformat(one.day).toordinal() for one in self.nodes if isinstance(one, DateLiteral))
        yield from constants if days else self.numbers
        for source, view in product(frozenset().union(*(atom.sources for atom in self.atoms)), self.views):
            found = possible_answers(source, view.questionnaire)
            if isinstance(found, Span) and found.days is days:
                yield from (found.lowest, found.highest)

    @property
    def numbers(self) -> tuple[float, ...]:
        """The constant numbers in the atoms."""
        return tuple(node for node in self.nodes if isinstance(node, int | float) and not isinstance(node, bool))


def _pairs(old: Possible, new: Possible, looks: _Looks) -> tuple[list[Pair], bool]:
    """Return what the same client can answer in both versions, and whether that stands for all."""
    if not fit_together(old, new):
        (left, _), (right, _) = _pairs(old, old, looks), _pairs(new, new, looks)
        return [(one, other) for (one, _), (other, _) in product(left, right)], False
    if isinstance(old, Span) and isinstance(new, Span):
        both = Span(min(old.lowest, new.lowest), max(old.highest, new.highest), old.days)
        numbers, exact = _numbers(both, looks)
        values: list[Value] = [date.fromordinal(one) if both.days else one for one in numbers]
        return [(Missing.SKIPPED, Missing.SKIPPED), *((value, value) for value in values)], exact
    assert isinstance(old, Codes), "what fits together is of one kind"
    assert isinstance(new, Codes), "what fits together is of one kind"
    if old.several:
        chosen, exact = _sets(old, new, looks)
    else:
        chosen, exact = _ones(old.codes + old.alone, new.codes + new.alone), True
    reasons = dict.fromkeys((*old.reasons, *new.reasons))
    return [*((reason, reason) for reason in reasons), *chosen], exact


def _united(known: Sequence[Possible]) -> list[Possible]:
    """Return the ways to answer of all versions: a client keeps to one mode, register and language."""
    codes = chain.from_iterable(one.codes for one in known if isinstance(one, Codes))
    return [Codes(tuple(dict.fromkeys(codes)), reasons=()) if isinstance(known[0], Codes) else known[0]]


def _ones(old: tuple[str, ...], new: tuple[str, ...]) -> list[Pair]:
    swapped = swap(old, new)
    return [*((code, code) for code in swapped.shared), *product(swapped.gone, swapped.come)]


def _sets(old: Codes, new: Codes, looks: _Looks) -> tuple[list[Pair], bool]:
    """Return the sets that stand for all sets: codes that no condition names may count, but which ones they are does not."""
    swapped = swap(old.codes, new.codes)
    shared, gone, come = (_subsets(codes, looks) for codes in (swapped.shared, swapped.gone, swapped.come))
    changed = [((), ()), *((one, other) for one, other in product(gone, come) if one and other)]
    sets: list[Pair] = [(both + one, both + other) for both in shared for one, other in changed if both or one]
    swapped = swap(old.alone, new.alone)
    sets += [((code,), (code,)) for code in swapped.shared]
    sets += [((one,), (other,)) for one, other in product(swapped.gone, swapped.come)]
    return sets, len(looks.named) <= MOST_NAMED


def _subsets(codes: tuple[str, ...], looks: _Looks) -> list[tuple[str, ...]]:
    named = looks.named
    asked, others = [code for code in codes if code in named], tuple(code for code in codes if code not in named)
    sizes = range(len(asked) + 1) if len(asked) <= MOST_NAMED else (0, 1, len(asked) - 1, len(asked))
    picked = chain.from_iterable(combinations(asked, size) for size in sizes)
    most = len(others) if looks.counted else min(1, len(others))
    return [pick + others[:more] for pick in picked for more in range(most + 1)]


def _numbers(span: Span, looks: _Looks) -> tuple[Iterable[int], bool]:
    """Return the numbers in a span that stand for all: where they are compared with constants, those around each constant."""
    if not looks.plain and span.highest - span.lowest < LARGEST_SPAN:
        return range(span.lowest, span.highest + 1), True
    marks = {span.lowest, span.highest, *looks.landmarks(days=span.days)}
    numbers = {floor(mark) + step for mark in marks for step in (-1, 0, 1, 2)}
    if not looks.plain:
        numbers |= set(_examples(span, marks, looks))
    return sorted(number for number in numbers if span.lowest <= number <= span.highest), looks.plain


def _examples(span: Span, marks: Iterable[float], looks: _Looks) -> Iterator[int]:
    """Yield numbers that lie anywhere, or days as many months apart as conditions count, and a few more or fewer."""
    yield (span.lowest + span.highest) // 2
    if span.days:
        months = {
            sign * count for number in looks.numbers for count in (number, number * MONTHS_A_YEAR) for sign in (-1, 1)
        }
        for mark, away in product((*marks, _SOME_DAY), (0, *months)):
            yield from (floor(mark + away * _DAYS_A_MONTH) + step for step in (-3, 0, 3))


def _is_plain(atom: Atom) -> bool:
    if isinstance(atom.expression, Answered | ReasonIs):
        return True
    if not isinstance(atom.expression, Comparison):
        return False
    read, constant = (
        [side for side in atom.expression.sides if isinstance(side, kinds)]
        for kinds in ((AnswerOf, SampleOf, ResponseOf), (DateLiteral, int, float))
    )
    return bool(read and constant)


def _answer(source: str, view: View, given: Given) -> Answer:
    item = view.questionnaire.items_by_id.get(source)
    version = 1 if item is None else item.version
    if isinstance(given, Missing):
        return Answer(source, version, missing=given)
    return Answer(source, version, value=given)


def _told_apart(source: str, answers: tuple[Answer, ...], atoms: Sequence[Sequence[Atom]]) -> Iterator[object]:
    """Yield what each atom makes of an answer; for an atom that reads more than this, the value itself."""
    for answer, looking in zip(answers, atoms, strict=True):
        facts = facts_of({source: answer})
        yield from (atom.worth(facts) if len(atom.sources) == 1 else answer.value for atom in looking)

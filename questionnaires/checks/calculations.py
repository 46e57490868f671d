"""Checks of calculations: each name once (D10), no loops (D04), and expressions that fit (D01, D02, D08, D14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from questionnaires.checks.reading import declared_in, readable_by
from questionnaires.expressions.kinds import DECLARED_KINDS
from questionnaires.expressions.reading_checks import check_expression
from questionnaires.expressions.tree import calculations_in
from questionnaires.modules import Calculation, Module
from questionnaires.problems import Problem
from questionnaires.resolving import Assembly
from questionnaires.sources import Source


def check_calculations(assembly: Assembly) -> Iterator[Problem]:
    """Yield every problem of the calculations of an assembly.

    A calculation may read every item: whether these come early enough is a matter of the pages that use it.
    """
    declared = declared_in(assembly)
    yield from _check_names(assembly.modules)
    for module in assembly.modules:
        yield from _check_loops(module, declared.calculations)
        readable = readable_by(module, assembly, declared, frozenset(declared.items))
        for name, calculation in module.content.calculations.items():
            for finding in check_expression(calculation.expr, DECLARED_KINDS[calculation.type], readable):
                place = ("calculations", name, "expr", *finding.place)
                yield module.document.problem(place, finding.code, finding.cause, finding.cure)


def find_loops(calculations: Mapping[str, Calculation]) -> Iterator[tuple[str, ...]]:
    """Yield each loop of calculations that lead back to themselves, from its first name in order to that name again."""
    finished: set[str] = set()
    for name in sorted(calculations):
        if name not in finished:
            yield from _loops_from((name,), calculations, finished)


def _check_names(modules: tuple[Source[Module], ...]) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for module in modules:
        for name in module.content.calculations:
            if name in owner:
                cause = f"De berekening {name} staat ook in {owner[name]}."
                yield module.document.problem(
                    ("calculations", name), "D10", cause, "Geef een van beide een andere naam."
                )
            owner.setdefault(name, module.content.reference)


def _check_loops(module: Source[Module], calculations: Mapping[str, Calculation]) -> Iterator[Problem]:
    for loop in find_loops(calculations):
        if loop[0] in module.content.calculations:
            cause = f"Deze berekeningen verwijzen in een kring naar elkaar: {' → '.join(loop)}."
            cure = "Laat een van deze berekeningen iets anders lezen."
            yield module.document.problem(("calculations", loop[0], "expr"), "D04", cause, cure)


def _loops_from(
    trail: tuple[str, ...], calculations: Mapping[str, Calculation], finished: set[str]
) -> Iterator[tuple[str, ...]]:
    """Yield the loops that are met when following what the last calculation of a trail uses, depth first."""
    name = trail[-1]
    for used in dict.fromkeys(used for _, used in calculations_in(calculations[name].expr)):
        if used in trail:
            yield (*trail[trail.index(used) :], used)
        elif used in calculations and used not in finished:
            yield from _loops_from((*trail, used), calculations, finished)
    finished.add(name)

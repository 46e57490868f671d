"""All checks over a set of definitions: first each library, then each module and extension as it would be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from questionnaires.assembling import assemble_extension, assemble_module
from questionnaires.checks.adopting import check_adopted, check_adopted_nationally
from questionnaires.checks.burden import check_burden
from questionnaires.checks.calculations import check_calculations
from questionnaires.checks.declarations import check_declarations
from questionnaires.checks.disclosure import check_disclosure
from questionnaires.checks.gaps import check_gaps
from questionnaires.checks.history import check_history
from questionnaires.checks.library import check_libraries, check_local_shelf
from questionnaires.checks.pages import check_pages
from questionnaires.checks.paper import check_paper
from questionnaires.checks.reachability import check_reachability
from questionnaires.checks.slots import check_slots
from questionnaires.checks.soft_checks import check_soft_checks
from questionnaires.checks.translations import check_texts, check_translations
from questionnaires.comparability.crosswalk_checks import check_crosswalks
from questionnaires.modules import Module
from questionnaires.problems import Problem
from questionnaires.questionnaire import Questionnaire
from questionnaires.resolving import Assembly, Part, resolve
from questionnaires.sources import Definitions, Source


@dataclass(frozen=True, slots=True)
class Candidate:
    """An assembly whose parts fit together, and the questionnaire that it makes, before it may be published."""

    assembly: Assembly
    questionnaire: Questionnaire
    definitions: Definitions


# What is looked at in all files together, in the parts of one questionnaire, and in the whole once its parts fit together.
FILE_CHECKS: Final[tuple[Callable[[Definitions], Iterator[Problem]], ...]] = (
    check_libraries,
    check_history,
    check_texts,
    check_crosswalks,
    check_adopted_nationally,
)
PART_CHECKS: Final[tuple[Callable[[Assembly], Iterator[Problem]], ...]] = (
    check_local_shelf,
    check_declarations,
    check_pages,
    check_calculations,
    check_soft_checks,
    check_gaps,
    check_slots,
    check_adopted,
)
WHOLE_CHECKS: Final[tuple[Callable[[Candidate], Iterator[Problem]], ...]] = (
    check_reachability,
    check_translations,
    check_burden,
    check_disclosure,
    check_paper,
)


def check_definitions(definitions: Definitions) -> tuple[Problem, ...]:
    """Return every problem in a set of definitions, those of reading them included; accepted warnings are left out."""
    problems = list(definitions.problems)
    problems += (problem for check in FILE_CHECKS for problem in check(definitions))
    parts: list[Part] = [*definitions.modules.values(), *definitions.extensions.values()]
    sound = not any(not problem.warning for problem in problems)
    for part in parts:
        problems += check_part(part, definitions, sound=sound)
    # A part that stands in several questionnaires is wrong once, though the cure may be worded after each of them.
    once = {(problem.file, problem.place, problem.code, problem.cause): problem for problem in problems}
    return tuple(sorted(once.values()))


def check_part(part: Part, definitions: Definitions, *, sound: bool = True) -> tuple[Problem, ...]:
    """Return every problem of a module or extension as it would be asked; accepted warnings are left out.

    The whole can only be looked at when its parts, and all files that it is made of, are `sound`.
    """
    assembly = assemble(part, definitions)
    if not isinstance(assembly, Assembly):
        return assembly
    problems = [problem for check in PART_CHECKS for problem in check(assembly)]
    if sound and not any(not problem.warning for problem in problems):
        candidate = Candidate(assembly, resolve(assembly, definitions), definitions)
        problems += (problem for check in WHOLE_CHECKS for problem in check(candidate))
    return tuple(_not_accepted(problems, assembly))


def assemble(part: Part, definitions: Definitions) -> Assembly | tuple[Problem, ...]:
    """Return what a module or extension makes together with everything that it refers to."""
    # A source does not say at run time of what: its content does.
    if isinstance(part.content, Module):
        return assemble_module(Source(part.content, part.document), definitions)
    return assemble_extension(Source(part.content, part.document), definitions)


def _not_accepted(problems: Iterable[Problem], assembly: Assembly) -> Iterator[Problem]:
    accepted = [(one.code, one.about) for part in assembly.parts for one in part.content.accepted]
    for problem in problems:
        told = f"{problem.place} {problem.cause}"
        if not (problem.warning and any(problem.code == code and about in told for code, about in accepted)):
            yield problem

"""Whether data, weighting scheme and register fit together: every way in which they do not."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose, isfinite, prod
from typing import Final

import numpy as np

from analysis.dataset import Dataset, Grouping
from analysis.weighting.register import Register
from analysis.weighting.scheme import WeightingScheme
from analysis.weighting.sums import count_by, total_by
from questionnaires.problems import Problem
from questionnaires.strict_yaml import suggest

# More combinations than this in a margin are a mistake: a column of names, or of ages in days.
_MOST: Final = 100_000


def disagreements(dataset: Dataset, scheme: WeightingScheme, register: Register, file: str) -> Iterator[Problem]:
    """Return what is wrong. `file` is that of the plan with the scheme; the register knows its own."""
    named = [("weighting.cells", scheme.cells)]
    named += [(f"weighting.margins.{place}", margin) for place, margin in enumerate(scheme.margins)]
    unusable = set()
    for place, names in named:
        for name in dict.fromkeys(names):
            problem = _column_problem(dataset, register, name, file, place)
            if problem:
                unusable.add(name)
                yield problem
        if unusable.isdisjoint(names):
            yield from _size_problems(dataset, register, names, file, place)
    used = {name for _, names in named for name in names} - unusable - {register.strata_column}
    for name in sorted(used):
        yield from _level_problems(dataset, register, name)
    yield from _stratum_problems(dataset, register)
    yield from _unit_problems(dataset, file)


def _column_problem(dataset: Dataset, register: Register, name: str, file: str, place: str) -> Problem | None:
    if name == register.strata_column:
        return None
    listed = [it.breakdown for it in register.variables]
    if name not in listed:
        cause = f"Het register heeft geen kolom {name}."
        return Problem(file, 1, place, "A70", cause, suggest(name, [*listed, register.strata_column]))
    own = [it.breakdown for it in (*dataset.groupings, *dataset.auxiliaries)]
    if own.count(name) > 1:
        cause = f"Bij {name} zijn meer antwoorden mogelijk."
        return Problem(file, 1, place, "A71", cause, "Kies een kenmerk waarvan ieder er precies een heeft.")
    if name not in own:
        return Problem(file, 1, place, "A71", f"De antwoorden hebben geen kolom {name}.", suggest(name, own))
    return None


def _size_problems(
    dataset: Dataset, register: Register, names: tuple[str, ...], file: str, place: str
) -> Iterator[Problem]:
    sizes = {it.breakdown: len({*it.levels, *_own(dataset, it.breakdown)}) for it in register.variables}
    sizes[register.strata_column] = len({*dataset.strata, *register.strata})
    combinations = prod(sizes[name] for name in names)
    if combinations > _MOST:
        cause = f"Samen hebben deze kolommen {combinations} combinaties; {_MOST} is het hoogste."
        yield Problem(file, 1, place, "A72", cause, "Neem minder kolommen, of kolommen met minder waarden.")


def _own(dataset: Dataset, name: str) -> tuple[str, ...]:
    return next((it.levels for it in (*dataset.groupings, *dataset.auxiliaries) if it.breakdown == name), ())


def _level_problems(dataset: Dataset, register: Register, name: str) -> Iterator[Problem]:
    ours: Grouping = next(it for it in (*dataset.groupings, *dataset.auxiliaries) if it.breakdown == name)
    listed = next(it.levels for it in register.variables if it.breakdown == name)
    respondents = count_by(ours.member[ours.member >= 0].astype(np.int64), len(ours.levels))
    for level, n in zip(ours.levels, respondents.tolist(), strict=True):
        if n and level not in listed:
            cause = f"Bij {n} mensen die meededen is {name}: {level}. Dat staat niet in het register."
            yield Problem(register.file, 1, name, "A73", cause, suggest(level, listed))


def _stratum_problems(dataset: Dataset, register: Register) -> Iterator[Problem]:
    listed = {(it.unit, it.name): it.population for it in register.strata}
    for stratum, n in zip(dataset.strata, dataset.respondents.tolist(), strict=True):
        shown = " van ".join(text for text in (stratum.name, stratum.unit) if text)
        place, people = f"stratum {shown}", listed.get((stratum.unit, stratum.name))
        if people is None and n:
            cause = "Dit stratum heeft antwoorden, maar staat niet in het register."
            yield Problem(register.file, 1, place, "A74", cause, "Voeg het toe aan het register.")
        elif people is not None and people < n:
            cause = f"Het register telt {people:g} mensen, maar er deden {n} mee."
            yield Problem(register.file, 1, place, "A75", cause, "Controleer de aantallen van dit stratum.")
        elif people is not None and isfinite(stratum.population) and not isclose(people, stratum.population):
            cause = f"Het register telt {people:g} mensen, de antwoorden noemen {stratum.population:g}."
            yield Problem(register.file, 1, place, "A76", cause, "Gebruik op beide plaatsen dezelfde aantallen.")


def _unit_problems(dataset: Dataset, file: str) -> Iterator[Problem]:
    units = list(dict.fromkeys(stratum.unit for stratum in dataset.strata))
    unit_of = np.array([units.index(stratum.unit) for stratum in dataset.strata], dtype=np.int64)
    unit = unit_of[dataset.stratum]
    sums, n = total_by(dataset.weights, unit, len(units)), count_by(unit, len(units))
    for name, weight, rows in zip(units, sums.tolist(), n.tolist(), strict=True):
        if rows and weight <= 0:
            cause = f"Alle gewichten van {name or 'de antwoorden'} zijn 0."
            yield Problem(file, 1, "design.weights", "A77", cause, "Geef minstens een respondent een gewicht.")

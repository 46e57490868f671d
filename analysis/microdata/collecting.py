"""Collecting: sealed rounds become records of the questions that a rule names. Nothing is protected yet: these records never leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from analysis.microdata.declared import OPTION_SIGN, declared_variables, rule_faults
from analysis.microdata.giving_away import municipality_faults, repetition_faults
from analysis.microdata.records import (
    AREA,
    REASONS,
    WEIGHT,
    WEIGHT_VARIABLE,
    Category,
    MicrodataVariable,
    Records,
    Role,
)
from analysis.microdata.rule import AreaGiven, MicrodataFault, MicrodataRule, Place
from analysis.pooling import Pooled, gather_snapshots
from analysis.snapshots import Snapshot
from questionnaires.answers import Missing
from questionnaires.codebook import VariableKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.dataset import Dataset


_AREA_LABELS: Final = {
    AreaGiven.MUNICIPALITY: "Gemeente",
    AreaGiven.PROVINCE: "Provincie",
    AreaGiven.SIZE_CLASS: "Grootteklasse van de gemeente",
}


@dataclass(frozen=True, slots=True, eq=False)
class Collected:
    """Unprotected records with whose they are. `identifiers` are the columns of each quasi-identifier, the area first.

    `municipality` is a number for every record; it stands outside the records, for it may not leave.
    """

    records: Records
    identifiers: tuple[tuple[str, ...], ...]
    municipality: NDArray[Any]


def collect(
    snapshots: Sequence[Snapshot], pooled: Pooled, rule: MicrodataRule, places: Mapping[str, Place]
) -> Collected | tuple[MicrodataFault, ...]:
    """Return the records of sealed rounds, or everything that makes that impossible.

    `places` gives by municipality the area that the rule asks for; it may be empty where the rule asks for none. Each record stands for
    the clients of its stratum divided by the respondents.
    """
    from analysis.dataset import Dataset

    faults = (
        *rule_faults(rule, pooled),
        *municipality_faults(snapshots, pooled, rule, places),
        *repetition_faults(snapshots),
    )
    if faults:
        return faults
    gathered = gather_snapshots(sorted(snapshots, key=lambda one: one.facts.municipality), pooled)
    if not isinstance(gathered, Dataset):
        return tuple(MicrodataFault(one.place, one.cause, one.cure) for one in gathered)
    return _collected(gathered, declared_variables(rule, pooled), rule, places)


def _collected(
    dataset: Dataset, variables: Sequence[MicrodataVariable], rule: MicrodataRule, places: Mapping[str, Place]
) -> Collected:
    import numpy as np

    units = sorted({stratum.unit for stratum in dataset.strata})
    unit_of_stratum = np.array([units.index(stratum.unit) for stratum in dataset.strata], dtype=np.int32)
    municipality = unit_of_stratum[dataset.stratum]
    columns = {one.name: _column(dataset, one) for one in variables}
    found = list(variables)
    if rule.area is not AreaGiven.NOTHING:
        area = _area_variable({places[unit] for unit in units}, rule.area)
        numbers = {one.code: one.number for one in area.categories}
        found.insert(0, area)
        columns[AREA] = np.array([numbers[places[unit].code] for unit in units], dtype=np.int32)[municipality]
    found.append(WEIGHT_VARIABLE)
    columns[WEIGHT] = dataset.weights.astype(np.float64)
    identifiers = tuple(
        tuple(one.name for one in variables if _id_of(one) == identifier) for identifier in rule.quasi_identifiers
    )
    with_area = ((AREA,), *identifiers) if rule.area is not AreaGiven.NOTHING else identifiers
    return Collected(Records(tuple(found), columns), with_area, municipality)


def _area_variable(places: set[Place], given: AreaGiven) -> MicrodataVariable:
    ordered = sorted(places, key=lambda place: (place.code, place.label))
    return MicrodataVariable(
        name=AREA,
        variable=AREA,
        role=Role.AREA,
        kind=VariableKind.NOMINAL,
        label=_AREA_LABELS[given],
        categories=tuple(Category(number, one.code, one.label) for number, one in enumerate(ordered, start=1)),
    )


def _id_of(variable: MicrodataVariable) -> str:
    return variable.variable.partition("@")[0]


def _column(dataset: Dataset, variable: MicrodataVariable) -> NDArray[Any]:
    """Return the numbers of a variable: those of its categories, the number itself, or below 0 the reason why there is none."""
    import numpy as np

    from analysis.dataset import FIRST_CODE, VALID

    reasons = np.array([REASONS[reason] for reason in Missing], dtype=np.int32)
    if variable.variable in dataset.numbers:
        row = dataset.numbers.index(variable.variable)
        status = dataset.status[row]
        values = np.rint(dataset.deviations[row] + dataset.pilots[row][dataset.stratum]).astype(np.int32)
        return np.asarray(
            np.where(status == VALID, values, reasons[np.minimum(status, len(reasons) - 1)]), dtype=np.int32
        )
    name, _, option = variable.variable.partition(OPTION_SIGN)
    row = next(place for place, one in enumerate(dataset.coded) if (one.item, one.option) == (name, option))
    codes = dataset.codes[row].astype(np.int32)
    numbers = np.array(_numbers(variable), dtype=np.int32)
    chosen = numbers[np.clip(codes - FIRST_CODE, 0, len(numbers) - 1)]
    return np.asarray(
        np.where(codes >= FIRST_CODE, chosen, reasons[np.minimum(codes, len(reasons) - 1)]), dtype=np.int32
    )


def _numbers(variable: MicrodataVariable) -> list[int]:
    if variable.categories:
        return [one.number for one in variable.categories]
    assert variable.minimum is not None, variable
    assert variable.maximum is not None, variable
    return list(range(variable.minimum, variable.maximum + 1))

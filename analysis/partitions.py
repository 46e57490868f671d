"""One analysis of many parts: each part is tabulated apart, here, in other processes or on a cluster, and the tables add up.

A part holds whole units. Memory is bounded by the largest part and the tables of all, whatever the number of respondents.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from importlib import import_module
from typing import Any, TypeAlias

import numpy as np

from analysis.dataset import Dataset
from analysis.engine import needs_rows, results_of
from analysis.origin import fingerprints, origin_of
from analysis.plan import AnalysisPlan
from analysis.results import Cell, Contributions, Results
from analysis.tabulation.contributing import contributions_of, taken_together
from analysis.tabulation.merging import merged
from analysis.tabulation.tables import Tables, tabulate_all
from analysis.units.mix_cells import ClientMix, client_mix, put_together
from questionnaires.problems import Problem

# A data set, or what loads one or tells why it cannot: a function without arguments that can be sent to another process.
Part: TypeAlias = Dataset | Callable[[], Dataset | tuple[Problem, ...]]
# Told after each part: how many are done, and how many there are.
Progress: TypeAlias = Callable[[int, int], None]

_DASK = "dask://"
_DASK_PORT = 8786
_PLACE = "engine"
_PARTS = "delen"


class EngineKind(StrEnum):
    """Where parts are tabulated."""

    INLINE = "inline"
    PROCESSES = "processes"
    DASK = "dask"


@dataclass(frozen=True, slots=True)
class Engine:
    """Where parts are tabulated: in this process, in `workers` others, or on the Dask cluster at `address`."""

    kind: EngineKind = EngineKind.INLINE
    workers: int = 1
    address: str = ""


def read_engine(text: str) -> Engine | Problem:
    """Return the engine that a text names.

    `processes` alone takes as many as there are processors; Dask listens on port 8786 unless the text says otherwise.

    >>> read_engine("processes:2")
    Engine(kind=<EngineKind.PROCESSES: 'processes'>, workers=2, address='')
    >>> read_engine("dask://localhost:8786").address
    'localhost:8786'
    """
    name, _, number = text.partition(":")
    if text == EngineKind.INLINE:
        return Engine()
    if text.startswith(_DASK) and len(text) > len(_DASK):
        address = text.removeprefix(_DASK)
        return Engine(EngineKind.DASK, address=address if ":" in address else f"{address}:{_DASK_PORT}")
    if text == EngineKind.PROCESSES:
        return Engine(EngineKind.PROCESSES, os.cpu_count() or 1)
    if name == EngineKind.PROCESSES and number.isdecimal() and int(number) > 0:
        return Engine(EngineKind.PROCESSES, int(number))
    cause = f"De rekenplek {text} bestaat niet."
    return Problem(_PLACE, 1, "", "A95", cause, "Kies inline, processes, processes:AANTAL of dask://NAAM:POORT.")


def by_units(dataset: Dataset, count: int) -> tuple[Dataset, ...]:
    """Return at most `count` parts of whole units, with about as many rows each."""
    starts = dataset.design().starts
    rows = np.add.reduceat(dataset.respondents, starts)
    before = np.cumsum(rows) - rows
    part_of_unit = np.minimum(before * count // max(int(rows.sum()), 1), count - 1)
    lengths = np.diff(starts, append=dataset.respondents.size)
    part_of_row = np.repeat(part_of_unit, lengths)[dataset.stratum]
    return tuple(dataset.rows(part_of_row == part) for part in np.unique(part_of_row))


def analyse_parts(
    parts: Sequence[Part], plan: AnalysisPlan, engine: Engine = Engine(), progress: Progress | None = None
) -> Results | tuple[Problem, ...]:
    """Return the results of all parts together, or why they do not make one data set.

    They are those of `analyse` on everything: counts to the last bit, sums but for the order of addition.
    """
    found = tabulate_parts(parts, plan, engine, progress)
    if not isinstance(found, Tabulated):
        return found
    results = results_of(found.tables, plan, origin_of(found.fingerprints, plan))
    return replace(results, contributions=found.contributions)


def tabulate_parts(
    parts: Sequence[Part],
    plan: AnalysisPlan,
    engine: Engine = Engine(),
    progress: Progress | None = None,
    *,
    adjusters: Sequence[str] = (),
) -> Tabulated | tuple[Problem, ...]:
    """Return the tables of all parts together, or why they do not make one data set; with `adjusters` their client mix, too."""
    found: list[Tabulated] = []
    unread: list[Problem] = []
    for done, tabulated in enumerate(_MAPS[engine.kind](parts, plan, adjusters, engine), start=1):
        if isinstance(tabulated, Tabulated):
            found.append(tabulated)
        else:
            unread += tabulated
        if progress:
            progress(done, len(parts))
    problems = tuple(sorted(unread)) or tuple(_problems(found))
    if problems:
        return problems
    tables = merged([it.tables for it in found])
    together = taken_together([it.contributions for it in found])
    mixes = [it.mix for it in found if it.mix is not None]
    return Tabulated(
        tables,
        tuple(digest for it in found for digest in it.fingerprints),
        together,
        needs_rows=False,
        mix=put_together(mixes) if mixes else None,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Tabulated:
    """What is left of rows: their tables and their fingerprints. `needs_rows`: the plan asks for more than tables carry.

    `mix`: their scores by who they are, where it was asked to be kept.
    """

    tables: Tables
    fingerprints: tuple[str, ...]
    contributions: Mapping[Cell, Contributions]
    needs_rows: bool
    mix: ClientMix | None = field(default=None, kw_only=True)


def _tabulate(part: Part, plan: AnalysisPlan, adjusters: Sequence[str]) -> Tabulated | tuple[Problem, ...]:
    dataset = part if isinstance(part, Dataset) else part()
    if not isinstance(dataset, Dataset):
        return dataset
    return Tabulated(
        tabulate_all(dataset),
        fingerprints(dataset),
        contributions_of(dataset, plan),
        needs_rows(dataset, plan),
        mix=client_mix(dataset, plan, adjusters) if adjusters else None,
    )


def _inline(
    parts: Sequence[Part], plan: AnalysisPlan, adjusters: Sequence[str], _: Engine
) -> Iterator[Tabulated | tuple[Problem, ...]]:
    return (_tabulate(part, plan, adjusters) for part in parts)


def _in_processes(
    parts: Sequence[Part], plan: AnalysisPlan, adjusters: Sequence[str], engine: Engine
) -> Iterator[Tabulated | tuple[Problem, ...]]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # A fresh process has no locks or threads of this one.
    with ProcessPoolExecutor(engine.workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_tabulate, parts, [plan] * len(parts), [adjusters] * len(parts))


def _on_dask(
    parts: Sequence[Part], plan: AnalysisPlan, adjusters: Sequence[str], engine: Engine
) -> Iterator[Tabulated | tuple[Problem, ...]]:
    # By name, because types of this extra are there only where it is installed.
    client_class: Any = import_module("distributed").Client
    with client_class(engine.address, set_as_default=False) as client:
        futures = client.map(_tabulate, parts, [plan] * len(parts), [adjusters] * len(parts), pure=False)
        while futures:
            # What is fetched may be forgotten by the cluster.
            yield futures.pop(0).result()


_MAPS = {EngineKind.INLINE: _inline, EngineKind.PROCESSES: _in_processes, EngineKind.DASK: _on_dask}


def _problems(found: Sequence[Tabulated]) -> Iterator[Problem]:
    if not found:
        yield Problem(_PARTS, 1, "", "A96", "Er zijn geen delen.", "Geef minstens één deel.")
        return
    first = found[0].tables
    populations: dict[tuple[str, str], float] = {}
    for number, it in enumerate(found, start=1):
        if it.needs_rows:
            cause = "Trekking in trappen, verhoudingen, kwantielen en gewichten op marges vragen alle rijen tegelijk."
            yield Problem(_PARTS, number, "", "A97", cause, "Analyseer de gegevens als één geheel.")
        if _columns(it.tables) != _columns(first):
            cause = "Dit deel heeft andere vragen of uitsplitsingen dan het eerste deel."
            yield Problem(_PARTS, number, "", "A96", cause, "Maak alle delen met hetzelfde plan.")
        for stratum in it.tables.strata:
            known = populations.setdefault((stratum.unit, stratum.name), stratum.population)
            if known != stratum.population:
                cause = f"Het stratum {stratum.name} heeft in dit deel een andere populatie."
                yield Problem(
                    _PARTS, number, f"stratum {stratum.name}", "A96", cause, "Geef overal dezelfde populatie."
                )


def _columns(tables: Tables) -> tuple[object, ...]:
    return tables.coded, tables.numbers, tuple(it.breakdown for it in tables.breakdowns)

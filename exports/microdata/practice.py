"""Microdata for practice: released shares become margins, and made-up people are drawn from these. Nothing else is looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from analysis.microdata.declared import OPTION_SIGN, columns_of
from analysis.microdata.records import REASONS, MicrodataVariable, Role
from analysis.microdata.rule import MicrodataFault, Place
from analysis.microdata.synthetic import AreaSize, Margin, Synthetic, synthesise
from analysis.pooling import Pooled
from analysis.results import Measure
from exports.microdata.handing_out import ForPractice
from exports.release.cube import SealedCube
from exports.release.facts import NATION, AreaType
from questionnaires.answers import Missing

# More than this share of people without any answer were not asked.
_FEW: Final = 0.1
_Key: TypeAlias = tuple[str, str, str]  # question, breakdown and level


def make_practice(
    release: SealedCube, pooled: Pooled, *, n: int, seed: int
) -> ForPractice | tuple[MicrodataFault, ...]:
    """Return `n` made-up people after the figures of a release, or why there are none.

    `pooled` gives what was asked, and no answers. Municipalities take part of which shares were released; without any, all of them
    together do. A share that was not released for a municipality is that of all together.
    """
    cells = _cells(release)
    areas = _areas(release, cells)
    columns = columns_of(pooled, pooled.items)
    margins = tuple(_margins(columns, cells, areas))
    released = {margin.variable for margin in margins}
    variables = tuple(one for one in columns if one.variable in released)
    found = synthesise(variables, margins, areas, n=n, seed=seed)
    return ForPractice(found, release.facts, release.seal) if isinstance(found, Synthetic) else found


@dataclass(slots=True)
class _Cell:
    """The released shares of a question in one group of one area, by measure and answer.

    `people` answered, or gave a reason; they stand for `clients`.
    """

    shares: dict[tuple[str, str], float] = field(default_factory=dict)
    people: int = 0
    clients: float = 0.0

    @property
    def known(self) -> bool:
        """Whether shares of answers were released."""
        return any(measure == Measure.CATEGORY.value for measure, _ in self.shares)


def _cells(release: SealedCube) -> dict[str, dict[_Key, _Cell]]:
    """Return what was released of each municipality, and of all together."""
    found: dict[str, dict[_Key, _Cell]] = defaultdict(lambda: defaultdict(_Cell))
    kinds = {AreaType.MUNICIPALITY.value, AreaType.NATION.value}
    for row in release.cube.rows():
        if row["value"] is None or row["area_type"] not in kinds:
            continue
        cell = found[row["area"]][row["indicator"], row["breakdown"], row["level"]]
        cell.people = max(cell.people, row["n"] or 0)
        # Where the number of clients is not known, everybody stands for as many.
        cell.clients = max(cell.clients, row["population_size"] or row["n"] or 0)
        if row["measure"] in (Measure.CATEGORY.value, Measure.MISSING.value):
            cell.shares[row["measure"], row["category"]] = row["value"]
    return found


def _areas(release: SealedCube, cells: Mapping[str, Mapping[_Key, _Cell]]) -> tuple[AreaSize, ...]:
    """Return the municipalities of which shares were released, with the clients that released figures stand for; or all together."""
    names = {one.area: one.name for one in release.facts.areas}
    known = [area for area in sorted(cells) if any(cell.known for cell in cells[area].values())]
    shown = [area for area in known if area != NATION] or known
    clients = {area: max(cell.clients for cell in cells[area].values()) for area in shown}
    return tuple(AreaSize(Place(area, names.get(area, area)), clients[area]) for area in shown)


def _margins(
    variables: Sequence[MicrodataVariable], cells: Mapping[str, Mapping[_Key, _Cell]], areas: Sequence[AreaSize]
) -> Iterator[Margin]:
    """Yield the shares of every variable in every area: of everybody, and of the groups that were released."""
    numbers = {one.variable: {it.code: it.number for it in one.categories} for one in variables}
    for area in areas:
        own, nation = cells.get(area.place.code, {}), cells.get(NATION, {})
        for one in variables:
            question, _, option = one.variable.partition(OPTION_SIGN)
            key = (question, "", "")
            source = own if key in own and own[key].known else nation
            if key in source and source[key].known:
                yield Margin(area.place.code, one.variable, _shares(one, option, source[key], _people(source, "", "")))
            for (asked, breakdown, level), cell in own.items():
                if asked == question and cell.known and level in numbers.get(breakdown, {}):
                    shares = _shares(one, option, cell, _people(own, breakdown, level))
                    yield Margin(area.place.code, one.variable, shares, breakdown, numbers[breakdown][level])


def _people(cells: Mapping[_Key, _Cell], breakdown: str, level: str) -> int:
    """Return how many people a group has at least, by the question that most of them answered."""
    return max(cell.people for (_, name, group), cell in cells.items() if (name, group) == (breakdown, level))


def _shares(variable: MicrodataVariable, option: str, cell: _Cell, people: int) -> dict[int, float]:
    """Return the share of each number among all people; released shares of answers are among those who answered.

    Who did not answer at all is not in released shares. Where these are few they skipped the question, where many it was not asked.
    """
    told = {
        REASONS[Missing(code)]: it for (measure, code), it in cell.shares.items() if measure == Measure.MISSING.value
    }
    given = {code: it for (measure, code), it in cell.shares.items() if measure == Measure.CATEGORY.value}
    reached = min(1.0, cell.people / max(people, 1))
    shares = {reason: reached * share for reason, share in told.items()}
    shares[REASONS[Missing.SKIPPED if 1 - reached <= _FEW else Missing.NOT_ASKED]] = 1 - reached
    answered = reached * max(0.0, 1 - sum(told.values()))
    if variable.role is Role.OPTION:
        chosen = min(1.0, given.get(option, 0.0))
        return shares | {0: answered * (1 - chosen), 1: answered * chosen}
    # Shares are rounded: together they are about 1.
    total = sum(given.values()) or 1.0
    numbers = {one.code: one.number for one in variable.categories}
    return shares | {numbers[code] if numbers else int(code): answered * it / total for code, it in given.items()}

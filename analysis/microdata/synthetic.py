"""Made-up microdata for practice: nobody is behind them. They are drawn from released shares only, and tell nothing else.

Answers to two questions go together only as far as a breakdown was released; everything else is drawn independently. So tables of one
question come out as released, and what is found between questions is not true.
Source: synthetic data from margins, Hundepool et al. (2012), Statistical Disclosure Control, chapter 3; iterative proportional fitting,
Deming & Stephan (1940), Annals of Mathematical Statistics 11, 427-444.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analysis.microdata.records import (
    AREA,
    SUPPRESSED,
    WEIGHT,
    WEIGHT_VARIABLE,
    Category,
    MicrodataVariable,
    Records,
    Role,
    sorted_records,
)
from analysis.microdata.rule import MicrodataFault, Place
from questionnaires.codebook import VariableKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MARK: Final = "SYNTHETISCH"
MARK_LABEL: Final = "SYNTHETISCH: deze antwoorden zijn nagemaakt en van niemand"
_ROUNDS: Final = 200
_CLOSE: Final = 1e-9
_LITTLE: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Margin:
    """Released shares (0-1) of one variable in one area, by number of the answer or of the reason for having none; together about 1.

    `level` is the number of an answer to the variable `breakdown` where the shares are of those people only, who are the breakdown's level.
    """

    area: str
    variable: str
    shares: Mapping[int, float]
    breakdown: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class AreaSize:
    """An area with its clients, for whom the made-up people stand."""

    place: Place
    clients: float


@dataclass(frozen=True, slots=True, eq=False)
class Synthetic:
    """Made-up records. One column says so in every record. The same `seed` makes the same ones."""

    records: Records
    seed: int


def synthesise(
    variables: Sequence[MicrodataVariable], margins: Sequence[Margin], areas: Sequence[AreaSize], *, n: int, seed: int
) -> Synthetic | tuple[MicrodataFault, ...]:
    """Return `n` made-up people, spread over areas as their clients are, or why there are none.

    Each variable has the released shares of its area, within what chance does with so many people. It goes together with the first
    breakdown that was released for it. A variable without released shares in an area is suppressed there.
    """
    import numpy as np

    faults = tuple(_faults(variables, margins, areas, n))
    if faults:
        return faults
    rng = np.random.default_rng(seed)
    known = {(one.area, one.variable, one.breakdown, one.level): one for one in margins}
    counts = _spread(n, np.array([one.clients for one in areas], dtype=np.float64))
    parts = [
        _people(variables, _Shares(one.place.code, known), int(count), rng)
        for one, count in zip(areas, counts, strict=True)
    ]
    columns = {one.name: np.concatenate([part[one.name] for part in parts]) for one in variables}
    columns[AREA] = np.repeat(np.arange(1, len(areas) + 1, dtype=np.int32), counts)
    weights = [np.full(count, round(one.clients / max(count, 1), 1)) for one, count in zip(areas, counts, strict=True)]
    columns[WEIGHT] = np.concatenate(weights)
    columns[MARK] = np.ones(n, dtype=np.int32)
    found = (_mark(), _area(areas), *variables, WEIGHT_VARIABLE)
    return Synthetic(sorted_records(Records(found, columns)), seed)


def _faults(
    variables: Sequence[MicrodataVariable], margins: Sequence[Margin], areas: Sequence[AreaSize], n: int
) -> Iterator[MicrodataFault]:
    if not areas or not margins or not variables:
        cause = "Er zijn geen uitkomsten vrijgegeven waar deelnemers naar te maken zijn."
        yield MicrodataFault("release", cause, "Kies een uitgave met vrijgegeven antwoorden.")
    if n < max(1, len(areas)):
        cause = f"{n} mensen zijn te weinig voor {len(areas)} gebieden."
        yield MicrodataFault("n", cause, f"Vraag minstens {max(1, len(areas))} mensen.")


def _spread(n: int, clients: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return how many people each area gets: by largest remainder, and each at least one."""
    import numpy as np

    exact = (n - len(clients)) * clients / clients.sum()
    counts = np.floor(exact).astype(np.int64)
    rest = n - len(clients) - int(counts.sum())
    counts[np.argsort(counts - exact, kind="stable")[:rest]] += 1
    return np.asarray(counts + 1, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Shares:
    """The released shares of one area."""

    area: str
    known: Mapping[tuple[str, str, str, int], Margin]

    def of(self, variable: MicrodataVariable, breakdown: str = "", level: int = 0) -> NDArray[np.float64] | None:
        """Return the share of each value of a variable, adding up to 1; None where nothing was released."""
        import numpy as np

        margin = self.known.get((self.area, variable.variable, breakdown, level))
        if margin is None:
            return None
        shares = np.array([max(margin.shares.get(value, 0.0), 0.0) for value in _values(variable)])
        return shares / shares.sum() if shares.sum() > 0 else None

    def breakdown_of(self, variable: MicrodataVariable, among: Sequence[MicrodataVariable]) -> MicrodataVariable | None:
        """Return the first other variable by which shares of this one were released."""
        names = {name for area, one, name, _ in self.known if (area, one) == (self.area, variable.variable) and name}
        return next((one for one in among if one.variable in names and one is not variable), None)


def _people(
    variables: Sequence[MicrodataVariable], shares: _Shares, count: int, rng: np.random.Generator
) -> dict[str, NDArray[np.int32]]:
    """Return the columns of the people of an area: breakdowns first, then what goes together with them."""
    import numpy as np

    within = {one.name: shares.breakdown_of(one, variables) for one in variables}
    # What a breakdown goes together with is never drawn by another one: that would go in circles.
    levels = {one.name for one in within.values() if one is not None}
    columns: dict[str, NDArray[np.int32]] = {}
    for one in sorted(variables, key=lambda it: it.name not in levels):
        breakdown = None if one.name in levels else within[one.name]
        whole = shares.of(one)
        if whole is None:
            columns[one.name] = np.full(count, SUPPRESSED, dtype=np.int32)
        elif breakdown is None or shares.of(breakdown) is None:
            columns[one.name] = _drawn(np.broadcast_to(whole, (count, len(whole))), one, rng)
        else:
            table, known = _together(one, breakdown, shares, whole), _values(breakdown)
            rows = np.searchsorted(np.sort(known), columns[breakdown.name])
            columns[one.name] = _drawn(table[np.argsort(known)[rows]], one, rng)
    return columns


def _together(
    variable: MicrodataVariable, breakdown: MicrodataVariable, shares: _Shares, whole: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the shares of a variable for each value of the breakdown, so that all together they are the released shares of everyone.

    Groups of which nothing was released share what the others leave of everyone. Iterative proportional fitting then makes both margins
    right: released shares are rounded, so they contradict each other a little.
    """
    import numpy as np

    groups = shares.of(breakdown)
    assert groups is not None, "the caller has seen to it"
    rows = [shares.of(variable, breakdown.variable, value) if value > 0 else None for value in _values(breakdown)]
    told = [size * row for size, row in zip(groups, rows, strict=True) if row is not None]
    left = np.maximum(whole - sum(told, start=np.zeros_like(whole)), 0.0)
    rest = left / left.sum() if left.sum() > 0 else whole
    # A share that was rounded to nothing may still be somebody.
    seeds = [np.maximum(rest if row is None else row, _LITTLE * whole) for row in rows]
    table = np.array(seeds) * groups[:, None]
    for _ in range(_ROUNDS):
        table *= np.divide(whole, table.sum(axis=0), out=np.zeros_like(whole), where=table.sum(axis=0) > 0)
        table *= np.divide(groups, table.sum(axis=1), out=np.zeros_like(groups), where=table.sum(axis=1) > 0)[:, None]
        if np.abs(table.sum(axis=0) - whole).max() < _CLOSE:
            break
    totals = table.sum(axis=1, keepdims=True)
    return np.where(totals > 0, table / np.where(totals > 0, totals, 1.0), whole)


def _drawn(shares: NDArray[np.float64], variable: MicrodataVariable, rng: np.random.Generator) -> NDArray[np.int32]:
    """Return a value for each person, with the shares (row) of that person."""
    import numpy as np

    chances = rng.random(len(shares))
    places = (chances[:, None] >= shares.cumsum(axis=1)).sum(axis=1)
    values = np.array(_values(variable), dtype=np.int32)
    return np.asarray(values[np.minimum(places, len(values) - 1)], dtype=np.int32)


def _values(variable: MicrodataVariable) -> list[int]:
    if variable.categories:
        return [*(one.number for one in variable.categories), *variable.reasons]
    assert variable.minimum is not None, variable
    assert variable.maximum is not None, variable
    return [*range(variable.minimum, variable.maximum + 1), *variable.reasons]


def _mark() -> MicrodataVariable:
    return MicrodataVariable(
        name=MARK,
        variable=MARK,
        role=Role.MARK,
        kind=VariableKind.NOMINAL,
        label=MARK_LABEL,
        categories=(Category(1, "ja", MARK),),
    )


def _area(areas: Sequence[AreaSize]) -> MicrodataVariable:
    return MicrodataVariable(
        name=AREA,
        variable=AREA,
        role=Role.AREA,
        kind=VariableKind.NOMINAL,
        label="Gebied",
        categories=tuple(
            Category(number, one.place.code, one.place.label) for number, one in enumerate(areas, start=1)
        ),
    )

"""Selecting figures of a cube: of some areas, indicators and groups, in its order. Nothing is computed: only what was released is there."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING

from exports.release.cube import Cube

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Selection:
    """Which figures are meant: the values that each column may have; a column without values may have any.

    `breakdown` with ("",) means everyone, without groups of clients.
    """

    area: tuple[str, ...] = ()
    area_type: tuple[str, ...] = ()
    indicator: tuple[str, ...] = ()
    measure: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    breakdown: tuple[str, ...] = ()
    level: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Selected:
    """Figures in the order of the cube. `rows`: their places in it, from 0; `more`: whether there are selected figures after these."""

    table: pa.Table
    rows: tuple[int, ...]
    more: bool


def select_figures(cube: Cube, selection: Selection, *, after: int = -1, limit: int | None = None) -> Selected:
    """Return the selected figures that stand after a place in the cube, at most `limit`.

    A selection of indicators looks at the figures of these only: work grows with what is asked, not with the release.
    """
    import numpy as np
    import pyarrow as pa

    found: list[int] = []
    for start, stop in _stretches(cube, selection.indicator):
        begin = max(start, after + 1)
        if begin >= stop or (limit is not None and len(found) > limit):
            continue
        part = cube.table.slice(begin, stop - begin)
        found += (np.flatnonzero(_wanted(part, selection)) + begin).tolist()
    rows = tuple(found if limit is None else found[:limit])
    # Of a type also when there is nothing in it.
    return Selected(cube.table.take(pa.array(rows, pa.int64())), rows, len(found) > len(rows))


def indicator_places(cube: Cube) -> dict[str, tuple[int, int]]:
    """Return where the figures of each indicator stand in the cube: from the first place to behind the last."""
    return dict(_places(cube))


@lru_cache(maxsize=8)
def _places(cube: Cube) -> tuple[tuple[str, tuple[int, int]], ...]:
    import numpy as np

    column = cube.table.column("indicator").combine_chunks()
    codes = column.indices.to_numpy()
    if not len(codes):
        return ()  # what a municipality may see of a draft in which it has no figures
    starts = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist()]
    stops = [*starts[1:], len(codes)]
    names = column.dictionary.to_pylist()
    return tuple((names[codes[start]], (start, stop)) for start, stop in zip(starts, stops, strict=True))


def _stretches(cube: Cube, indicators: tuple[str, ...]) -> list[tuple[int, int]]:
    places = indicator_places(cube)
    return sorted(places[name] for name in set(indicators or places) if name in places)


def _wanted(part: pa.Table, selection: Selection) -> pa.BooleanArray:
    import numpy as np

    wanted = np.ones(part.num_rows, dtype=np.bool_)
    for field in fields(selection):
        values = getattr(selection, field.name)
        if values and field.name != "indicator":
            column = part.column(field.name).combine_chunks()
            known = np.array([name in values for name in column.dictionary.to_pylist()], dtype=np.bool_)
            wanted &= known[column.indices.to_numpy()] if known.size else False
    return wanted

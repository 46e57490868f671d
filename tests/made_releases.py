"""Small releases, cut from a real one or made up row by row, with what readers of files find hard."""

from __future__ import annotations

import sys
from typing import Any

import cubes
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import strategies as st

from exports.release.cube import COLUMNS, COUNTS, NUMBERS, Cube, SealedCube, table_of

# What separates, quotes or ends something in one of the formats, or is taken for a formula.
HARD = (
    *("", "a,b", 'a"b', '"', "a\nb", "a\r\nb", "a;b", "\ta", " a  b ", "<b>&amp;", "_x0041_", "é’ €"),
    *("=1+1", "-1", "@A1", "1", "NULL", "null", "NaN"),
)
AREAS = ("NL", "GM0034", "GM0060", "PV24")
INDICATORS = ("wmo_toegang", "TOE01", "TOE02@1", "HUL01", "LEV01")


def cut(indicators: tuple[str, ...] = INDICATORS, areas: tuple[str, ...] = AREAS) -> SealedCube:
    """Return the figures of some indicators in some areas of a real release."""
    release = cubes.release()
    table = release.cube.table
    asked, places = pa.array(indicators, pa.string()), pa.array(areas, pa.string())
    chosen = pc.and_(pc.is_in(table["indicator"], asked), pc.is_in(table["area"], places))
    return SealedCube(Cube(release.facts, table.filter(chosen)), release.seal)


def repeated(release: SealedCube, times: int) -> SealedCube:
    """Return a release with the same rows several times."""
    return SealedCube(Cube(release.facts, pa.concat_tables([release.cube.table] * times)), release.seal)


def of_rows(*rows: dict[str, Any]) -> SealedCube:
    """Return a release of made-up rows; what a row does not say is as in a real one."""
    release = cut()
    like = release.cube.table.slice(0, 1).to_pylist()[0]
    full = [like | row for row in rows]
    table = table_of({name: [row[name] for row in full] for name in COLUMNS})
    return SealedCube(Cube(release.facts, table), release.seal)


def expected(release: SealedCube) -> list[dict[str, Any]]:
    """Return the rows of a release, as the cube holds them."""
    rows: list[dict[str, Any]] = release.cube.table.to_pylist()
    return rows


def rows(texts: st.SearchStrategy[str], *, largest: float = sys.float_info.max) -> st.SearchStrategy[dict[str, Any]]:
    """Return random rows. What decides how figures are shown keeps a meaning; all else may be any text or number."""
    numbers = st.none() | st.floats(-largest, largest)
    kept = {"indicator": "TOE01", "area_type": "municipality", "measure": "score", "flags": "small", "suppression": ""}
    free = [name for name in COLUMNS if name not in kept and name not in NUMBERS and name not in COUNTS]
    return st.fixed_dictionaries(
        {name: st.just(text) for name, text in kept.items()}
        | dict.fromkeys(free, texts)
        | dict.fromkeys(NUMBERS, numbers)
        | dict.fromkeys(COUNTS, st.integers(0, 2**53))
    )

"""The series that an address names: of the municipality in the address, or there is no such page."""

from __future__ import annotations

import re
from typing import Final

from litestar.exceptions import NotFoundException

from ceo.web.installation import Installation
from ceo.workflows.following.reading import (
    SeriesHead,
    list_series,
    read_indicator,
    read_newest_points,
    read_series,
)
from ceo.workflows.following.series import Grain, IndicatorSeries, Series

_CORE: Final = re.compile(r"[a-z][a-z0-9]*(?:\.[a-z0-9-]+)+", re.ASCII)
_LONGEST_CORE: Final = 80
_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


async def require_heads(installation: Installation, municipality: str, core: str) -> tuple[SeriesHead, ...]:
    """Return which series there are of a core, the finest grain first; at least one."""
    found = tuple(one for one in await list_series(installation.database, municipality) if one.core == core)
    if not found:
        raise NotFoundException
    return found


async def require_titles(installation: Installation, municipality: str, core: str) -> Series:
    """Return the series of a core in its finest grain, with its newest points only: for what is about all of its indicators."""
    found = (one for one in await read_newest_points(installation.database, municipality) if one.core == core)
    series = next(found, None)
    if series is None:
        raise NotFoundException
    return series


async def require_series(installation: Installation, municipality: str, head: SeriesHead) -> Series:
    """Return a series that there is."""
    found = await read_series(installation.database, municipality, head.core, head.grain)
    if found is None:
        raise NotFoundException
    return found


async def require_indicator(
    installation: Installation, municipality: str, core: str, indicator: str
) -> dict[Grain, tuple[Series, IndicatorSeries]]:
    """Return one indicator by the grains in which it is followed, with its series; none where it is not followed."""
    found = await read_indicator(installation.database, municipality, require_name(core), indicator)
    return {series.grain: (series, one) for series, one in found}


def require_grain(heads: tuple[SeriesHead, ...], grain: str) -> SeriesHead:
    """Return the series in a grain."""
    found = next((one for one in heads if one.grain.value == grain), None)
    if found is None:
        raise NotFoundException
    return found


def require_name(core: str) -> str:
    """Return the name of a core, if it can be one."""
    if len(core) > _LONGEST_CORE or not _CORE.fullmatch(core):
        raise NotFoundException
    return core


def require_id(annotation_id: str) -> str:
    """Return an id, if it can be one of ours."""
    if not _ID.fullmatch(annotation_id):
        raise NotFoundException
    return annotation_id

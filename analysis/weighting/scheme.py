"""The weighting scheme: versioned data that says how weights are made."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Trimming(_Part):
    """Where weights are cut off, within each unit: the least of `medians` times the median and the median plus `iqr`."""

    medians: float = Field(default=5.0, gt=1)
    iqr: float = Field(default=5.0, gt=0)
    rounds: int = Field(default=5, ge=1, le=50)


class WeightingScheme(_Part):
    """How weights are made within each unit, in this order.

    `cells` are the columns whose combinations make the cells of non-response, the first one given up first where a cell has
    fewer respondents than `smallest_cell` or needs a factor above `largest_factor`. `margins` are the columns, or combinations
    of columns, whose population totals the weights meet; the column of the strata may be one. The most important margin
    stands first: where not all can be met together, the last is left out.
    """

    version: str
    cells: tuple[str, ...] = ()
    smallest_cell: int = Field(default=20, ge=1)
    largest_factor: float = Field(default=3.0, gt=1)
    margins: tuple[Annotated[tuple[str, ...], Field(min_length=1)], ...] = ()
    trimming: Trimming | None = None

"""References: what each unit is compared with, besides all units together."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ReferencePlan(BaseModel):
    """A group of `units`, such as a region or a size class."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    units: tuple[str, ...] = Field(min_length=1)

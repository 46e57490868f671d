"""What is chosen about a release before it is made."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

# What stands in the address of a release, and is never used for anything else.
NAME: Final = r"^[a-z][a-z0-9-]{2,58}[a-z0-9]$"


class DivisionName(StrEnum):
    """The areas of several municipalities that have figures of their own."""

    PROVINCE = "province"
    SIZE_CLASS = "size_class"


class Proposal(BaseModel):
    """What a release is about, and by which rules. `profile`: the policy of disclosure control.

    `with_local`: questions that a municipality added are in it too; meant for the release of one municipality. `divisions`: the areas of
    several municipalities that get figures.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=NAME)
    measurement: str
    title: str = Field(min_length=3, max_length=200)
    population: str = Field(min_length=3, max_length=200)
    publisher: str = Field(min_length=2, max_length=120)
    profile: Literal["public", "national"] = "national"
    with_local: bool = False
    divisions: tuple[DivisionName, ...] = (DivisionName.PROVINCE, DivisionName.SIZE_CLASS)

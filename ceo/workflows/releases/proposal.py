"""What is chosen about a release before it is made."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

# What stands in the address of a release, and is never used for anything else.
NAME: Final = r"^[a-z][a-z0-9-]{2,58}[a-z0-9]$"


# The state of an edition that was given up before anybody could read it, beside those of `ceo.storage.releases.ReleaseState`.
DROPPED: Final = "dropped"
# No release has so many editions, and the database no larger number.
_LAST_EDITION: Final = 1_000_000


def can_be_release(name: str, edition: int = 1) -> bool:
    r"""Return whether a release could be named like this: whatever else stands in an address names none.

    >>> can_be_release("wmo-2026", 2), can_be_release("a\x00"), can_be_release("wmo-2026", 10**30)
    (True, False, False)
    """
    return re.fullmatch(NAME, name) is not None and 0 < edition < _LAST_EDITION


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

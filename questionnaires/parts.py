"""What all parts of a definition have in common: frozen, without unknown keys, and made of a few kinds of text."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

SmallInt: TypeAlias = Annotated[int, Field(ge=-999_999_999, le=999_999_999)]


Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


Title: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]


Period: TypeAlias = Annotated[str, Field(pattern=r"^(now|P[1-9][0-9]*[DWMY])$", examples=["P12M"])]


Day: TypeAlias = Annotated[date, Field(strict=False, examples=["2027-01-01"])]


class DefinitionPart(BaseModel):
    """A part of a definition: frozen, and without keys that nobody knows."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", serialize_by_alias=True, validate_by_name=True, validate_by_alias=True
    )

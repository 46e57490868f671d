"""The agreement under which microdata leave: it stands in every file of them."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field


class Agreement(BaseModel):
    """What was agreed with who gets microdata: the number of the agreement, who, for what, and until when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str = Field(min_length=1, max_length=40)
    user: str = Field(min_length=1, max_length=200)
    purpose: str = Field(min_length=1, max_length=1000)
    ends_on: date

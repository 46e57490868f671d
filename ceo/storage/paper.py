"""Paper forms that are being keyed, and how well two keyings agreed. A form that is done leaves a submission and nothing here."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field

from ceo.storage.database import JsonDocument
from ceo.storage.tenancy import TenantRow

_ROUND: Final = ["round.id", "round.municipality"]


class KeyedForm(TenantRow, table=True):
    """A paper form between its keying and its sending. The id follows from the code on the paper and leads to no invitation.

    `second` is None until somebody else has keyed the same form; `needs_second` says whether somebody has to.
    """

    __tablename__ = "keyed_form"
    __table_args__ = (ForeignKeyConstraint(["round_id", "municipality"], _ROUND),)

    id: str = Field(primary_key=True, max_length=64)
    round_id: int = Field(index=True)
    language: str
    first: dict[str, Any] = Field(sa_type=JsonDocument)
    first_by: str
    needs_second: bool
    second: dict[str, Any] | None = Field(default=None, sa_type=JsonDocument)
    second_by: str | None = None


class KeyingTally(TenantRow, table=True):
    """Of one item of a round: how many forms were keyed twice, and in how many of them the two differed."""

    __tablename__ = "keying_tally"
    __table_args__ = (ForeignKeyConstraint(["round_id", "municipality"], _ROUND),)

    round_id: int = Field(primary_key=True)
    item: str = Field(primary_key=True)
    compared: int
    differed: int

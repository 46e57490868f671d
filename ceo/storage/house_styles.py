"""How the pages of a municipality look, and whom residents can turn to."""

from __future__ import annotations

from typing import Any

from sqlmodel import Field

from ceo.storage.database import JsonDocument
from ceo.storage.tenancy import TenantRow


class HouseStyle(TenantRow, table=True):
    """One version of a house style; the highest number is in use, so that a change can be undone.

    `tokens`: values by name of the NL Design System (`--basis-...`). `logo` is the address of its picture as a `data:` URI, ""
    without one. `contact`: lines by kind, such as `phone` and `website`.
    """

    __tablename__ = "house_style"

    municipality: str = Field(primary_key=True, foreign_key="municipality.code")
    number: int = Field(primary_key=True)
    tokens: dict[str, Any] = Field(sa_type=JsonDocument)
    logo: str = ""
    contact: dict[str, Any] = Field(sa_type=JsonDocument)

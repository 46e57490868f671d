"""The row that an address names, who changes it, and the way back."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from litestar.exceptions import NotFoundException

from ceo.clock import now
from ceo.storage.database import Database
from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.workflows.learning.rows import By
from ceo.workflows.rights import Staff

_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_Row = TypeVar("_Row")
Finder = Callable[[Database, str, str], Awaitable[_Row | None]]


def is_id(text: str) -> bool:
    """Return whether a text can be an id of ours."""
    return _ID.fullmatch(text) is not None


async def require(finder: Finder[_Row], installation: Installation, municipality: Municipality, row_id: str) -> _Row:
    """Return a row of a municipality, or tell that there is no such page."""
    row = await finder(installation.database, municipality.code, row_id) if is_id(row_id) else None
    if row is None:
        raise NotFoundException
    return row


def by(municipality: Municipality, staff: Staff) -> By:
    """Return who changes something now."""
    return By(municipality.code, staff.id, now())


def home_of(municipality: Municipality) -> str:
    """Return the address of the pages of learning."""
    return f"/werk/{municipality.code}/leren"

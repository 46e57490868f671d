"""The ids in the addresses of the reading room, and who works in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from litestar.exceptions import NotFoundException

from ceo.storage.municipalities import Municipality
from ceo.web.staff.rounds.requiring import LARGEST_ID
from ceo.workflows.rights import Staff
from ceo.workflows.stories.rooms import Room

_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_LARGEST_VERSION: Final = 9


def room_of(municipality: Municipality, round_id: int, staff: Staff) -> Room:
    """Return the reading room of a round, or tell that there is no such page."""
    if round_id > LARGEST_ID:
        raise NotFoundException
    return Room(municipality.code, round_id, staff.id)


def require_id(written: str) -> str:
    """Return an id of ours, or tell that there is no such page."""
    if not _ID.fullmatch(written):
        raise NotFoundException
    return written


def first(form: Mapping[str, Sequence[str]], field: str) -> str:
    """Return the first value of a field, with the line ends of Python and without what no database takes; "" without it."""
    return next(iter(form.get(field, ())), "").replace("\r\n", "\n").replace("\x00", "")


def version_in(form: Mapping[str, Sequence[str]]) -> int:
    """Return the version that was on the screen; −1, which nothing has, when the form says something else."""
    written = first(form, "versie")
    return int(written) if written.isascii() and written.isdigit() and len(written) <= _LARGEST_VERSION else -1


def ids_in(form: Mapping[str, Sequence[str]], field: str) -> tuple[str, ...]:
    """Return the ids that were chosen; what is no id of ours is left out."""
    return tuple(value for value in form.get(field, ()) if _ID.fullmatch(value))

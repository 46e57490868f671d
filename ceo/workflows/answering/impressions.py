"""One question about the survey itself, asked after sending: how a client found filling in.

Who has sent gets a marker: a random name with the round and the day, signed, so that only a sending makes one. It can be used once,
and leads to no answers: they were sent before it was made, and nothing keeps the two together.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from ceo.storage.database import Database
from ceo.storage.impressions import count_client, is_used, use_marker
from ceo.storage.rounds import Round
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.answering.reader import Reader

# After midnight a page that was open still counts; then used markers can be forgotten.
MARKER_LIFE: Final = timedelta(days=1)
_NAME_BYTES: Final = 12
_LONGEST: Final = 120


class Impression(StrEnum):
    """How a client found filling in, from best to worst."""

    VERY_EASY = "heel_makkelijk"
    EASY = "makkelijk"
    BETWEEN = "tussenin"
    HARD = "moeilijk"
    VERY_HARD = "heel_moeilijk"


@dataclass(frozen=True, slots=True)
class Marker:
    """That somebody has just sent answers, in one round of a municipality."""

    municipality: str
    round_id: int
    day: date
    name: str

    def signed(self, secret_key: bytes) -> str:
        """Return the marker as a browser keeps it."""
        return f"{self._content}.{self._seal(secret_key)}"

    @property
    def _content(self) -> str:
        return f"{self.round_id}.{self.day.isoformat()}.{self.name}"

    def _seal(self, secret_key: bytes) -> str:
        message = f"impression:{self.municipality}:{self._content}"
        return hmac.new(secret_key, message.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Marked:
    """What a marker leads to; `unused`: an impression can still be given with it."""

    round: Round
    unused: bool


def draw_marker(municipality: str, round_id: int, *, today: date) -> Marker:
    """Return a new marker."""
    return Marker(municipality, round_id, today, secrets.token_hex(_NAME_BYTES))


def read_marker(secret_key: bytes, municipality: str, text: str, *, today: date) -> Marker | None:
    """Return the marker that a browser brings; None when it is not ours, of another municipality, or too old."""
    round_id, day, name, _seal = (*text.split("."), "", "", "", "")[:4]
    try:
        marker = Marker(municipality, int(round_id), date.fromisoformat(day), name)
    except ValueError:
        return None
    ours = hmac.compare_digest(marker.signed(secret_key).encode(), text[:_LONGEST].encode(errors="replace"))
    return marker if ours and today - marker.day <= MARKER_LIFE else None


async def find_marked(database: Database, marker: Marker) -> Marked | None:
    """Return the round in which somebody has just sent; None when it is not there any more."""
    async with tenant_reading(database, marker.municipality) as session:
        its_round = await session.get(Round, marker.round_id)
        if its_round is None:
            return None
        return Marked(its_round, unused=not await is_used(session, marker.round_id, day=marker.day, marker=marker.name))


async def give_impression(database: Database, marker: Marker, impression: Impression, reader: Reader) -> None:
    """Count an impression; a marker that was used before (a double click, the back button) counts nothing more."""
    async with tenant_transaction(database, marker.municipality) as session:
        unused = await use_marker(session, marker.municipality, marker.round_id, day=marker.day, marker=marker.name)
        if unused:
            await count_client(
                session,
                marker.municipality,
                marker.round_id,
                impression.value,
                language=reader.language,
                text_register=reader.register,
            )

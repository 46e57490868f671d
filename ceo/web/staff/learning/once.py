"""Making something once, also when its form is sent twice: the form carries a random key, and the id of the row follows from that."""

from __future__ import annotations

import hashlib
import uuid
from typing import Final

from ceo.web.staff.learning.typed import Form, line

KEY_FIELD: Final = "nieuw"
TWICE: Final = "al-bewaard"  # what the page of a row is told when its form came again


def draw_key() -> str:
    """Return the key of a form that was just made."""
    return uuid.uuid4().hex


def key_in(form: Form) -> str:
    """Return the key that a form came with; a new one when it has none."""
    return line(form, KEY_FIELD)[:64] or draw_key()


def row_id_of(place: str, kind: str, key: str) -> str:
    """Return the id of the row that a form makes. It holds the place, so that no key can name a row of another municipality.

    >>> row_id_of("GM0344", "action", "a") == row_id_of("GM0344", "action", "a") != row_id_of("GM0034", "action", "a")
    True
    """
    return hashlib.sha256(f"{place}|{kind}|{key}".encode()).hexdigest()[:32]

"""How somebody reads: the language, and the register of the texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Reader:
    """How a client reads: the language, and the register of its texts (standard or easy)."""

    language: str = "nl"
    register: str = "standard"


USUAL_READER: Final = Reader()

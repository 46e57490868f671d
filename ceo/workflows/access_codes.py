"""The code on the letter, and the two keys that it leads to.

A code has 12 signs from an alphabet without vowels (no words) and without signs that look alike: 24^12 is about 55 bits.
It is stored nowhere. From the code and the installation's key follows an access key, and from that two names that cannot be
derived from each other: the invitation's and the draft's. So no table can link a person to answers, also while filling in.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

ALPHABET: Final = "BCDFGHJKLMNPQRTVWXY34679"
_SIGNS: Final = 12
_GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class AccessKey:
    """What the browser holds after the code was typed, instead of the code."""

    municipality: str
    secret: str  # 64 hexadecimal digits

    @property
    def access_hash(self) -> str:
        """Return the name of the invitation."""
        return self._derive("invitation")

    @property
    def draft_id(self) -> str:
        """Return the name of the draft."""
        return self._derive("draft")

    @property
    def pseudonym(self) -> str:
        """Return the name of the submission in a round that promised to be pseudonymous."""
        return self._derive("submission")

    def _derive(self, purpose: str) -> str:
        return hmac.new(bytes.fromhex(self.secret), purpose.encode(), hashlib.sha256).hexdigest()


def draw_code() -> str:
    """Return a new code, in groups of four as on the letter."""
    return show_code("".join(secrets.choice(ALPHABET) for _ in range(_SIGNS)))


def show_code(code: str) -> str:
    """Return a code in groups of four.

    >>> show_code("BCDFGHJK3467")
    'BCDF-GHJK-3467'
    """
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def read_code(typed: str) -> str | None:
    """Return the code that somebody typed, in any case and with any spaces or hyphens; None when it cannot be a code.

    The alphabet holds B but not 8, so an 8 was a B.

    >>> read_code(" bcdf ghjk-346 7 "), read_code("8CDF-GHJK-3467"), read_code("BCDF")
    ('BCDFGHJK3467', 'BCDFGHJK3467', None)
    """
    code = "".join(sign for sign in typed.upper() if sign.isalnum()).replace("8", "B")
    return code if len(code) == _SIGNS and all(sign in ALPHABET for sign in code) else None


def access_key(secret_key: bytes, municipality: str, code: str) -> AccessKey:
    """Return the access key of a code. The same code in another municipality leads to another key."""
    message = f"access:{municipality}:{code}".encode()
    return AccessKey(municipality, hmac.new(secret_key, message, hashlib.sha256).hexdigest())

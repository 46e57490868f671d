"""How a key is written: recognisable for people and for programs that look for leaked keys, and 238 random bits in between.

`ceo_`, then 40 random signs, then 6 signs that follow from them (CRC-32), all of letters and digits: a key that was mistyped, or that only
looks like one, is known without asking the database.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
from typing import Final
from zlib import crc32

PREFIX: Final = "ceo_"
_SIGNS: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM: Final = 40
_CHECK: Final = 6
_KEY: Final = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_RANDOM + _CHECK}}}", re.ASCII)


def new_key() -> str:
    """Return a key that nobody has."""
    secret = "".join(secrets.choice(_SIGNS) for _ in range(_RANDOM))
    return PREFIX + secret + _check_of(secret)


def is_key(text: str) -> bool:
    """Return whether a text can be a key of ours.

    >>> is_key("ceo_" + "a" * 40 + "3gcfED"), is_key("ceo_" + "a" * 40 + "3gcfEE"), is_key("ceo_" + "a" * 39)
    (True, False, False)
    """
    if not _KEY.fullmatch(text):
        return False
    secret, check = text[len(PREFIX) : -_CHECK], text[-_CHECK:]
    return check == _check_of(secret)


def hash_of_key(key: str) -> str:
    """Return the SHA-256 of a key as it is kept. With so many random bits nothing slower is needed.

    >>> hash_of_key("ceo_x")[:8]
    'fef06bc0'
    """
    return hashlib.sha256(key.encode()).hexdigest()


def _check_of(secret: str) -> str:
    number, signs = crc32(secret.encode()), ""
    for _ in range(_CHECK):
        number, sign = divmod(number, len(_SIGNS))
        signs = _SIGNS[sign] + signs
    return signs

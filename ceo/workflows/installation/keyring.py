"""Sealing what stands in the database and must not be readable from it: with keys that are not in the database and can be replaced.

The first key of the installation seals, every key opens: a sealed value begins with the name of its key, so the right one is found.
Each purpose has a key of its own (HKDF-SHA256 of the installation's key), and a value opens only at the place that it was sealed for
(AES-256-GCM, with the place authenticated): it cannot be moved to another row or column.

A purpose is a few words that never change, such as "second factor"; a place names the row, such as the id of a user.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# Purposes. They are part of every key, so they never change.
SECOND_FACTOR: Final = "second factor"
IDENTITY_PROVIDER: Final = "identity provider"
CONTACT: Final = "contact of a client"
KEPT_FILE: Final = "part of a kept file"
OUTGOING_MAIL: Final = "outgoing mail"
PERSON_KEY: Final = "name of a person in a series"

_KEY_BYTES: Final = 32
_NAME_BYTES: Final = 4
_NONCE: Final = 12
_BEHIND_NAME: Final = ":"


class UnknownKeyError(Exception):
    """A value was sealed with a key that the installation does not have (any more). The message names the key, not the value."""


class DamagedSealError(Exception):
    """A value is no sealed value, was changed, or stands at another place than it was sealed for."""


def seal(keys: Sequence[bytes], purpose: str, place: str, plain: bytes) -> str:
    """Return a value as it may stand in the database: the name of its key, a colon, and base64. Twice the same gives two texts."""
    nonce = secrets.token_bytes(_NONCE)
    sealed = nonce + AESGCM(_key_for(keys[0], purpose)).encrypt(nonce, plain, place.encode())
    return key_name(keys[0]) + _BEHIND_NAME + base64.urlsafe_b64encode(sealed).decode()


def unseal(keys: Sequence[bytes], purpose: str, place: str, sealed: str) -> bytes:
    """Return what was sealed for a purpose and a place. Raises `UnknownKeyError` or `DamagedSealError`."""
    name, behind_name, text = sealed.partition(_BEHIND_NAME)
    if not behind_name:
        raise DamagedSealError("a sealed value begins with the name of its key")
    key = next((key for key in keys if key_name(key) == name), None)
    if key is None:
        raise UnknownKeyError(f"no key {name!r:.20} among those of the installation")
    try:
        content = base64.b64decode(text.encode(), altchars=b"-_", validate=True)
        return AESGCM(_key_for(key, purpose)).decrypt(content[:_NONCE], content[_NONCE:], place.encode())
    except (InvalidTag, ValueError, binascii.Error):
        raise DamagedSealError("a sealed value was changed, or stands at another place") from None


def key_name(key: bytes) -> str:
    """Return the name of a key: 8 hexadecimal digits that follow from it and do not lead back.

    >>> key_name(bytes(32))
    'ec454b01'
    """
    return _derived(key, "ceo: name of a key", _NAME_BYTES).hex()


def sealed_with(sealed: str) -> str:
    """Return the name of the key that a sealed value needs.

    >>> sealed_with("0a1b2c3d:bm90aGluZw==")
    '0a1b2c3d'
    """
    return sealed.partition(_BEHIND_NAME)[0]


def _key_for(key: bytes, purpose: str) -> bytes:
    return _derived(key, f"ceo: {purpose}", _KEY_BYTES)


def _derived(key: bytes, purpose: str, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose.encode()).derive(key)

"""What links the answers of one person over the rounds of a series: a name made with a key that the municipality keeps itself.

The key (a few words or signs, `draw_passphrase`) is stored nowhere. From it and the name of the series follows the key of the series, with
which the number of a person becomes a name. Without the key of the municipality nobody finds a person's name, also who has everything that
this installation holds; and two series of one municipality cannot be linked, because each has a key of its own.

In the database a name stands in plain with answers only: with the list it is sealed with the keys of the installation, with an invitation
it is under a mask that follows from the code (`AccessKey.masked`). So nothing in it leads from the list to the answers.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Sequence
from typing import Final

from ceo.workflows.answering.access_codes import ALPHABET
from ceo.workflows.frames.listed import plain_number
from ceo.workflows.installation.keyring import PERSON_KEY, DamagedSealError, UnknownKeyError, seal, unseal

# What the payload of a job holds while it waits: see `seal_series_key`. A part of every key, so it never changes.
SERIES_KEY: Final = "key of a series"
# Work of scrypt: 32 MB and about a tenth of a second.
COST: Final = 2**15
_BLOCK: Final = 8
_MEMORY: Final = 2**27
_GROUPS: Final = 5
_GROUP: Final = 5
_FEWEST_SIGNS: Final = 16
_FEWEST_DIFFERENT: Final = 6
_CHECK_SIGNS: Final = 8


def draw_passphrase() -> str:
    """Return a new key for a municipality: 25 signs in groups, of an alphabet of 24 (about 114 bits).

    >>> len(draw_passphrase()), draw_passphrase() == draw_passphrase()
    (29, False)
    """
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def is_strong(passphrase: str) -> bool:
    """Return whether a key has enough signs, letters and digits alone counted: 16, of which 6 different.

    >>> is_strong("FGH34-KLM67-PQR99-TVW43"), is_strong("geheim"), is_strong("a" * 40)
    (True, False, False)
    """
    plain = _plain(passphrase)
    return len(plain) >= _FEWEST_SIGNS and len(set(plain)) >= _FEWEST_DIFFERENT


def series_key(passphrase: str, municipality: str, series: str, *, cost: int = COST) -> bytes:
    """Return the key of a series: 32 bytes.

    scrypt(passphrase, salt = "ceo: series " + municipality + "/" + series, N = `cost`, r = 8, p = 1). Capitals, spaces and signs between
    letters and digits do not matter. Source: RFC 7914.

    >>> series_key("FGH34-KLM67", "GM0344", "wmo", cost=2) == series_key("fgh34 klm67", "GM0344", "wmo", cost=2)
    True
    >>> series_key("FGH34-KLM67", "GM0344", "wmo", cost=2).hex()[:16]
    'c5f36f1638145a67'
    """
    salt = f"ceo: series {municipality}/{series}".encode()
    return hashlib.scrypt(_plain(passphrase).encode(), salt=salt, n=cost, r=_BLOCK, p=1, maxmem=_MEMORY, dklen=32)


def person_key(key: bytes, person: str) -> str:
    """Return the name of a person within a series: 64 hexadecimal digits, for the same number as `person_hash` the same.

    HMAC-SHA256(key of the series, "person:" + number), after ISO 25237 (pseudonymisation). Source of HMAC: RFC 2104.

    >>> person_key(bytes(32), "12-34a") == person_key(bytes(32), "1234A"), person_key(bytes(32), "001234")[:16]
    (True, 'bfa49168bb98c964')
    """
    return hmac.new(key, f"person:{plain_number(person)}".encode(), hashlib.sha256).hexdigest()


def seal_person_key(keys: Sequence[bytes], client_id: str, name: str) -> str:
    """Return the name of a person as it may stand in `Client.sealed_person_key`. It opens for that client only."""
    return seal(keys, PERSON_KEY, client_id, bytes.fromhex(name))


def open_person_key(keys: Sequence[bytes], client_id: str, sealed: str) -> str | None:
    """Return the name of a person from the row of a client; None when no key of the installation opens it (any more).

    Then answers are not linked, and a round can still be sealed and erased on the day that was promised.
    """
    try:
        return unseal(keys, PERSON_KEY, client_id, sealed).hex()
    except (UnknownKeyError, DamagedSealError):
        return None


def series_check(key: bytes) -> str:
    """Return eight hexadecimal digits by which a typing mistake is seen: one wrong key in four billion has the same.

    >>> series_check(bytes(32))
    '08888073'
    """
    return hmac.new(key, b"ceo: check of the key of a series", hashlib.sha256).hexdigest()[:_CHECK_SIGNS]


def seal_series_key(keys: Sequence[bytes], file_id: str, series: str, key: bytes) -> str:
    """Return the key of a series as a job may hold it until it ends: only for this list and this series."""
    return seal(keys, SERIES_KEY, f"{file_id} {series}", key)


def open_series_key(keys: Sequence[bytes], file_id: str, series: str, sealed: str) -> bytes | None:
    """Return the key of a series from a job; None when it was not made for this list and this series, or cannot be opened any more."""
    try:
        return unseal(keys, SERIES_KEY, f"{file_id} {series}", sealed)
    except (UnknownKeyError, DamagedSealError):
        return None


def _plain(passphrase: str) -> str:
    normal = unicodedata.normalize("NFKC", passphrase).casefold()
    return "".join(sign for sign in normal if sign.isalnum())

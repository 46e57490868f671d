"""Being called back about a story: a number and a name that nobody can read before sending, and only the municipality afterwards.

Until sending, the request stands in the draft, encrypted with a key that follows from the client's own access key. That key is nowhere
in the database and not in the installation either, so a draft that is lost, expires or stands in an old copy of the database leaves
nothing that can be read, also not by whoever keeps the installation's key.

Sending happens in the client's own request, so the access key is at hand then, and the installation's key is not needed: the request
brings a content key of its own along, in an envelope that only the installation's key opens. With that content key the request is
encrypted once more, now with the story. Envelopes and requests hold no moment and all have the same length for a question, so that
neither leads to the submission with the same story. Encryption: AES-256-GCM, with keys derived by HKDF-SHA256 and random nonces.

When the installation gets another key, the envelopes of sent requests are sealed anew. Those within drafts are out of its reach, so a
draft says which key its envelope needs: that key must be kept until the draft is sent or has gone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ceo.storage.callbacks import Callback
from ceo.workflows.answering.access_codes import AccessKey
from ceo.workflows.installation.keyring import seal, sealed_with, unseal

# For which purpose the installation seals envelopes; their place is the municipality.
ENVELOPE: Final = "being called back"
# Behind an envelope stands what only its content key opens.
BEHIND_ENVELOPE: Final = "."
# In a draft: before what only the client's key opens stands the name of the key that its envelope needs.
BEHIND_KEY_NAME: Final = ":"

# In characters: more is no name.
LONGEST_NAME: Final = 100
_KEY_BITS: Final = 256
_NONCE: Final = 12
# In bytes: room for a name, a number and two keys around them. A sign takes at most four bytes.
_ROOM: Final = 4 * LONGEST_NAME + 400
_SIGN: Final = 4

_BETWEEN: Final = re.compile(r"[\s.\-–/()]+")
_NUMBER: Final = re.compile(r"0[1-9]\d{8}|(?:\+|00)[1-9]\d{8,13}")


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """Who wants to be called. `name` is "" when it was not given."""

    number: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """What the municipality reads before it calls."""

    number: str
    name: str
    story: str


def read_number(written: str) -> str | None:
    """Return a telephone number as it is kept, None when it can be none: ten digits, or abroad nine to fourteen.

    >>> read_number("06 - 1234 5678"), read_number("+31 (0)6 12345678"), read_number("12345")
    ('0612345678', '+31612345678', None)
    """
    number = _BETWEEN.sub("", re.sub(r"\(0\)", "", written))
    return number if number.isascii() and _NUMBER.fullmatch(number) else None


def seal_request(keys: Sequence[bytes], key: AccessKey, item: str, request: CallbackRequest) -> str:
    """Return a request as it stands in a draft: only who brings the code can read it. `keys` are those of the installation."""
    content_key = AESGCM.generate_key(_KEY_BITS)
    envelope = seal(keys, ENVELOPE, key.municipality, content_key)
    document = {"number": request.number, "name": request.name, "key": content_key.hex(), "envelope": envelope}
    sealed = _text(_encrypt(_client_key(key), _padded(document, _ROOM), f"{key.draft_id} {item}"))
    return sealed_with(envelope) + BEHIND_KEY_NAME + sealed


def open_request(key: AccessKey, item: str, sealed: str) -> CallbackRequest:
    """Return the request in a draft, for the client who made it."""
    document = _opened(key, item, sealed)
    return CallbackRequest(document["number"], document["name"])


def callback_of(
    key: AccessKey, item: str, sealed: str, *, call_id: str, round_id: int, story: str, size: int
) -> Callback:
    """Return the row of a request that is sent: with the story, and readable for the municipality.

    `size` is the number of characters that the question allows for a story.
    """
    document = _opened(key, item, sealed)
    call = {"number": document["number"], "name": document["name"], "story": story}
    content = _encrypt(bytes.fromhex(document["key"]), _padded(call, _ROOM + _SIGN * size), call_id)
    return Callback(
        municipality=key.municipality,
        id=call_id,
        round_id=round_id,
        sealed=document["envelope"] + BEHIND_ENVELOPE + _text(content),
    )


def open_callback(keys: Sequence[bytes], row: Callback) -> Call:
    """Return what the municipality reads before it calls. `keys` are those of the installation."""
    envelope, _, content = row.sealed.partition(BEHIND_ENVELOPE)
    content_key = unseal(keys, ENVELOPE, row.municipality, envelope)
    return Call(**json.loads(_decrypt(content_key, base64.urlsafe_b64decode(content), row.id)))


def traceable_id(key: AccessKey, item: str) -> str:
    """Return the id of a request in a round that promised to be pseudonymous: with the code it can be taken back."""
    return hmac.new(bytes.fromhex(key.secret), f"callback {item}".encode(), hashlib.sha256).hexdigest()


def untraceable_id() -> str:
    """Return the id of a request in an anonymous round: it follows from nothing, so that no code leads to it."""
    return secrets.token_hex(32)


def _opened(key: AccessKey, item: str, sealed: str) -> dict[str, Any]:
    own = base64.urlsafe_b64decode(sealed.partition(BEHIND_KEY_NAME)[2])
    plain = _decrypt(_client_key(key), own, f"{key.draft_id} {item}")
    document: dict[str, Any] = json.loads(plain)
    return document


def _client_key(key: AccessKey) -> bytes:
    purpose = b"ceo: being called back, in a draft"
    return HKDF(algorithm=SHA256(), length=_KEY_BITS // 8, salt=None, info=purpose).derive(bytes.fromhex(key.secret))


def _padded(document: dict[str, str], length: int) -> bytes:
    """Return a document with spaces behind it, so that its length says nothing about what it holds."""
    written = json.dumps(document, ensure_ascii=False).encode()
    assert len(written) <= length, "every request fits in the room that is kept for it"
    return written.ljust(length)


def _encrypt(key: bytes, plain: bytes, place: str) -> bytes:
    """Return the nonce and the encrypted text. It can be opened only at its own place."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def _decrypt(key: bytes, sealed: bytes, place: str) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())


def _text(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).decode()

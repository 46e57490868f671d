"""Publishing: a questionnaire becomes text with a fingerprint, and can be opened from it for ever.

Canonical JSON (sorted keys, no spaces, composed Unicode) is hashed with SHA-256. Responses and results carry the
hash, so that it is always certain what was asked.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import dataclass

from questionnaires.definition import Questionnaire


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A sealed questionnaire: `content` is its canonical JSON, `content_hash` its SHA-256 ("sha256:" and 64 digits)."""

    questionnaire: Questionnaire
    content: str
    content_hash: str


class ContentMismatchError(Exception):
    """Published content does not have the hash under which it was kept: it was changed or mixed up."""


def publish(questionnaire: Questionnaire) -> PublishedVersion:
    """Return the sealed form. The same questionnaire gives the same content, byte for byte, on every machine."""
    fields = questionnaire.model_dump(mode="json", exclude_none=True)
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    content = unicodedata.normalize("NFC", text)
    return open_published(content, hash_content(content))


def open_published(content: str, content_hash: str) -> PublishedVersion:
    """Return the published version that is kept as this content; the hash must fit."""
    found = hash_content(content)
    if found != content_hash:
        raise ContentMismatchError(f"content has hash {found}, kept under {content_hash}")
    return PublishedVersion(Questionnaire.model_validate_json(content), content, content_hash)


def hash_content(content: str) -> str:
    """Return the fingerprint of content.

    >>> hash_content("{}")
    'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'
    """
    return "sha256:" + hashlib.sha256(content.encode()).hexdigest()

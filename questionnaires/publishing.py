"""Publishing: a questionnaire becomes text with a fingerprint, and can be opened from it for ever.

Canonical JSON (sorted keys, no spaces, composed Unicode) is hashed with SHA-256. Responses and results carry the
hash, so that it is always certain what was asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from questionnaires.comparability.canonical import canonical_json, hash_content
from questionnaires.comparability.fingerprints import Fingerprints, fingerprints_of
from questionnaires.questionnaire import Questionnaire

__all__ = ["ContentMismatchError", "PublishedVersion", "hash_content", "open_published", "publish"]


@dataclass(frozen=True)  # no slots: fingerprints are kept once they are found
class PublishedVersion:
    """A sealed questionnaire: `content` is its canonical JSON, `content_hash` its SHA-256 ("sha256:" and 64 digits)."""

    questionnaire: Questionnaire
    content: str
    content_hash: str

    @cached_property
    def fingerprints(self) -> Mapping[str, Fingerprints]:
        """The fingerprints of every item, by id."""
        return fingerprints_of(self.questionnaire)


class ContentMismatchError(Exception):
    """Published content does not have the hash under which it was kept: it was changed or mixed up."""


def publish(questionnaire: Questionnaire) -> PublishedVersion:
    """Return the sealed form. The same questionnaire gives the same content, byte for byte, on every machine."""
    fields = questionnaire.model_dump(mode="json", exclude_none=True)
    content = canonical_json(fields)
    return open_published(content, hash_content(content))


def open_published(content: str, content_hash: str) -> PublishedVersion:
    """Return the published version that is kept as this content; the hash must fit."""
    found = hash_content(content)
    if found != content_hash:
        raise ContentMismatchError(f"content has hash {found}, kept under {content_hash}")
    return PublishedVersion(Questionnaire.model_validate_json(content), content, content_hash)

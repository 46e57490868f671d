"""The manifest of an edition: what it follows from and what came out, each by its digest. Municipalities sign for its own digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ceo.storage.releases import Release

if TYPE_CHECKING:
    from ceo.workflows.releases.computing import ReleaseInput
    from exports.release.facts import ReleaseFacts

FORMAT: Final = "ceo-release/1"
# Where a manifest holds the digests of files that came out: of the cube byte for byte, and of what readers have after the edition.
CUBE_FILE: Final = "cube_file"
LEDGER_AFTER_EDITION: Final = "ledger_after"


@dataclass(frozen=True, slots=True)
class Described:
    """What the plan, the answers and the policy were, in the words and digests of a manifest."""

    plan_digest: str
    data_digest: str
    inference: str
    policy: str
    floor: int


def manifest_of(given: ReleaseInput, facts: ReleaseFacts, described: Described) -> dict[str, Any]:
    """Return what an edition follows from. Whoever computes it adds the digests of what comes out."""
    return {
        "format": FORMAT,
        "release": facts.release,
        "edition": facts.edition,
        "reason": facts.reason,
        "proposal": given.proposal.model_dump(mode="json"),
        "snapshots": {one.municipality: one.digest for one in facts.sources},
        "questionnaires": sorted(digest for _, digest in given.versions),
        "comparability": [
            {"indicator": one.indicator, **mark.model_dump(mode="json")}
            for one in facts.indicators
            for mark in one.breaks
        ],
        "weighting": facts.weighting,
        "plan": described.plan_digest,
        "data": described.data_digest,
        "policy": described.policy,
        "floor": given.floor,
        "beside": digest_of_file(given.beside()),
        "ledger": digest_of_file(given.ledger.encode()),
        "place": given.place,
        "software": given.software,
    }


def digest_of_manifest(manifest: Mapping[str, Any]) -> str:
    """Return `sha256:` and the digest of a manifest as canonical JSON.

    >>> digest_of_manifest({"b": 1, "a": "é"})[:19]
    'sha256:aa58fba84836'
    """
    content = json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"


def digest_of_file(content: bytes) -> str:
    """Return the digest by which a manifest names a file that came out: 64 hexadecimal digits of SHA-256.

    >>> digest_of_file(b"")[:16]
    'e3b0c44298fc1c14'
    """
    return hashlib.sha256(content).hexdigest()


def is_as_told(row: Release) -> bool:
    """Return whether what is kept beside a manifest says the same as the manifest.

    A manifest of before the place was in it does not tell who proposed the edition.
    """
    manifest = row.manifest or {}
    proposal = manifest.get("proposal", {})
    told = (manifest.get("release"), manifest.get("edition"), manifest.get("reason"), manifest.get("place", row.place))
    return (
        told == (row.name, row.edition, row.reason, row.place)
        and proposal | row.plan == proposal
        and (proposal.get("title"), proposal.get("measurement")) == (row.title, row.measurement)
    )

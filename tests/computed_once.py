"""Editions that were computed for another test: the same inputs give the same edition, and to compute one takes a second.

Only what makes editions remembers. Who verifies computes each time, so a test that an edition is what its inputs give can still fail.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from ceo.workflows.releases import making
from ceo.workflows.releases.computing import ReleaseInput, ReleaseOutput, compute_release


@contextmanager
def computed_once(folder: Path) -> Iterator[None]:
    """Let all processes that know this folder compute each edition once."""

    def remembered(given: ReleaseInput, **how: Any) -> ReleaseOutput:
        file = folder / hashlib.sha256(_look(given).encode()).hexdigest()
        if not file.exists():
            _put(file, pickle.dumps(compute_release(given, **how)))
        output: ReleaseOutput = pickle.loads(file.read_bytes())
        return output

    with patch.object(making, "compute_release", remembered):
        yield


def _look(given: ReleaseInput) -> str:
    """Return how inputs look: equal ones look the same. Databases list the invited in an order of their own."""
    invited = {place: dict(sorted(strata.items())) for place, strata in sorted(given.invited.items())}
    return repr(replace(given, invited=invited))


def _put(file: Path, content: bytes) -> None:
    """Write a file of which no other process sees half."""
    begun = file.with_suffix(f".{os.getpid()}")
    begun.write_bytes(content)
    begun.replace(file)

"""Editions that were computed for another test: the same inputs give the same edition, and to compute one takes a second.

Only what makes editions remembers. Who verifies computes each time, so a test that an edition is what its inputs give can still fail.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any
from unittest.mock import patch

from ceo.workflows.releases import making
from ceo.workflows.releases.computing import ReleaseInput, ReleaseOutput

_computed: dict[bytes, ReleaseOutput] = {}


@contextmanager
def computed_once() -> Iterator[None]:
    """Let this process compute each edition once."""
    compute = making.compute_release

    def remembered(given: ReleaseInput, **how: Any) -> ReleaseOutput:
        key = hashlib.sha256(pickle.dumps(given)).digest()
        if key not in _computed:
            _computed[key] = compute(given, **how)
        return deepcopy(_computed[key])

    with patch.object(making, "compute_release", remembered):
        yield

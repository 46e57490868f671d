"""Pictures of PDFs, which a program of Debian makes. On a desk without it such tests are skipped; in CI its absence is a failure."""

from __future__ import annotations

import os
import shutil

import pytest


def require_poppler() -> None:
    """Skip the test that asks when no picture can be made here."""
    if shutil.which("pdftoppm") is None and not os.environ.get("CI"):
        pytest.skip("pdftoppm is not here: apt-get install poppler-utils")

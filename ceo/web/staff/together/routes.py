"""The routes of these pages."""

from __future__ import annotations

from typing import Any, Final

ROUTES: Final[tuple[Any, ...]] = ()

"""The routes of these pages."""

from __future__ import annotations

from typing import Any, Final

from ceo.web.staff.mirroring import council, indicator, lists, others, overview

ROUTES: Final[tuple[Any, ...]] = (
    *overview.ROUTES,
    *lists.ROUTES,
    *others.ROUTES,
    *indicator.ROUTES,
    *council.ROUTES,
)

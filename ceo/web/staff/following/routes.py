"""The routes of these pages."""

from __future__ import annotations

from typing import Any, Final

from ceo.web.staff.following import antennas, happenings, national, overview, showing

ROUTES: Final[tuple[Any, ...]] = (
    *overview.ROUTES,
    *antennas.ROUTES,
    *happenings.ROUTES,
    *showing.ROUTES,
)
# Of the whole country.
NATIONAL_ROUTES: Final[tuple[Any, ...]] = national.ROUTES

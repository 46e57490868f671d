"""The routes of rounds."""

from __future__ import annotations

from typing import Final

from ceo.web.staff.rounds import moving, planning, series, showing

ROUTES: Final = (*showing.ROUTES, *planning.ROUTES, *moving.ROUTES, *series.ROUTES)

"""The routes of fieldwork. Each module of pages has a tuple of its own."""

from __future__ import annotations

from typing import Final

from ceo.web.staff.fieldwork import overview

ROUTES: Final = (*overview.ROUTES,)

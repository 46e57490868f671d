"""The routes of these pages."""

from __future__ import annotations

from typing import Any, Final

from ceo.web.staff.activities import municipal, own

ROUTES: Final[tuple[Any, ...]] = (
    municipal.show_activities,
    municipal.show_changes,
    municipal.show_providers,
    municipal.share_figures,
    own.show_own_changes,
    own.show_own_figures,
)

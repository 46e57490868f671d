"""The routes of these pages."""

from __future__ import annotations

from typing import Final

from ceo.web.staff.together import agenda, clusters, directory, overview, practice_forms, practices, questions

ROUTES: Final = (
    overview.show_overview,
    *practices.ROUTES,
    *practice_forms.ROUTES,
    *agenda.ROUTES,
    *clusters.ROUTES,
    *questions.ROUTES,
    *directory.ROUTES,
)

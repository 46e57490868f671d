"""The routes of these pages."""

from __future__ import annotations

from typing import Final

from ceo.web.national.agenda import clusters, directory, directory_file, overview, polls, questions, themes

ROUTES: Final = (
    *overview.ROUTES,
    *themes.ROUTES,
    *polls.ROUTES,
    *clusters.ROUTES,
    *questions.ROUTES,
    *directory.ROUTES,
    *directory_file.ROUTES,
)

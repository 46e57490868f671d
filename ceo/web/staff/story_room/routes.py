"""The routes of these pages."""

from __future__ import annotations

from typing import Final

from ceo.web.staff.story_room import cases, codes, patterns, reading, rooms

ROUTES: Final = (*rooms.ROUTES, *codes.ROUTES, *cases.ROUTES, *patterns.ROUTES, *reading.ROUTES)

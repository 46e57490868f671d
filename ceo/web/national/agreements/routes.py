"""The routes of agreements and of made-up people to practise with."""

from __future__ import annotations

from typing import Final

from ceo.web.national.agreements import ending, files, making, practising, showing

ROUTES: Final = (*showing.ROUTES, *making.ROUTES, *files.ROUTES, *ending.ROUTES, *practising.ROUTES)

"""The routes of fieldwork. Each module of pages has a tuple of its own."""

from __future__ import annotations

from typing import Final

from ceo.web.staff.fieldwork import (
    drawing,
    following,
    frame,
    frame_mapping,
    inflow,
    inspection,
    interviewing,
    jobs,
    keying,
    letters,
    mailing,
    overview,
    paper_forms,
    product_codes,
)

ROUTES: Final = (
    *overview.ROUTES,
    *frame.ROUTES,
    *frame_mapping.ROUTES,
    *inflow.ROUTES,
    *product_codes.ROUTES,
    *drawing.ROUTES,
    *letters.ROUTES,
    *mailing.ROUTES,
    *paper_forms.ROUTES,
    *keying.ROUTES,
    *interviewing.ROUTES,
    *following.ROUTES,
    *inspection.ROUTES,
    *jobs.ROUTES,
)

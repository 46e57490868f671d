"""The routes below /api: what programs send in with a key, and what they read."""

from __future__ import annotations

from litestar import Router

from ceo.web.api import areas, documentation, figures, files, inflow, microdata, releases, selections
from ceo.web.api.allowances import surround
from ceo.web.api.problems import HANDLERS as SENDING_HANDLERS
from ceo.web.api.refusing import HANDLERS as READING_HANDLERS
from ceo.web.routers import OwnRouter


def api_router() -> Router:
    """Return everything below /api."""
    sending = Router(
        path="/",
        route_handlers=[inflow.take_in_people, inflow.refuse_method],
        exception_handlers=dict(SENDING_HANDLERS),
    )
    reading = Router(
        path="/",
        route_handlers=[
            *releases.ROUTES,
            *areas.ROUTES,
            *figures.ROUTES,
            *selections.ROUTES,
            *files.ROUTES,
            *microdata.ROUTES,
            *documentation.ROUTES,
        ],
        middleware=[surround],
        exception_handlers=dict(READING_HANDLERS),
    )
    return OwnRouter(path="/", route_handlers=[sending, reading])

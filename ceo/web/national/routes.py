"""The routes of national editors, below /werk/landelijk."""

from __future__ import annotations

from typing import Final

from litestar import Router
from litestar.di import Provide

from ceo.web.national import (
    comparing,
    crosswalks,
    deliveries,
    drafts,
    files,
    library,
    releases,
    releasing,
    reviewing,
    translating,
)
from ceo.web.national.agreements.routes import ROUTES as AGREEMENT_ROUTES
from ceo.web.national.desk import desk_of


def library_router() -> Router:
    """Return the pages of one draft."""
    return Router(
        path="/bibliotheek/concepten/{draft_id:str}",
        route_handlers=[
            *drafts.HANDLERS,
            *files.HANDLERS,
            *comparing.HANDLERS,
            *translating.HANDLERS,
            *crosswalks.HANDLERS,
            *releasing.HANDLERS,
        ],
        dependencies={"desk": Provide(desk_of)},
    )


ROUTES: Final = (*library.ROUTES, *reviewing.ROUTES, *releases.ROUTES, *AGREEMENT_ROUTES, *deliveries.ROUTES)

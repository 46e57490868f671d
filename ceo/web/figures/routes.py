"""The routes of the public figures. Everybody may read them; nothing here reads a draft."""

from __future__ import annotations

from litestar.datastructures import State
from litestar.di import Provide

from ceo.web.figures import catalogue, comparing, editions, indicators, municipalities, reports
from ceo.web.figures.allowances import HANDLERS
from ceo.web.figures.damaged import tell_damaged
from ceo.web.figures.kept_pages import KeptPages
from ceo.web.figures.pages import START
from ceo.web.routers import OwnRouter
from ceo.workflows.releases.files import DamagedEditionError


def figures_router() -> OwnRouter:
    """Return the routes, with the pages that an application keeps as long as it runs."""
    return OwnRouter(
        path=START,
        route_handlers=[
            catalogue.show_catalogue,
            editions.show_newest,
            editions.show_edition,
            editions.show_method,
            comparing.show_comparison,
            municipalities.show_municipality,
            reports.show_report,
            indicators.show_indicator,
        ],
        exception_handlers={**HANDLERS, DamagedEditionError: tell_damaged},
        dependencies={"kept": Provide(_kept, sync_to_thread=False)},
    )


def _kept(state: State) -> KeptPages:
    if "kept_pages" not in state:
        state.kept_pages = KeptPages()
    kept: KeptPages = state.kept_pages
    return kept

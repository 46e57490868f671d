"""The web application: its routes, and what surrounds each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from litestar import Litestar, Request, Router
from litestar.datastructures import CacheControlHeader, State
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.static_files import create_static_files_router

from ceo.settings import Settings
from ceo.storage.municipalities import Municipality
from ceo.web.errors import HANDLERS
from ceo.web.installation import Installation, open_installation
from ceo.web.pages import STATIC_FOLDERS
from ceo.web.resident import entrance, questions, reading, sending
from ceo.web.results import download_results, show_results
from ceo.web.security import add_security_headers, refuse_foreign_origin
from ceo.web.start import show_start

# A story of the longest length that a definition can allow fits in any script (20 000 signs of at most 12 bytes in a form);
# a form beyond it is an accident or an attack.
_LARGEST_FORM: Final = 256 * 1024
# Addresses of static files change with their content: see `pages.static_address`.
_YEAR: Final = 365 * 24 * 60 * 60


def create_app(settings: Settings) -> Litestar:
    """Return the application on an installation's settings; the database is opened when the server starts."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with open_installation(settings) as installation:
            app.state.installation = installation
            yield

    return Litestar(
        route_handlers=[show_start, _municipality_router(), _static_router()],
        dependencies={"installation": Provide(_installation, sync_to_thread=False)},
        lifespan=[lifespan],
        exception_handlers=dict(HANDLERS),
        before_request=refuse_foreign_origin,
        before_send=[add_security_headers],
        state=State({"secure": settings.secure}),
        request_max_body_size=_LARGEST_FORM,
        openapi_config=None,
        logging_config=None,  # the server's logging is set up once, by the command line
    )


def _municipality_router() -> Router:
    return Router(
        path="/{municipality_code:str}",
        route_handlers=[
            entrance.show_code_form,
            entrance.read_code_form,
            entrance.follow_link,
            entrance.show_welcome,
            entrance.begin,
            reading.choose_reading,
            questions.go_on,
            questions.show_question,
            questions.answer_question,
            sending.show_stop,
            sending.leave,
            sending.show_review,
            sending.send_answers,
            sending.show_thanks,
            show_results,
            download_results,
        ],
        dependencies={
            "municipality": Provide(_municipality, sync_to_thread=False),
            "draft": Provide(entrance.held_draft),
        },
        exception_handlers={entrance.NothingToFillInError: entrance.send_on},
    )


def _static_router() -> Router:
    return create_static_files_router(
        path="/static",
        directories=list(STATIC_FOLDERS),
        cache_control=CacheControlHeader(public=True, max_age=_YEAR, immutable=True),
        name="static",
    )


def _installation(request: Request[Any, Any, Any]) -> Installation:
    installation: Installation = request.app.state.installation
    return installation


def _municipality(municipality_code: FromPath[str], installation: NamedDependency[Installation]) -> Municipality:
    """Return the municipality of the address; its session reaches no other municipality's rows."""
    municipality = installation.municipalities.get(municipality_code)
    if municipality is None:
        raise NotFoundException
    return municipality

"""The web application: its routes, and what surrounds each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, Final

from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath

from ceo.settings import Settings
from ceo.storage.municipalities import Municipality
from ceo.web import about
from ceo.web.api.refusing import problems_below_api
from ceo.web.api.router import api_router
from ceo.web.errors import HANDLERS, refused
from ceo.web.figures.routes import figures_router
from ceo.web.health import Readiness, tell_health, tell_measures, tell_readiness
from ceo.web.house import send_stylesheet
from ceo.web.installation import Installation, open_installation
from ceo.web.maintenance import open_closing
from ceo.web.observing import observe
from ceo.web.resident import (
    codes,
    consent,
    copying,
    entrance,
    expiry,
    questions,
    reading,
    recordings,
    refusing,
    reviewing,
    stopping,
    taking_back,
    thanking,
    unsubscribing,
    welcoming,
)
from ceo.web.results import download_results, show_results
from ceo.web.routers import OwnRouter
from ceo.web.security import add_security_headers, refuse_foreign_origin
from ceo.web.staff.calendar import send_calendar
from ceo.web.staff.errors import look_who_reads, told_below_work
from ceo.web.staff.router import staff_router
from ceo.web.start import show_start
from ceo.web.static_files import send_static_file
from ceo.web.told.page import show_told
from ceo.web.upkeep import daily_upkeep

# A story of the longest length that a definition can allow fits in any script (20 000 signs of at most 12 bytes in a form);
# a form beyond it is an accident or an attack.
_LARGEST_FORM: Final = 256 * 1024


Companion = Callable[[Installation], AbstractAsyncContextManager[None]]


def create_app(settings: Settings, *beside: Companion) -> Litestar:
    """Return the application on an installation's settings; the database is opened when the server starts.

    `beside`: what else runs as long as the server does.
    """
    return settled(assemble(), settings, *beside)


def settled(app: Litestar, settings: Settings, *beside: Companion) -> Litestar:
    """Give an application that does not run the settings with which it starts; nothing of an earlier run is left in it."""
    app.state = State({"settings": settings, "secure": settings.secure, "beside": beside})
    return app


def assemble() -> Litestar:
    """Return the application with all its routes, without settings. It takes a fifth of a second."""
    app = Litestar(
        route_handlers=[
            show_start,
            tell_health,
            tell_readiness,
            tell_measures,
            _municipality_router(),
            staff_router(),
            figures_router(),
            api_router(),
            send_static_file,
            recordings.send_recording,
            send_calendar,
        ],
        dependencies={"installation": Provide(_installation, sync_to_thread=False)},
        lifespan=[_running],
        exception_handlers=problems_below_api({**HANDLERS, HTTPException: told_below_work(refused)}),
        after_exception=[look_who_reads],
        before_request=refuse_foreign_origin,
        before_send=[add_security_headers, codes.hide_address],
        request_max_body_size=_LARGEST_FORM,
        openapi_config=None,
        logging_config=None,  # the server's logging is set up once, by the command line
    )
    observe(app)
    return app


@asynccontextmanager
async def _running(app: Litestar) -> AsyncIterator[None]:
    async with (
        open_installation(app.state.settings) as installation,
        open_closing(installation.database) as closing,
        daily_upkeep(installation.database, installation.settings),
        AsyncExitStack() as companions,
    ):
        app.state.update({"installation": installation, "closing": closing})
        app.state.readiness = Readiness(installation.database)
        for companion in app.state.beside:
            await companions.enter_async_context(companion(installation))
        yield


def _municipality_router() -> OwnRouter:
    return OwnRouter(
        path="/{municipality_code:str}",
        route_handlers=[
            codes.show_code_form,
            codes.read_code_form,
            codes.follow_link,
            codes.look_at_link,
            welcoming.show_welcome,
            welcoming.begin,
            refusing.show_refusal,
            refusing.refuse_to_take_part,
            refusing.take_part_after_all,
            unsubscribing.show_unsubscribing,
            unsubscribing.look_at_unsubscribing,
            unsubscribing.do_without_mail,
            reading.choose_reading,
            questions.go_on,
            questions.show_question,
            questions.answer_question,
            stopping.show_stop,
            stopping.leave,
            consent.show_consent,
            consent.decide_consent,
            taking_back.show_permissions,
            taking_back.take_back_permissions,
            reviewing.show_review,
            reviewing.send_answers,
            copying.show_copy,
            copying.download_copy,
            thanking.show_thanks,
            thanking.take_impression,
            expiry.show_expired,
            show_results,
            download_results,
            about.show_privacy,
            about.show_accessibility,
            show_told,
            send_stylesheet,
        ],
        dependencies={
            "municipality": Provide(_municipality, sync_to_thread=False),
            "draft": Provide(expiry.draft_or_explanation),
            "own_key": Provide(expiry.own_key),
        },
        exception_handlers={entrance.NothingToFillInError: entrance.send_on},
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

"""The routes of questionnaires, below /werk/{municipality_code}."""

from __future__ import annotations

from litestar.di import Provide

from ceo.web.routers import OwnRouter
from ceo.web.staff.questionnaire import (
    adopting,
    checking,
    conditions,
    files,
    listing,
    overview,
    parts,
    previewing,
    publishing,
    questions,
    translating,
    walking,
)
from ceo.web.staff.questionnaire.desk import NotChangeableError, desk_of, show_why


def questionnaire_router() -> OwnRouter:
    """Return the list of questionnaires, and everything about each of them."""
    return OwnRouter(
        path="/vragenlijsten",
        route_handlers=[
            *listing.HANDLERS,
            *files.OF_MUNICIPALITY,
            *adopting.OF_MUNICIPALITY,
            OwnRouter(
                path="/{configuration_id:str}",
                route_handlers=[
                    *overview.HANDLERS,
                    *parts.HANDLERS,
                    *questions.HANDLERS,
                    *adopting.HANDLERS,
                    *conditions.HANDLERS,
                    *translating.HANDLERS,
                    *walking.HANDLERS,
                    *checking.HANDLERS,
                    *publishing.HANDLERS,
                    *files.HANDLERS,
                    OwnRouter(path="/voorbeeld", route_handlers=[*previewing.HANDLERS]),
                ],
                dependencies={"desk": Provide(desk_of)},
                exception_handlers={NotChangeableError: show_why},
            ),
        ],
    )

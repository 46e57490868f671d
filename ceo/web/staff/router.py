"""The routes of the workplace."""

from __future__ import annotations

from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.national.agenda.routes import ROUTES as AGENDA_ROUTES
from ceo.web.national.routes import ROUTES as NATIONAL_ROUTES
from ceo.web.national.routes import library_router
from ceo.web.routers import OwnRouter
from ceo.web.staff import (
    account,
    api_keys,
    audit,
    demonstration,
    home,
    house_style,
    identity_providers,
    openid,
    people,
    question_bank,
    results,
    searching,
    sign_in,
    stories,
)
from ceo.web.staff.access import refuse_unsealed, require_right, staff_of_request
from ceo.web.staff.activities.routes import ROUTES as ACTIVITY_ROUTES
from ceo.web.staff.errors import HANDLERS
from ceo.web.staff.fieldwork.routes import ROUTES as FIELDWORK_ROUTES
from ceo.web.staff.following.routes import NATIONAL_ROUTES as NATIONAL_FOLLOWING_ROUTES
from ceo.web.staff.following.routes import ROUTES as FOLLOWING_ROUTES
from ceo.web.staff.learning.routes import ROUTES as LEARNING_ROUTES
from ceo.web.staff.mirroring.routes import ROUTES as MIRRORING_ROUTES
from ceo.web.staff.questionnaire.routes import questionnaire_router
from ceo.web.staff.releases.routes import MUNICIPAL_ROUTES as RELEASE_ROUTES
from ceo.web.staff.rounds.routes import ROUTES as ROUND_ROUTES
from ceo.web.staff.story_room.routes import ROUTES as STORY_ROUTES
from ceo.web.staff.together.routes import ROUTES as TOGETHER_ROUTES
from ceo.web.told.staff_pages import ROUTES_FOR_STAFF as TELLING_ROUTES


def staff_router() -> OwnRouter:
    """Return everything below /werk. Each module of pages adds its handlers to one of these lists."""
    return OwnRouter(
        path="/werk",
        route_handlers=[
            *_OF_ONESELF,
            OwnRouter(
                path="/{municipality_code:str}",
                route_handlers=[*_OF_A_MUNICIPALITY],
                dependencies={"municipality": Provide(_municipality, sync_to_thread=False)},
            ),
            OwnRouter(path="/landelijk", route_handlers=[*_NATIONAL, library_router()]),
        ],
        guards=[require_right],
        before_request=refuse_unsealed,
        dependencies={"staff": Provide(staff_of_request, sync_to_thread=False)},
        exception_handlers=dict(HANDLERS),
    )


# Signing in, and one's own account.
_OF_ONESELF = (
    home.show_places,
    demonstration.show_people_to_be,
    demonstration.look_around,
    *sign_in.ROUTES,
    *account.ROUTES,
    *openid.ROUTES,
)
_OF_A_MUNICIPALITY = (
    home.show_home,
    searching.show_found,
    *ROUND_ROUTES,
    *FIELDWORK_ROUTES,
    results.show_results_of_rounds,
    results.show_own_results,
    results.download_own_results,
    *FOLLOWING_ROUTES,
    *MIRRORING_ROUTES,
    *LEARNING_ROUTES,
    *TELLING_ROUTES,
    *ACTIVITY_ROUTES,
    *STORY_ROUTES,
    *TOGETHER_ROUTES,
    *RELEASE_ROUTES,
    stories.show_calls,
    stories.mark_called,
    house_style.show_house_style,
    house_style.change_house_style,
    house_style.undo_house_style,
    house_style.send_preview_style,
    *identity_providers.ROUTES,
    *people.ROUTES,
    *api_keys.ROUTES,
    *audit.ROUTES,
    *question_bank.ROUTES,
    questionnaire_router(),
)
_NATIONAL = (
    home.show_national_home,
    *people.ROUTES,
    *people.NATIONAL_ROUTES,
    *api_keys.ROUTES,
    *audit.ROUTES,
    *question_bank.NATIONAL_ROUTES,
    *NATIONAL_ROUTES,
    *AGENDA_ROUTES,
    *NATIONAL_FOLLOWING_ROUTES,
)


def _municipality(municipality_code: FromPath[str], installation: NamedDependency[Installation]) -> Municipality:
    municipality = installation.municipalities.get(municipality_code)
    if municipality is None:
        raise NotFoundException
    return municipality

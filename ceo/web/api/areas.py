"""What figures of an edition are about: its areas, and its indicators with the divisions of clients into groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from ceo.web.api.editions import open_edition, reading
from ceo.web.api.negotiation import JSON, choose_type
from ceo.web.api.parameters import refuse_parameters
from ceo.web.installation import Installation

if TYPE_CHECKING:
    from exports.release.facts import ReleaseFacts


@reading("/releases/{name:str}/{edition:str}/areas")
async def send_areas(
    request: Request[Any, Any, Any],
    name: FromPath[str],
    edition: FromPath[str],
    installation: NamedDependency[Installation],
) -> Response[bytes] | Response[None]:
    """List the areas of an edition; groups with the municipalities in them."""
    return await _send(request, installation, (name, edition), _areas)


@reading("/releases/{name:str}/{edition:str}/indicators")
async def send_indicators(
    request: Request[Any, Any, Any],
    name: FromPath[str],
    edition: FromPath[str],
    installation: NamedDependency[Installation],
) -> Response[bytes] | Response[None]:
    """List the indicators of an edition, with their wording by version and where a series breaks, and the breakdowns."""
    return await _send(request, installation, (name, edition), _indicators)


async def _send(
    request: Request[Any, Any, Any],
    installation: Installation,
    named: tuple[str, str],
    document: Callable[[ReleaseFacts], Mapping[str, Any]],
) -> Response[bytes] | Response[None]:
    choose_type(request.headers.get("accept", ""), (JSON,))
    refuse_parameters(request)
    asked = await open_edition(request, installation, *named)
    validators = asked.validators(document.__name__)
    same = asked.unchanged(validators)
    if same is not None:
        return same
    release = await asked.open()
    return asked.send({**asked.told(), **document(release.facts)}, validators)


def _areas(facts: ReleaseFacts) -> dict[str, Any]:
    return {
        "areas": [
            {"area": one.area, "area_type": one.kind.value, "name": one.name, "members": list(one.members)}
            for one in facts.areas
        ]
    }


def _indicators(facts: ReleaseFacts) -> dict[str, Any]:
    return {
        "indicators": [one.model_dump(mode="json") for one in facts.indicators],
        "breakdowns": [one.model_dump(mode="json") for one in facts.breakdowns],
    }


ROUTES: Final = (send_areas, send_indicators)

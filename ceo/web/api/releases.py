"""What there is: the start of the API, the editions of releases, and one edition with all that is needed to cite and use it."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from ceo.web.api.allowances import viewer_of
from ceo.web.api.editions import START, Edition, json_of, newest_edition, open_edition, reading
from ceo.web.api.negotiation import JSON, PRIVATE, PUBLIC, Validators, choose_type, unchanged, validators_of
from ceo.web.api.parameters import refuse_parameters
from ceo.web.installation import Installation
from ceo.workflows.releases.reading import ListedRelease, release_address
from ceo.workflows.releases.seen import list_seen


@reading("")
async def send_start(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation]
) -> Response[bytes] | Response[None]:
    """Tell where everything begins."""
    start = installation.settings.base_url + START
    names = {"releases": "releases", "openapi": "openapi.json", "documentation": "docs"}
    links = {name: f"{start}/{path}" for name, path in names.items()}
    return _send(request, {"name": "CEO", "version": "1", "links": links}, PUBLIC, installation)


@reading("/releases")
async def send_releases(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation]
) -> Response[bytes] | Response[None]:
    """List the editions that who asks may see, the newest first."""
    viewer = viewer_of(request)
    found = await list_seen(installation.database, viewer)
    document = {"releases": [_listed(one, installation.settings.base_url) for one in found]}
    return _send(request, document, PRIVATE if viewer.place else PUBLIC, installation)


@reading("/releases/{name:str}/{edition:str}")
async def send_release(
    request: Request[Any, Any, Any],
    name: FromPath[str],
    edition: FromPath[str],
    installation: NamedDependency[Installation],
) -> Response[bytes] | Response[None]:
    """Tell what an edition is, how to cite it, and where its figures are."""
    choose_type(request.headers.get("accept", ""), (JSON,))
    refuse_parameters(request)
    asked = await open_edition(request, installation, name, edition)
    newest = await newest_edition(installation, name)
    validators = asked.validators("release", newest)
    same = asked.unchanged(validators)
    return same if same is not None else asked.send(await _described(asked, newest), validators)


async def _described(asked: Edition, newest: int | None) -> dict[str, Any]:
    from exports.release.facts import citation_of
    from exports.release.introducing import method_of, notices_of

    release, row = await asked.open(), asked.row
    facts, seal = release.facts, release.seal
    below = ("indicators", "areas", "figures", "selections", "files")
    return {
        **asked.told(),
        "title": facts.title,
        "publisher": facts.publisher,
        "population": facts.population,
        "period": facts.period,
        "simulated": facts.simulated,
        "edition_reason": facts.reason,
        "published_on": _day(row.published_on),
        "ended_on": _day(row.ended_on),
        "newest_edition": newest,
        "notices": list(notices_of(release)),
        "citation": citation_of(facts, seal),
        "licence": {"name": facts.licence, "address": facts.licence_address},
        "method": method_of(facts),
        "weighting": facts.weighting,
        "inference": facts.inference,
        "disclosure_policy": facts.policy,
        "plan_digest": facts.plan_digest,
        "software": facts.software,
        "figures": release.cube.table.num_rows,
        "sources": [one.model_dump(mode="json") for one in facts.sources],
        "links": {"self": asked.address, "page": seal.address, **{one: f"{asked.address}/{one}" for one in below}},
    }


def _listed(one: ListedRelease, base_url: str) -> dict[str, Any]:
    return {
        "release": one.name,
        "edition": one.edition,
        "state": one.state,
        "state_reason": one.ended_because,
        "digest": one.digest,
        "title": one.title,
        "edition_reason": one.reason,
        "published_on": _day(one.published_on),
        "ended_on": _day(one.ended_on),
        "links": {
            "self": f"{base_url}{START}/releases/{one.name}/{one.edition}",
            "page": release_address(base_url, one.name, one.edition),
        },
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day is not None else None


def _send(
    request: Request[Any, Any, Any], document: dict[str, Any], kept: str, installation: Installation
) -> Response[bytes] | Response[None]:
    """Answer with a document that follows from no cube; its validators follow from what it says."""
    choose_type(request.headers.get("accept", ""), (JSON,))
    refuse_parameters(request)
    validators: Validators = validators_of((document,), (), today=installation.today)
    headers = {"cache-control": kept}
    same = unchanged(request, validators, headers)
    if same is not None:
        return same
    return Response(json_of(document), media_type=JSON, headers={**headers, **validators.headers})


ROUTES: Final = (send_start, send_releases, send_release)

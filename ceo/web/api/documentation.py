"""The API described: as a document for programs, and as a page for people, which is drawn from that document."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Final

from litestar import MediaType, Request, Response
from litestar.di import NamedDependency

from ceo.web.api.editions import json_of, reading
from ceo.web.api.negotiation import JSON, PUBLIC, choose_type, unchanged, validators_of
from ceo.web.api.parameters import refuse_parameters
from ceo.web.installation import Installation
from ceo.web.pages import page
from ceo.workflows.releases.reading import list_releases

# Words of the page; what it describes stands in the document. Programmers read Dutch here, as in the problems that are answered.
WORDS: Final = {
    "asked": "Wat u kunt meegeven",
    "answered": "Wat u terugkrijgt",
    "name": "Naam",
    "where": "Waar",
    "meaning": "Betekenis",
    "kind": "Soort",
    "required": "verplicht",
    "status": "Status",
    "form": "Vorm",
    "example": "Voorbeeld",
    "schemas": "Wat erin staat",
    "as_document": "Als OpenAPI-document, voor programma’s",
    "contents": "Inhoud",
}


@reading("/openapi.json")
async def send_document(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation]
) -> Response[bytes] | Response[None]:
    """Send the API as an OpenAPI document."""
    choose_type(request.headers.get("accept", ""), (JSON,))
    refuse_parameters(request)
    content = _document(installation.settings.base_url, await _example(installation))
    validators = validators_of((content.decode(),), (), today=installation.today)
    headers = {"cache-control": PUBLIC}
    same = unchanged(request, validators, headers)
    if same is not None:
        return same
    return Response(content, media_type=JSON, headers={**headers, **validators.headers})


@reading("/docs")
async def show_documentation(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation]
) -> Response[str] | Response[None]:
    """Show the same as a page, without script and without anything from elsewhere."""
    choose_type(request.headers.get("accept", ""), (MediaType.HTML.value,))
    refuse_parameters(request)
    content = _document(installation.settings.base_url, await _example(installation))
    validators = validators_of(("docs", content.decode()), (), today=installation.today)
    headers = {"cache-control": PUBLIC}
    same = unchanged(request, validators, headers)
    if same is not None:
        return same
    from ceo.web.api.described import described

    api = described(json.loads(content))
    return page("api/documentation.html", headers={**headers, **validators.headers}, api=api, words=WORDS)


async def _example(installation: Installation) -> tuple[str, int] | None:
    """Return the newest edition that is published: examples can be tried."""
    found = await list_releases(installation.database, public=True)
    current = [one for one in found if one.state == "published"] or found
    return (current[0].name, current[0].edition) if current else None


@lru_cache(maxsize=4)
def _document(base_url: str, example: tuple[str, int] | None) -> bytes:
    from ceo.web.api.openapi.document import openapi_document
    from ceo.web.api.openapi.operations import Example

    return json_of(openapi_document(base_url, Example(*example)) if example else openapi_document(base_url))


ROUTES: Final = (send_document, show_documentation)

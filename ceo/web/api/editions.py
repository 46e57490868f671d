"""The edition that an address names, as who asks may see it, and how an answer about it is sent: before any figure is read if it can."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import HttpMethod, Request, Response, route
from litestar.handlers import HTTPRouteHandler
from litestar.status_codes import HTTP_200_OK, HTTP_404_NOT_FOUND, HTTP_409_CONFLICT

from ceo.clock import DUTCH_TIME
from ceo.storage.releases import Release, ReleaseState
from ceo.web.api.allowances import COST, viewer_of
from ceo.web.api.negotiation import JSON, PRIVATE, PUBLIC, Validators, unchanged, validators_of
from ceo.web.api.refusing import Refusal
from ceo.web.installation import Installation
from ceo.workflows.releases.proposal import NAME
from ceo.workflows.releases.reading import find_release, release_address
from ceo.workflows.releases.seen import Seen, as_seen, find_seen

if TYPE_CHECKING:
    from exports.release.cube import SealedCube

START: Final = "/api/v1"
NAME_PATTERN: Final = NAME
LARGEST_EDITION: Final = 1_000_000
# As text in the address: what is no number is refused like any other edition that there is not.
_NUMBER: Final = re.compile(r"[1-9]\d{0,6}", re.ASCII)
_ENDED: Final = frozenset({ReleaseState.CORRECTED.value, ReleaseState.WITHDRAWN.value})


def reading(path: str, *, cost: int = 1) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
    """Return the decorator of a handler below the start of the API. HEAD and OPTIONS are answered around it (`allowances`)."""
    methods = [HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS]
    return route(START + path, http_method=methods, status_code=HTTP_200_OK, opt={COST: cost})


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition that was asked for, and what of it may be seen."""

    request: Request[Any, Any, Any]
    installation: Installation
    seen: Seen

    @property
    def row(self) -> Release:
        """The edition itself."""
        return self.seen.row

    @property
    def address(self) -> str:
        """Where it stands in the API."""
        return f"{self.installation.settings.base_url}{START}/releases/{self.row.name}/{self.row.edition}"

    def validators(self, *asked: object) -> Validators:
        """Return the validators of what is asked of this edition; they follow from its digest and state, and from no figure."""
        row = self.row
        told = (row.digest, row.state, row.ended_because, row.published_on, row.ended_on, self.seen.only, asked)
        return validators_of(told, (row.published_on, row.ended_on), today=self.installation.today)

    def headers(self, *links: str) -> dict[str, str]:
        """Return what every answer about this edition tells in its head: its state, how long it may be kept, and where to go on."""
        row = self.row
        headers = {"ceo-state": row.state, "cache-control": PUBLIC if self.seen.public else PRIVATE}
        page = release_address(self.installation.settings.base_url, row.name, row.edition)
        related = [f'<{page}>; rel="cite-as"', *links]
        if row.state in _ENDED and row.ended_on is not None:
            headers["deprecation"] = f"@{_second_of(row.ended_on)}"
            related.append(f'<{page.rpartition("/")[0]}>; rel="latest-version"')
        return {**headers, "link": ", ".join(related)}

    def unchanged(self, validators: Validators, *links: str) -> Response[None] | None:
        """Return the answer that nothing changed, or None. The cube is not touched."""
        return unchanged(self.request, validators, self.headers(*links))

    async def open(self) -> SealedCube:
        """Return its cube, with the rows that may be seen."""
        return as_seen(await self.installation.cubes.open(self.installation.database, self.row), self.seen)

    def send(self, document: Mapping[str, Any], validators: Validators) -> Response[bytes]:
        """Answer with a document about this edition."""
        return Response(json_of(document), media_type=JSON, headers={**self.headers(), **validators.headers})

    def told(self) -> dict[str, Any]:
        """Return what stands at the head of every document: which edition, and what became of it."""
        row = self.row
        return {
            "release": row.name,
            "edition": row.edition,
            "state": row.state,
            "state_reason": row.ended_because,
            "digest": row.digest,
        }


async def open_edition(request: Request[Any, Any, Any], installation: Installation, name: str, edition: str) -> Edition:
    """Return the edition that an address names. Raises `Refusal` when there is none that who asks may see, or it is not made yet."""
    seen = None
    if re.fullmatch(NAME_PATTERN, name) and _NUMBER.fullmatch(edition) and int(edition) <= LARGEST_EDITION:
        seen = await find_seen(installation.database, name, int(edition), viewer_of(request))
    if seen is None:
        raise Refusal(
            HTTP_404_NOT_FOUND,
            "Deze editie is er niet.",
            f"Welke er zijn, staat op {START}/releases. Voor een concept is een sleutel nodig.",
        )
    if not seen.row.digest:
        raise Refusal(HTTP_409_CONFLICT, "Deze editie is nog niet gemaakt.", "Probeer het later opnieuw.")
    return Edition(request, installation, seen)


async def newest_edition(installation: Installation, name: str) -> int | None:
    """Return the number of the newest published edition of a release."""
    row = await find_release(installation.database, name, public=True)
    return row.edition if row is not None else None


def json_of(document: Mapping[str, Any]) -> bytes:
    """Return a document as it is sent."""
    return msgspec.json.encode(document)


def _second_of(day: date) -> int:
    """Return the moment at which a day begins, in seconds since 1970 (RFC 9745: when it was deprecated)."""
    return int(datetime.combine(day, time(), DUTCH_TIME).astimezone(UTC).timestamp())

"""How much a reader of the public pages may let us draw and write: a bucket for each network, like that of programs.

What is kept costs nothing, and so does asking whether something changed: only work for one reader is counted. A whole office that reads
from one network address hardly ever meets the limit; who makes up addresses does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response
from litestar.enums import MediaType
from litestar.status_codes import HTTP_429_TOO_MANY_REQUESTS, HTTP_503_SERVICE_UNAVAILABLE

from ceo.clock import now
from ceo.web.figures.pages import Links, language_of, render_figures
from ceo.web.installation import Installation
from ceo.web.networks import network_of
from ceo.web.reports import ReportsBusyError
from ceo.workflows.answering.guessing import source_of
from ceo.workflows.api_allowances import WITHOUT_KEY, Allowances

# Of what somebody may ask.
PAGE_COST: Final = 1
CHOSEN_PAGE_COST: Final = 2  # a page with choices: hardly anybody else asks for the same
REPORT_COST: Final = 10
_BUSY: Final = 60  # seconds


@dataclass(eq=False)
class AskedTooMuchError(Exception):
    """Somebody asked more than they may; there is room again after so many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks for a page."""

    request: Request[Any, Any, Any]
    installation: Installation

    @property
    def source(self) -> str:
        """Return the name under which the work for a network is counted: another one each day, and nobody can tell whose."""
        whence = f"reader {network_of(self.request, self.installation.settings.trusted_proxies)}"
        return source_of(self.installation.settings.secret_key, whence, day=now().date())

    async def pay(self, cost: int) -> None:
        """Take what some work costs. Raises `AskedTooMuchError` when there is not enough."""
        allowances = _allowances(self.request)
        limit = allowances.without_key
        allowed = await allowances.take(self.installation.database, self.source, limit, cost=cost, now=now())
        if allowed.refused:
            raise AskedTooMuchError(allowed.wait)


def tell_to_wait(request: Request[Any, Any, Any], error: AskedTooMuchError) -> Response[str]:
    """Tell somebody who asked too much when they can go on."""
    return _waiting(request, HTTP_429_TOO_MANY_REQUESTS, error.seconds)


def tell_busy(request: Request[Any, Any, Any], _: ReportsBusyError) -> Response[str]:
    """Tell that many others wait for their reports."""
    return _waiting(request, HTTP_503_SERVICE_UNAVAILABLE, _BUSY)


def _waiting(request: Request[Any, Any, Any], status: int, seconds: int) -> Response[str]:
    language = language_of(request)
    choices = tuple((name, value) for name, value in request.query_params.multi_items() if name != "taal")
    links = Links(language, request.scope["path"], choices)
    values = {"seconds": seconds, "asked_too_much": status == HTTP_429_TOO_MANY_REQUESTS}
    page = render_figures("wait.html", language, links, values)
    headers = {"retry-after": str(seconds), "cache-control": "no-store"}
    return Response(page, status_code=status, media_type=MediaType.HTML, headers=headers)


def _allowances(request: Request[Any, Any, Any]) -> Allowances:
    """Return what this process holds for readers of pages; programs have their own."""
    state = request.app.state
    if state.get("reader_allowances") is None:
        state.reader_allowances = Allowances(WITHOUT_KEY)
    allowances: Allowances = state.reader_allowances
    return allowances


HANDLERS: Final[Mapping[Any, Any]] = {AskedTooMuchError: tell_to_wait, ReportsBusyError: tell_busy}

"""What programs that read are told when something cannot be given: Problem Details (RFC 9457), everywhere below /api."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.status_codes import (
    HTTP_400_BAD_REQUEST,
    HTTP_404_NOT_FOUND,
    HTTP_405_METHOD_NOT_ALLOWED,
    HTTP_500_INTERNAL_SERVER_ERROR,
    HTTP_503_SERVICE_UNAVAILABLE,
)

from ceo.web.api.problems import problem
from ceo.web.errors import tell_log_of_fault
from ceo.workflows.releases.files import DamagedEditionError

START: Final = "/api"
_TITLES: Final[Mapping[int, tuple[str, str]]] = {
    HTTP_400_BAD_REQUEST: ("Dit verzoek is geweigerd.", "Hoe u kunt vragen, staat in /api/v1/docs."),
    HTTP_404_NOT_FOUND: ("Dit is er niet.", "Wat er is, begint bij /api/v1."),
    HTTP_405_METHOD_NOT_ALLOWED: ("Dit kan hier niet.", "Wat hier wel kan, staat in Allow."),
    HTTP_500_INTERNAL_SERVER_ERROR: ("Er ging iets mis bij CEO.", "Probeer het later opnieuw."),
    HTTP_503_SERVICE_UNAVAILABLE: ("CEO is even niet bereikbaar.", "Probeer het later opnieuw."),
}
# In seconds.
_AGAIN: Final = "60"
_MUCH_LATER: Final = "3600"

Handler = Callable[[Request[Any, Any, Any], Any], Response[Any]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one parameter: a stable `code`, what it is in words, and what exists instead."""

    parameter: str
    value: str
    code: str  # unknown-parameter | unknown-value | not-a-number | out-of-range | given-twice | too-few | too-many | malformed
    words: str
    exists: tuple[str, ...] = ()

    @property
    def document(self) -> dict[str, Any]:
        """The fault as it stands in a problem."""
        told = {"parameter": self.parameter, "waarde": self.value, "code": self.code, "wat": self.words}
        return {**told, "bestaat": list(self.exists)} if self.exists else told


@dataclass(eq=False)
class Refusal(Exception):  # noqa: N818 - no error of ours
    """Something cannot be given: the answer is this problem."""

    status: int
    title: str
    detail: str = ""
    faults: Sequence[Mapping[str, Any]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def answer(self) -> Response[bytes]:
        """Return the problem."""
        return problem(self.status, self.title, self.detail, headers=self.headers, faults=self.faults)


def told(_: Request[Any, Any, Any], refusal: Refusal) -> Response[bytes]:
    """Tell why something is not given."""
    return refusal.answer()


def refused(_: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Tell that a request was refused. The library's own words are for programmers, so they are not shown."""
    status = error.status_code if error.status_code in _TITLES else max(error.status_code, HTTP_400_BAD_REQUEST)
    title, detail = _TITLES.get(status, _TITLES[HTTP_400_BAD_REQUEST])
    kept = {
        name.lower(): value for name, value in (error.headers or {}).items() if name.lower() in {"allow", "retry-after"}
    }
    return problem(status, title, detail, headers=kept)


def failed(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Admit a fault of ours; it can be tried again later."""
    status = tell_log_of_fault(request, error)
    title, detail = _TITLES[status]
    return problem(status, title, detail, headers={"retry-after": _AGAIN})


def damaged(_: Request[Any, Any, Any], __: DamagedEditionError) -> Response[bytes]:
    """Tell that figures were changed since they were sealed, and are not given. The log has told which."""
    cause = "Deze cijfers zijn beschadigd en worden daarom niet gegeven."
    cure = "De beheerder kan dit herstellen. Probeer het later opnieuw."
    return problem(HTTP_503_SERVICE_UNAVAILABLE, cause, cure, headers={"retry-after": _MUCH_LATER})


HANDLERS: Final[Mapping[Any, Handler]] = {
    Refusal: told,
    HTTPException: refused,
    DamagedEditionError: damaged,
    Exception: failed,
}


def problems_below_api(pages: Mapping[Any, Handler]) -> dict[Any, Handler]:
    """Return the handlers of pages, with problems for addresses below /api that belong to no route, or not with this method."""
    return {kind: _by_address(handler, HANDLERS.get(kind, failed)) for kind, handler in pages.items()}


def _by_address(page: Handler, program: Handler) -> Handler:
    def tell(request: Request[Any, Any, Any], error: Any) -> Response[Any]:
        path: str = request.scope["path"]
        below = path == START or path.startswith(f"{START}/")
        return program(request, error) if below else page(request, error)

    return tell

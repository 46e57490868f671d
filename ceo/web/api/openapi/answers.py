"""What the API answers besides what was asked: the heads of answers, that nothing changed, and why something is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ceo.web.api.openapi.examples import ANSWERS
from ceo.web.api.problems import MEDIA_TYPE

PROBLEM: Final = {"$ref": "#/components/schemas/Problem"}


def response(
    description: str, content: Mapping[str, Mapping[str, Any]], headers: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return one answer: its schema by media type, and its headers."""
    found: dict[str, Any] = {"description": description}
    if headers:
        found["headers"] = {name: dict(header) for name, header in headers.items()}
    if content:
        found["content"] = {media_type: _media(schema) for media_type, schema in content.items()}
    return found


def _media(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is sent in one form, with an example where there is one of its schema."""
    example = ANSWERS.get(str(schema.get("$ref", "")).rpartition("/")[2])
    return {"schema": dict(schema), **({"example": example} if example is not None else {})}


def problem_response(description: str, **headers: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer that tells why something is refused."""
    named = {name.replace("_", "-"): header for name, header in headers.items()}
    return response(description, {MEDIA_TYPE: PROBLEM}, {**_LIMITED, **named})


def _header(description: str, kind: str = "string", *, always: bool = True) -> dict[str, Any]:
    return {"description": description, "required": always, "schema": {"type": kind}}


_LIMITED: Final[Mapping[str, Any]] = {
    "RateLimit-Limit": _header("Hoeveel u achter elkaar kunt vragen.", "integer"),
    "RateLimit-Remaining": _header("Hoeveel daarvan over is.", "integer"),
    "RateLimit-Reset": _header("Over hoeveel seconden alles er weer is.", "integer"),
}
ANSWERED: Final[Mapping[str, Any]] = {
    "ETag": _header("Kenmerk van dit antwoord, voor If-None-Match."),
    "Last-Modified": _header("Wanneer het voor het laatst is veranderd, voor If-Modified-Since.", always=False),
    "Cache-Control": _header("Hoe lang het bewaard mag worden."),
    "CEO-State": _header("Stand van de editie."),
    "Deprecation": _header("Sinds wanneer de editie is verbeterd of ingetrokken (RFC 9745).", always=False),
    "Link": _header("Waar verder: next, cite-as, latest-version."),
    **_LIMITED,
}
DOWNLOAD: Final[Mapping[str, Any]] = {"Content-Disposition": _header("De naam van het bestand.")}
_RETRY: Final = _header("Over hoeveel seconden u het opnieuw kunt vragen.", "integer")
_ETAG: Final[Mapping[str, Any]] = {"ETag": ANSWERED["ETag"], **_LIMITED}

KEPT: Final[Mapping[str, Any]] = {
    "304": response("Er is niets veranderd.", {}, _ETAG),
    "406": problem_response("In deze vorm is het er niet."),
}
WANTED_FORM: Final[Mapping[str, Any]] = {"406": problem_response("In deze vorm is het er niet.")}
MISSING: Final[Mapping[str, Any]] = {
    "404": problem_response("Deze editie of deze waarde is er niet. Er staat bij wat er wel is.")
}
OF_EDITION: Final[Mapping[str, Any]] = {
    "304": KEPT["304"],
    **MISSING,
    "409": problem_response("De editie is nog niet gemaakt, of de cursor hoort bij een andere."),
}
FORBIDDEN: Final[Mapping[str, Any]] = {"403": problem_response("Dit mag niet worden getoond. De reden staat erbij.")}
NOT_NOW: Final[Mapping[str, Any]] = {
    "409": problem_response("De editie geldt niet meer, of is nog niet gepubliceerd."),
}
REFUSED: Final[Mapping[str, Any]] = {
    "400": problem_response("De vraag is niet te lezen. Per parameter staat erbij wat er mis is."),
    "401": problem_response("De sleutel werkt niet.", WWW_Authenticate=_header("Hoe een sleutel meekomt.")),
    "429": problem_response("Er is te veel achter elkaar gevraagd.", Retry_After=_RETRY),
}

"""What a program with an agreement can ask: the agreement of its key, and the files that leave under it. Never without a key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ceo.web.api.editions import NAME_PATTERN, START
from ceo.web.api.negotiation import JSON
from ceo.web.api.openapi.answers import ANSWERED, DOWNLOAD, REFUSED, WANTED_FORM, problem_response, response
from ceo.web.api.openapi.schemas import TEXT, closed, ref
from ceo.workflows.microdata.forms import MEDIA_TYPES

NUMBER: Final = r"^\d{4}-[1-9]\d{0,8}$"
_KEYED: Final[list[dict[str, list[str]]]] = [{"key": []}]
_HEADERS: Final = ("Cache-Control", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
_FORBIDDEN: Final = problem_response(
    "De sleutel hoort bij geen overeenkomst, of de overeenkomst geldt niet meer. De reden staat erbij."
)
_MISSING: Final = problem_response("Deze overeenkomst hoort niet bij uw sleutel, of dit bestand is er niet.")


def agreement_paths() -> dict[str, Any]:
    """Return the addresses of microdata with what can be asked there."""
    one_file = {
        **_operation(
            "getAgreementFile",
            "Een bestand van een overeenkomst",
            "Beschermde antwoorden van losse mensen, het codeboek of de tekst van de overeenkomst (`txt`). "
            "Elke keer wordt vastgelegd dat de sleutel het bestand kreeg. HEAD vertelt alleen of het zou mogen.",
            {media_type: {} for media_type in MEDIA_TYPES.values()},
            {**WANTED_FORM, "403": _FORBIDDEN, "404": _MISSING},
        ),
        "parameters": [
            _in_path("agreement", "Nummer van de overeenkomst.", {"type": "string", "pattern": NUMBER}, "2026-1"),
            _in_path("form", "Welk bestand.", {"enum": list(MEDIA_TYPES)}, "parquet"),
        ],
    }
    one_file["get"]["responses"]["200"]["headers"] |= DOWNLOAD
    return {
        f"{START}/agreements": _operation(
            "listAgreements",
            "Overeenkomsten",
            "Bij welke overeenkomst over microdata uw sleutel hoort, of zij nog geldt, en welke bestanden er zijn. "
            "Een landelijke redacteur maakt de sleutel op de bladzijde van de overeenkomst.",
            {JSON: ref("AgreementList")},
            {**WANTED_FORM, "403": _FORBIDDEN},
        ),
        f"{START}/agreements/{{agreement}}/files/{{form}}": one_file,
    }


def agreement_schemas() -> dict[str, Any]:
    """Return the schemas of what is answered, by name."""
    day = {"type": ["string", "null"], "format": "date"}
    address = {"type": "string", "format": "uri"}
    return {
        "AgreementList": closed({"agreements": {"type": "array", "items": ref("Agreement")}}),
        "Agreement": closed(
            {
                "agreement": {"type": "string", "pattern": NUMBER, "description": "Nummer van de overeenkomst."},
                "user": {**TEXT, "description": "Met wie de overeenkomst is."},
                "purpose": {**TEXT, "description": "Waarvoor de gegevens zijn."},
                "release": {"type": "string", "pattern": NAME_PATTERN, "description": "Naam van de uitgave."},
                "edition": {"type": "integer", "minimum": 1},
                "state": {
                    "enum": ["active", "ended", "expired"],
                    "description": "Alleen als zij `active` is, gaat er iets uit.",
                },
                "ends_on": {"type": "string", "format": "date", "description": "Laatste dag."},
                "ended_on": {**day, "description": "De dag waarop zij eerder is beëindigd."},
                "ended_because": {**TEXT, "description": "Waarom zij eerder is beëindigd; anders leeg."},
                "files": {"type": "array", "items": ref("AgreementFile")},
                "links": closed({"release": address}),
            }
        ),
        "AgreementFile": closed({"form": {"enum": list(MEDIA_TYPES)}, "media_type": TEXT, "address": address}),
    }


def _operation(
    operation_id: str,
    summary: str,
    description: str,
    content: Mapping[str, Mapping[str, Any]],
    refused: Mapping[str, Any],
) -> dict[str, Any]:
    headers = {name: ANSWERED[name] for name in _HEADERS}
    refusals = {**REFUSED, **refused}
    operation = {
        "operationId": operation_id,
        "summary": summary,
        "description": description,
        "security": _KEYED,
        "parameters": [],
        "responses": {"200": response("Gelukt.", content, headers), **refusals},
    }
    head = {
        **operation,
        "operationId": f"{operation_id}Head",
        "summary": f"{summary}: alleen de kop",
        "responses": {
            "200": response("Gelukt, zonder inhoud.", {}, headers),
            **{code: response("Zie GET.", {}, {}) for code in refusals},
        },
    }
    return {"get": operation, "head": head}


def _in_path(name: str, description: str, schema: Mapping[str, Any], example: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": dict(schema),
        "example": example,
    }

"""What can be asked of the API: each address with its parameters, what is answered, and an example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ceo.web.api.editions import LARGEST_EDITION, NAME_PATTERN, START
from ceo.web.api.figures import CURSOR_LENGTH, FORMS, MOST, USUAL
from ceo.web.api.negotiation import CSV, JSON, PARQUET
from ceo.web.api.openapi.answers import (
    ANSWERED,
    DOWNLOAD,
    FORBIDDEN,
    KEPT,
    NOT_NOW,
    OF_EDITION,
    REFUSED,
    WANTED_FORM,
    response,
)
from ceo.web.api.openapi.schemas import ref
from ceo.web.api.selections import FEWEST_AREAS
from ceo.workflows.releases.asking import MOST_AREAS
from exports.release.facts import AreaType
from exports.release.formats import RELEASE_FORMATS

_LONGEST: Final = 100
_FILTERS: Final[Mapping[str, str]] = {
    "area": "Code van een gebied: een gemeente zoals GM0344, een provincie, of NL voor alle gemeenten samen.",
    "area_type": "Soort gebied.",
    "indicator": "Vraag of themascore.",
    "measure": "Wat het cijfer is.",
    "category": "Antwoord, reden of kwantiel. Leeg: zonder.",
    "breakdown": "Verdeling van cliënten in groepen. Leeg: iedereen.",
    "level": "Groep binnen een uitsplitsing. Leeg: iedereen.",
}
_EXAMPLES: Final[Mapping[str, list[str]]] = {
    "area": ["NL", "GM0344"],
    "indicator": ["wmo_toegang"],
    "breakdown": [""],
}
_MEASURES: Final = ("score", "mean", "total", "share", "category", "missing", "ratio", "quantile")


@dataclass(frozen=True, slots=True)
class Example:
    """The edition that examples are about."""

    release: str
    edition: int


def paths(example: Example) -> dict[str, Any]:
    """Return every address with what can be asked there."""
    one = f"{START}/releases/{{name}}/{{edition}}"
    name, edition = _of_path(example)
    operations = {
        START: _get("start", "Begin", "Waar alles begint.", {JSON: ref("Start")}, status=KEPT),
        f"{START}/releases": _get(
            "listReleases",
            "Uitgaven",
            "Welke edities er zijn, de nieuwste eerst.",
            {JSON: ref("ReleaseList")},
            status=KEPT,
        ),
        one: _of_edition("getRelease", "Een editie", "Wat een editie is, en hoe u ernaar verwijst.", "Release"),
        f"{one}/indicators": _of_edition(
            "listIndicators",
            "Indicatoren",
            "Waar de cijfers over gaan: vragen en themascores, met hun tekst per versie.",
            "IndicatorList",
        ),
        f"{one}/areas": _of_edition("listAreas", "Gebieden", "Van welke gebieden er cijfers zijn.", "AreaList"),
        f"{one}/figures": _figures(),
        f"{one}/selections": _selections(),
        f"{one}/files": _of_edition(
            "listFiles", "Bestanden", "Welke bestanden er van een editie zijn.", "FileList", also=FORBIDDEN
        ),
        f"{one}/files/{{extension}}": _file(),
        f"{START}/openapi.json": _get(
            "openapi", "Deze beschrijving", "De API als OpenAPI-document.", {JSON: {"type": "object"}}, status=KEPT
        ),
        f"{START}/docs": _get(
            "documentation",
            "Uitleg",
            "Dezelfde beschrijving als pagina.",
            {"text/html": {"type": "string"}},
            status=KEPT,
        ),
    }
    found: dict[str, Any] = {}
    for path, operation in operations.items():
        in_path = [name, edition] if "{name}" in path else []
        extra = [_extension()] if "{extension}" in path else []
        parameters = [*in_path, *extra]
        found[path] = {**({"parameters": parameters} if parameters else {}), **operation}
    return found


def _get(
    operation_id: str,
    summary: str,
    description: str,
    content: Mapping[str, Mapping[str, Any]],
    *,
    parameters: tuple[Mapping[str, Any], ...] = (),
    status: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what is asked with GET, and with HEAD for the head of the answer only."""
    answers = {**status, **REFUSED}
    always = {name: header for name, header in ANSWERED.items() if name in _ALWAYS}
    headers = ANSWERED if "404" in status else always
    operation: dict[str, Any] = {
        "operationId": operation_id,
        "summary": summary,
        "description": description,
        "parameters": [dict(one) for one in parameters],
        "responses": {
            "200": response("Gelukt.", content, headers),
            **{code: dict(one) for code, one in answers.items()},
        },
    }
    without_content = {code: response("Zie GET.", {}, {}) for code in answers}
    head: dict[str, Any] = {
        **operation,
        "operationId": f"{operation_id}Head",
        "summary": f"{summary}: alleen de kop",
        "responses": {"200": response("Gelukt, zonder inhoud.", {}, headers), **without_content},
    }
    return {"get": operation, "head": head}


_ALWAYS: Final = ("ETag", "Cache-Control", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


def _of_edition(
    operation_id: str, summary: str, description: str, schema: str, *, also: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    return _get(
        operation_id, summary, description, {JSON: ref(schema)}, status={**OF_EDITION, **WANTED_FORM, **(also or {})}
    )


def _figures() -> dict[str, Any]:
    parameters = [_filter(name) for name in _FILTERS]
    limit = f"Hoeveel cijfers hoogstens. Zonder limiet geeft JSON er {USUAL}, en geven CSV en Parquet alles."
    parameters += [
        _in_query("limit", {"type": "integer", "minimum": 1, "maximum": MOST}, limit, examples=[100]),
        _in_query(
            "cursor",
            {"type": "string", "pattern": f"^[A-Za-z0-9_=-]{{{CURSOR_LENGTH}}}$"},
            "Waar de vorige bladzijde ophield: neem hem uit `next` of Link. Hij hoort bij één editie.",
        ),
        _in_query("format", {"enum": list(FORMS)}, "De vorm, in plaats van Accept. Voor links die mensen volgen."),
    ]
    description = (
        "Cijfers in de volgorde van het bestand. Elke parameter mag vaker: dan telt elk van de waarden. "
        "Een cijfer dat niet mag worden getoond, heeft een reden in `suppression`."
    )
    content = {JSON: ref("FigureList"), CSV: {"type": "string"}, PARQUET: {"type": "string", "format": "binary"}}
    return _get(
        "listFigures",
        "Cijfers",
        description,
        content,
        parameters=tuple(parameters),
        status={**OF_EDITION, **WANTED_FORM},
    )


def _selections() -> dict[str, Any]:
    parameters = (
        _in_query("indicator", dict(_TEXT), "De indicator.", required=True, examples=["wmo_toegang"]),
        _in_query(
            "area",
            {"type": "array", "items": _TEXT, "minItems": FEWEST_AREAS, "maxItems": MOST_AREAS, "uniqueItems": True},
            "De gemeenten in de groep.",
            required=True,
            examples=[["GM0034", "GM0344"]],
        ),
        _filter("measure"),
        _filter("category"),
    )
    description = (
        "Cijfers van gemeenten die u zelf samenneemt: het gemiddelde, gewogen naar cliënten, met een interval. "
        "Een groep die te veel zou zeggen over een paar mensen, wordt geweigerd met de reden."
    )
    return _get(
        "getSelection",
        "Een eigen groep",
        description,
        {JSON: ref("Selection")},
        parameters=parameters,
        status={**OF_EDITION, **WANTED_FORM, **FORBIDDEN, **NOT_NOW},
    )


def _file() -> dict[str, Any]:
    content: dict[str, dict[str, Any]] = {form.media_type: {} for form in RELEASE_FORMATS.values()}
    found = _get(
        "getFile",
        "Een bestand",
        "Het bestand, in delen gestuurd. Dezelfde editie geeft dezelfde bytes.",
        content,
        status={**OF_EDITION, **WANTED_FORM, **FORBIDDEN},
    )
    found["get"]["responses"]["200"]["headers"] = {**found["get"]["responses"]["200"]["headers"], **DOWNLOAD}
    return found


def _of_path(example: Example) -> Iterator[dict[str, Any]]:
    yield {
        "name": "name",
        "in": "path",
        "required": True,
        "description": "Naam van de uitgave.",
        "schema": {"type": "string", "pattern": NAME_PATTERN},
        "example": example.release,
    }
    yield {
        "name": "edition",
        "in": "path",
        "required": True,
        "description": "Nummer van de editie.",
        "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST_EDITION},
        "example": example.edition,
    }


def _extension() -> dict[str, Any]:
    return {
        "name": "extension",
        "in": "path",
        "required": True,
        "description": "Welk bestand.",
        "schema": {"enum": list(RELEASE_FORMATS)},
        "example": "csv",
    }


_TEXT: Final[dict[str, Any]] = {"type": "string", "minLength": 1, "maxLength": _LONGEST}


def _filter(name: str) -> dict[str, Any]:
    kinds: dict[str, dict[str, Any]] = {
        "area_type": {"enum": [kind.value for kind in AreaType]},
        "measure": {"enum": list(_MEASURES)},
    }
    own = {"type": "string", "maxLength": _LONGEST}
    schema = {"type": "array", "items": kinds.get(name, own), "uniqueItems": True, "minItems": 1}
    examples = [_EXAMPLES[name]] if name in _EXAMPLES else []
    return _in_query(name, schema, _FILTERS[name], examples=examples)


def _in_query(
    name: str, schema: Mapping[str, Any], description: str, *, required: bool = False, examples: list[Any] | None = None
) -> dict[str, Any]:
    parameter: dict[str, Any] = {
        "name": name,
        "in": "query",
        "description": description,
        "required": required,
        "schema": dict(schema),
    }
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": True}
    if examples:
        parameter["example"] = examples[0]
    return parameter

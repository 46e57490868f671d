"""What the documents of the API look like (JSON Schema 2020-12). Figures follow from the columns of a cube, facts from their own types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ceo.storage.releases import ReleaseState
from ceo.web.api.editions import NAME_PATTERN
from exports.release.column_words import DUTCH, always_filled, datatype_of
from exports.release.cube import COLUMNS, COUNTS
from exports.release.facts import AreaType, Breakdown, Indicator, Source
from exports.release.formats import RELEASE_FORMATS

_REFERENCES: Final = "#/components/schemas/{model}"
TEXT: Final[Mapping[str, Any]] = {"type": "string"}
_DAY: Final[Mapping[str, Any]] = {"type": ["string", "null"], "format": "date"}
_ADDRESS: Final[Mapping[str, Any]] = {"type": "string", "format": "uri"}
_STATES: Final = [state.value for state in ReleaseState]
_TOLD: Final[Mapping[str, Any]] = {
    "release": {"type": "string", "pattern": NAME_PATTERN, "description": "Naam van de uitgave."},
    "edition": {"type": "integer", "minimum": 1},
    "state": {"enum": _STATES, "description": "Stand van de editie. `corrected` en `withdrawn`: gebruik een andere."},
    "state_reason": {"type": "string", "description": "Waarom de editie is verbeterd of ingetrokken; anders leeg."},
    "digest": {"type": "string", "description": "Controlegetal van alles wat in de editie zit."},
}
_INTRODUCED: Final[Mapping[str, Any]] = {
    "notices": {"type": "array", "items": TEXT, "description": "Wat een lezer eerst moet weten, zoals: gesimuleerd."},
    "citation": {"type": "string", "description": "Zo verwijst u naar deze cijfers."},
    "licence": {"$ref": "#/components/schemas/Licence"},
}
# What a combined figure says of itself, in the words of the columns of the cube.
_COMBINED: Final = (
    "measure",
    "category",
    "value",
    "lower",
    "upper",
    "n",
    "effective_n",
    "population_size",
    "inference",
    "flags",
)


def ref(name: str) -> dict[str, str]:
    """Return a reference to one of the schemas."""
    return {"$ref": _REFERENCES.format(model=name)}


def schemas() -> dict[str, Any]:
    """Return all schemas by their names."""
    return {
        "Start": closed(
            {"name": TEXT, "version": TEXT, "links": closed(_links("releases", "openapi", "documentation"))}
        ),
        "Licence": closed({"name": TEXT, "address": _ADDRESS}),
        "ReleaseList": closed({"releases": _many(ref("ListedRelease"))}),
        "ListedRelease": closed(_listed()),
        "Release": closed(_release()),
        "AreaList": closed({**_TOLD, "areas": _many(ref("Area"))}),
        "Area": closed(_area()),
        "IndicatorList": closed(
            {**_TOLD, "indicators": _many(ref("Indicator")), "breakdowns": _many(ref("Breakdown"))}
        ),
        "FigureList": closed(
            {
                **_TOLD,
                **_INTRODUCED,
                "next": {"type": ["string", "null"], "format": "uri"},
                "figures": _many(ref("Figure")),
            }
        ),
        "Figure": closed({name: _column(name) for name in COLUMNS}),
        "Selection": closed(_selection()),
        "CombinedFigure": closed({name: _filled(name) for name in _COMBINED}),
        "FileList": closed({**_TOLD, "files": _many(ref("File"))}),
        "File": closed(_file()),
        "Problem": _problem(),
        **_of_facts(),
    }


def closed(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object that has these properties, all of them and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _listed() -> dict[str, Any]:
    own = {"title": TEXT, "edition_reason": TEXT, "published_on": _DAY, "ended_on": _DAY}
    return {**_TOLD, **own, "links": closed(_links("self", "page"))}


def _release() -> dict[str, Any]:
    texts = ("title", "publisher", "population", "period", "edition_reason", "method", "weighting", "inference")
    below = ("self", "page", "indicators", "areas", "figures", "selections", "files")
    return {
        **_TOLD,
        **dict.fromkeys(texts, TEXT),
        "simulated": {"type": "boolean", "description": "Waar: er heeft geen echt mens geantwoord."},
        "published_on": _DAY,
        "ended_on": _DAY,
        "newest_edition": {"type": ["integer", "null"]},
        **_INTRODUCED,
        "disclosure_policy": TEXT,
        "plan_digest": TEXT,
        "software": TEXT,
        "figures": {"type": "integer", "minimum": 0, "description": "Hoeveel cijfers er zijn."},
        "sources": _many(ref("Source")),
        "links": closed(_links(*below)),
    }


def _area() -> dict[str, Any]:
    kinds = {"enum": [kind.value for kind in AreaType]}
    members = {"type": "array", "items": TEXT, "description": "De gemeenten in een gebied; leeg bij een gemeente."}
    return {"area": TEXT, "area_type": kinds, "name": TEXT, "members": members}


def _selection() -> dict[str, Any]:
    return {
        **_TOLD,
        **_INTRODUCED,
        "indicator": TEXT,
        "areas": {"type": "array", "items": TEXT, "minItems": 2},
        "method": {"const": "weighted_areas", "description": "Gemiddelde van de gemeenten, gewogen naar cliënten."},
        "figures": {"type": "array", "items": ref("CombinedFigure"), "minItems": 1},
    }


def _file() -> dict[str, Any]:
    return {
        "extension": {"enum": list(RELEASE_FORMATS)},
        "media_type": TEXT,
        "size": {"type": ["integer", "null"], "description": "In bytes; leeg zolang het bestand niet is gevraagd."},
        "sha256": {"type": ["string", "null"], "pattern": "^[0-9a-f]{64}$"},
        "address": _ADDRESS,
    }


def _problem() -> dict[str, Any]:
    fault = {
        "type": "object",
        "properties": {
            "parameter": TEXT,
            "waarde": TEXT,
            "code": {"type": "string", "description": "Vaste code voor programma's."},
            "wat": {"type": "string", "description": "Wat er mis is."},
            "bestaat": {"type": "array", "items": TEXT, "description": "Wat er wel is."},
        },
        "required": ["parameter", "waarde", "code", "wat"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "description": "Wat er mis is, volgens RFC 9457.",
        "properties": {
            "type": {"type": "string"},
            "title": TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string", "description": "Wat u kunt doen."},
            "fouten": {"type": "array", "items": fault, "minItems": 1},
        },
        "required": ["type", "title", "status"],
        "additionalProperties": False,
    }


def _of_facts() -> dict[str, Any]:
    """Return the schemas of facts, each with the parts that it is made of."""
    found: dict[str, Any] = {}
    for model in (Indicator, Breakdown, Source):
        schema = model.model_json_schema(ref_template=_REFERENCES, mode="serialization")
        parts = schema.pop("$defs", {})
        found |= {name: _plain(part) for name, part in {**parts, model.__name__: schema}.items()}
    return found


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a type that is always written whole; its docstring is for who reads the code."""
    return {**closed(schema["properties"]), "title": schema["title"]}


def _column(name: str) -> dict[str, Any]:
    kind = {"string": "string", "integer": "integer", "double": "number"}[datatype_of(name)]
    can_miss = kind != "string" and not always_filled(name)
    schema: dict[str, Any] = {"type": [kind, "null"] if can_miss else kind, "description": DUTCH[name]}
    return {**schema, "minimum": 0} if name in COUNTS else schema


def _filled(name: str) -> dict[str, Any]:
    schema = _column(name)
    kind = schema["type"]
    return {**schema, "type": kind[0] if isinstance(kind, list) else kind}


def _many(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(items)}


def _links(*names: str) -> dict[str, Any]:
    return {name: dict(_ADDRESS) for name in names}

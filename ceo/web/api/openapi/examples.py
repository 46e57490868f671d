"""Examples in the document: what is asked, as it can be typed, and what comes back. The figures are made up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

_TOLD: Final[Mapping[str, Any]] = {
    "release": "wmo-landelijk-2026",
    "edition": 1,
    "state": "published",
    "state_reason": "",
    "digest": "sha256:0f96de41683901b0d9c1c4a9b0c4f8f8f4f94cb3a5a7c3b3f0b0c9d9f1b4a7e2",
}
_INTRODUCED: Final[Mapping[str, Any]] = {
    "notices": ["GESIMULEERD: deze cijfers komen niet van echte mensen."],
    "citation": "CEO (2026). Wmo-meting 2026, editie 1. https://ceo.example/cijfers/wmo-landelijk-2026/1 (sha256:0f96de416839)",
    "licence": {"name": "CC BY 4.0", "address": "https://creativecommons.org/licenses/by/4.0/deed.nl"},
}
_FIGURE: Final[Mapping[str, Any]] = {
    "release": "wmo-landelijk-2026",
    "edition": 1,
    "area": "GM0344",
    "area_type": "municipality",
    "period": "2026-03-01/2026-04-30",
    "population": "Cliënten van de Wmo in de deelnemende gemeenten",
    "indicator": "wmo_toegang",
    "indicator_version": 1,
    "breakdown": "",
    "level": "",
    "category": "",
    "measure": "score",
    "value": 71.4,
    "se": 1.1,
    "lower": 69.2,
    "upper": 73.6,
    "n": 450,
    "effective_n": 435.0,
    "population_size": 9100.0,
    "df": 445.0,
    "method": "t",
    "inference": "finite",
    "flags": "",
    "suppression": "",
    "reference": "NL",
    "difference": 1.1,
    "difference_lower": -0.9,
    "difference_upper": 3.1,
    "p_adjusted": 0.41,
    "relevant": "no",
    "difference_note": "",
    "band": "as_expected",
}
_COMBINED: Final[Mapping[str, Any]] = {
    "measure": "score",
    "category": "",
    "value": 70.9,
    "lower": 69.0,
    "upper": 72.8,
    "n": 750,
    "effective_n": 690.0,
    "population_size": 14200.0,
    "inference": "finite",
    "flags": "",
}
# By schema.
ANSWERS: Final[Mapping[str, Any]] = {
    "FigureList": {**_TOLD, **_INTRODUCED, "next": None, "figures": [_FIGURE]},
    "Selection": {
        **_TOLD,
        **_INTRODUCED,
        "indicator": "wmo_toegang",
        "areas": ["GM0034", "GM0344"],
        "method": "weighted_areas",
        "figures": [_COMBINED],
    },
    "AreaList": {
        **_TOLD,
        "areas": [{"area": "GM0344", "area_type": "municipality", "name": "Utrecht", "members": []}],
    },
    "AgreementList": {
        "agreements": [
            {
                "agreement": "2026-1",
                "user": "Universiteit van Ergens",
                "purpose": "Onderzoek naar toegang tot hulp",
                "release": "wmo-landelijk-2026",
                "edition": 1,
                "state": "active",
                "ends_on": "2027-12-31",
                "ended_on": None,
                "ended_because": "",
                "files": [
                    {
                        "form": "parquet",
                        "media_type": "application/vnd.apache.parquet",
                        "address": "https://ceo.example/api/v1/agreements/2026-1/files/parquet",
                    }
                ],
                "links": {"release": "https://ceo.example/api/v1/releases/wmo-landelijk-2026/1"},
            }
        ],
    },
    "Problem": {
        "type": "about:blank",
        "title": "Wat u vraagt is er niet.",
        "status": 404,
        "detail": "Per parameter staat hieronder wat er mis is, en wat er wel is.",
        "fouten": [
            {
                "parameter": "area",
                "waarde": "GM9999",
                "code": "unknown-value",
                "wat": "Deze waarde is er niet in deze editie.",
                "bestaat": ["GM0034", "GM0344", "NL"],
            }
        ],
    },
}


def requests_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Return for each address how it can be asked on a command line, with the examples of its parameters."""
    base = document["servers"][0]["url"]
    return {path: _typed(base, path, item) for path, item in document["paths"].items()}


def _typed(base: str, path: str, item: Mapping[str, Any]) -> str:
    query: list[tuple[str, Any]] = []
    for one in (*item.get("parameters", ()), *item["get"]["parameters"]):
        if "example" not in one:
            continue
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", str(one["example"]))
        else:
            values = one["example"] if isinstance(one["example"], list) else [one["example"]]
            query += [(one["name"], value) for value in values]
    key = " -H 'Authorization: Bearer SLEUTEL'" if item["get"].get("security") else ""
    return f"curl '{base}{path}{f'?{urlencode(query)}' if query else ''}'{key}"

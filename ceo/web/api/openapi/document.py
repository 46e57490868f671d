"""The whole document: what the API is, how to use it, its addresses and what is answered."""

from __future__ import annotations

from typing import Any, Final

from ceo.web.api.figures import ROWS_A_TOKEN
from ceo.web.api.openapi.agreements import agreement_paths, agreement_schemas
from ceo.web.api.openapi.operations import Example, paths
from ceo.web.api.openapi.schemas import schemas
from ceo.workflows.api_allowances import WITH_KEY, WITHOUT_KEY

OPENAPI: Final = "3.1.0"
_EXAMPLE: Final = Example("wmo-landelijk-2026", 1)
_DESCRIPTION: Final = f"""\
Cijfers uit cliëntervaringsonderzoek die zijn gepubliceerd, met hun interval en met de reden waar er geen cijfer is. \
Lezen kan zonder sleutel.

Elke editie blijft staan zoals zij is. Wordt zij verbeterd of ingetrokken, dan staat dat in state, en in de koppen CEO-State en Deprecation.

Vraag met If-None-Match of er iets is veranderd: dat kost ons bijna niets. Zonder sleutel kunt u {WITHOUT_KEY.capacity} keer achter elkaar \
iets kleins vragen, en daarna {WITHOUT_KEY.per_second:g} keer per seconde; met een sleutel {WITH_KEY.capacity} keer, en daarna \
{WITH_KEY.per_second:g} keer. Cijfers tellen voor twee, een bestand en een eigen groep voor tien. \
Een grote selectie als CSV of Parquet telt voor één per {ROWS_A_TOKEN} rijen. \
Daarboven is het antwoord 429, met in Retry-After hoe lang u wacht.

Concepten zijn alleen met een sleutel te lezen. Een gemeente of landelijke redacteur maakt die op de werkplek, bij Sleutels. \
Beschermde antwoorden van losse mensen zijn er alleen met de sleutel van een overeenkomst."""


def openapi_document(base_url: str, example: Example = _EXAMPLE) -> dict[str, Any]:
    """Return the API at an address as a document; examples are about an edition."""
    from importlib.metadata import version

    return {
        "openapi": OPENAPI,
        "info": {
            "title": "CEO: cijfers voor programma’s",
            "version": version("ceo-survey"),
            "description": _DESCRIPTION,
            "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/deed.nl"},
        },
        "servers": [{"url": base_url}],
        "security": [{}, {"key": []}],
        "paths": {**paths(example), **agreement_paths()},
        "components": {
            "schemas": {**schemas(), **agreement_schemas()},
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Alleen nodig voor wat niet openbaar is. Stuur hem niet mee in het adres.",
                }
            },
        },
    }

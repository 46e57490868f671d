"""What the pages of agreements call things: files, areas, and the fields that a fault is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from analysis.microdata.rule import AreaGiven, MicrodataFault
from ceo.storage.agreements import Agreement
from ceo.web.languages import N_
from ceo.workflows.microdata.agreeing import works

FORMS: Final[Mapping[str, str]] = {
    "sav": N_("SPSS en PSPP (SAV)"),
    "dta": N_("Stata 14 en later (DTA)"),
    "parquet": N_("R, Python en DuckDB (Parquet)"),
    "ddi.xml": N_("Codeboek (DDI)"),
}
AGREEMENT_WORDS: Final = N_("Tekst van de overeenkomst")
AREAS: Final[Mapping[str, str]] = {
    AreaGiven.NOTHING: N_("Niets"),
    AreaGiven.SIZE_CLASS: N_("De grootteklasse van de gemeente"),
    AreaGiven.PROVINCE: N_("De provincie"),
    AreaGiven.MUNICIPALITY: N_("De gemeente"),
}
# By the place that a fault names, the field of the form.
FIELDS: Final[Mapping[str, str]] = {
    "release": "uitgave",
    "user": "gebruiker",
    "purpose": "doel",
    "ends_on": "tot",
    "variables": "vragen",
    "quasi_identifiers": "herkennen",
    "k": "k",
    "largest_suppressed": "onderdrukt",
    "coarsenings": "groepen",
    "limits": "grenzen",
    "area": "gebied",
    "fewest_municipalities": "gemeenten",
}
ENDED, EXPIRED, ENDS_SOON, IN_USE = "ended", "expired", "soon", "works"
_SOON: Final = 30  # days


def standing_of(row: Agreement, today: date) -> str:
    """Return whether an agreement works, works for less than a month yet, has expired or was ended."""
    if row.ended_on is not None:
        return ENDED
    if not works(row, today):
        return EXPIRED
    return ENDS_SOON if row.ends_on - today < timedelta(days=_SOON) else IN_USE


def told_faults(faults: Iterable[MicrodataFault]) -> dict[str, str]:
    """Return by field of the form everything that is wrong with it. Faults of rules are in Dutch, like the codes in them."""
    found: dict[str, list[str]] = {}
    for one in faults:
        field = FIELDS.get(one.place.partition(".")[0], FIELDS["release"])
        found.setdefault(field, []).append(f"{one.cause} {one.cure}")
    return {field: " ".join(dict.fromkeys(lines)) for field, lines in found.items()}

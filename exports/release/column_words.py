"""The columns of a cube for people and for other programs: titles in two languages, datatypes, and terms of public vocabularies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exports.release.cube import COUNTS, NUMBERS

# Column: its title in Dutch and in English, and what it holds in Dutch. (`cube.COLUMNS` says it in English.)
_WORDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "release": ("Uitgave", "Release", "naam van de uitgave"),
    "edition": ("Editie", "Edition", "editie van de uitgave, vanaf 1"),
    "area": ("Gebied", "Area", "code van het gebied: van het CBS; NL is alle gemeenten in de uitgave samen"),
    "area_type": ("Soort gebied", "Type of area", "gemeente, provincie, regio, grootteklasse of alle gemeenten samen"),
    "period": ("Periode", "Period", "eerste en laatste dag waarop mensen konden antwoorden (ISO 8601)"),
    "population": ("Voor wie", "Population", "over wier ervaringen het gaat"),
    "indicator": ("Onderwerp", "Indicator", "vraag of themascore"),
    "indicator_version": ("Versie", "Version of the indicator", "versie van de vraag of score"),
    "breakdown": ("Uitsplitsing", "Breakdown", "verdeling van cliënten in groepen; leeg voor iedereen"),
    "level": ("Groep", "Level", "groep cliënten binnen de uitsplitsing; leeg voor iedereen"),
    "category": ("Antwoord", "Category", "antwoord, reden of kwantiel waar het cijfer over gaat; leeg bij scores en gemiddelden"),
    "measure": ("Maat", "Measure", "score (0-100), gemiddelde, totaal, aandelen (0-1), verhouding of kwantiel"),
    "value": ("Waarde", "Value", "het cijfer; leeg als er geen is"),
    "se": ("Standaardfout", "Standard error", "standaardfout van het cijfer"),
    "lower": ("Ondergrens", "Lower bound", "ondergrens van het 95%-betrouwbaarheidsinterval"),
    "upper": ("Bovengrens", "Upper bound", "bovengrens van het 95%-betrouwbaarheidsinterval"),
    "n": ("Antwoorden", "Respondents", "mensen met een geldig antwoord, ongewogen"),
    "effective_n": ("Effectief aantal", "Effective n", "zoveel mensen in een enkelvoudige steekproef zijn even precies"),
    "population_size": ("Cliënten", "Population size", "cliënten voor wie deze mensen staan"),
    "df": ("Vrijheidsgraden", "Degrees of freedom", "vrijheidsgraden van de standaardfout"),
    "method": ("Methode", "Method", "hoe het interval is gemaakt"),
    "inference": ("Geldt voor", "Inference", "finite: de cliënten van dit jaar; process: de dienstverlening"),
    "flags": ("Let op", "Flags", "wat een lezer moet weten, gescheiden door spaties"),
    "suppression": ("Waarom geen cijfer", "Suppression", "waarom er geen cijfer is; leeg als er een is"),
    "reference": ("Vergeleken met", "Reference", "gebied waarmee het cijfer is vergeleken; leeg als dat niet is gedaan"),
    "difference": ("Verschil", "Difference", "waarde min die van het gebied waarmee is vergeleken"),
    "difference_lower": ("Ondergrens verschil", "Lower bound of the difference", "ondergrens van het 95%-interval van het verschil"),
    "difference_upper": ("Bovengrens verschil", "Upper bound of the difference", "bovengrens van het 95%-interval van het verschil"),
    "p_adjusted": ("P-waarde", "Adjusted p-value", "p-waarde van het verschil, gecorrigeerd voor alle verschillen die zijn getoetst"),
    "relevant": ("Van belang", "Relevant", "yes: groot genoeg om ertoe te doen (3 punten of 0,1 sd); no; leeg als er geen verschil is"),
    "difference_note": ("Waarom geen verschil", "Note on the difference", "waarom er geen verschil is; leeg als er een is"),
    "band": ("Plaats", "Band", "hoe de gemeente ligt tussen alle gemeenten, of waarom dat niet te zeggen is; leeg bij andere"),
}  # fmt: skip
TITLES: Final[Mapping[str, Mapping[str, str]]] = {
    name: {"nl": dutch, "en": english} for name, (dutch, english, _) in _WORDS.items()
}
DUTCH: Final[Mapping[str, str]] = {name: text for name, (_, _, text) in _WORDS.items()}
# What names a row. A figure stands once in a release.
KEY: Final = ("release", "edition", "area", "indicator", "breakdown", "level", "category", "measure")
_NEVER_EMPTY: Final = (
    "release",
    "edition",
    "area",
    "area_type",
    "period",
    "population",
    "indicator",
    "indicator_version",
    "measure",
)
# Terms of the RDF Data Cube Vocabulary (W3C Recommendation, 16 January 2014) and the SDMX terms in RDF that it uses.
PROPERTIES: Final[Mapping[str, str]] = {
    "release": "http://purl.org/linked-data/cube#dataSet",
    "area": "http://purl.org/linked-data/sdmx/2009/dimension#refArea",
    "period": "http://purl.org/linked-data/sdmx/2009/dimension#refPeriod",
    "value": "http://purl.org/linked-data/sdmx/2009/measure#obsValue",
    "flags": "http://purl.org/linked-data/sdmx/2009/attribute#obsStatus",
    "suppression": "http://purl.org/linked-data/sdmx/2009/attribute#confStatus",
}


def datatype_of(column: str) -> str:
    """Return the datatype of a column by its name in XML Schema: string, integer or double."""
    if column in COUNTS:
        return "integer"
    return "double" if column in NUMBERS else "string"


def always_filled(column: str) -> bool:
    """Return whether every row has a value in a column."""
    return column in _NEVER_EMPTY

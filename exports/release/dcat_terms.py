"""Names of public vocabularies that a catalogue uses: prefixes, and the lists of the EU, IANA, TOOI and SPDX that DCAT-AP-NL asks for.

Source: DCAT-AP-NL 3.0 (Geonovum), chapter on value lists; TOOI (standaarden.overheid.nl) for municipalities and provinces.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exports.release.facts import NATION, Area, AreaType

PREFIXES: Final[Mapping[str, str]] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
PROFILE: Final = "https://docs.geostandaarden.nl/dcat/dcat-ap-nl30/"
CSVW: Final = "https://www.w3.org/TR/tabular-data-model/"
DDI: Final = "https://ddialliance.org/Specification/DDI-Codebook/2.5/"
DUTCH: Final = "language/NLD"
SHA256: Final = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
KEYWORDS: Final = ("cliëntervaringsonderzoek", "gemeenten", "sociaal domein")
# The EU has no list of formats with SDMX-CSV and the like: what a file ends with decides.
FILE_TYPES: Final[Mapping[str, str]] = {
    "csv": "CSV",
    "json": "JSON",
    "jsonld": "JSON_LD",
    "ods": "ODS",
    "parquet": "PARQUET",
    "ttl": "RDF_TURTLE",
    "xlsx": "XLSX",
    "xml": "XML",
}
FILE_TITLES: Final[Mapping[str, str]] = {
    "parquet": "Alle cijfers (Parquet)",
    "csv": "Alle cijfers (CSV)",
    "csv-metadata.json": "Beschrijving van de CSV (CSVW)",
    "json": "Alle cijfers met hun beschrijving (JSON)",
    "xlsx": "Tabellen voor mensen (Excel)",
    "ods": "Tabellen voor mensen (OpenDocument)",
    "sdmx-structure.json": "Opbouw van de cijfers (SDMX-JSON)",
    "sdmx-structure.xml": "Opbouw van de cijfers (SDMX-ML)",
    "sdmx.csv": "Alle cijfers (SDMX-CSV)",
    "sdmx.xml": "Alle cijfers (SDMX-ML)",
    "ddi.xml": "Vragenlijst en begrippen (DDI-Codebook)",
    "ttl": "Beschrijving voor catalogi (Turtle)",
    "jsonld": "Beschrijving voor catalogi (JSON-LD)",
}
STATUSES: Final[Mapping[str, tuple[str, str]]] = {
    "draft": ("dataset-status/DEVELOP", "in ontwikkeling"),
    "signed": ("dataset-status/DEVELOP", "in ontwikkeling"),
    "published": ("dataset-status/COMPLETED", "voltooid"),
    "corrected": ("dataset-status/DEPRECATED", "verouderd"),
    "withdrawn": ("dataset-status/WITHDRAWN", "ingetrokken"),
}
THEMES: Final[Mapping[str, str]] = {"SOCI": "bevolking en maatschappij", "HEAL": "gezondheid", "GOVE": "overheid"}
_AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
# In nobody's register; the file type says enough.
_UNREGISTERED: Final = ("application/vnd.sdmx.", "application/vnd.ddi")
_TOOI: Final = "https://identifier.overheid.nl/tooi/id"


def authority(name: str) -> str:
    """Return the address of a name in a list of the EU.

    >>> authority("language/NLD")
    'http://publications.europa.eu/resource/authority/language/NLD'
    """
    return f"{_AUTHORITY}{name}"


def media_type_address(media_type: str) -> str:
    """Return the address of a media type in the register of IANA; nothing for one that does not stand in it.

    >>> media_type_address("text/csv"), media_type_address("application/vnd.sdmx.data+csv")
    ('https://www.iana.org/assignments/media-types/text/csv', '')
    """
    return "" if media_type.startswith(_UNREGISTERED) else f"{_MEDIA_TYPES}{media_type}"


def area_address(area: Area) -> str:
    """Return the address of a municipality, a province or the country; nothing for areas that have none.

    Municipalities and provinces have the codes of CBS in the register of government organisations (TOOI).

    >>> area_address(Area(area="GM0344", kind=AreaType.MUNICIPALITY, name="Utrecht"))
    'https://identifier.overheid.nl/tooi/id/gemeente/gm0344'
    >>> area_address(Area(area="PV26", kind=AreaType.PROVINCE, name="Utrecht"))
    'https://identifier.overheid.nl/tooi/id/provincie/pv26'
    """
    if area.area == NATION:
        return authority("country/NLD")
    lists = {AreaType.MUNICIPALITY: "gemeente", AreaType.PROVINCE: "provincie"}
    return f"{_TOOI}/{lists[area.kind]}/{area.area.lower()}" if area.kind in lists else ""


def licence_address(address: str) -> str:
    """Return a licence of Creative Commons as the list of DCAT-AP-NL names it: with http.

    >>> licence_address("https://creativecommons.org/licenses/by/4.0/deed.nl")
    'http://creativecommons.org/licenses/by/4.0/deed.nl'
    """
    home = "//creativecommons.org/"
    return address.replace(f"https:{home}", f"http:{home}") if address.startswith(f"https:{home}") else address


def schema_of(extension: str, structure: str) -> str:
    """Return what a file keeps to, if there is a standard for it. `structure` names the structure of the data in SDMX."""
    if extension in {"ttl", "jsonld"}:
        return PROFILE
    if extension.startswith("sdmx"):
        return structure
    return {"csv": CSVW, "csv-metadata.json": CSVW, "ddi.xml": DDI}.get(extension, "")

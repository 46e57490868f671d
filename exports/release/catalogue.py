"""A release in a catalogue of data: DCAT-AP-NL 3 as Turtle and JSON-LD, for one release or for all that there are.

Source: DCAT-AP-NL 3.0 (Geonovum), which builds on DCAT-AP 3.0.1 (SEMIC). An edition is a dataset, each of its files a distribution of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from exports.release.cube import SealedCube
from exports.release.dcat_terms import (
    DUTCH,
    FILE_TITLES,
    FILE_TYPES,
    KEYWORDS,
    PROFILE,
    SHA256,
    STATUSES,
    THEMES,
    area_address,
    authority,
    licence_address,
    media_type_address,
    schema_of,
)
from exports.release.facts import ReleaseFacts, Seal
from exports.release.formats import RELEASE_FORMATS, ReleaseFormat
from exports.release.linked_data import Description, at, days, dutch, plain, typed
from exports.release.sdmx_names import structure_urn
from exports.release.telling import source_line, titled

if TYPE_CHECKING:
    from rdflib.term import Node


@dataclass(frozen=True, slots=True)
class Publishing:
    """Who publishes, as far as the facts of a release do not say it. What is empty is filled from these facts, or left out.

    `publisher_address` names the organisation in a register (TOOI, ROR), `page` is where people can ask something.
    `frequency` and `themes` are codes of the lists of the EU. `checksums`: the SHA-256 of files, in hexadecimal digits, by address.
    """

    publisher: str = ""
    publisher_address: str = ""
    contact: str = ""
    email: str = ""
    page: str = ""
    frequency: str = "UNKNOWN"
    themes: tuple[str, ...] = ("SOCI",)
    checksums: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CatalogueFiles:
    """A catalogue in each way of writing it."""

    turtle: bytes
    json_ld: bytes


def write_turtle(release: SealedCube, *, publishing: Publishing | None = None) -> Iterator[bytes]:
    """Yield the description of a release as Turtle."""
    yield describe_release(release.facts, release.seal, publishing=publishing).turtle()


def write_json_ld(release: SealedCube, *, publishing: Publishing | None = None) -> Iterator[bytes]:
    """Yield the description of a release as JSON-LD."""
    yield describe_release(release.facts, release.seal, publishing=publishing).json_ld()


def describe_release(facts: ReleaseFacts, seal: Seal, *, publishing: Publishing | None = None) -> Description:
    """Return the description of a release and its files."""
    described = Description()
    _Releases(described, seal.address, publishing or Publishing()).add(facts, seal)
    return described


def write_catalogue(
    releases: Sequence[tuple[ReleaseFacts, Seal]], address: str, *, publishing: Publishing | None = None
) -> CatalogueFiles:
    """Return a catalogue of releases, in the order of their addresses, whose own address is given. There is at least one release."""
    described, told = Description(), publishing or Publishing()
    adding = _Releases(described, address, told)
    datasets = [adding.add(facts, seal) for facts, seal in releases]
    publisher = told.publisher or releases[0][0].publisher
    published = [seal.published_on for _, seal in releases if seal.published_on]
    described.add(
        address,
        "dcat:Catalog",
        {
            "dct:title": dutch(f"Cijfers van {publisher}"),
            "dct:description": dutch(
                "Uitgaven van cliëntervaringsonderzoek van gemeenten, met onzekerheid en methode."
            ),
            "dct:conformsTo": [adding.standard(PROFILE, "DCAT-AP-NL 3.0")],
            "dct:modified": days(max(published, default=None)),
            "foaf:homepage": [adding.page(address)],
            "dct:license": [adding.licence(releases[0][0])],
            "dcat:dataset": datasets,
            **adding.shared(publisher),
        },
    )
    return CatalogueFiles(described.turtle(), described.json_ld())


class _Releases:
    """Adds releases to a description. What they share (publisher, contact) stands once, under the address of the whole."""

    def __init__(self, described: Description, home: str, publishing: Publishing) -> None:
        self._described, self._home, self._publishing = described, home, publishing

    def add(self, facts: ReleaseFacts, seal: Seal) -> Node:
        """Return the node of a release."""
        return self._described.add(
            seal.address,
            "dcat:Dataset",
            {
                "dct:title": dutch(titled(facts, seal)),
                "dct:description": dutch(f"{facts.population}. {source_line(facts, seal)}"),
                "dct:identifier": plain(seal.address),
                "dcat:keyword": dutch(*KEYWORDS),
                "dcat:theme": [self._concept(f"data-theme/{one}", THEMES[one]) for one in self._publishing.themes],
                "dct:conformsTo": [self.standard(structure_urn(facts), "Opbouw van de cijfers in SDMX")],
                "dcat:landingPage": [self.page(seal.address)],
                "foaf:page": [self.page(seal.address)],
                "dcat:distribution": [self._file(one, facts, seal) for one in RELEASE_FORMATS.values()],
                **self._edition(facts, seal),
                **self._coverage(facts, seal),
                **self.shared(facts.publisher),
            },
        )

    def shared(self, publisher: str) -> dict[str, list[Node]]:
        """Return what a catalogue and its releases have in common."""
        told = self._publishing
        agent = self._described.add(
            told.publisher_address or f"{self._home}#uitgever",
            "foaf:Agent",
            {"foaf:name": dutch(told.publisher or publisher)},
        )
        contact = self._described.add(
            f"{self._home}#contact",
            "vcard:Kind",
            {
                "vcard:fn": dutch(told.contact or told.publisher or publisher),
                "vcard:hasEmail": [at(f"mailto:{told.email}")] if told.email else [],
                "vcard:hasURL": [at(told.page or self._home)],
            },
        )
        return {
            "dct:publisher": [agent],
            "dct:creator": [agent],
            "dcat:contactPoint": [contact],
            "dct:language": [self._named(authority(DUTCH), "dct:LinguisticSystem")],
        }

    def licence(self, facts: ReleaseFacts) -> Node:
        """Return the node of the licence of a release."""
        address = licence_address(facts.licence_address)
        return self._described.add(address, "dct:LicenseDocument", {"dct:title": dutch(facts.licence)})

    def standard(self, address: str, title: str) -> Node:
        """Return the node of something to keep to."""
        return self._described.add(address, "dct:Standard", {"dct:title": dutch(title)})

    def page(self, address: str) -> Node:
        """Return the node of a page for people. It has the address of what it is about, and a mark of its own."""
        return self._named(f"{address}#pagina", "foaf:Document")

    def _edition(self, facts: ReleaseFacts, seal: Seal) -> dict[str, list[Node]]:
        """Return which edition it is, of when, in which state, and how to prove that it is this one."""
        before = _address_before(facts, seal)
        state, words = STATUSES[seal.state]
        open_to = ("PUBLIC", "openbaar") if seal.published_on else ("NON_PUBLIC", "niet openbaar")
        access = self._concept(f"access-right/{open_to[0]}", open_to[1])
        self._named(str(access), "dct:RightsStatement")
        digest = {"skos:notation": plain(seal.digest)}
        return {
            "dcat:version": plain(str(facts.edition)),
            "adms:versionNotes": dutch(facts.reason),
            "dcat:previousVersion": [at(before)] if before else [],
            "adms:status": [self._concept(state, words)],
            "adms:identifier": [self._described.add(f"{seal.address}#controlegetal", "adms:Identifier", digest)],
            "dct:issued": days(seal.published_on),
            "dct:accessRights": [access],
            "dct:accrualPeriodicity": [
                self._named(authority(f"frequency/{self._publishing.frequency}"), "dct:Frequency")
            ],
        }

    def _coverage(self, facts: ReleaseFacts, seal: Seal) -> dict[str, list[Node]]:
        """Return of when and where the figures are, and where they come from."""
        period = {"dcat:startDate": days(facts.period_start), "dcat:endDate": days(facts.period_end)}
        rounds = f"Gemaakt uit {len(facts.sources)} verzegelde metingen. Weging: {facts.weighting}."
        made = f"{rounds} Regels voor onthulling: {facts.policy}. Methode: {facts.method_note}"
        places = {area_address(area): area.name for area in facts.areas if area_address(area)}
        return {
            "dct:temporal": [self._described.add(f"{seal.address}#periode", "dct:PeriodOfTime", period)],
            "dct:spatial": [
                self._described.add(address, "dct:Location", {"rdfs:label": dutch(name)})
                for address, name in (places | {authority("country/NLD"): "Nederland"}).items()
            ],
            "dct:provenance": [
                self._described.add(f"{seal.address}#herkomst", "dct:ProvenanceStatement", {"rdfs:label": dutch(made)})
            ],
        }

    def _file(self, one: ReleaseFormat, facts: ReleaseFacts, seal: Seal) -> Node:
        address = f"{seal.address}.{one.extension}"
        media_type = media_type_address(one.media_type)
        schema = schema_of(one.extension, structure_urn(facts))
        file_type = authority(f"file-type/{FILE_TYPES[one.extension.rpartition('.')[2]]}")
        return self._described.add(
            f"{seal.address}#{one.extension}",
            "dcat:Distribution",
            {
                "dct:title": dutch(FILE_TITLES.get(one.extension, one.extension)),
                "dcat:accessURL": [at(seal.address)],
                "dcat:downloadURL": [at(address)],
                "dcat:mediaType": [self._named(media_type, "dct:MediaType")] if media_type else [],
                "dct:format": [self._named(file_type, "dct:MediaTypeOrExtent")],
                "dct:conformsTo": [self._named(schema, "dct:Standard")] if schema else [],
                "dct:license": [self.licence(facts)],
                "dct:language": [self._named(authority(DUTCH), "dct:LinguisticSystem")],
                "dct:issued": days(seal.published_on),
                "spdx:checksum": self._checksum(address),
            },
        )

    def _checksum(self, address: str) -> list[Node]:
        # The digest of a release is of its figures, not of a file: only who keeps the files can tell theirs.
        if address not in self._publishing.checksums:
            return []
        told = {
            "spdx:algorithm": [self._named(SHA256, "spdx:ChecksumAlgorithm")],
            "spdx:checksumValue": typed(self._publishing.checksums[address], "xsd:hexBinary"),
        }
        return [self._described.add(f"{address}#sha256", "spdx:Checksum", told)]

    def _concept(self, name: str, label: str) -> Node:
        return self._described.add(authority(name), "skos:Concept", {"skos:prefLabel": dutch(label)})

    def _named(self, address: str, kind: str) -> Node:
        return self._described.add(address, kind, {})


def _address_before(facts: ReleaseFacts, seal: Seal) -> str:
    """Return the address of the edition before; nothing for the first."""
    home, slash, last = seal.address.rpartition("/")
    return f"{home}{slash}{facts.edition - 1}" if facts.edition > 1 and last == str(facts.edition) else ""

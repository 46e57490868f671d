"""Releases in a catalogue: held against the constraints of DCAT-AP-NL, written as shapes in `shapes/`."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import rdflib
from rdflib import BNode, Graph, Literal, URIRef

from exports.release.catalogue import Publishing, describe_release, write_catalogue, write_json_ld, write_turtle
from exports.release.cube import Cube, SealedCube, schema, table_of
from exports.release.dcat_terms import FILE_TITLES, PREFIXES, SHA256
from exports.release.facts import NATION, Area, AreaType, ReleaseFacts, Seal, Source
from exports.release.formats import RELEASE_FORMATS
from exports.release.linked_data import term

SHAPES = Path(__file__).parent / "shapes" / "dcat-ap-nl.ttl"
HOME = "https://ceo.example.org/cijfers"
DAY = date(2026, 4, 1)
FACTS = ReleaseFacts(
    release="wmo-2026",
    edition=1,
    title="Wmo 2026",
    publisher="CEO",
    population="Cliënten van de Wmo in twee gemeenten",
    period_start=date(2026, 3, 1),
    period_end=date(2026, 4, 30),
    simulated=False,
    inference="finite",
    weighting="strata",
    policy="public 1",
    plan_digest="sha256:77",
    software="0.1.0",
    sources=(
        Source(municipality="GM0344", title="", opens_on=DAY, closes_on=DAY, digest="", submissions=450, clients=900),
    ),
    areas=(
        Area(area=NATION, kind=AreaType.NATION, name="Alle gemeenten", members=("GM0344", "GM0796")),
        Area(area="PV26", kind=AreaType.PROVINCE, name="Utrecht", members=("GM0344",)),
        Area(area="groot", kind=AreaType.SIZE_CLASS, name="Groot", members=("GM0344", "GM0796")),
        Area(area="GM0344", kind=AreaType.MUNICIPALITY, name="Utrecht"),
        Area(area="GM0796", kind=AreaType.MUNICIPALITY, name="'s-Hertogenbosch"),
    ),
    indicators=(),
    breakdowns=(),
    method_note="Gewogen naar stratum.",
)
SEAL = Seal(digest="sha256:3f3f", address=f"{HOME}/wmo-2026/1", state="published", published_on=date(2026, 6, 1))
LATER = (
    FACTS.model_copy(update={"edition": 2, "reason": "Eén gemeente telde dubbel."}),
    SEAL.model_copy(update={"address": f"{HOME}/wmo-2026/2"}),
)


def graph(facts: ReleaseFacts = FACTS, seal: Seal = SEAL, **publishing: Any) -> Graph:
    return Graph().parse(data=describe_release(facts, seal, publishing=Publishing(**publishing)).turtle())


@cache
def catalogue() -> Graph:
    return Graph().parse(data=write_catalogue([(FACTS, SEAL), LATER], HOME).turtle)


def violations(found: Graph) -> set[str]:
    import pyshacl

    _, report, _ = pyshacl.validate(found, shacl_graph=shapes())
    assert isinstance(report, Graph)
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    return {
        str(path) for result in report.subjects(sh.resultSeverity) for path in report.objects(result, sh.resultPath)
    }


@cache
def shapes() -> Graph:
    return Graph().parse(SHAPES)


def without(found: Graph, name: str) -> Graph:
    kept = Graph()
    for triple in found:
        if triple[1] != term(name):
            kept.add(triple)
    return kept


def values(found: Graph, name: str, about: str = SEAL.address) -> set[str]:
    return {str(value) for value in found.objects(URIRef(about), term(name))}


def test_a_release_and_a_catalogue_conform_and_leave_out_nothing_that_is_recommended() -> None:
    assert violations(graph(checksums={f"{SEAL.address}.csv": "0a" * 32})) == set()
    assert violations(graph(FACTS, SEAL.model_copy(update={"state": "draft", "published_on": None}))) == set()
    assert violations(catalogue()) == set()


@pytest.mark.parametrize(
    "name",
    [
        "dct:license",
        "dct:title",
        "dct:description",
        "dct:identifier",
        "dct:accessRights",
        "dct:publisher",
        "dct:creator",
        "dcat:contactPoint",
        "dcat:theme",
        "dcat:accessURL",
        "dcat:downloadURL",
        "dcat:dataset",
        "dct:conformsTo",
        "dct:language",
    ],
)
def test_a_catalogue_without_what_is_asked_does_not_conform(name: str) -> None:
    assert violations(without(catalogue(), name)) == {str(term(name))}


def test_a_licence_that_is_not_open_does_not_conform() -> None:
    facts = FACTS.model_copy(update={"licence_address": "https://ceo.example.org/voorwaarden"})
    assert violations(graph(facts)) == {str(term("dct:license"))}


def test_every_format_is_a_distribution_at_its_own_address() -> None:
    found = graph()
    files = {str(url) for _, url in found.subject_objects(term("dcat:downloadURL"))}
    assert files == {f"{SEAL.address}.{extension}" for extension in RELEASE_FORMATS}
    assert len(values(found, "dcat:distribution")) == len(RELEASE_FORMATS)
    assert set(RELEASE_FORMATS) <= FILE_TITLES.keys()


def test_a_release_tells_its_period_places_and_identity() -> None:
    found = graph()
    [period] = values(found, "dct:temporal")
    assert values(found, "dcat:startDate", period) == {"2026-03-01"}
    assert values(found, "dcat:endDate", period) == {"2026-04-30"}
    assert values(found, "dct:spatial") == {
        "http://publications.europa.eu/resource/authority/country/NLD",
        "https://identifier.overheid.nl/tooi/id/provincie/pv26",
        "https://identifier.overheid.nl/tooi/id/gemeente/gm0344",
        "https://identifier.overheid.nl/tooi/id/gemeente/gm0796",
    }
    assert values(found, "dct:identifier") == {SEAL.address}
    [digest] = values(found, "adms:identifier")
    assert values(found, "skos:notation", digest) == {"sha256:3f3f"}


def test_an_edition_points_to_the_one_before_and_says_why_it_is_there() -> None:
    found = catalogue()
    address = LATER[1].address
    assert values(found, "dcat:version", address) == {"2"}
    assert values(found, "dcat:previousVersion", address) == {SEAL.address}
    assert values(found, "adms:versionNotes", address) == {"Eén gemeente telde dubbel."}
    assert values(found, "dcat:previousVersion") == set()


@pytest.mark.parametrize(
    ("state", "published_on", "access", "status", "told"),
    [
        ("draft", None, "NON_PUBLIC", "DEVELOP", "CONCEPT"),
        ("published", date(2026, 6, 1), "PUBLIC", "COMPLETED", ""),
        ("corrected", date(2026, 6, 1), "PUBLIC", "DEPRECATED", "VERBETERD"),
        ("withdrawn", date(2026, 6, 1), "PUBLIC", "WITHDRAWN", "INGETROKKEN"),
    ],
)
def test_a_release_tells_its_state(state: str, published_on: date | None, access: str, status: str, told: str) -> None:
    update = {"state": state, "published_on": published_on, "reason": "fout in de weging"}
    found = graph(FACTS, SEAL.model_copy(update=update))
    assert {one.rpartition("/")[2] for one in values(found, "dct:accessRights")} == {access}
    assert {one.rpartition("/")[2] for one in values(found, "adms:status")} == {status}
    [title] = values(found, "dct:title")
    assert title.endswith(told or "editie 1")


def test_simulated_figures_say_so() -> None:
    found = graph(FACTS.model_copy(update={"simulated": True}))
    assert all("GESIMULEERD" in text for name in ("dct:title", "dct:description") for text in values(found, name))


def test_who_publishes_can_be_told_and_is_the_publisher_of_the_facts_otherwise() -> None:
    found = graph(publisher="VNG", publisher_address="https://ror.org/vng", email="ceo@example.org", themes=("HEAL",))
    assert values(found, "dct:publisher") == {"https://ror.org/vng"}
    assert values(found, "foaf:name", "https://ror.org/vng") == {"VNG"}
    [contact] = values(found, "dcat:contactPoint")
    assert values(found, "vcard:hasEmail", contact) == {"mailto:ceo@example.org"}
    assert values(graph(), "foaf:name", f"{SEAL.address}#uitgever") == {"CEO"}


def test_a_checksum_stands_with_the_file_that_it_is_of() -> None:
    found = graph(checksums={f"{SEAL.address}.csv": "0a" * 32})
    [(file, checksum)] = found.subject_objects(term("spdx:checksum"))
    assert values(found, "dcat:downloadURL", str(file)) == {f"{SEAL.address}.csv"}
    assert found.value(checksum, term("spdx:checksumValue")) == Literal("0a" * 32, datatype=term("xsd:hexBinary"))
    assert values(found, "spdx:algorithm", str(checksum)) == {SHA256}


def test_a_catalogue_holds_its_releases_and_names_its_publisher_once() -> None:
    found = catalogue()
    assert values(found, "dcat:dataset", HOME) == {SEAL.address, LATER[1].address}
    assert len(set(found.subjects(term("foaf:name")))) == 1
    assert values(found, "dct:modified", HOME) == {"2026-06-01"}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # how rdflib itself reads JSON-LD
def test_json_ld_and_turtle_say_the_same_with_addresses_for_everything() -> None:
    release = SealedCube(Cube(FACTS, table_of({name: [] for name in schema().names})), SEAL)
    turtle = Graph().parse(data=b"".join(write_turtle(release)), format="turtle")
    json_ld = Graph().parse(data=b"".join(write_json_ld(release)), format="json-ld")
    assert set(turtle) == set(json_ld) == set(graph())
    assert not any(isinstance(node, BNode) for triple in turtle for node in triple)
    assert all(str(name).startswith(tuple(PREFIXES.values())) for name in turtle.predicates())


def test_the_same_release_gives_the_same_bytes_in_every_process() -> None:
    code = (
        "import sys; from exports.release.catalogue import write_catalogue as write;"
        "from exports.release.facts import ReleaseFacts, Seal; facts, seal = sys.stdin.read().splitlines();"
        "one = ReleaseFacts.model_validate_json(facts), Seal.model_validate_json(seal);"
        f"files = write([one], {HOME!r}); sys.stdout.buffer.write(files.turtle + files.json_ld)"
    )
    told = f"{FACTS.model_dump_json()}\n{SEAL.model_dump_json()}".encode()
    environment = os.environ | {"PYTHONHASHSEED": "77"}
    run = subprocess.run([sys.executable, "-c", code], input=told, env=environment, capture_output=True, check=True)
    files = write_catalogue([(FACTS, SEAL)], HOME)
    assert run.stdout == files.turtle + files.json_ld
